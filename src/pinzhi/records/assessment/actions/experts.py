"""The city's roster of experts: who is on it, what ties him to organisations, who is called to a round.

`declare`, `declare_about`, `leave` and `recheck` are in `recusal`.
"""

import re
from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction

from pinzhi.engine.catalog.credit import check_organisation_code
from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.actions import grant_role
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, actor_for, require
from pinzhi.records.assessment.actions.common import hold_round, note_round
from pinzhi.records.assessment.actions.recusal import recheck_rounds_of
from pinzhi.records.assessment.models import Expert, ExpertRelative, ExpertTie, Panellist
from pinzhi.records.assessment.queries.experts import expert_by_code, name_digest
from pinzhi.records.assessment.queries.visible import round_by_key
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.journal.actions import write

TIE_KINDS = ("employment", "advisory", "shareholding", "competitor")
QUALITY = "quality"  # a competence in the method itself, for every industry
MOST_ENTRIES = 200
_CODE = re.compile(r"[A-Z]{1,3}-\d{3,6}")


def enrol(
    *,
    actor: Actor,
    email: str,
    code: str,
    name: str,
    when: Moment,
    employer_code: str = "",
    employer_name: str = "",
    fields: Iterable[str] = (),
    senior: bool = False,
    synthetic: bool = False,
) -> Expert:
    """Put somebody with an account on the roster of experts; the role of expert comes with it."""
    require(actor, "assessment.run")
    user = _user(email)
    known = _checked_fields(fields)
    if not _CODE.fullmatch(code):
        raise BadInput(
            "assessment.expert.code",
            "专家编号应像 E-014，这里是“{code}”。",
            "A code of an expert is like E-014; found “{code}”.",
            code=code,
        )
    if not name.strip():
        raise BadInput("assessment.expert.name", "请写明专家姓名。", "Give the expert's name.")
    try:
        with transaction.atomic():
            if not actor_for(user, when.on).has("expert"):
                grant_role(actor=actor, email=user.email, role="expert", on=when.on, now=when.at)
            made = Expert.objects.create(
                user=user,
                code=code,
                name=name.strip(),
                employer_code=check_organisation_code(employer_code) if employer_code else "",
                employer_name=employer_name.strip(),
                fields=";".join(known),
                senior=senior,
                synthetic=synthetic,
            )
            _note(actor, "expert.enrol", made, when, fields=made.fields, senior=senior, employer=made.employer_code)
    except IntegrityError:
        raise Conflict(
            "assessment.expert.enrolled",
            "“{code}”或这个账号已在专家库里。",
            "“{code}” or this account is on the roster already.",
            code=code,
        ) from None
    return made


def add_tie(
    *,
    actor: Actor,
    expert_code: str,
    kind: str,
    credit_code: str,
    when: Moment,
    since: date | None = None,
    until: date | None = None,
) -> ExpertTie:
    """Record a tie of an expert to an organisation: experts for themselves, officers for anybody."""
    expert = _own_or_run(actor, expert_code)
    if kind not in TIE_KINDS:
        raise BadInput(
            "assessment.expert.tie_kind",
            "利益关系应是 {kinds} 之一，这里是“{kind}”。",
            "The kind of tie is one of {kinds}; found “{kind}”.",
            kinds=", ".join(TIE_KINDS),
            kind=kind,
        )
    if since is not None and until is not None and until < since:
        raise BadInput(
            "assessment.expert.tie_dates",
            "结束日 {until} 早于开始日 {since}。",
            "The end, {until}, lies before the beginning, {since}.",
            since=since,
            until=until,
        )
    code = check_organisation_code(credit_code)
    with transaction.atomic():
        made = ExpertTie.objects.create(
            expert=expert, kind=kind, credit_code=code, since=since, until=until, recorded_at=when.at
        )
        _note(actor, "expert.tie.add", expert, when, tie=made.pk, kind=kind, organisation=code)
        recheck_rounds_of(actor, expert, when)
    return made


