"""Tell those whose turn it is, and whoever brought a case what became of it; each message once."""

from pinzhi.engine.casework.deadlines import Told
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.case_parts import CaseRole
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.queries import actors_for_organisation
from pinzhi.records.casework.models import Case, CaseStep
from pinzhi.records.notices.actions import (
    Accounts,
    OrganisationPeople,
    Recipients,
    RoleHolders,
    mark_dealt_with,
    send,
)


def tell_of_step(case: Case, kind: CaseType, step: CaseStep, when: Moment) -> None:
    """Tell who was given a role by a step, and the reporter of the new state, unless he took the step himself.

    With the case closed, nothing that was told of it before waits for anybody any more.
    """
    if case.phase == "closed":
        mark_dealt_with(("case", case.number), when)
    given = [_recipient(who) for who in step.assigned.values()]
    if given:
        send(
            to=given,
            subject=Text(f"请办理：{case.title}", f"For you to deal with: {case.title}"),
            body=Text(
                f"{kind.title.zh} {case.number} 派给了你或你的单位。",
                f"{kind.title.en} {case.number} was given to you or your organisation.",
            ),
            link=f"/desk/cases/{case.number}",
            about=("case", case.number),
            when=when,
            once=f"case/{case.number}/{step.number}/assigned",
        )
    if _account(step.actor) not in _reporting_accounts(case, when):
        _tell_reporter(case, kind, step, when)


def tell_of_deadline(case: Case, kind: CaseType, told: Told, when: Moment) -> int:
    """Tell somebody of a deadline that passed; return how many were told now."""
    deadline = kind.deadline_of(told.deadline)
    title = deadline.title if deadline else Text(told.deadline, told.deadline)
    return send(
        to=recipients_of(case, told.to),
        subject=Text(f"逾期：{case.title}", f"Overdue: {case.title}"),
        body=Text(
            f"{kind.title.zh} {case.number} 的“{title.zh}”已逾期。",
            f"{kind.title.en} {case.number}: “{title.en}” is overdue.",
        ),
        link=f"/desk/cases/{case.number}",
        about=("case", case.number),
        when=when,
        once=f"case/{case.number}/overdue/{told.deadline}/{told.to}/{told.since.isoformat()}",
    )


def recipients_of(case: Case, role: CaseRole) -> tuple[Recipients, ...]:
    """Return who holds a role in a case, as messages are addressed; nobody where it was not given yet."""
    match role:
        case "officer":
            district = RoleHolders("district_officer", case.district) if case.district else None
            return (RoleHolders("city_officer"), *((district,) if district else ()))
        case "supervisor":
            return (RoleHolders("supervisor"),)
        case "handler" | "provider":
            code = case.handler_code if role == "handler" else case.provider_code
            return (OrganisationPeople(code),) if code else ()
        case "verifier" | "expert":
            user = case.verifier_id if role == "verifier" else case.expert_id
            return (Accounts((user,)),) if user else ()
        case "reporter":
            return _reporter(case)
    return ()


def _tell_reporter(case: Case, kind: CaseType, step: CaseStep, when: Moment) -> None:
    state, taken = kind.state_of(case.state), kind.step_of(step.code)
    title = state.title if state else Text(case.state, case.state)
    answer = step.ground if taken is not None and taken.public_answer else ""
    send(
        to=_reporter(case),
        subject=Text(f"{case.number}：{title.zh}", f"{case.number}: {title.en}"),
        body=Text(f"“{case.title}”：{title.zh}。{answer}", f"“{case.title}”: {title.en}. {answer}".strip()),
        link=f"/desk/cases/{case.number}",
        about=("case", case.number),
        when=when,
        once=f"case/{case.number}/{step.number}/state",
    )


def _reporter(case: Case) -> tuple[Recipients, ...]:
    if case.reporter_code:
        return (OrganisationPeople(case.reporter_code),)
    return (Accounts((case.reporter_id,)),) if case.reporter_id else ()


def _reporting_accounts(case: Case, when: Moment) -> set[int | None]:
    if case.reporter_code:
        return {*actors_for_organisation(case.reporter_code, when.on)}
    return {case.reporter_id}


def _recipient(who: str) -> Recipients:
    account = _account(who)
    return OrganisationPeople(who) if account is None else Accounts((account,))


def _account(key: str) -> int | None:
    """Return the account of a journal key such as ``user:17``; None for organisations and the platform."""
    return int(key.removeprefix("user:")) if key.startswith("user:") else None
