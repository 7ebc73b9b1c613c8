"""People and organisations around a dust problem, and cases opened and led on through the acts."""

from datetime import UTC, date, datetime

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.keeping import add_file
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case
from pinzhi.records.storage import Sent
from tests.build import make_actor
from tests.build_catalog import make_institution, make_organisation

# a picture of four points that is already as the store writes pictures: it is kept as it is sent
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73000000164944415478da633cb2388f8181"
    "818981818181810100167c01d9b752b74f0000000049454e44ae426082"
)
SITE = "36.2641 120.2817 双元路与岙东路路口"
FIRM = "91370214MA00000589"
LAB = "91370213MA0000066M"


def at(day: str, hour: int = 9) -> Moment:
    on = date.fromisoformat(f"2024-{day}")
    return Moment(datetime(on.year, on.month, on.day, hour, tzinfo=UTC), on)


class Cast:
    """Who plays in these tests: officers of city and districts, an inspector, the firm, the lab, a citizen."""

    def __init__(self) -> None:
        make_organisation("青岛示例建设有限公司", FIRM, district="370214")
        make_institution(make_organisation("青岛示例检测有限公司", LAB, district="370213"))
        self.officer = make_actor("city_officer")
        self.district = make_actor("district_officer", district="370214")
        self.other_district = make_actor("district_officer", district="370203")
        self.inspector = make_actor("inspector")
        self.supervisor = make_actor("supervisor")
        self.firm = make_actor("enterprise", organisation_code=FIRM)
        self.lab = make_actor("institution", organisation_code=LAB)
        self.citizen = make_actor("citizen")

    def dust(self, by: Actor | None = None, day: str = "01-04", **more: str) -> Case:
        """A dust problem as it was reported; ``once`` and field values may be given."""
        values = {"what": "道路积尘", "category": "road", "place": SITE, "organisation": FIRM}
        once = more.pop("once", "")
        return open_case(actor=by or self.officer, kind="dust-problem", values=values | more, when=at(day), once=once)

    def assigned(self, day: str = "01-04") -> Case:
        """A dust problem that was given to the firm."""
        case = self.dust(day=day)
        self.step(case, self.officer, Wish("assign", assign={"handler": FIRM}), day)
        return case

    def rectified(self, day: str = "01-05") -> Case:
        """A dust problem that the firm says is put right, with photos."""
        case = self.assigned()
        for kind in ("before", "after"):
            photo(case, self.firm, kind, day)
        self.step(case, self.firm, Wish("rectify", values={"measures": "洒水清扫"}), day)
        return case

    def order(self, day: str = "01-04", **more: str) -> Case:
        """An order of the firm as it was sent in."""
        values = {"need": "电缆型式试验", "channel": "web", "service": "T01"} | more
        return open_case(actor=self.firm, kind="nqi-order", values=values, when=at(day), reporter_code=FIRM)

    def completed(self, day: str = "01-04", price: str = "3000") -> Case:
        """An order that went to the lab, was delivered and confirmed, all on one day."""
        case = self.order(day)
        self.step(case, self.firm, Wish("dispatch", assign={"provider": LAB}), day)
        self.step(case, self.lab, Wish("quote", values={"price": price}), day)
        self.step(case, self.firm, Wish("confirm"), day)
        photo(case, self.lab, "deliverable", day)
        self.step(case, self.lab, Wish("deliver", values={"deliverable": "BG-1"}), day)
        return self.step(case, self.firm, Wish("complete"), day)

    def inspector_of(self, case: Case) -> Actor:
        """The inspector, named for a case that somebody else brought."""
        Case.objects.filter(pk=case.pk).update(verifier_id=self.inspector.user_id)
        return self.inspector

    def step(self, case: Case, actor: Actor, wish: Wish, day: str = "01-04") -> Case:
        """Take a step with the eyes of now, and read the case again."""
        case.refresh_from_db()
        take_step(actor=actor, case_id=case.pk, wish=wish, seen=case.version, when=at(day))
        case.refresh_from_db()
        return case


def photo(case: Case, actor: Actor, kind: str, day: str = "01-05", content: bytes = PNG) -> None:
    add_file(actor=actor, case_id=case.pk, kind=kind, sent=Sent(f"{kind}.png", [content], len(content)), when=at(day))
