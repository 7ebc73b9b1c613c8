"""What a scheme is made of: stages, panels, votes, grades, quotas, rules, documents, conflicts."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pinzhi.engine.periods import LONGEST, Unit
from pinzhi.engine.rulebook.shapes import Amount, BothLanguages, Id, Shape, Word
from pinzhi.engine.rulebook.stages import STAGES, STATES, Function, Part
from pinzhi.engine.texts import Text

Count = Annotated[int, Field(ge=0, le=100_000)]
Days = Annotated[int, Field(gt=0, le=LONGEST)]
Percent = Annotated[Amount, Field(ge=0, le=100)]
Object = Literal["organisation", "team", "person", "project", "government", "product", "service", "zone"]
# Objects that a registered unit enters in its own name, and those that it enters under a name of their own.
UNITS: frozenset[str] = frozenset({"organisation", "government"})
OF_UNITS: frozenset[str] = frozenset({"product", "service", "zone"})
Months = Annotated[int, Field(gt=0, le=120)]
Operator = Literal["answered", "equals", "one_of", "begins_with", "at_least", "at_most"]
ConflictKind = Literal[
    "declared", "employment", "advisory", "shareholding", "group", "authorship", "family", "competitor"
]
Recusal = Literal["score", "see", "attend", "vote"]
Ties = Literal["stop", "shrink", "chain", "chain_then_lot"]  # none of them may exceed a quota
Method = Literal["consensus", "mean", "median", "trimmed_mean", "weighted", "severity", "zscore", "quantile"]
FactKind = Literal["number", "text", "flag"]
Value = Decimal | bool | str | tuple[str, ...]

# Facts about applicants that rules may name; ``answer.<item>`` is an answer of the application besides.
FACTS: Mapping[str, tuple[FactKind, Text]] = MappingProxyType(
    {
        "region": ("text", Text("登记地区划代码", "region of registration")),
        "industry": ("text", Text("行业代码", "industry code")),
        "size": ("text", Text("企业规模", "size class")),
        "status": ("text", Text("登记状态", "status in the register")),
        "years_of_operation": ("number", Text("经营年数", "whole years of operation")),
        "years_since_accident": ("number", Text("距上次重大事故的年数", "whole years since a major accident")),
        "years_since_violation": ("number", Text("距上次严重违法失信的年数", "whole years since a serious violation")),
        "years_of_loss": ("number", Text("连续亏损年数", "years of loss in a row")),
        "years_in_quality": ("number", Text("从事质量工作年数", "whole years in quality work")),
        "members": ("number", Text("成员人数", "members of the team")),
        "employees": ("number", Text("从业人数", "employees")),
        "revenue_10k": ("number", Text("上年营业收入（万元）", "revenue of last year, 10,000 yuan")),
        "front_line": ("flag", Text("是否一线人员", "works at the front line")),
        "quality_certificate": ("flag", Text("是否有有效的质量管理体系证书", "holds a valid quality certificate")),
        "awarded_within_bar": ("flag", Text("是否在限报年限内获过本奖", "awarded within the scheme's bar_years")),
        "revoked_before": ("flag", Text("是否曾被撤销本奖", "had this award revoked before")),
    }
)
_RATIO = re.compile(r"([1-9]\d?)/([1-9]\d?)")


def _share(text: str) -> str:
    match = _RATIO.fullmatch(text)
    if match is None or int(match[1]) > int(match[2]):
        raise ValueError("expected a share such as 2/3, at most 1/1")
    return text


Share = Annotated[str, AfterValidator(_share)]


def _stage(code: str) -> str:
    if code not in STAGES:
        raise ValueError(f"expected one of {', '.join(STAGES)}")
    return code


StageCode = Annotated[str, AfterValidator(_stage)]


class Length(Shape):
    """How long something may take: working days (``wd``) or calendar days (``day``)."""

    length: Days
    unit: Unit = "wd"


class Notice(Length):
    """A public notice: its length, where it is read, and what an open objection stops: the entry or the whole list."""

    channel: BothLanguages
    suspends: Literal["entry", "notice"] = "notice"


class InstrumentUse(Shape):
    """An instrument by id and edition, for all categories or for some."""

    id: Id
    edition: Word
    categories: tuple[Id, ...] = ()


class Panel(Shape):
    """Who judges an entry: how many, at least how many marks count, and what the panel must be made of."""

    size: Annotated[int, Field(gt=0, le=50)]
    at_least: Annotated[int, Field(gt=0, le=50)] = 1
    one_per_employer: bool = False
    seniors: Annotated[int, Field(ge=0, le=50)] = 0


class Vote(Shape):
    """A vote: the share of members without a conflict who must be there, and the share of yes that carries.

    ``of`` says what the share of yes is taken of: all who may vote, those present, or the ballots that say yes or no.
    One of ``at_least`` and ``more_than`` is given: at least 2/3, or more than 1/2.
    """

    quorum: Share
    at_least: Share | None = None
    more_than: Share | None = None
    of: Literal["members", "present", "cast"] = "present"

    def carries(self, yes: int, whole: int) -> bool:
        """Tell whether so many of so many carry; nobody voting carries nothing."""
        if whole == 0:
            return False
        share = Fraction(yes, whole)
        return share >= Fraction(self.at_least) if self.at_least else share > Fraction(self.more_than or "1/1")


class Stage(Shape):
    """A stage of the round, in the words of the scheme where it has its own.

    ``acts`` are who may move an entry on from it. ``spread`` is the range of the judges' percentages above which they
    must talk; ``weight`` the share of the stage in the total; ``at_least`` the percentage to go on, ``places`` how
    many at most go on. ``categories`` are those that pass the stage, empty for all.

    After the grant, ``due_months`` say by when the stage must be over, counted from the start of the term or the day of
    the grant; ``extension_months`` how long an extension gives, once; ``grants`` is a grade that the register gets
    when an entry comes into the stage.
    """

    state: StageCode
    acts: tuple[Part, ...]
    title: BothLanguages | None = None
    basis: str = ""
    period: Length | None = None
    supplement: Length | None = None
    notice: Notice | None = None
    vote: Vote | None = None
    instruments: tuple[InstrumentUse, ...] = ()
    panel: Panel | None = None
    blind: Literal["none", "applicant", "both"] = "none"
    step: Annotated[Amount, Field(gt=0, le=100)] | None = None
    spread: Percent | None = None
    method: Method = "mean"
    weight: Annotated[Amount, Field(ge=0, le=1)] | None = None
    at_least: Percent | None = None
    places: Count | None = None
    categories: tuple[Id, ...] = ()
    due_months: Months | None = None
    extension_months: Months | None = None
    grants: str = ""

    @property
    def words(self) -> Text:
        """The stage's title: the scheme's own, or that of its state."""
        return self.title or STATES[self.state].title

    @property
    def function(self) -> Function:
        """What the stage does in the words of ISO/IEC 17000:2020."""
        return STATES[self.state].function

    def takes(self, category: str) -> bool:
        """Tell whether entries of a category pass the stage."""
        return not self.categories or category in self.categories

    def instrument_for(self, category: str) -> InstrumentUse | None:
        """Return the instrument by which a category is judged here."""
        return next((one for one in self.instruments if not one.categories or category in one.categories), None)


class Category(Shape):
    """What may be entered: an organisation, a team, a person, a project, a government, a product, a service, a zone."""

    code: Id
    title: BothLanguages
    object: Object


class Grade(Shape):
    """What may be awarded, best first; ``at_least`` is the percentage of the total that earns it.

    Who holds a grade that ``bars`` may not apply again within the scheme's ``bar_years``. ``categories`` are those that
    it is for, empty for all.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,39}$")]
    title: BothLanguages
    at_least: Percent | None = None
    bars: bool = True
    categories: tuple[Id, ...] = ()

    def takes(self, category: str) -> bool:
        """Tell whether entries of a category may be given it."""
        return not self.categories or category in self.categories


