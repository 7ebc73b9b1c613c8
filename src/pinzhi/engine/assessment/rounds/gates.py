"""What must be so before an entry moves on: one gate a function, and what is not known keeps it shut."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.assessment.rounds.eligibility import Consulted, Eligibility, Recommended
from pinzhi.engine.assessment.rounds.notices import Standing
from pinzhi.engine.assessment.rounds.quotas import Proposal, proposal_faults
from pinzhi.engine.assessment.rounds.seals import Pin, Seal
from pinzhi.engine.assessment.rounds.totals import Exact
from pinzhi.engine.assessment.rounds.votes import Count
from pinzhi.engine.errors import BadInput, Conflict, PinzhiError
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.rulebook.schemes import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a stage of judging has come to for an entry.

    ``judges`` are those whose marks are in and count, ``conflicted`` those among them who may not score it, ``open``
    the items on which the panel still has to talk; ``marks`` compares the marks with what was sealed. ``is_within``
    tells whether the entry is among the places that go on, where the stage limits them.
    """

    judges: tuple[str, ...] = ()
    conflicted: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    marks: Seal | None = None
    percent: Exact | None = None
    is_within: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an entry when it is to be moved; what is left out keeps the gates shut that ask for it.

    ``scheme`` is the pin of the file by which it is to be moved, ``pin`` the one it was lodged under. ``came_from``
    is the notice that an objection interrupted. ``recommended`` is the quota of the district that it draws on.
    ``proposals`` are all entries proposed in the round, this one among them, with their grades. ``bars`` are the
    clocks that have run out: ``supplement``, ``validity``. ``has_stand`` tells of an exhibitor whether a stand was
    allotted, ``extensions`` how often the stage was extended.
    """

    key: str
    category: str
    state: str
    pin: Pin
    scheme: Pin
    on: date
    came_from: str = ""
    ground: str = ""
    document: str = ""
    effective_on: date | None = None
    in_time: bool | None = None
    missing: tuple[str, ...] | None = None
    recommended: Recommended | None = None
    eligibility: Eligibility | None = None
    consulted: Consulted | None = None
    judged: Judged | None = None
    vote: Count | None = None
    proposals: tuple[Proposal, ...] = ()
    notice: Standing | None = None
    bars: frozenset[str] = frozenset()
    has_stand: bool | None = None
    extensions: int | None = None


Gate = Callable[[Scheme, Stage, Facts], Iterator[PinzhiError]]


def complete(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """Everything the stage asks for has been brought."""
    asked = [one for one in scheme.documents_for(facts.category) if one.required and one.stage == stage.state]
    if facts.missing is None and asked:
        yield Conflict("assessment.round.unchecked", "还没有核对材料是否齐全。", "Nobody has checked what is missing.")
    elif facts.missing:
        titles = {one.code: one.title for one in scheme.document}
        yield Conflict(
            "assessment.round.missing",
            "还缺：{missing_zh}。",
            "Still missing: {missing}.",
            missing_zh="、".join(titles[code].zh if code in titles else code for code in facts.missing),
            missing=", ".join(titles[code].en if code in titles else code for code in facts.missing),
        )


def in_time(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """The deadline has not passed, to the second."""
    if not facts.in_time:
        yield Conflict(
            "assessment.round.late",
            "已过截止时间。草稿和材料都还在，可以留作下一届用。",
            "The deadline has passed. The draft and its files are kept and can be used for the next round.",
        )


def within_recommendations(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """The district has a place left to recommend, where places are limited for the category."""
    is_limited = any(not one.categories or facts.category in one.categories for one in scheme.recommendation)
    room = facts.recommended
    if is_limited and (room is None or not room.has_room):
        yield Conflict(
            "assessment.round.recommendation",
            "推荐名额是 {places} 个，已用 {taken} 个，其中还要给一线人员留 {due} 个。",
            "The district may recommend {places} and has recommended {taken}; {due} more must be front-line people.",
            places=room.places if room else 0,
            taken=room.taken if room else 0,
            due=room.front_line_due if room else 0,
        )


def eligible(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """Every condition holds, and every department asked has answered."""
    if scheme.rules_for(facts.category) and (facts.eligibility is None or facts.eligibility.holds is not True):
        findings = facts.eligibility.findings if facts.eligibility else ()
        reasons = [one.reason for one in findings if one.state in ("unmet", "unknown")]
        yield Conflict(
            "assessment.round.eligibility",
            "资格条件还没有全部满足：{reasons_zh}。",
            "Not every condition is met: {reasons}.",
            reasons_zh="；".join(one.zh for one in reasons) or "尚未审查",
            reasons="; ".join(one.en for one in reasons) or "not examined yet",
        )
    if scheme.consultation is None:
        return
    if facts.consulted is None or not facts.consulted.is_closed:
        yield Conflict(
            "assessment.round.consultation",
            "部门意见还没有收齐。",
            "The departments consulted have not all answered.",
        )
    elif facts.consulted.objections and not facts.ground.strip():
        yield Conflict(
            "assessment.round.consultation.objection",
            "{departments} 有异议。要受理，请写明理由。",
            "{departments} objects. Give grounds to accept it all the same.",
            departments=", ".join(facts.consulted.objections),
        )


def notice_over(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """The notice has run to its end with this entry on it, and no objection to the list is open."""
    notice = facts.notice
    if notice is None or facts.key not in notice.periods:
        yield Conflict("assessment.round.notice.missing", "还没有公示。", "There has been no notice yet.")
        return
    if facts.key in notice.removed:
        yield Conflict(
            "assessment.round.notice.removed",
            "异议成立，已从公示名单移除。",
            "It was taken off the notice after an objection.",
        )
    if notice.open:
        yield Conflict(
            "assessment.round.notice.objection",
            "还有 {count} 项异议没有办结，不能继续。",
            "{count} objections are still open; nothing goes on before they are closed.",
            count=len(notice.open),
        )
    if notice.on != facts.on or not notice.is_over(facts.key):
        last_day = notice.periods[facts.key].last_day
        yield Conflict(
            "assessment.round.notice.running",
            "公示还没有结束：到 {last} 24:00 止。",
            "The notice is still running, until {last}, 24:00.",
            last=last_day or "—",
        )


def judged(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """Enough judges without a conflict have marked, the panel has settled, and nothing changed since."""
    found = facts.judged or Judged()
    if found.conflicted:
        yield Conflict(
            "assessment.round.judged.conflict",
            "{judges} 应当回避，其评分不能计入。",
            "{judges} must stand aside; their marks cannot count.",
            judges=", ".join(found.conflicted),
        )
    fewest = stage.panel.at_least if stage.panel else 0
    if len(set(found.judges)) < fewest:
        yield Conflict(
            "assessment.round.judged.few",
            "有效评分 {found} 份，至少要 {needed} 份。",
            "{found} marks count; {needed} are needed.",
            found=len(set(found.judges)),
            needed=fewest,
        )
    if found.open:
        yield Conflict(
            "assessment.round.judged.open",
            "{items} 的分差超过限度，合议后才能继续。",
            "The marks for {items} lie too far apart: the panel talks first.",
            items=", ".join(found.open),
        )
    if found.marks is None or not found.marks.is_whole:
        yield Conflict(
            "assessment.round.judged.seal",
            "评分还没有封存，或封存后有改动。",
            "The marks are not sealed, or have changed since they were.",
        )


def advances(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """The entry reaches the stage's threshold, and is among its places."""
    percent = facts.judged.percent if facts.judged else None
    if stage.at_least is not None and (percent is None or percent < stage.at_least):
        yield Conflict(
            "assessment.round.advance.threshold",
            "得分率 {found}%，进入下一轮要 {needed}%。",
            "It has {found}%; {needed}% go on.",
            found=rounded(percent, 2) if percent is not None else "—",
            needed=stage.at_least,
        )
    if stage.places is not None and (facts.judged is None or facts.judged.is_within is not True):
        yield Conflict(
            "assessment.round.advance.places",
            "进入下一轮的名额是 {places} 个，这一申报不在其中。",
            "{places} go on to the next stage, and this is not one of them.",
            places=stage.places,
        )


