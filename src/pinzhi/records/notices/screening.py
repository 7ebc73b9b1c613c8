"""Have files looked at by the operator's scanner, and tell of those that did not pass."""

from datetime import datetime

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.clock import today
from pinzhi.records.files.models import Screening
from pinzhi.records.files.screening import examine
from pinzhi.records.notices.actions import Accounts, RoleHolders, send


def examine_and_tell(digest: str, now: datetime) -> None:
    """Look at a file; tell sender and operators, once, if it did not pass."""
    failed = examine(digest, now)
    if failed is not None:
        _tell(failed, Moment(now, today(now)))


def _tell(one: Screening, when: Moment) -> None:
    send(
        to=[RoleHolders("operator"), *([Accounts((one.sender,))] if one.sender else [])],
        subject=Text(f"没有通过安全检查：{one.name}", f"Did not pass the safety check: {one.name}"),
        body=Text(
            f"“{one.name}”没有通过安全检查（{one.said}），不会给任何人打开。请检查这台设备，换一个文件再传。",
            f"“{one.name}” did not pass the safety check ({one.said}) and is given to nobody. Check the device it came"
            " from and send another file.",
        ),
        link="",
        about=("file", one.digest),
        when=when,
        once=f"file/{one.digest}/failed",
    )
