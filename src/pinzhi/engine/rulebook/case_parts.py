"""What a case type is made of: fields, states, steps, deadlines, merging, what everybody sees."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from pinzhi.engine.periods import LONGEST
from pinzhi.engine.rulebook.scheme_parts import Length
from pinzhi.engine.rulebook.shapes import BothLanguages, Id, Shape
from pinzhi.engine.texts import Text

# Who acts in a case. A reporter is whoever brought it; a handler whoever must put it right; a provider whoever delivers
# a service; a verifier whoever looks whether it was put right.
CaseRole = Literal[
    "reporter", "officer", "supervisor", "handler", "provider", "verifier", "expert", "station", "system"
]
Weight = Annotated[int, Field(ge=0, le=100)]
Phase = Literal["new", "open", "waiting", "closed"]
# A page of its own that a step is taken on, since more is written or looked at there than the step: quotes compared, a
# rating, who answers an objection.
Through = Literal["", "quotes", "rating", "objection"]
FieldKind = Literal[
    "text", "long", "number", "money", "date", "flag", "choice", "organisation", "place", "standard", "contact"
]

CASE_ROLES: Mapping[str, Text] = MappingProxyType(
    {
        "reporter": Text("提出人", "Reporter"),
        "officer": Text("经办人", "Officer"),
        "supervisor": Text("监督员", "Supervisor"),
        "handler": Text("整改责任人", "Handler"),
        "provider": Text("服务机构", "Provider"),
        "verifier": Text("复查人", "Verifier"),
        "expert": Text("专家", "Expert"),
        "station": Text("服务站点", "Service point"),
        "system": Text("系统按期限", "The clock"),
    }
)


class Choice(Shape):
    """One of the values that a field may take."""

    code: Id
    title: BothLanguages


class CaseField(Shape):
    """What a case may say. ``personal`` fields are sealed and never public; ``unit`` is that of a number.

    A text may be held to the codes of a ``codelist``, such as the items of the list of services. ``public`` fields
    are shown to everybody once the case is public.
    """

    code: Id
    title: BothLanguages
    kind: FieldKind
    choices: tuple[Choice, ...] = ()
    unit: BothLanguages | None = None
    codelist: Literal["", "services", "districts", "industries"] = ""
    personal: bool = False
    public: bool = False


class CaseState(Shape):
    """A state of a case. While it is ``waiting`` for somebody outside, clocks that allow it stand still."""

    code: Id
    title: BothLanguages
    phase: Phase


class EvidenceNeed(Shape):
    """So many files of a kind that a step needs, such as one photo taken after the work."""

    kind: Id
    title: BothLanguages
    at_least: Annotated[int, Field(gt=0, le=50)] = 1


class CaseStep(Shape):
    """A step that leads from some states to another.

    ``by`` are who may take it. ``needs`` are fields that must be filled by then, ``ground`` tells whether it takes
    reasons in words. ``assigns`` names the role that the step gives to somebody. Who took one of the steps in
    ``not_by_who`` may not take this one: what needs two people cannot be done by one. ``public_answer`` marks the step
    whose words the reporter, or everybody, reads. A step that goes ``through`` something is taken by that act alone and
    not by the general one: choosing a quote, rating a service, answering an objection.
    """

    code: Id
    title: BothLanguages
    leaves: tuple[Id, ...]
    to: Id
    by: tuple[CaseRole, ...]
    needs: tuple[Id, ...] = ()
    evidence: tuple[EvidenceNeed, ...] = ()
    ground: bool = False
    assigns: tuple[CaseRole, ...] = ()
    not_by_who: tuple[Id, ...] = ()
    public_answer: bool = False
    through: Through = ""
    basis: str = ""


class Escalation(Shape):
    """Who is told when a deadline has passed by so many days; 0 is the day after its last."""

    after_days: Annotated[int, Field(ge=0, le=LONGEST)]
    to: CaseRole


class Extension(Shape):
    """How often and by how much a deadline may be moved; the officer decides, with reasons."""

    times: Annotated[int, Field(gt=0, le=10)]
    longest: Annotated[int, Field(gt=0, le=LONGEST)]


class Deadline(Length):
    """A clock that starts when the case enters one of some states and is met when it enters one of others.

    ``pauses`` tells whether it stands still in waiting states. It starts anew whenever the case comes back. Where the
    date ``until`` of the case is given, that is its last day, however often it starts and whatever it waits for; the
    length stands for cases without that date.
    """

    code: Id
    title: BothLanguages
    starts: tuple[Id, ...]
    met: tuple[Id, ...]
    pauses: bool = True
    until: Id | Literal[""] = ""
    extension: Extension | None = None
    escalate: tuple[Escalation, ...] = ()


class MergeRule(Shape):
    """Reports of one thing: of one type, so near in place and time, are offered to be merged; ``same`` must agree."""

    within_m: Annotated[int, Field(gt=0, le=5_000)]
    within_days: Annotated[int, Field(gt=0, le=LONGEST)]
    same: tuple[Id, ...] = ()


class PublicView(Shape):
    """What everybody sees of a case: from which states on. Fields say themselves whether they are public."""

    states: tuple[Id, ...]
    answer: bool = False


class ServiceWords(Shape):
    """Words by which people ask for a service, in whatever language; found anywhere in what they write."""

    service: Annotated[str, Field(min_length=1, max_length=20)]
    words: tuple[Annotated[str, Field(min_length=2, max_length=40)], ...]


class MatchRule(Shape):
    """How institutions are ranked for a need: weights that add up to 100.

    From ``far_km`` on distance earns nothing, from ``busy_orders`` open orders load earns nothing; ratings are drawn
    towards the middle as if ``prior_ratings`` middling ones had been given before. ``asked`` are the words by which
    services are asked for, ``idle`` those that say nothing about the thing and are left out before it is looked up.
    """

    scope: Weight
    accreditation: Weight
    distance: Weight
    load: Weight
    rating: Weight
    far_km: Annotated[int, Field(gt=0, le=2_000)] = 100
    busy_orders: Annotated[int, Field(gt=0, le=10_000)] = 50
    prior_ratings: Annotated[int, Field(ge=0, le=1_000)] = 5
    asked: tuple[ServiceWords, ...] = ()
    idle: tuple[str, ...] = ()

    @property
    def whole(self) -> int:
        """What the weights add up to."""
        return self.scope + self.accreditation + self.distance + self.load + self.rating
