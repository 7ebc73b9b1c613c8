"""Post to an address outside: its name is resolved once, what it resolves to is checked, and only that is called."""

import socket
import ssl
import threading
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from pinzhi.engine.errors import BadInput
from pinzhi.engine.webhooks import is_public
from pinzhi.records.tasks.queue import TaskError

LONGEST_S = 10.0
LONGEST_URL = 500
ADDRESSES_TRIED = 2
_PORTS = {"https": 443, "http": 80}


def checked_url(url: str) -> str:
    """Return an address that may be called; BadInput for anything but https to a named host."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    named = "." in (parts.hostname or "") and not parts.username and not parts.password and not parts.fragment
    local = settings.WEBHOOKS_LOCAL and parts.scheme == "http" and not parts.username
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not (plain and (local or (parts.scheme == "https" and named))):
        raise BadInput(
            "notices.webhook.url",
            "请写 https:// 开头的地址，如 https://example.org/hooks，不含用户名和 #，最长 {longest} 个字符。",
            "Give an address such as https://example.org/hooks: no user name, no #, at most {longest} characters.",
            longest=LONGEST_URL,
        )
    return url


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post a body and return the status of the answer, of which nothing else is read; redirects are not followed.

    TaskError for a name that resolves to an address inside a network, and where nobody answers within ten seconds.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    connection = _Pinned(host, port, _addresses(host, port), ssl_context() if parts.scheme == "https" else None)
    # A receiver may send a byte now and then for ever: whatever it does, the call ends.
    clock = threading.Timer(LONGEST_S, connection.hang_up)
    clock.start()
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", target, body, {**headers, "Content-Type": "application/json"})
        status = connection.getresponse().status
        if connection.is_over:  # what was cut off here would pass for the end of the answer
            raise TimeoutError("no whole answer in time")
        return status
    except (OSError, HTTPException) as failure:
        raise TaskError(f"{type(failure).__name__}: {failure}") from failure
    finally:
        clock.cancel()
        connection.close()


def ssl_context() -> ssl.SSLContext:
    """Return what checks a receiver's certificate: the machine's own list of authorities, the host's name."""
    return ssl.create_default_context()


class _Pinned(HTTPConnection):
    """A connection to a host at addresses found and checked before; the name is not resolved again."""

    def __init__(self, host: str, port: int, addresses: list[str], context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=LONGEST_S)
        self._addresses = addresses
        self._context = context
        self.is_over = False

    def connect(self) -> None:
        """Connect to the first address that answers; the certificate must be the named host's."""
        for last, address in enumerate(self._addresses, start=1):
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout)
                break
            except OSError:
                if last == len(self._addresses):
                    raise
        if self._context:
            self.sock = self._context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )  # fmt: skip
            self.sock.do_handshake()  # apart, so that the clock can end it

    def hang_up(self) -> None:
        """End whatever another thread waits for on this connection."""
        self.is_over = True
        if self.sock is not None:
            try:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as failure:
        raise TaskError(f"{host}: {failure}") from failure
    addresses = [str(entry[4][0]) for entry in found]
    inside = next((one for one in addresses if not _may_be_called(one)), None)
    if inside is not None:
        raise TaskError(f"refused: {host} is {inside}, which is not a public address")
    return addresses[:ADDRESSES_TRIED]


def _may_be_called(address: str) -> bool:
    return is_public(address) or (settings.WEBHOOKS_LOCAL and ip_address(address).is_loopback)
