"""Surveillance and measures of the demonstration, in every state, through the acts that everybody takes."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.demo import ENTERPRISE, MAIL_DOMAIN
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.attestation.actions import findings, measures, surveillance
from pinzhi.records.attestation.actions.states import change_state
from pinzhi.records.attestation.actions.surveillance import Found, Report
from pinzhi.records.attestation.models import Measure, SurveillanceTask
from pinzhi.records.catalog.models import Certificate, Organisation
from pinzhi.records.clock import moment

TODAY = date(2024, 1, 4)  # the demonstration's
_OWN = ("99022E00018R2M", "99022EN00018R0M", "99021Q00018R4M")  # certificates of the demonstration's enterprise
_EVENTS = (
    ("accident", "91370202MA0000402U", "演示：装配车间发生一起设备伤害事故，无人死亡。"),
    ("sampling-failed", ENTERPRISE, "演示：市级监督抽查，一个批次减速机铭牌缺执行标准号。"),
)
_SUMMARY = "查阅了体系文件和一年的记录，走访了两个现场，访谈了六个岗位。"
_MINOR = Found("minor", "两台测厚仪的校准证书已过有效期 12 天，期间仍用于出厂检验。", "7.1.5")
_MAJOR = Found("major", "三个批次没有做型式检验就出厂，管理评审没有发现。", "8.6")


def load_surveillance() -> bool:
    """Give, report and confirm surveillance of invented certificates; return whether it was done now. All or nothing.

    Two are suspended and one of them restored within 2023; events that reach other titles lie in 2024, when the
    measures across programmes are in force. Figures of 31 December 2023 stay what they are.
    """
    own = Certificate.objects.filter(number__in=_OWN, holder__code=ENTERPRISE).count()
    others = _others()
    if SurveillanceTask.objects.exists() or own < len(_OWN) or len(others) < 6:
        return False
    with transaction.atomic():
        _put_right(_OWN[0])
        _suspended_and_restored(_OWN[1])
        _give(_OWN[2], date(2024, 1, 2), visit_on=date(2024, 1, 10))
        _in_every_state(others)
        _measures()
    return True


def _others() -> Sequence[str]:
    """Return invented certificates that are watched: of the district officer's district first."""
    rows = Certificate.objects.filter(
        synthetic=True, state="active", scheme__in=("qms", "ems"), issued_on__lt=date(2023, 1, 1),
        expires_on__gt=date(2024, 6, 30), holder__district__startswith="3702", issuer__isnull=False,
    )  # fmt: skip
    here = rows.filter(holder__district="370213").order_by("number").values_list("number", flat=True)[:3]
    there = rows.exclude(holder__district="370213").exclude(holder__code=ENTERPRISE)
    return [*here, *there.order_by("number").values_list("number", flat=True)[:3]]


def _put_right(number: str) -> None:
    """Tell of two minor findings: one closed, the other put right and waiting to be checked."""
    task = _reported(
        number, date(2023, 11, 1), date(2023, 11, 16), _MINOR, Found("minor", "一份废水委托处理协议没有续签。", "8.1")
    )
    _confirm(task, date(2023, 11, 20))
    first, second = task.findings.order_by("number")
    for finding, text, on in (
        (first, "两台测厚仪已送校合格，并建立到期提醒。", 28),
        (second, "协议已续签到 2025 年，附扫描件。", 30),
    ):
        findings.say_correction(
            actor=_actor("enterprise"), finding_id=finding.pk, text=text, when=_on(date(2023, 11, on))
        )
    findings.close_finding(actor=_actor("city-officer"), finding_id=first.pk, when=_on(date(2023, 12, 1)))


