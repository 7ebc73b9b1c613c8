"""The service points of the demonstration: stewards, duty lists and visitors of three days, through the acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.actions import grant_role
from pinzhi.records.accounts.demo import ENTERPRISE, MAIL_DOMAIN, POINT
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, actor_for, command
from pinzhi.records.casework.actions.duty import put_on_duty
from pinzhi.records.casework.actions.walkins import Need, call_next, end_visit, hand_on, take_in
from pinzhi.records.casework.models import WalkIn
from pinzhi.records.casework.queries.points import open_points
from pinzhi.records.catalog.models import Organisation, Place
from pinzhi.records.catalog.rulebook import calendar
from pinzhi.records.clock import moment, today

DAYS_BEFORE, DAYS_AHEAD = 2, 4  # working days with visitors, and with a duty list
MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17))
OPENS = timedelta(hours=1, minutes=5)  # 9:05 in the city, in UTC
_ACTOR = command("demo")
_NEEDS = (
    Need("电子秤检定到期，怎么预约", "M05"),
    Need("出口的减速机要做自愿性认证，找哪家机构", "C03", ENTERPRISE),
    Need("产品标准是不是最新的，想查一下", "S02"),
    Need("第一次办质量管理体系认证，先问流程", "C01"),
    Need("原材料要做成分检测，急用", "T01"),
    Need("新任内审员想参加培训", "E02"),
    Need("想打印一份国家标准目录", "S01"),
)
# What becomes of visitors of a day that is over, and of the first ones of today; the rest of today still wait.
_PAST = ("serve", "serve", "leave", "serve")
_TODAY = ("serve", "hand-on", "", "wait", "wait")  # "": called and still at the counter


@dataclass(frozen=True, slots=True)
class _Staffed:
    point: Place
    steward: Actor


def load_points() -> bool:
    """Load them unless they are there; return whether they were loaded. All or nothing.

    A city without open service points, or without the demonstration's organisations, has none.
    """
    held = list(open_points(today()))
    if not held or WalkIn.objects.exists() or not Organisation.objects.filter(code=ENTERPRISE).exists():
        return False
    with transaction.atomic():
        for number, staffed in enumerate(_stewards(held)):
            _plan_duty(staffed)
            _past_days(staffed, number)
            _today(staffed, number)
    return True


def _stewards(points: Sequence[Place]) -> list[_Staffed]:
    """Return each point with its steward: the demonstration's own, and colleagues with the same password."""
    known = User.objects.get(email=f"steward@{MAIL_DOMAIN}")
    found = [_Staffed(one, actor_for(known, today())) for one in points if one.code == POINT]
    for number, point in enumerate((one for one in points if one.code != POINT), start=2):
        email = f"steward-{number}@{MAIL_DOMAIN}"
        user, is_new = User.objects.get_or_create(
            email=email, defaults={"name": f"演示专员 {number}", "synthetic": True, "password": known.password}
        )
        if is_new:
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
            grant_role(actor=_ACTOR, email=email, role="steward", point=point.code, on=today(), now=moment().at)
        found.append(_Staffed(point, actor_for(user, today())))
    return found


def _plan_duty(staffed: _Staffed) -> None:
    days, day = calendar(), today()
    for ahead in range(DAYS_AHEAD):
        on = day if ahead == 0 else days.add(day, ahead)
        for starts, ends in (MORNING, AFTERNOON):
            put_on_duty(
                actor=_ACTOR, point=staffed.point.code, user_id=staffed.steward.account_id, on=on, starts=starts,
                ends=ends, when=moment(),
            )  # fmt: skip


def _past_days(staffed: _Staffed, number: int) -> None:
    for before in range(1, DAYS_BEFORE + 1):
        on = today() - timedelta(days=before)
        if calendar().is_working(on):
            for place, act in enumerate(_PAST[: 1 + (number + before) % len(_PAST)]):
                row = _come(staffed, number + before + place, on, place)
                call_next(actor=staffed.steward, point=row.point, when=_at(on, place, 8))
                end_visit(actor=staffed.steward, walk_in_id=row.pk, act=act, when=_at(on, place, 20))


def _today(staffed: _Staffed, number: int) -> None:
    """Let a few come: many to the first point, to others some or nobody."""
    on, acts = today(), _TODAY[: len(_TODAY) - number % len(_TODAY)]
    rows = [_come(staffed, number + place, on, place) for place in range(len(acts))]
    for place, (row, act) in enumerate(zip(rows, acts, strict=True)):
        if act == "wait":
            continue
        call_next(actor=staffed.steward, point=row.point, when=_at(on, place, 6))
        if act == "hand-on" and row.organisation_code:
            need = Need(row.need, row.service, row.organisation_code)
            hand_on(actor=staffed.steward, walk_in_id=row.pk, need=need, contact="", when=_at(on, place, 15))
        elif act:
            end_visit(actor=staffed.steward, walk_in_id=row.pk, act="serve", when=_at(on, place, 15))


def _come(staffed: _Staffed, need: int, on: date, place: int) -> WalkIn:
    return take_in(
        actor=staffed.steward, point=staffed.point.code, need=_NEEDS[need % len(_NEEDS)], when=_at(on, place, 0),
        synthetic=True,
    )  # fmt: skip


def _at(on: date, place: int, minutes: int) -> Moment:
    """Return a moment of a morning: every quarter of an hour somebody comes."""
    start = datetime(on.year, on.month, on.day, tzinfo=UTC) + OPENS
    return Moment(start + timedelta(minutes=15 * place + minutes), on)
