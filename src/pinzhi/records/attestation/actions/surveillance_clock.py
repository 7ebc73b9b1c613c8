"""What the clock does once a day: suspend and withdraw by rule, notice imported states, remind holders and officers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Q

from pinzhi.engine.attestation.surveillance import Reminder, reminders, standing
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.accounts.queries import represented_codes
from pinzhi.records.attestation.actions.measure_events import raise_event
from pinzhi.records.attestation.actions.states import change_state
from pinzhi.records.attestation.actions.surveillance_digest import send_digests
from pinzhi.records.attestation.models import RegisterWatch, SurveillanceTask
from pinzhi.records.attestation.queries.surveillance_subjects import (
    Subject,
    of_certificate,
    of_honour,
    passed_surveillances,
    rule_of,
    watched_of,
)
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.catalog.queries.watching import certificate_rules, overdue_on
from pinzhi.records.notices.actions import Accounts, OrganisationPeople, send

OVERLAP = timedelta(days=1)  # an import that wrote before the last look may have been committed after it
EVENTS = {"suspended": "certificate-suspended", "withdrawn": "certificate-withdrawn"}
HOLDING_HONOURS = ("announced", "in_force", "suspended")


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that the clock did, or could not do: what, to which certificate, and why not."""

    what: Literal["suspended", "withdrawn", "noticed", "reminded", "failed"]
    key: str
    text: Text


def run_surveillance(when: Moment) -> tuple[Done, ...]:
    """Do what is due; each thing wholly or not at all, and one that fails stops no other.

    Running it again on the same day does nothing. With a clock set back it does nothing that was done already.
    """
    since = _last_look()
    done = [*_act(when), *_notice_imports(when, since), *_remind(when), *_tell_late_assessors(when)]
    acted = [one for one in done if one.what in ("suspended", "withdrawn")]
    send_digests(when, since.looked_on if since else when.on, [one.key for one in acted])
    _look(when)
    return tuple(done)


def _act(when: Moment) -> Iterator[Done]:
    """Suspend what is overdue and withdraw what stayed suspended, where the scheme's rule says so."""
    acting = [code for code, rule in certificate_rules(when.on).items() if rule.overdue == "suspend"]
    due = Certificate.objects.filter(scheme__in=acting).filter(overdue_on(when.on) | Q(state="suspended"))
    rows = [of_certificate(row) for row in due.select_related("holder", "issuer", "product").order_by("pk")]
    honours = Honour.objects.filter(state__in=HOLDING_HONOURS).select_related("organisation").order_by("pk")
    titles = (of_honour(row) for row in honours if rule_of(of_honour(row), when.on) is not None)
    for one in (*rows, *titles):
        rule = rule_of(one, when.on)
        if rule is None:
            continue
        found = standing(rule, watched_of(one, passed_surveillances(one.kind, [one.key]).get(one.key, ())), when.on)
        if found.act is not None:
            to: Literal["suspended", "withdrawn"] = "suspended" if found.act == "suspend" else "withdrawn"
            ground = (
                f"监督应在 {found.due_on} 前通过，已逾期"
                if to == "suspended"
                else f"暂停满 {rule.suspension_months} 个月仍没有通过的监督"
            )
            yield _by_rule(one, to, ground, when)


def _by_rule(one: Subject, to: Literal["suspended", "withdrawn"], ground: str, when: Moment) -> Done:
    try:
        change_state(
            actor=SYSTEM, kind=one.kind, key=one.key, to=to, ground=ground,
            document=f"{one.title.zh}：监督规则", effective_on=when.on, when=when,
        )  # fmt: skip
    except PinzhiError as refusal:  # somebody was first, or the calendar does not reach: the next run tries again
        return Done("failed", one.key, refusal.text)
    return Done(to, one.key, Text(f"{one.holder_name}：{ground}", f"{one.holder_name}: {to} by rule"))


def _notice_imports(when: Moment, since: RegisterWatch | None) -> Iterator[Done]:
    """Raise the events of certificates whose state an import changed since the last look; the first look is a start."""
    if since is None:
        return
    changed = Certificate.objects.filter(recorded_at__gt=since.looked_at - OVERLAP, state__in=EVENTS)
    for row in changed.exclude(state_on=None).select_related("holder", "issuer", "product").order_by("pk").iterator():
        if row.state_on is None or row.state_on > when.on:
            continue
        try:
            with transaction.atomic():
                event = raise_event(
                    actor=SYSTEM, kind=EVENTS[row.state], code=row.holder.code, about=("certificate", row.number),
                    ground=row.state_ground or row.source, document="", happened_on=row.state_on, when=when,
                )  # fmt: skip
        except PinzhiError as refusal:
            yield Done("failed", row.number, refusal.text)
            continue
        if event is not None:
            yield Done(
                "noticed", row.number,
                Text(f"{row.holder.name}：导入的状态“{row.state}”", f"{row.holder.name}: imported as {row.state}"),
            )  # fmt: skip