def _suspended_and_restored(number: str) -> None:
    """Tell of a major finding that suspends, and of a second audit that restores."""
    task = _reported(number, date(2023, 9, 4), date(2023, 9, 18), _MAJOR)
    _confirm(task, date(2023, 9, 20))
    _change(number, "suspended", "监督审核发现严重不符合项", date(2023, 9, 21))
    finding = task.findings.get()
    findings.say_correction(
        actor=_actor("enterprise"), finding_id=finding.pk, when=_on(date(2023, 10, 12)),
        text="三个批次已补做型式检验，全部合格；出厂放行改为系统校验检验报告。",
    )  # fmt: skip
    findings.close_finding(actor=_actor("city-officer"), finding_id=finding.pk, when=_on(date(2023, 10, 16)))
    _confirm(_reported(number, date(2023, 10, 17), date(2023, 10, 26)), date(2023, 10, 30))
    _change(number, "active", "复查合格，整改有效", date(2023, 10, 31))


def _in_every_state(numbers: Sequence[str]) -> None:
    given_on = date(2023, 12, 18)
    late, waiting, back, done, failed, off = numbers
    _give(late, date(2023, 11, 20))
    _reported(waiting, given_on, date(2023, 12, 28), _MINOR)
    task = _reported(back, given_on, date(2023, 12, 27))
    surveillance.return_report(
        actor=_actor("city-officer"), task_id=task.pk, seen=task.version, ground="缺现场照片和访谈名单",
        when=_on(date(2023, 12, 29)),
    )  # fmt: skip
    _confirm(_reported(done, given_on, date(2023, 12, 26)), date(2023, 12, 29))
    _confirm(_reported(failed, given_on, date(2024, 1, 2), _MAJOR, _MINOR), date(2024, 1, 3))
    _change(failed, "suspended", "监督审核发现严重不符合项", date(2024, 1, 3))
    task = _give(off, given_on)
    surveillance.call_off(
        actor=_actor("city-officer"), task_id=task.pk, seen=task.version, ground="企业搬迁，改期安排",
        when=_on(date(2023, 12, 25)),
    )  # fmt: skip


def _measures() -> None:
    """Report an accident, which reaches titles, and a failed sampling: one measure confirmed, one declined."""
    officer = _actor("city-officer")
    for kind, code, ground in _EVENTS:
        if Organisation.objects.filter(code=code).exists():
            measures.report_event(
                actor=officer, kind=kind, code=code, ground=ground, document="示例〔2024〕1 号",
                happened_on=date(2024, 1, 2), when=_on(TODAY),
            )  # fmt: skip
    proposed = Measure.objects.filter(event__organisation_code=ENTERPRISE).order_by("pk")
    plain = [one.pk for one in proposed if one.proposed not in measures.STATES]
    for pk in plain[:1]:
        measures.confirm_measure(actor=officer, measure_id=pk, ground="请发证机构 30 日内安排审核", when=_on(TODAY))
    for pk in plain[1:2]:
        measures.decline_measure(actor=officer, measure_id=pk, ground="不合格产品不在这张证书的范围内", when=_on(TODAY))


def _give(number: str, on: date, visit_on: date | None = None) -> SurveillanceTask:
    (task,) = surveillance.give_tasks(
        actor=_actor("city-officer"), subjects=[("certificate", number)], visit_on=visit_on, when=_on(on),
        assessor_id=_actor("expert").account_id,
    )  # fmt: skip
    return task


def _reported(number: str, given_on: date, carried_out_on: date, *found: Found) -> SurveillanceTask:
    task = _give(number, given_on, carried_out_on)
    report = Report(carried_out_on, _SUMMARY, found)
    return surveillance.hand_in(
        actor=_actor("expert"), task_id=task.pk, seen=task.version, report=report,
        when=_on(min(carried_out_on + timedelta(days=1), TODAY)),
    )  # fmt: skip


def _confirm(task: SurveillanceTask, on: date) -> None:
    surveillance.confirm(actor=_actor("city-officer"), task_id=task.pk, seen=task.version, when=_on(on))


def _change(number: str, to: str, ground: str, on: date) -> None:
    change_state(
        actor=_actor("city-officer"), kind="certificate", key=number, to=to, ground=ground, effective_on=on,
        when=_on(on),
    )  # fmt: skip


def _actor(who: str) -> Actor:
    return actor_for(User.objects.get(email=f"{who}@{MAIL_DOMAIN}"), TODAY)


def _on(day: date) -> Moment:
    """Return a day of the story; the moment is the real one, since the register's clock runs forward only."""
    return Moment(moment().at, day)
