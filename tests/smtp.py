"""A mail server of a few lines, so that a test sees what goes over the wire."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

_ANSWERS = {b"EHLO": b"250 here", b"HELO": b"250 here", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say(b"220 here")
        while line := self.rfile.readline():
            verb = line.strip()[:4].upper()
            self._say(_ANSWERS.get(verb, b"250 ok"))
            if verb == b"DATA":
                cast("Server", self.server).mails.append(self._mail())
                self._say(b"250 taken")
            if verb == b"QUIT":
                return

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")

    def _mail(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return cast(EmailMessage, message_from_bytes(b"".join(lines), policy=policy.default))


class Server(socketserver.TCPServer):
    """Takes every mail; ``mails`` are those that came."""

    mails: list[EmailMessage]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def mail_server() -> Iterator[Server]:
    """Run a mail server on this machine."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