def _remind(when: Moment) -> Iterator[Done]:
    """Remind the holders for whom somebody may sign in; all others can be told nothing."""
    codes = represented_codes(when.on)
    certificates = Certificate.objects.filter(holder__code__in=codes, state__in=("active", "suspended"))
    honours = Honour.objects.filter(organisation__code__in=codes, state__in=HOLDING_HONOURS)
    rows = [
        *(of_certificate(row) for row in certificates.select_related("holder", "issuer", "product").order_by("pk")),
        *(of_honour(row) for row in honours.select_related("organisation").order_by("pk")),
    ]
    passed = passed_surveillances("certificate", [one.key for one in rows if one.kind == "certificate"])
    passed |= passed_surveillances("honour", [one.key for one in rows if one.kind == "honour"])
    for one in rows:
        rule = rule_of(one, when.on)
        if rule is None:
            continue
        for reminder in reminders(rule, watched_of(one, passed.get(one.key, ())), when.on):
            if rule.unannounced and reminder.of == "surveillance":
                continue
            if _remind_holder(one, reminder, when):
                yield Done("reminded", one.key, Text(f"{one.holder_name}：{reminder.day}", f"{reminder.of}"))


_REMINDERS = {
    "surveillance": Text("监督应在 {day} 前通过", "surveillance has to be passed by {day}"),
    "expiry": Text("有效期到 {day}，请及时申请再认证", "is valid until {day}: apply for renewal in time"),
    "suspension": Text(
        "暂停到 {day} 为止，届时仍没有通过的监督将撤销",
        "is suspended until {day} and will be withdrawn unless it passes a surveillance before",
    ),
}


def _remind_holder(one: Subject, reminder: Reminder, when: Moment) -> int:
    told, left = _REMINDERS[reminder.of].filled(day=reminder.day), (reminder.day - when.on).days
    return send(
        to=OrganisationPeople(one.holder_code),
        subject=Text(f"{one.title.zh}（{one.key}）{told.zh}", f"{one.title.en} ({one.key}) {told.en}"),
        body=Text(
            f"{one.holder_name}的{one.title.zh}（{one.key}）{told.zh}，还有 {left} 天。",
            f"{one.title.en} ({one.key}) of {one.holder_name} {told.en}: {left} days from now.",
        ),
        link=f"/desk/surveillance/{one.kind}/{one.key}",
        about=(one.kind, one.key),
        when=when,
        once=f"remind:{one.kind}:{one.key}:{reminder.of}:{reminder.day}:{reminder.days}"[:200],
    )


def _tell_late_assessors(when: Moment) -> Iterator[Done]:
    late = SurveillanceTask.objects.filter(state__in=("given", "returned"), report_by__lt=when.on).order_by("pk")
    for task in late:
        told = send(
            to=Accounts((task.assessor_id,)),
            subject=Text(f"监督报告已过期限：{task.holder_name}", f"A report is late: {task.subject_key}"),
            body=Text(
                f"{task.holder_name}（{task.subject_key}）的监督报告应在 {task.report_by} 前交。",
                f"The report on {task.subject_key} was due by {task.report_by}.",
            ),
            link=f"/desk/surveillance/tasks/{task.pk}",
            about=("surveillance", str(task.pk)),
            when=when,
            once=f"surveillance:{task.pk}:late:{task.report_by}",
        )
        if told:
            yield Done("reminded", task.subject_key, Text(f"报告期限 {task.report_by}", f"report of {task.report_by}"))


def _last_look() -> RegisterWatch | None:
    return RegisterWatch.objects.filter(name="states").first()


def _look(when: Moment) -> None:
    """Note how far the clock has looked; a clock set back does not make it look again."""
    known = _last_look()
    RegisterWatch.objects.update_or_create(
        name="states",
        defaults={
            "looked_at": max(when.at, known.looked_at) if known else when.at,
            "looked_on": max(when.on, known.looked_on) if known else when.on,
        },
    )