class Quota(Shape):
    """At most so many places for some grades and categories together; empty means all."""

    places: Count
    grades: tuple[Word, ...] = ()
    categories: tuple[Id, ...] = ()

    def covers(self, grade: str, category: str) -> bool:
        """Tell whether an award of a grade in a category takes one of its places."""
        return (not self.grades or grade in self.grades) and (not self.categories or category in self.categories)


class Recommendation(Shape):
    """How many entries of some categories a district may recommend; ``district`` empty means each of them."""

    places: Count
    categories: tuple[Id, ...] = ()
    district: Annotated[str, StringConstraints(pattern=r"^(\d{6})?$")] = ""
    front_line: Count = 0


class Rule(Shape):
    """A condition of eligibility: checked by a fact where one is named, otherwise by an officer's word.

    ``value`` is what the fact is compared with. An officer may set aside an unmet automatic rule only where it is
    ``waivable``, and always with grounds.
    """

    code: Id
    title: BothLanguages
    categories: tuple[Id, ...] = ()
    fact: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*(\.[a-z0-9_-]+)?)?$")] = ""
    operator: Operator | None = None
    value: Amount | bool | str | tuple[str, ...] | None = None
    waivable: bool = False
    basis: str = ""


class Department(Shape):
    """A department that is asked for its opinion."""

    code: Id
    title: BothLanguages
    categories: tuple[Id, ...] = ()


class Consultation(Length):
    """Departments asked about eligibility; an answer that does not come in time counts as ``silence`` says."""

    departments: tuple[Department, ...]
    silence: Literal["no-objection", "waits"] = "waits"


class Document(Shape):
    """What an entry must bring: a text section or a file; ``stage`` is the one that it may not leave without it."""

    code: Id
    title: BothLanguages
    kind: Literal["section", "file", "table", "pledge"]
    required: bool = True
    categories: tuple[Id, ...] = ()
    stage: StageCode = "draft"


class ConflictRule(Shape):
    """A conflict of interest: how far back it reaches and what it keeps an expert from."""

    kind: ConflictKind
    within_years: Annotated[int, Field(ge=0, le=20)] = 0
    recusals: tuple[Recusal, ...] = ("score", "see", "attend", "vote")


class Override(Shape):
    """A fact that forces a grade whatever the points."""

    fact: Id
    title: BothLanguages
    grade: Word


class Heading(Shape):
    """A further heading of a scheme document (ISO/IEC DIS 17067:2025), in the scheme's words."""

    code: Literal[
        "approach", "sampling", "prior-results", "outsourcing", "surveillance", "mark-control", "reporting", "appeals"
    ]
    text: BothLanguages
