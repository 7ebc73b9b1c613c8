"""The closed list of states of a round: what each is called, what it does (ISO/IEC 17000:2020), and where it leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from pinzhi.engine.texts import Text

Function = Literal["selection", "determination", "review", "decision", "attestation", "surveillance"]
Part = Literal["applicant", "district_officer", "city_officer", "expert", "chair", "system"]
Place = Literal["entry", "judging", "closing", "after"]

PARTS: Mapping[str, Text] = MappingProxyType(
    {
        "applicant": Text("申报单位或个人", "Applicant"),
        "district_officer": Text("区市经办人", "District officer"),
        "city_officer": Text("市级经办人", "City officer"),
        "expert": Text("评审专家", "Expert"),
        "chair": Text("评审主席", "Chair"),
        "system": Text("系统按期限", "The clock"),
    }
)


@dataclass(frozen=True, slots=True)
class State:
    """A state of an entry.

    ``place`` is where a scheme may name it as a stage: before judging, while judging (in any order), when closing,
    or after; empty for states that entries come into by the way. ``aside`` are the states that an entry may leave it
    for other than the next stage. A ``milestone`` is judged like a stage of judging, though it comes after the grant.
    """

    title: Text
    function: Function
    place: Place | Literal[""] = ""
    aside: tuple[str, ...] = ()
    milestone: bool = False

    @property
    def is_stage(self) -> bool:
        """Whether a scheme may name it among its stages."""
        return bool(self.place)

    @property
    def judges(self) -> bool:
        """Whether experts fill in sheets here: before the decision, or at a milestone after it."""
        return self.place == "judging" or self.milestone


def _by_the_way(zh: str, en: str, function: Function, *aside: str) -> State:
    return State(Text(zh, en), function, "", aside)


_LEAVE = "withdrawn_by_applicant"

# Stages stand in the order in which they follow one another; those of judging may follow in any order.
STATES: Mapping[str, State] = MappingProxyType(
    {
        "draft": State(Text("草稿", "Draft"), "selection", "entry", ("abandoned",)),
        "submitted": State(Text("已提交", "Submitted"), "selection", "entry", ("returned", _LEAVE)),
        "recommended": State(
            Text("推荐", "Recommendation"), "selection", "entry", ("not_recommended", "returned", _LEAVE)
        ),
        "eligibility_check": State(
            Text("资格审查", "Eligibility check"), "selection", "entry", ("not_eligible", "returned", _LEAVE)
        ),
        "accepted": State(Text("受理", "Acceptance"), "selection", "entry", (_LEAVE,)),
        "acceptance_notice": State(
            Text("受理公示", "Notice of acceptance"), "selection", "entry", ("objection", _LEAVE)
        ),
        "desk_review": State(Text("材料评审", "Desk review"), "determination", "judging", ("not_shortlisted", _LEAVE)),
        "satisfaction_survey": State(
            Text("社会满意度测评", "Satisfaction survey"), "determination", "judging", ("not_advanced", _LEAVE)
        ),
        "type_test": State(Text("型式试验", "Type test"), "determination", "judging", ("not_advanced", _LEAVE)),
        "site_visit": State(Text("现场评审", "Site visit"), "determination", "judging", ("not_advanced", _LEAVE)),
        "hearing": State(Text("陈述答辩", "Hearing"), "determination", "judging", ("not_advanced", _LEAVE)),
        "deliberation": State(Text("审议", "Deliberation"), "review", "closing", ("not_proposed", _LEAVE)),
        "approval": State(Text("审定", "Approval"), "decision", "closing", ("not_proposed", _LEAVE)),
        "public_notice": State(Text("公示", "Public notice"), "decision", "closing", ("objection", _LEAVE)),
        "decided": State(Text("批准", "Decision"), "decision", "closing"),
        "announced": State(Text("公布", "Announcement"), "attestation", "closing"),
        "allotment": State(Text("分配展位", "Stands allotted"), "selection", "after", ("cancelled",)),
        "exhibited": State(Text("参展", "Exhibiting"), "attestation", "after", ("cancelled",)),
        "in_force": State(
            Text("有效", "In force"),
            "attestation",
            "after",
            ("suspended", "revoked", "cancelled", "expired", "renewed"),
        ),
        "mid_term": State(
            Text("中期评估", "Mid-term evaluation"), "surveillance", "after", ("failed", "cancelled"), milestone=True
        ),
        "self_review": State(Text("自评", "Self-evaluation"), "surveillance", "after", ("failed", "cancelled")),
        "final_review": State(
            Text("考核评估", "Final evaluation"), "determination", "after", ("extended", "failed"), milestone=True
        ),
        "passed": State(Text("通过验收", "Passed"), "attestation", "after", ("revoked",)),
        "monitored": State(
            Text("定期评估", "Monitoring"),
            "surveillance",
            "after",
            ("in_force", "interviewed", "suspended", "revoked", "cancelled", "expired"),
        ),
        "returned": _by_the_way("退回补正", "Returned", "selection", "submitted", "lapsed", _LEAVE),
        "objection": _by_the_way("异议处理", "Objection", "review", "removed"),
        "interviewed": _by_the_way("约谈", "Interviewed", "surveillance", "in_force", "suspended", "revoked"),
        "suspended": _by_the_way("暂停", "Suspended", "surveillance", "in_force", "revoked", "cancelled", "expired"),
        "extended": _by_the_way("延期整改", "Extended", "surveillance", "self_review", "failed", "cancelled"),
        "failed": _by_the_way("未通过验收", "Failed", "surveillance"),
        "expired": _by_the_way("期满", "Expired", "surveillance", "renewed"),
        "abandoned": _by_the_way("放弃", "Abandoned", "selection"),
        "withdrawn_by_applicant": _by_the_way("撤回", "Withdrawn", "selection"),
        "lapsed": _by_the_way("逾期未补", "Lapsed", "selection"),
        "not_recommended": _by_the_way("未推荐", "Not recommended", "selection"),
        "not_eligible": _by_the_way("不符合条件", "Not eligible", "selection"),
        "not_shortlisted": _by_the_way("未入围", "Not shortlisted", "determination"),
        "not_advanced": _by_the_way("未进入下一轮", "Not advanced", "determination"),
        "not_proposed": _by_the_way("未获提名", "Not proposed", "review"),
        "removed": _by_the_way("异议成立后移除", "Removed after an objection", "review"),
        "revoked": _by_the_way("撤销", "Revoked", "surveillance"),
        "cancelled": _by_the_way("注销", "Cancelled", "surveillance"),
        "renewed": _by_the_way("已由新申报接续", "Renewed", "attestation"),
    }
)

STAGES = tuple(code for code, state in STATES.items() if state.is_stage)
# 公示 never counts as won: only what has been announced does, until it ends.
WON = frozenset(
    {
        "announced", "in_force", "monitored", "interviewed", "allotment", "exhibited",
        "mid_term", "self_review", "final_review", "extended", "passed",
    }
)  # fmt: skip
TERMINAL = frozenset(code for code, state in STATES.items() if not state.is_stage and not state.aside)
EVERY_ROUND = ("draft", "submitted", "decided", "announced")
NOTICES = frozenset({"acceptance_notice", "public_notice"})
VOTES = frozenset({"deliberation", "approval"})
# Stages that the applicant moves on: the application, and the reports that milestones of a pilot ask for.
APPLICANT_MOVES = frozenset({"draft", "in_force", "self_review"})


def counts_as_won(state: str) -> bool:
    """Tell whether an entry in a state is counted among the winners.

    >>> counts_as_won("announced"), counts_as_won("public_notice"), counts_as_won("suspended")
    (True, False, False)
    """
    return state in WON
