"""Keep the register of targets, and who stands aside from whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from pinzhi.engine.errors import BadInput, PinzhiError
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.inspections.actions.noting import note
from pinzhi.records.inspections.models import InspectorTie, RiskTarget
from pinzhi.records.inspections.models.plans import LEVELS

MOST_ROWS = 5_000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target as it is to stand in the register: who, in which theme, at which level, from which day."""

    code: str
    theme: str
    level: str
    from_on: date
    zone: str = ""
    kinds: str = ""
    basis: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was not taken, by its number from 1, and why."""

    number: int
    refusal: PinzhiError


def set_target(*, actor: Actor, wanted: Wanted, when: Moment, synthetic: bool = False) -> RiskTarget:
    """Let an organisation stand in the register at a level from a day; what stood there until then ends the day before.

    The same row again changes nothing. Raises BadInput for an organisation, level or zone that is not known and for a
    day that does not lie after the beginning of what stands; NotAllowed for the register of another district.
    """
    organisation = Organisation.objects.filter(code=wanted.code.strip().upper()).first()
    if organisation is None:
        raise BadInput(
            "inspections.target.organisation",
            "名录里没有“{code}”。先把它导入名录，再列为检查对象。",
            "“{code}” is not in the catalogue. Import it before making it a target.",
            code=wanted.code[:40],
        )
    require(actor, "inspections.plan", organisation)
    _check(wanted)
    with transaction.atomic():
        standing = (
            RiskTarget.objects.select_for_update()
            .filter(organisation_code=organisation.code, theme=wanted.theme, until_on=None)
            .first()
        )
        if standing is not None:
            if (standing.level, standing.zone, standing.kinds) == (wanted.level, wanted.zone, wanted.kinds):
                return standing
            _end(standing, wanted.from_on - _DAY)
        made = RiskTarget.objects.create(
            organisation_code=organisation.code,
            organisation_name=organisation.name,
            theme=wanted.theme,
            level=wanted.level,
            district=organisation.district,
            zone=wanted.zone,
            kinds=wanted.kinds,
            latitude=wanted.latitude,
            longitude=wanted.longitude,
            from_on=wanted.from_on,
            basis=wanted.basis[:300],
            actor=actor.key,
            at=when.at,
            synthetic=synthetic,
        )
        note(actor, "target", "organisation", organisation.code, when, theme=wanted.theme, level=wanted.level,
             from_on=wanted.from_on.isoformat())  # fmt: skip
    return made


def set_targets(*, actor: Actor, rows: Iterable[Wanted], when: Moment) -> tuple[int, tuple[RowRefused, ...]]:
    """Set many targets, each by itself; return how many stand now and which rows were refused."""
    asked = list(rows)
    if len(asked) > MOST_ROWS:
        raise BadInput(
            "inspections.target.many",
            "一次最多 {most} 行，现在有 {found} 行。",
            "At most {most} rows at once; found {found}.",
            most=MOST_ROWS,
            found=len(asked),
        )
    refused = []
    for number, wanted in enumerate(asked, start=1):
        try:
            set_target(actor=actor, wanted=wanted, when=when)
        except PinzhiError as refusal:
            refused.append(RowRefused(number, refusal))
    return len(asked) - len(refused), tuple(refused)


def end_targets(*, actor: Actor, target_ids: Iterable[int], last_day: date, when: Moment) -> tuple[RiskTarget, ...]:
    """Take targets off the register after a day, all or none; each stays in what was drawn and planned before."""
    with transaction.atomic():
        return tuple(_end_target(actor, one, last_day, when) for one in sorted(set(target_ids)))


def declare_tie(
    *, actor: Actor, user: User, code: str, ground: str, when: Moment, until_on: date | None = None
) -> InspectorTie:
    """Note that an inspector or expert stands aside from an organisation from today; himself, or an officer for him.

    Without a last day it holds for good. Draws that were sealed before go on as they are. Raises BadInput without
    reasons, for an organisation that is not in the catalogue, and for a last day that has passed.
    """
    if actor.user_id != user.pk:
        require(actor, "inspections.plan")
    known = Organisation.objects.filter(code=code.strip().upper()).first()
    if known is None or not ground.strip():
        raise BadInput(
            "inspections.tie",
            "请写明回避理由和名录里有的单位；没有找到“{code}”。",
            "Give the reason, and an organisation of the catalogue; “{code}” was looked for.",
            code=code.strip()[:40],
        )
    if until_on is not None and until_on < when.on:
        raise BadInput(
            "inspections.tie.day",
            "最后一天 {found} 已经过了。",
            "The last day, {found}, has passed.",
            found=until_on,
        )
    with transaction.atomic():
        made = InspectorTie.objects.create(
            user=user,
            organisation_code=known.code,
            ground=ground.strip()[:300],
            from_on=when.on,
            until_on=until_on,
            actor=actor.key,
            at=when.at,
        )
        note(actor, "tie", "user", str(user.pk), when, organisation=made.organisation_code)
    return made


def _end_target(actor: Actor, target_id: int, last_day: date, when: Moment) -> RiskTarget:
    target = RiskTarget.objects.select_for_update().filter(pk=target_id, until_on=None).first()
    if target is None:
        raise BadInput("inspections.target.ended", "这一行已经结束。", "This row has ended already.")
    require(actor, "inspections.plan", target)
    _end(target, last_day)
    note(actor, "target-end", "organisation", target.organisation_code, when, last_day=last_day.isoformat())
    return target


def _end(target: RiskTarget, last_day: date) -> None:
    if last_day < target.from_on:
        raise BadInput(
            "inspections.target.day",
            "“{name}”从 {since} 起在册，不能在 {found} 结束。",
            "“{name}” stands in the register from {since}; it cannot end on {found}.",
            name=target.organisation_name,
            since=target.from_on,
            found=last_day,
        )
    target.until_on = last_day
    target.save(update_fields=["until_on"])


def _check(wanted: Wanted) -> None:
    if wanted.level not in LEVELS:
        raise BadInput(
            "inspections.target.level",
            "等级“{found}”应为 {known} 之一。",
            "Level “{found}”; expected one of {known}.",
            found=wanted.level[:20],
            known=", ".join(LEVELS),
        )
    if wanted.zone and wanted.zone not in rulebook().codelist("zones"):
        raise BadInput(
            "inspections.target.zone",
            "没有“{code}”这个功能区。",
            "There is no zone “{code}”.",
            code=wanted.zone[:20],
        )
