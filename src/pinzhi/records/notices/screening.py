"""Have files looked at by the operator's scanner, and tell of those that did not pass."""

import logging
import threading

from django.db import DatabaseError, close_old_connections, connection

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.clock import moment
from pinzhi.records.files.models import Screening
from pinzhi.records.files.screening import examine
from pinzhi.records.notices.actions import Accounts, RoleHolders, send

log = logging.getLogger(__name__)
_EVERY_S = 3.0


def examine_and_tell(when: Moment) -> int:
    """Look at the files that are due; tell sender and operators of each that did not pass. Returns how many did not.

    A process killed between the two leaves the file withheld and refused; its sender hears of it when he opens it.
    """
    failed = examine(when.at)
    for one in failed:
        _tell(one, when)
    return len(failed)


def keep_examining(stop: threading.Event) -> None:
    """Look at files until told to stop: the life of a thread beside the follower."""
    while not stop.wait(_EVERY_S):
        close_old_connections()
        try:
            examine_and_tell(moment())
        except (DatabaseError, OSError) as failure:
            log.error("screening: %s; trying again", failure)
            connection.close()
    connection.close()


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
