"""The cursor of a listing: opaque to callers, a primary key to us."""

import base64
import binascii

from pinzhi.engine.errors import BadInput

LARGEST = 2**63 - 1


def cursor_after(last_id: int | None) -> str | None:
    """Return the cursor that goes on after a record; None at the end."""
    if last_id is None:
        return None
    return base64.urlsafe_b64encode(f"after:{last_id}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int:
    """Return the primary key to go on after; 0 for an empty cursor."""
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        word, _, digits = text.partition(":")
        last_id = int(digits) if word == "after" and digits.isdigit() and len(digits) < 20 else -1
    except (binascii.Error, UnicodeDecodeError, ValueError):
        last_id = -1
    if not 0 <= last_id <= LARGEST:
        raise BadInput(
            "api.cursor",
            "cursor 的值“{cursor}”不是上一页给出的 next_cursor。去掉它就从头开始。",
            "The cursor “{cursor}” is not a next_cursor of ours. Leave it out to begin anew.",
            cursor=cursor[:40],
        )
    return last_id
