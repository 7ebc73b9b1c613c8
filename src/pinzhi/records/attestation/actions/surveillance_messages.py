"""What surveillance tells to whom: the assessor, who gave it to him, the holder."""

from collections.abc import Sequence

from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.surveillance import SurveillanceRule
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.attestation.models import SurveillanceTask
from pinzhi.records.attestation.queries.surveillance_subjects import Subject
from pinzhi.records.notices.actions import Accounts, OrganisationPeople, send

RESULTS = {
    "conforms": Text("符合要求", "conforms"),
    "minor": Text("有轻微不符合项，请按期整改", "minor findings: put them right in time"),
    "major": Text("有严重不符合项，未通过", "major findings: not passed"),
}


def tell_assessor(given: Sequence[SurveillanceTask], assessor: Actor, when: Moment) -> None:
    """Tell an assessor in one message what was given to him."""
    first = min(one.report_by for one in given)
    names = "、".join(one.holder_name for one in given[:3])
    send(
        to=Accounts((assessor.account_id,)),
        subject=Text(f"{len(given)} 项监督交给你", f"{len(given)} surveillances for you"),
        body=Text(
            f"{names}{'等' if len(given) > 3 else ''}，最早 {first} 前交报告。",
            f"{names}{' and others' if len(given) > 3 else ''}; the first report is due by {first}.",
        ),
        link="/desk/surveillance",
        about=("surveillance", str(given[0].pk)),
        when=when,
        once=f"surveillance:given:{given[0].pk}",
    )


def tell_holder_of_plan(task: SurveillanceTask, one: Subject, rule: SurveillanceRule, when: Moment) -> None:
    """Tell the holder, unless the scheme keeps the date from him."""
    if rule.unannounced or not one.holder_code:
        return
    day = f"，时间 {task.visit_on}" if task.visit_on else ""
    day_en = f", on {task.visit_on}" if task.visit_on else ""
    send(
        to=OrganisationPeople(one.holder_code),
        subject=Text(f"{one.title.zh}（{one.key}）将进行监督", f"{one.title.en} ({one.key}): surveillance is arranged"),
        body=Text(
            f"{one.title.zh}（{one.key}）第 {task.number} 次监督已安排{day}，应在 {task.due_on or '—'} 前通过。",
            f"Surveillance no. {task.number} of {one.title.en} ({one.key}) is arranged{day_en}; it has to be passed by"
            f" {task.due_on or '—'}.",
        ),
        link=f"/desk/surveillance/{one.kind}/{one.key}",
        about=(one.kind, one.key),
        when=when,
        once=f"surveillance:{task.pk}:arranged",
    )


def tell_giver(task: SurveillanceTask, when: Moment) -> None:
    """Tell who gave the task that its report waits to be confirmed."""
    kind, _colon, number = task.given_by.partition(":")
    if kind != "user" or not number.isdigit():
        return
    send(
        to=Accounts((int(number),)),
        subject=Text(f"监督报告待确认：{task.holder_name}", f"A report to confirm: {task.subject_key}"),
        body=Text(
            f"{task.holder_name}（{task.subject_key}）的监督报告已交，请确认或退回。",
            f"The report on {task.subject_key} is handed in: confirm it or give it back.",
        ),
        link=f"/desk/surveillance/tasks/{task.pk}",
        about=("surveillance", str(task.pk)),
        when=when,
        once=f"surveillance:{task.pk}:reported:{task.version}",
    )


def tell_holder_of_result(task: SurveillanceTask, one: Subject, when: Moment) -> None:
    """Tell the holder what came of it."""
    if not one.holder_code:
        return
    result = RESULTS[task.result]
    send(
        to=OrganisationPeople(one.holder_code),
        subject=Text(f"{one.title.zh}（{one.key}）监督结果", f"{one.title.en} ({one.key}): result of surveillance"),
        body=Text(
            f"{task.carried_out_on} 的监督：{result.zh}。{task.summary}",
            f"Surveillance of {task.carried_out_on}: {result.en}. {task.summary}",
        ),
        link=f"/desk/surveillance/{one.kind}/{one.key}",
        about=(one.kind, one.key),
        when=when,
        once=f"surveillance:{task.pk}:confirmed",
    )


def tell_of_return(task: SurveillanceTask, ground: str, when: Moment) -> None:
    """Tell the assessor that his report came back, and why."""
    send(
        to=Accounts((task.assessor_id,)),
        subject=Text(f"监督报告退回：{task.subject_key}", f"Report returned: {task.subject_key}"),
        body=Text(f"请补充后再交：{ground}", f"Please complete it: {ground}"),
        link=f"/desk/surveillance/tasks/{task.pk}",
        about=("surveillance", str(task.pk)),
        when=when,
        once=f"surveillance:{task.pk}:{task.version}",
    )