def carried(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """The vote had its quorum and carried, where the stage votes."""
    if stage.vote is not None and (facts.vote is None or not facts.vote.has_quorum or not facts.vote.carried):
        yield Conflict(
            "assessment.round.vote",
            "表决没有通过，或到会人数不够。",
            "The vote did not carry, or too few were there.",
        )


def within_quota(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """The entry is proposed, earns its grade, and all that is proposed fits the quotas."""
    own = [one for one in facts.proposals if one.entry == facts.key]
    if len(own) != 1 or own[0].category != facts.category:
        yield Conflict(
            "assessment.round.not_proposed",
            "这一申报还没有列入拟授名单。",
            "This entry is not on the list of those proposed.",
        )
    yield from proposal_faults(scheme, facts.proposals)


def documented(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """The decision has its document and the day from which it holds."""
    if not facts.document.strip() or facts.effective_on is None:
        yield BadInput(
            "assessment.round.document",
            "请写明文号和生效日期。",
            "Give the number of the document and the day from which it holds.",
        )


def grounded(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """The grounds are written down."""
    if not facts.ground.strip():
        yield BadInput(
            "assessment.round.grounds",
            "请写明理由，申报者会看到。",
            "Give the grounds; the applicant will read them.",
        )


def allotted(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """The exhibitor has a stand."""
    if not facts.has_stand:
        yield Conflict("assessment.round.stand", "还没有分配展位。", "No stand has been allotted yet.")


def extensible(scheme: Scheme, stage: Stage, facts: Facts) -> Iterator[PinzhiError]:
    """The stage may be extended, and has not been."""
    if stage.extension_months is None or facts.extensions is None or facts.extensions > 0:
        yield Conflict(
            "assessment.round.extension",
            "“{stage_zh}”最多延期一次，且要规则允许。",
            "“{stage}” may be extended once, where the scheme allows it.",
            stage_zh=stage.words.zh,
            stage=stage.words.en,
        )


# The gates between a stage and the next. Those on places, notices and documents are asked once more at the decision
# and the announcement (see `states`), so that no order of stages goes round them.
FORWARD: Mapping[str, tuple[Gate, ...]] = MappingProxyType(
    {
        "draft": (in_time, complete),
        "submitted": (complete,),
        "recommended": (complete, within_recommendations),
        "eligibility_check": (complete, eligible),
        "accepted": (complete,),
        "acceptance_notice": (notice_over,),
        "desk_review": (complete, judged, advances),
        "satisfaction_survey": (complete, judged, advances),
        "type_test": (complete, judged, advances),
        "site_visit": (complete, judged, advances),
        "hearing": (complete, judged, advances),
        "deliberation": (carried, within_quota),
        "approval": (carried, within_quota),
        "public_notice": (notice_over, within_quota),
        "decided": (),
        "announced": (),
        "allotment": (complete, allotted),
        "exhibited": (),
        "in_force": (complete,),
        "mid_term": (complete, judged, advances),
        "self_review": (complete,),
        "final_review": (complete, judged, advances),
        "passed": (),
    }
)
