"""A server with one bucket on this machine: enough of the S3 protocol to put, look for and fetch."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

BUCKET = "pinzhi"


class Bucket(ThreadingHTTPServer):
    """The server with what lies in it, and whether every request was signed."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.held: dict[str, bytes] = {}
        self.signed = True

    @property
    def storage(self) -> dict[str, Any]:
        options = {
            "access_key": "key", "secret_key": "secret", "bucket_name": BUCKET, "region_name": "local",
            "endpoint_url": f"http://127.0.0.1:{self.server_address[1]}", "addressing_style": "path",
        }  # fmt: skip
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            body = _joined(body)
        self.server.held[self._key()] = body
        self._say(200)

    def do_HEAD(self) -> None:
        found = self.server.held.get(self._key())
        self._say(404 if found is None else 200, found or b"", is_head=True)

    def do_GET(self) -> None:
        found = self.server.held.get(self._key())
        self._say(404 if found is None else 200, found or b"")

    def _key(self) -> str:
        self.server.signed &= self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential=key/")
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}/")

    def _say(self, status: int, body: bytes = b"", *, is_head: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"0"')
        self.end_headers()
        if not is_head:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _joined(body: bytes) -> bytes:
    """Return what was sent in chunks, each with its length in hexadecimal before it."""
    whole = b""
    while body:
        length, _, rest = body.partition(b"\r\n")
        size = int(length.partition(b";")[0], 16)
        if size == 0:
            break
        whole, body = whole + rest[:size], rest[size + 2 :]
    return whole


@contextmanager
def bucket_server() -> Iterator[Bucket]:
    server = Bucket()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def files_in(server: Bucket) -> dict[str, bytes]:
    return server.held
