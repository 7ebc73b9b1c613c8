"""Uploads that were cut off on the way: refused whole, so that no form is taken with some of its files."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParserError

from pinzhi.engine.texts import Text


class CutOffError(MultiPartParserError):
    """So many bytes arrived of so many announced."""

    def __init__(self, found: int, wanted: int) -> None:
        self.text = Text(
            f"没有传完：应有 {wanted} 字节，收到 {found} 字节。什么也没有保存，请再提交一次。",
            f"It was cut off on the way: {wanted} bytes announced, {found} arrived. Nothing was saved; send it again.",
        )
        super().__init__(self.text.en)


class WholeUpload(FileUploadHandler):
    """Refuse a form with files of which fewer bytes arrived than were announced; other handlers keep the files.

    The framework takes what arrived for all there is: the last file then ends early, or is missing.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Leave the content to the handlers that keep it."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that keep it."""

    def upload_complete(self) -> None:
        """Refuse what ended before its length."""
        stream: Any = getattr(self.request, "_stream", None)
        found, wanted = getattr(stream, "_pos", None), getattr(stream, "limit", None)
        if found is not None and wanted is not None and found < wanted:
            raise CutOffError(found, wanted)
