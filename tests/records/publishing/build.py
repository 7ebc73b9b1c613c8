"""A few figures in memory, people who write and sign, and bulletins led on through their acts."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction

from pinzhi.engine.periods import Moment
from pinzhi.engine.publishing.checking import Said, Standing, printed
from pinzhi.engine.publishing.frozen import FrozenFigure, FrozenRow, FrozenStep, FrozenTable
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.actions.editing import save_text, start_bulletin, submit
from pinzhi.records.publishing.actions.reviewing import review
from pinzhi.records.publishing.actions.signing import publish
from pinzhi.records.publishing.live import Wanted, Words
from pinzhi.records.publishing.models import Bulletin, Publication
from tests.build import make_actor

DAY = date(2023, 12, 31)
OWNER = Text("质量发展处", "Quality Development Division")
NUMERALS = {"六": 6, "七": 7}
BODY = Text(
    "## 七届评出[[A21|54]]个\n\n"
    "连续[[A20|七]]届评审，先后有[[A21]]个单位获奖。\n\n![[A21|edition]]\n\n平台向企业开放。",
    "Over [[A20|7]] rounds, [[A21]] recipients were honoured.\n\nThe platform is open to firms.",
)
WORDS = Words(Text("七届评出54家", "54 recipients in seven rounds"), BODY, DAY, Text("质量年", "The year"))


class StandIn:
    """Figures whose values a test sets and changes, so that it needs no records."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"A20": 7, "A21": 54}
        self.definitions: dict[str, tuple[str, str]] = {}  # edition and digest

    def standings(self, wanted: Iterable[Wanted], known: datetime | None) -> Mapping[Wanted, Standing]:
        return {one: self._standing(one[0]) for one in wanted}

    def _standing(self, figure: str) -> Standing:
        if figure not in self.numbers:
            problem = Text(f"没有 {figure} 这个数字。", f"There is no figure {figure}.")
            return Standing(Text("", ""), None, problem, lambda words: None)
        number = self.numbers[figure]

        def read(words: str) -> Said | None:
            said = NUMERALS.get(words, int(words) if words.isdecimal() else None)
            return None if said is None else Said(said == number, Fraction(said))

        edition, digest = self.definitions.get(figure, ("1", "d" * 64))
        return Standing(Text(str(number), str(number)), Fraction(number), None, read, edition, digest)

    def frozen(self, wanted: Iterable[Wanted], known: datetime) -> tuple[FrozenFigure, ...]:
        return tuple(self._frozen(figure, on) for figure, on in wanted)

    def sketched(self, wanted: Iterable[Wanted], pictured: Collection[str]) -> tuple[FrozenFigure, ...]:
        return tuple(self._frozen(figure, on) for figure, on in wanted if figure in self.numbers)

    def _frozen(self, figure: str, on: date) -> FrozenFigure:
        number = self.numbers[figure]
        rows = tuple(
            FrozenRow(code=str(one), name=Text(f"第{one}届", f"No. {one}"), number=str(number // 2)) for one in (1, 2)
        )
        table = FrozenTable(kind="breakdown", dimension="edition", title=Text("届次", "Edition"), rows=rows)
        return FrozenFigure(
            id=figure,
            edition="1",
            on=on,
            title=Text("历届市长质量奖获奖者", "Recipients of the Mayor's Quality Award"),
            unit=Text("个", "recipients"),
            definition=Text("已公布而没有撤销的。", "Announced and not revoked."),
            excludes=Text("公示中的不计。", "Those on notice do not count."),
            number=printed(Fraction(number)),
            words=Text(str(number), str(number)),
            count=number,
            definition_digest=self.definitions.get(figure, ("1", "d" * 64))[1],
            records_digest=f"{number:064x}",
            steps=(FrozenStep(text=Text("全部", "All"), count=number + 6),),
            tables=(table,),
        )


def at(day: str = "01-04", hour: int = 9) -> Moment:
    on = date.fromisoformat(f"2024-{day}")
    return Moment(datetime(on.year, on.month, on.day, hour, tzinfo=UTC), on)


class Desk:
    """Who plays: an officer who writes, another who may too, the chair who signs, a citizen who reads."""

    def __init__(self) -> None:
        self.figures = StandIn()
        self.editor = make_actor("city_officer")
        self.colleague = make_actor("district_officer", district="370213")
        self.chair = make_actor("chair")
        self.citizen = make_actor("citizen")

    def draft(self, slug: str = "quality-year", words: Words = WORDS) -> Bulletin:
        return start_bulletin(actor=self.editor, slug=slug, owner=OWNER, words=words, when=at(), synthetic=True)

    def save(self, bulletin: Bulletin, words: Words) -> Bulletin:
        return save_text(
            actor=self.editor, bulletin_id=bulletin.pk, words=words, seen=bulletin.version, when=at(hour=10)
        )

    def reviewed(self, slug: str = "quality-year", words: Words = WORDS) -> Bulletin:
        bulletin = self.draft(slug, words)
        bulletin = submit(actor=self.editor, bulletin_id=bulletin.pk, seen=bulletin.version, when=at())
        return review(actor=self.chair, bulletin_id=bulletin.pk, seen=bulletin.version, when=at())

    def published(self, slug: str = "quality-year", words: Words = WORDS) -> Publication:
        bulletin = self.reviewed(slug, words)
        return publish(
            actor=self.chair, bulletin_id=bulletin.pk, seen=bulletin.version, when=at(), figures=self.figures
        )
