"""Webhooks: sign and check messages between machines (Standard Webhooks 1.0.0), and which addresses may be called."""

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from pinzhi.engine.errors import BadInput, NotAllowed

PREFIX = "whsec_"
SECRET_BYTES = 32  # the standard asks for 24 to 64
WINDOW_S = 300  # how far a time stamp may lie from our clock, either way
LONGEST_ID = 80
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_ID = re.compile(r"[A-Za-z0-9_:-]{1,80}")  # no full stop: it parts what is signed
_SECONDS = re.compile(r"[0-9]{1,12}")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Addresses that stand for an IPv4 address or a tunnel to one: RFC 4380 and others under 2001::/23, RFC 3056.
_TUNNELS = (IPv6Network("2001::/23"), IPv6Network("2002::/16"))
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


@dataclass(frozen=True, slots=True)
class Signed:
    """What came with a message: its id, its time in seconds since 1970, its signatures, all as they were sent."""

    message_id: str
    timestamp: str
    signatures: str


def written_secret(secret: bytes) -> str:
    """Return a secret as it is given to people: ``whsec_`` and base64."""
    return PREFIX + b64encode(secret).decode()


def signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256 over id, time and body, as ``v1,`` and base64.

    >>> signature(b"secret", "msg_1", 1704331800, b"{}")
    'v1,GB9AkHs2aoV8jI/Q+0OZCBQP2y3aMdca0F7zSJ6qPAI='
    """
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + b64encode(hmac.digest(secret, signed, "sha256")).decode()


def headers_of(secret: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers that go with a message."""
    return {
        ID: message_id,
        TIMESTAMP: str(timestamp),
        SIGNATURE: signature(secret, message_id, timestamp, body),
    }


def signed_by(headers: Mapping[str, str]) -> Signed:
    """Return what came in the headers; BadInput names the one that is missing or odd."""
    found = Signed(*(headers.get(name, "").strip() for name in (ID, TIMESTAMP, SIGNATURE)))
    fits = {
        ID: _ID.fullmatch(found.message_id),
        TIMESTAMP: _SECONDS.fullmatch(found.timestamp),
        SIGNATURE: found.signatures,
    }
    for name, fit in fits.items():
        if not fit:
            raise BadInput(
                "webhooks.headers",
                "请求头 {name} 缺少或不对。要有 webhook-id（{longest} 个以内的字母、数字、_、:、-）、"
                "webhook-timestamp（秒）和 webhook-signature。",
                "The header {name} is missing or odd. Give webhook-id (at most {longest} letters, digits, _, :, -),"
                " webhook-timestamp (seconds) and webhook-signature.",
                name=name,
                longest=LONGEST_ID,
            )
    return found


def require_signed(secret: bytes, signed: Signed, body: bytes, *, now_s: float) -> None:
    """Refuse a message that was not signed with this secret, was changed on the way, or is older than five minutes.

    NotAllowed says which; a message whose time lies as far ahead is refused too, since it could be kept and sent later.
    """
    expected = signature(secret, signed.message_id, int(signed.timestamp), body).encode()
    if not any(hmac.compare_digest(expected, one.encode()) for one in signed.signatures.split(" ")):
        raise NotAllowed(
            "webhooks.signature",
            "签名不对：密钥不同，或内容在签名之后变了。要签的是 id、时间和原样的正文，中间用句点连接。",
            "The signature does not hold: another secret, or the content changed after it was signed. Sign id, time and"
            " the body exactly as it is sent, with full stops between.",
        )
    apart = abs(now_s - int(signed.timestamp))
    if apart > WINDOW_S:
        raise NotAllowed(
            "webhooks.timestamp",
            "时间戳和现在差 {apart} 秒，最多差 {window} 秒。请校准时钟，重发时重新签名。",
            "The time stamp is {apart} seconds away from now; at most {window} are taken. Set the clock, and sign anew"
            " when you send again.",
            apart=int(apart),
            window=WINDOW_S,
        )


def is_public(address: str) -> bool:
    """Tell whether an IP address lies in the public network: nothing inside a city's own may be called from here.

    Refused are private, loopback, link-local, shared, multicast and reserved addresses (RFC 6890), in IPv6 also every
    form that carries an IPv4 address other than NAT64, of which the address inside is looked at.

    >>> [is_public(one) for one in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2606:4700::1111")]
    [True, False, False, False, True]
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip in _NAT64:
        ip = IPv4Address(int(ip) & 0xFFFFFFFF)
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    return isinstance(ip, IPv4Address) or (ip in _GLOBAL_UNICAST and not any(ip in one for one in _TUNNELS))
