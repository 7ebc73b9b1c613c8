"""A plan over three targets with four inspectors, one of whom stands aside from the larger risk."""

from datetime import UTC, date, datetime, timedelta

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.inspections.actions.drawing import announce_draw, open_draw
from pinzhi.records.inspections.actions.planning import Planned, make_plan
from pinzhi.records.inspections.actions.registering import Wanted, declare_tie, set_target
from pinzhi.records.inspections.models import Draw, Inspection, Plan
from tests.build import TODAY, give_role, make_actor, make_user
from tests.build_catalog import make_organisation

FIRMS = {
    "91370214MA00000589": ("青岛示例精工有限公司", "larger"),
    "91370214MA0000074H": ("青岛示例化工有限公司", "general"),
    "91370214MA0000090R": ("青岛示例食品有限公司", "general"),
}
LARGER, SECOND, THIRD = FIRMS
PLACE = (36.2402, 120.2410)


def at(hour: int = 1, day: int = 4) -> Moment:
    """A moment of the fourth of January, or another day of that month."""
    return Moment(datetime(2024, 1, day, hour, tzinfo=UTC), date(2024, 1, day))


class Cast:
    """Who plays: an officer, a district's officer, four inspectors, the people of the firms, a supervisor."""

    def __init__(self) -> None:
        self.officer = make_actor("city_officer")
        self.district = make_actor("district_officer", district="370203")
        self.supervisor = make_actor("supervisor")
        for code, (name, _level) in FIRMS.items():
            make_organisation(name, code, district="370214")
        self.firms = {code: make_actor("enterprise", organisation_code=code) for code in FIRMS}
        self.users = [self._inspector(number) for number in range(4)]
        self.inspectors = [actor_for(user, TODAY) for user in self.users]

    def _inspector(self, number: int) -> User:
        user = make_user(f"inspector.{number}@example.org", name=f"检查员{number + 1}")
        give_role(user, "inspector")
        return user

    def registered(self) -> None:
        """Let the three firms stand in the register of the theme risk."""
        for code, (_name, level) in FIRMS.items():
            set_target(
                actor=self.officer,
                wanted=Wanted(code, "risk", level, date(2023, 3, 1), "gaoxin", "water", "", *PLACE),
                when=at(),
            )

    def plan(self, key: str = "risk-2024", document: str = "环保设施安全防范责任告知书") -> Plan:
        """A plan over the register."""
        planned = Planned(
            key=key,
            title=Text("环境风险源抽查", "Spot checks of sources of risk"),
            theme="risk",
            instrument="risk-inspection",
            edition="1",
            starts_on=date(2024, 1, 1),
            ends_on=date(2024, 12, 31),
            document=document,
        )
        return make_plan(actor=self.officer, planned=planned, when=at())

    def drawn(self) -> Draw:
        """A draw of all three, opened; the first inspector stands aside from the larger risk."""
        self.registered()
        plan = self.plan()
        declare_tie(actor=self.officer, user=self.users[0], code=LARGER, ground="亲属任职", when=at())
        held = announce_draw(
            actor=self.officer, plan=plan, wanted={"larger": 1, "general": 2}, team=2, opens_on=TODAY, when=at()
        )
        return open_draw(actor=self.officer, code=held.code, when=at(2))

    def inspection(self, code: str = LARGER) -> Inspection:
        """The inspection of a firm that was drawn."""
        if not Draw.objects.exists():
            self.drawn()
        return Inspection.objects.get(organisation_code=code)

    def lead(self, inspection: Inspection) -> Actor:
        """Who leads an inspection."""
        return self._member(inspection, 1)

    def second(self, inspection: Inspection) -> Actor:
        """Who goes with him."""
        return self._member(inspection, 2)

    def _member(self, inspection: Inspection, place: int) -> Actor:
        user = inspection.members.get(place=place).user
        assert user is not None
        return actor_for(user, TODAY)


def later(moment: Moment, **span: int) -> Moment:
    """A moment so much later, on the same day."""
    return Moment(moment.at + timedelta(**span), moment.on)
