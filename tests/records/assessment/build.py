"""Plain builders of rounds and entries for tests: rows as they stand, with no act behind them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.records.accounts.models import User
from pinzhi.records.assessment.models import Assignment, Entry, Expert, Panellist, Round, RoundStage, SheetVersion
from pinzhi.records.assessment.rules import instrument_of, pin_now, scheme_of
from pinzhi.records.catalog.rulebook import rulebook
from tests.build import TODAY, give_role, make_user

ZONE = ZoneInfo("Asia/Shanghai")
CODE = "91370212MA0000015Y"


def moment(on: date = TODAY, hour: int = 9, minute: int = 0, second: int = 0) -> Moment:
    """A moment of a day in the city."""
    return Moment(datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=ZONE), on)


def make_round(scheme_id: str = "mayor", edition: str = "8", *, closes_on: date = date(2024, 1, 31)) -> Round:
    """A round whose applications are open."""
    scheme = rulebook().file(Scheme, scheme_id, edition)
    made = Round.objects.create(
        key=f"{scheme_id}-{edition}",
        scheme_id=scheme_id,
        edition=edition,
        digest=pin_now(scheme).digest,
        called_on=date(2023, 12, 1),
        called_by="system",
        lot_seed="5eed",
        recorded_at=moment().at,
    )
    RoundStage.objects.create(round=made, state=scheme.stage[0].state, opens_on=made.called_on, closes_on=closes_on)
    return made


def make_entry(
    held: Round,
    number: str = "08-017",
    *,
    state: str = "draft",
    category: str = "organisation",
    name: str = "青岛澄海精工有限公司",
    organisation_code: str = CODE,
    district: str = "370212",
    created_by: User | None = None,
    grade: str = "",
) -> Entry:
    """An entry in a state; lodged under the round's edition unless it is a draft."""
    is_lodged = state != "draft"
    return Entry.objects.create(
        round=held,
        number=number,
        category=category,
        name=name,
        organisation_code=organisation_code,
        district=district,
        state=state,
        grade=grade,
        digest=held.digest if is_lodged else "",
        created_by=created_by or make_user(f"{number}@example.org"),
        created_on=TODAY,
        lodged_on=TODAY if is_lodged else None,
        lodged_at=moment().at if is_lodged else None,
        in_state_since=TODAY,
    )


def make_expert(code: str, *, employer_code: str = "", senior: bool = False) -> Expert:
    """An expert on the roster with an account of his own."""
    user = make_user(f"{code.lower()}@example.org", name=f"专家{code}")
    give_role(user, "expert")
    return Expert.objects.create(user=user, code=code, name=user.name, employer_code=employer_code, senior=senior)


def make_task(entry: Entry, expert: Expert, stage: str, *, handed_in: bool = False, percent: str = "60") -> Assignment:
    """An entry given to an expert who was called and declared; handed in with the same percentage for every item."""
    Panellist.objects.get_or_create(
        round=entry.round, expert=expert, defaults={"called_on": TODAY, "declared_at": moment().at}
    )
    task = Assignment.objects.create(
        stage=stage, entry=entry, expert=expert, at=moment().at, submitted_at=moment().at if handed_in else None
    )
    if handed_in:
        found = scheme_of(entry.round).stage_of(stage)
        instrument = instrument_of(found, entry.category) if found else None
        items = instrument.items if instrument else {}
        answers = dict.fromkeys(items, percent)
        SheetVersion.objects.create(assignment=task, number=1, answers=answers, digest="d", at=moment().at)
    return task
