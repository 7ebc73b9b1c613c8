"""An upload that was cut off on the way is refused, whatever was in it."""

from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory

HEAD = b'--cut\r\nContent-Disposition: form-data; name="step"\r\n\r\nrectify\r\n'
FILE = b'--cut\r\nContent-Disposition: form-data; name="after"; filename="a.pdf"\r\n\r\n%PDF-1.7 the whole of it\r\n'
END = b"--cut--\r\n"


def sent(body: bytes, announced: int) -> Any:
    environ = RequestFactory().get("/").environ | {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "multipart/form-data; boundary=cut",
        "CONTENT_LENGTH": str(announced),
        "wsgi.input": BytesIO(body),
    }
    return WSGIRequest(environ)


def test_a_whole_upload_is_taken() -> None:
    body = HEAD + FILE + END
    request = sent(body, len(body))

    assert request.POST["step"] == "rectify"
    assert request.FILES["after"].read() == b"%PDF-1.7 the whole of it"


@pytest.mark.parametrize("arrived", [HEAD + FILE, HEAD + FILE[:-9], HEAD])
def test_an_upload_cut_off_is_refused_though_its_fields_arrived(arrived: bytes) -> None:
    with pytest.raises(MultiPartParserError, match="cut off"):
        _fields = sent(arrived, len(HEAD + FILE + END)).POST
