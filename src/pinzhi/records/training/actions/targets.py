"""Keep the list of enterprises that should have a chief officer: put them on it, take them off."""

from collections.abc import Iterable

from django.db import transaction

from pinzhi.engine.catalog.credit import check_organisation_code
from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.notices.actions import OrganisationPeople, send
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.models import TargetEnterprise
from pinzhi.records.training.rules import appointed_by

KIND = "training_targets"


def list_targets(*, actor: Actor, role: str, codes: Iterable[str], source: str, when: Moment) -> int:
    """Put enterprises on the list of those that should have such an officer; returns how many are new on it."""
    require(actor, "training.decide")
    wanted = [check_organisation_code(one) for one in codes if one.strip()]
    said = source.strip()[:200]
    if not said:
        raise BadInput("training.targets.source", "要写名单的出处。", "Say where the list comes from.")
    rules = appointed_by(role, when.on)
    with transaction.atomic():
        known = set(TargetEnterprise.objects.filter(role=role, until=None).values_list("organisation_code", flat=True))
        fresh = [one for one in dict.fromkeys(wanted) if one not in known]
        TargetEnterprise.objects.bulk_create(
            TargetEnterprise(role=role, organisation_code=one, since=when.on, source=said) for one in fresh
        )
        if fresh:
            note(actor, "targets", KIND, role, when, new=len(fresh), source=said)
        for one in fresh:
            _tell_listed(one, rules, said, when)
    return len(fresh)


def take_off_targets(*, actor: Actor, role: str, codes: Iterable[str], ground: str, when: Moment) -> int:
    """Take enterprises off the list from this day on, with the ground; days before still count them."""
    require(actor, "training.decide")
    said = ground.strip()[:500]
    if not said:
        raise BadInput("training.targets.ground", "要写移出的理由。", "Say why they are taken off.")
    with transaction.atomic():
        rows = list(TargetEnterprise.objects.select_for_update().filter(
            role=role, organisation_code__in=list(codes), until=None
        ))  # fmt: skip
        if not rows:
            raise NotFound(
                "training.targets.none", "选中的单位不在名单上。", "None of these enterprises is on the list."
            )
        for one in rows:
            one.until, one.ground = when.on, said
        TargetEnterprise.objects.bulk_update(rows, ["until", "ground"])
        note(actor, "targets.off", KIND, role, when, codes=sorted(one.organisation_code for one in rows), ground=said)
    return len(rows)


def _tell_listed(code: str, rules: Course, source: str, when: Moment) -> None:
    role = rules.role_title
    send(
        to=OrganisationPeople(code),
        subject=Text(f"本单位应设{role.zh}", f"Your organisation should appoint a {role.en.lower()}"),
        body=Text(
            f"依据：{source}。先派人参加“{rules.title.zh}”，考试合格后提名、任命，再报备案。已有人在任的不用再办。",
            f"By: {source}. Enrol somebody in “{rules.title.en}”; who passes is nominated, appointed and filed. "
            "Nothing is to be done where somebody serves already.",
        ),
        link="/desk/training/appointments",
        about=(KIND, rules.role),
        when=when,
        once=f"training.targets.{rules.role}.{code}.{when.on}",
    )
