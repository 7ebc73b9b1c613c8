"""The duty list of a service point: put somebody of its staff on duty, take him off."""

from datetime import date, time

from django.db import IntegrityError, transaction

from pinzhi.engine.casework.walkins import check_shift
from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Shift
from pinzhi.records.casework.queries.points import point_for
from pinzhi.records.casework.queries.walkins import staff_of
from pinzhi.records.journal.actions import write


def put_on_duty(*, actor: Actor, point: str, user_id: int, on: date, starts: time, ends: time, when: Moment) -> Shift:
    """Put a steward of the point on duty on a day, today or later.

    Raises NotAllowed for whoever may not use the point's desk, BadInput for somebody who is no steward of it on that
    day, a day that is over or times the wrong way round, Conflict where he is on duty at that time already.
    """
    held = point_for(actor, point)
    check_shift(starts, ends)
    if on < when.on:
        raise BadInput(
            "casework.shift.day",
            "值班日期是 {found}，已经过去；从今天（{today}）起才能排。",
            "The day {found} is over; duty can be planned from today ({today}) on.",
            found=on,
            today=when.on,
        )
    if user_id not in dict(staff_of(held.code, on)):
        raise BadInput(
            "casework.shift.staff",
            "值班的人要是这个站点当天的专员。专员由市级经办人授予角色。",
            "Only a steward of this point on that day can be on duty. City officers give that role.",
        )
    overlapping = Shift.objects.filter(point=held.code, on=on, user_id=user_id, starts__lt=ends, ends__gt=starts)
    if overlapping.exists():
        raise _double()
    try:
        with transaction.atomic():
            shift = Shift.objects.create(point=held.code, on=on, starts=starts, ends=ends, user_id=user_id)
            _note(actor, "put", shift, when)
    except IntegrityError:
        raise _double() from None  # a colleague wrote the same shift meanwhile
    return shift


def take_off_duty(*, actor: Actor, point: str, shift_id: int, when: Moment) -> None:
    """Take a shift off the list; NotFound where it is not there, also since a colleague took it off."""
    held = point_for(actor, point)
    with transaction.atomic():
        shift = Shift.objects.select_for_update().filter(pk=shift_id, point=held.code, on__gte=when.on).first()
        if shift is None:
            raise NotFound(
                "casework.shift",
                "没有这一班，可能刚被同事删掉；过去的班不改。",
                "There is no such shift; a colleague may have taken it off. Past ones stay.",
            )
        _note(actor, "take-off", shift, when)
        shift.delete()


def _double() -> Conflict:
    return Conflict(
        "casework.shift.double",
        "这个人这段时间已经排了班。",
        "This person is on duty at that time already.",
    )


def _note(actor: Actor, act: str, shift: Shift, when: Moment) -> None:
    write(
        at=when.at,
        actor=actor.key,
        action=f"casework.duty.{act}",
        object_kind="place",
        object_key=shift.point,
        detail={
            "on": shift.on.isoformat(), "starts": f"{shift.starts:%H:%M}", "ends": f"{shift.ends:%H:%M}",
            "user": shift.user_id,
        },
    )  # fmt: skip
