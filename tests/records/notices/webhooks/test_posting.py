"""Calls to addresses outside: never inside a network, never elsewhere than was checked, never for ever."""

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pinzhi.engine.errors import BadInput
from pinzhi.records.notices.webhooks import posting
from pinzhi.records.notices.webhooks.posting import checked_url, post
from pinzhi.records.tasks.queue import TaskError
from tests.records.notices.webhooks.receiver import Receiver, receiving


class Names:
    """What names resolve to; each look is counted."""

    def __init__(self, *addresses: str) -> None:
        self.addresses, self.looks = list(addresses), 0

    def __call__(self, host: str, port: int, **more: Any) -> list[Any]:
        self.looks += 1
        family = {False: socket.AF_INET, True: socket.AF_INET6}
        return [(family[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in self.addresses]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Let every name be this machine; numbers are left to the real resolver."""
    names, real = Names("127.0.0.1"), socket.getaddrinfo
    monkeypatch.setattr(
        posting.socket,
        "getaddrinfo",
        lambda host, port, *a, **more: names(host, port) if not host[-1].isdigit() else real(host, port, *a, **more),
    )
    return names


@pytest.fixture
def local(settings: Any) -> None:
    settings.WEBHOOKS_LOCAL = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hooks", "ftp://example.org/", "https://user:secret@example.org/", "https://example/hooks",
        "https://example.org/#part", "https://example.org/a b", "https://example.org:99999/", "https://[::1/",
        "https://质量.example/", "https://example.org/\r\nHost: inside", "/hooks", "",
        "https://example.org/" + "a" * 500,
    ],
)  # fmt: skip
def test_what_is_no_address_outside_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        checked_url(url)


def test_https_to_a_named_host_is_taken() -> None:
    assert checked_url(" https://hooks.example.org:8443/in?a=1 ") == "https://hooks.example.org:8443/in?a=1"


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.0.0.8"], ["169.254.169.254"], ["::ffff:10.0.0.8"], ["64:ff9b::a00:8"],
                  ["203.0.114.7", "192.168.0.1"]],
)  # fmt: skip
def test_a_name_with_any_address_inside_a_network_is_not_called(
    addresses: list[str], names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    names.addresses = addresses
    monkeypatch.setattr(posting.socket, "create_connection", lambda *_: pytest.fail("it was called"))

    with pytest.raises(TaskError, match="not a public address"):
        post("https://hooks.example.org/in", b"{}", {})


def test_addresses_written_as_odd_numbers_are_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting.socket, "create_connection", lambda *_: pytest.fail("it was called"))

    for host in ("2130706433.", "0x7f.0.0.1", "127.1", "[::ffff:7f00:1]"):
        with pytest.raises(TaskError):
            post(f"https://{host}/in", b"{}", {})


@pytest.mark.usefixtures("local")
def test_a_name_is_resolved_once_and_what_was_checked_is_called(receiver: Receiver, names: Names) -> None:
    assert post(receiver.url, b"{}", {"webhook-id": "msg_1"}) == 204

    ((path, headers, body),) = receiver.got
    assert (path, body, names.looks) == ("/in", b"{}", 1)
    assert headers["host"] == f"hooks.example.org:{receiver.port}"
    assert (headers["content-type"], headers["webhook-id"]) == ("application/json", "msg_1")


@pytest.mark.usefixtures("local", "names")
def test_a_redirect_is_an_answer_and_not_followed(receiver: Receiver) -> None:
    receiver.answer = 302

    assert post(receiver.url, b"{}", {}) == 302
    assert len(receiver.got) == 1


@pytest.mark.usefixtures("local", "names")
def test_a_receiver_that_sends_a_byte_now_and_then_is_hung_up_on(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "LONGEST_S", 1.0)
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not over.wait(0.05):
            handler.wfile.write(b"a")

    receiver.answer = drip
    try:
        with pytest.raises(TaskError, match="no whole answer in time"):
            post(receiver.url, b"{}", {})
    finally:
        over.set()


@pytest.mark.usefixtures("local", "names")
def test_of_an_endless_answer_only_the_status_is_read(receiver: Receiver) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n" + b"a" * 1000)

    receiver.answer = endless

    assert post(receiver.url, b"{}", {}) == 200


@pytest.mark.usefixtures("local", "names")
def test_where_nobody_answers_it_waits_for_another_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TaskError, match="ConnectionRefusedError"):
            post(f"http://hooks.example.org:{taken.getsockname()[1]}/", b"{}", {})


@pytest.mark.usefixtures("local", "names")
def test_the_certificate_must_be_the_named_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls, trust = certified("hooks.example.org", tmp_path)
    monkeypatch.setattr(posting, "ssl_context", lambda: trust)
    with receiving(tls) as receiver:
        assert post(receiver.url.replace("http", "https", 1), b"{}", {}) == 204
        with pytest.raises(TaskError, match="SSLCertVerificationError"):
            post(f"https://other.example.org:{receiver.port}/in", b"{}", {})
        monkeypatch.undo()
    assert len(receiver.got) == 1


def certified(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server shows for a name, and what a caller trusts."""
    key, subject = generate_private_key(SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, SHA256())
    )
    both = folder / "both.pem"
    both.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(both)
    return tls, ssl.create_default_context(cadata=certificate.public_bytes(Encoding.PEM).decode())
