"""Status lists: one bit for each credential, published compressed (W3C Bitstring Status List 1.0)."""

import base64
import gzip
import zlib
from collections.abc import Iterable

from pinzhi.engine.attestation.credentials import StatusPlace
from pinzhi.engine.errors import BadInput

ENTRIES = 1 << 20  # of one list; the standard asks for at least 131,072 (5.3)
LEAST = 131_072
LONGEST_BYTES = ENTRIES // 8 * 16  # of a list of somebody else's that we are willing to unpack
_STEP = 387_977  # odd, hence coprime to the size: every place is taken once before any is taken twice


def place_of(ticket: int) -> StatusPlace:
    """Return the place of the credential that drew a ticket, 1, 2, 3 …: neighbours in time are spread over the list.

    >>> place_of(1) == place_of(2), place_of(ENTRIES + 1).list_number
    (False, 2)
    """
    if ticket < 1:
        raise ValueError(f"a ticket is at least 1, not {ticket}")
    lists, rest = divmod(ticket - 1, ENTRIES)
    return StatusPlace(lists + 1, (rest * _STEP + 7) % ENTRIES)


def encoded(indexes: Iterable[int], *, entries: int = ENTRIES) -> str:
    """Return a list in which the bits at these places are set: base64url of the gzipped bits, multibase ``u``.

    The first place is the highest bit of the first byte. The same bits always give the same text.
    """
    bits = bytearray(entries // 8)
    for index in indexes:
        bits[index >> 3] |= 0x80 >> (index & 7)
    packed = gzip.compress(bytes(bits), compresslevel=6, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bits of a published list; BadInput where it is not one, or unpacks to more than anybody publishes."""
    try:
        packed = base64.b64decode(text[1:] + "=" * (-(len(text) - 1) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj(wbits=31)
        bits = unpacking.decompress(packed, LONGEST_BYTES)
        whole = text.startswith("u") and unpacking.eof and len(bits) * 8 >= LEAST
    except (ValueError, zlib.error):
        whole, bits = False, b""
    if not whole:
        raise BadInput(
            "attestation.status_list",
            "状态列表读不出来，或不足 {least} 项。",
            "The status list cannot be read, or has fewer than {least} entries.",
            least=LEAST,
        )
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Tell whether the bit at a place is set; BadInput for a place that the list does not have."""
    if not 0 <= index < len(bits) * 8:
        raise BadInput(
            "attestation.status_index",
            "状态列表没有第 {index} 项。",
            "The status list has no entry {index}.",
            index=index,
        )
    return bool(bits[index >> 3] & (0x80 >> (index & 7)))