def remove_tie(*, actor: Actor, expert_code: str, tie_id: int, when: Moment) -> None:
    """Let a tie that was entered by mistake count no longer; it stays in the record. Ended tasks stay ended."""
    expert = _own_or_run(actor, expert_code)
    with transaction.atomic():
        tie = ExpertTie.objects.select_for_update().filter(pk=tie_id, expert=expert).first()
        if tie is None:
            raise NotFound("assessment.expert.tie", "没有这条利益关系。", "There is no such tie.")
        if tie.removed_at is None:
            tie.removed_at = when.at
            tie.save(update_fields=["removed_at"])
            _note(actor, "expert.tie.remove", expert, when, tie=tie.pk, kind=tie.kind, organisation=tie.credit_code)


def add_relative(*, actor: Actor, expert_code: str, name: str, when: Moment) -> None:
    """Record a relative of an expert: only a keyed digest is kept, the name itself nowhere."""
    expert = _own_or_run(actor, expert_code)
    if not name.strip():
        raise BadInput("assessment.expert.relative", "请写亲属的姓名。", "Give the relative's name.")
    with transaction.atomic():
        _relative, is_new = ExpertRelative.objects.get_or_create(
            expert=expert, name_digest=name_digest(name), defaults={"recorded_at": when.at}
        )
        if is_new:
            _note(actor, "expert.relative.add", expert, when)
            recheck_rounds_of(actor, expert, when)


def call_expert(
    *, actor: Actor, round_key: str, expert_code: str, when: Moment, least: int = 0, most: int = 10
) -> Panellist:
    """Call an expert to a round, for at least and at most so many entries a stage; calling again sets the loads."""
    require(actor, "assessment.run")
    if not 0 <= least <= most <= MOST_ENTRIES or most == 0:
        raise BadInput(
            "assessment.expert.loads",
            "评审件数应为 0 ≤ 最少 ≤ 最多 ≤ {limit}，最多不为 0；这里是 {least} 到 {most}。",
            "Loads are 0 ≤ least ≤ most ≤ {limit}, and most is not 0; found {least} to {most}.",
            limit=MOST_ENTRIES,
            least=least,
            most=most,
        )
    expert = expert_by_code(expert_code)
    with transaction.atomic():
        held = hold_round(round_by_key(round_key).pk)
        panellist, is_new = Panellist.objects.get_or_create(
            round=held, expert=expert, defaults={"called_on": when.on, "least": least, "most": most}
        )
        if panellist.left_on is not None:
            raise Conflict(
                "assessment.expert.has_left",
                "“{code}”已于 {day} 退出这一轮评审，不能再聘。",
                "“{code}” left this round on {day} and cannot be called again.",
                code=expert.code,
                day=panellist.left_on,
            )
        if not is_new:
            panellist.least, panellist.most = least, most
            panellist.save(update_fields=["least", "most"])
        note_round(actor, "expert.call", held, when, expert=expert.code, least=least, most=most)
    return panellist


def _own_or_run(actor: Actor, expert_code: str) -> Expert:
    """Return an expert whose ties the actor may record; to others it says that there is none."""
    own = Expert.objects.filter(code=expert_code, user_id=actor.user_id or 0).first()
    if own is not None:
        return own
    require(actor, "assessment.run")
    return expert_by_code(expert_code)


def _user(email: str) -> User:
    found = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if found is None:
        raise NotFound(
            "assessment.expert.account",
            "“{email}”还没有账号。请专家先注册并确认邮箱。",
            "“{email}” has no account. The expert signs up and confirms the address first.",
            email=email,
        )
    return found


def _checked_fields(fields: Iterable[str]) -> tuple[str, ...]:
    given = tuple(sorted({one.strip() for one in fields} - {""}))
    letters = {code for code in rulebook().codelist("industries").codes if len(code) == 1}
    unknown = [one for one in given if one not in letters and one != QUALITY]
    if unknown:
        raise BadInput(
            "assessment.expert.fields",
            "专业领域应是国民经济行业门类的字母或 quality，这里有“{found}”。",
            "A field is the letter of an industry section or “quality”; found “{found}”.",
            found=", ".join(unknown),
        )
    return given


def _note(actor: Actor, action: str, expert: Expert, when: Moment, **detail: object) -> None:
    write(
        at=when.at,
        actor=actor.key,
        action=f"assessment.{action}",
        object_kind="expert",
        object_key=expert.code,
        detail=detail,
    )
