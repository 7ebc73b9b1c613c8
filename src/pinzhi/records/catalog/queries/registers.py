"""The public registers: certificates, labels, grades and titles, as of any day and as known on any day."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, IntegerField, Q, QuerySet, Value
from django.utils import timezone

from pinzhi.engine.attestation.surveillance import standing
from pinzhi.engine.catalog import words
from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.rulebook.shapes import CertificationScheme
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.history import TWINS, Facts, facts
from pinzhi.records.catalog.models import Certificate, CertificateFacts, Honour, HonourFacts
from pinzhi.records.catalog.queries.certificates import watched
from pinzhi.records.catalog.queries.shapes import (
    Ref,
    State,
    district_ref,
    number_ref,
    organisation_ref,
    state_of_certificate,
)
from pinzhi.records.catalog.queries.table_rows import HonourLine, honour_line
from pinzhi.records.catalog.queries.validity import valid_on
from pinzhi.records.catalog.queries.watching import certificate_rules, overdue_on
from pinzhi.records.catalog.rulebook import rulebook

PAGE = 50
CHUNK = 500  # rows read at a time for a file
DEEPEST = 400  # pages one may leaf through; whoever wants more takes the file
Half = QuerySet[Any]
OVERDUE = State("overdue", Text("监督逾期", "Surveillance overdue"), "warn")
_NO_STATE = State("", Text("", ""), "past")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a register; empty means all. ``on`` is the day it is about, ``known`` when that was known."""

    on: date
    known: date | None = None
    text: str = ""
    scheme: str = ""
    state: str = ""
    district: str = ""
    year: str = ""
    issuer: str = ""
    sort: str = ""

    def pairs(self) -> dict[str, str]:
        """Return what is asked besides the days, by the names in addresses."""
        given = {"q": self.text, "scheme": self.scheme, "state": self.state, "district": self.district,
                 "year": self.year, "issuer": self.issuer, "sort": self.sort}  # fmt: skip
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A certificate or label in its register; ``watch`` says where it is valid on paper but overdue."""

    certificate: Ref
    holder: Ref
    code: str
    district: Ref | None
    scheme: Text
    standard: Ref | None
    issuer: str
    issued_on: date | None
    expires_on: date | None
    state: State
    state_on: date | None
    watch: State
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Register:
    """A register: what is in it, by which it is found, narrowed and sorted."""

    name: str
    title: Text
    unit: Text
    says: Text
    model: type[Any]
    line_type: type[Any]
    takes: Callable[[], Q]
    line: Callable[[Any, date], Any]
    filters: tuple[str, ...]
    sorts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One page of a register."""

    register: Register
    asked: Asked
    total: int
    page: int
    pages: int
    lines: tuple[Any, ...]


def register_named(name: str) -> Register:
    """Return a register by its name; NotFound says which there are."""
    if name not in REGISTERS:
        raise NotFound(
            "catalog.register",
            "没有“{name}”这个登记册。现有：{known}。",
            "There is no register “{name}”. There are {known}.",
            name=name[:60],
            known=", ".join(REGISTERS),
        )
    return REGISTERS[name]


def register_page(register: Register, asked: Asked, *, page: int = 1) -> RegisterPage:
    """Return one page of what is asked of a register, in a stable order over both times."""
    check_asked(register, asked)
    halves = _halves(register, asked)
    total = sum(half.count() for half in halves)
    pages = max(1, min(DEEPEST, -(-total // PAGE)))
    if not 1 <= page <= pages:
        raise NotFound(
            "catalog.register.page",
            "可以翻到第 {pages} 页；要更多请下载。",
            "There are pages up to {pages}; for more, download the file.",
            pages=pages,
        )
    lines = tuple(_lines(register, asked, _keys(register, asked, halves, slice((page - 1) * PAGE, page * PAGE))))
    return RegisterPage(register, asked, total, page, pages, lines)


def register_lines(register: Register, asked: Asked) -> Iterator[Any]:
    """Yield everything that is asked of a register, in order; the keys are sorted once, the rows read in chunks."""
    keys = _keys(register, asked, _halves(register, asked))
    for start in range(0, len(keys), CHUNK):
        yield from _lines(register, asked, keys[start : start + CHUNK])


def check_asked(register: Register, asked: Asked) -> None:
    """Refuse a filter that the register has not, or a value that is none."""
    for name, value in asked.pairs().items():
        known = name == "q" or (name == "sort" and value in register.sorts) or name in register.filters
        if "\0" in value or not known or not _is_value(register, name, value):
            raise BadInput(
                "catalog.register.filter",
                "这个登记册不认识“{name}＝{value}”。可用的有：{known}。",
                "This register does not know “{name} = {value}”. It knows: {known}.",
                name=name,
                value=value[:60],
                known=", ".join(("q", *register.filters, "sort")),
            )
    check_known(asked.on, asked.known)


def check_known(on: date, known: date | None) -> None:
    """Refuse to tell what will be known on a day to come."""
    if known is not None and known > on and known > timezone.localdate():
        raise BadInput("catalog.register.known", "{day} 还没有到。", "{day} has not come yet.", day=known)


def state_on_day(state: str, on: date) -> Q:
    """Return the condition under which ``certificate_state`` answers this state on a day; ``overdue`` is one too."""
    begun = Q(state_on=None) | Q(state_on__lte=on)
    ended = Q(state__in=("withdrawn", "cancelled")) & begun
    issued = Q(issued_on=None) | Q(issued_on__lte=on)
    if state == "overdue":
        return overdue_on(on)
    if state == "active":
        return valid_on(on)
    if state in ("withdrawn", "cancelled"):
        return Q(state=state) & begun
    if state == "upcoming":
        return Q(issued_on__gt=on) & ~ended
    if state == "expired":
        return Q(expires_on__lt=on) & ~ended & issued
    return Q(state=state) & begun & issued & (Q(expires_on=None) | Q(expires_on__gte=on))


def facts_of(register: Register, on: date, known: date | None) -> Facts[Any]:
    """Return everything in a register on a day, as known at the end of another or now."""
    at = None if known is None else end_of_day(known)
    return facts(register.model, as_of=on, known_at=at).filter(register.takes())


def end_of_day(day: date) -> datetime:
    """Return the moment at which a day is over here: what was recorded before it was known by that day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _halves(register: Register, asked: Asked) -> tuple[Half, Half]:
    found = facts_of(register, asked.on, asked.known).filter(_wanted(register, asked))
    return found.main, found.past


def _wanted(register: Register, asked: Asked) -> Q:
    is_honour = register.model is Honour
    wanted = Q()
    if asked.text:
        wanted &= _matches(asked.text, is_honour=is_honour)
    if asked.scheme:
        wanted &= Q(scheme=asked.scheme)
    if asked.state:
        wanted &= Q(state=asked.state) if is_honour else state_on_day(asked.state, asked.on)
    if asked.district:
        codes = _codes_of(asked.district, asked.on)
        wanted &= (Q(organisation__district__in=codes) | Q(region__in=codes)) if is_honour else Q(
            holder__district__in=codes
        )  # fmt: skip
    if asked.year:
        year = int(asked.year)
        days = (date(year, 1, 1), date(year, 12, 31))
        wanted &= Q(awarded_on__range=days) if is_honour else Q(issued_on__range=days)
    if asked.issuer:
        wanted &= Q(issuer=asked.issuer) if is_honour else Q(issuer_name=asked.issuer)
    return wanted


def _matches(text: str, *, is_honour: bool) -> Q:
    """Return the condition under which every word stands in the number, the holder's name or code."""
    fields = ("code", "recipient", "title_zh") if is_honour else ("number", "holder__name", "holder__code", "scope_zh")
    wanted = Q()
    for word in text.split()[:8]:
        one = Q()
        for field in fields:
            one |= Q(**{f"{field}__icontains": word})
        wanted &= one
    return wanted


def _keys(
    register: Register, asked: Asked, halves: tuple[Half, Half], stretch: slice = slice(None)
) -> list[tuple[int, int]]:
    """Return half and row of a stretch of both halves, sorted together."""
    order = register.sorts[asked.sort] if asked.sort else next(iter(register.sorts.values()))
    plain = [name.lstrip("-") for name in order]
    keyed = [
        half.order_by()
        .annotate(half=Value(place, output_field=IntegerField()), row=F("pk"))
        .values_list(*plain, "half", "row")
        for place, half in enumerate(halves)
    ]
    found = keyed[0].union(keyed[1], all=True).order_by(*order, "half", "row")[stretch]
    return [(row[-2], row[-1]) for row in found]


def _lines(register: Register, asked: Asked, keys: list[tuple[int, int]]) -> Iterator[Any]:
    """Yield the lines of some keys, in their order."""
    related = ("organisation",) if register.model is Honour else ("holder", "standard", "issuer")
    rows: dict[tuple[int, int], Any] = {}
    for place, model in enumerate((register.model, TWINS[register.model])):
        ids = [row for half, row in keys if half == place]
        found = model._default_manager.filter(pk__in=ids).select_related(*related)
        rows |= {(place, one.pk): one for one in found}
    for key in keys:
        yield register.line(rows[key], asked.on)


def _is_value(register: Register, name: str, value: str) -> bool:
    if name == "district":
        return value in rulebook().codelist("districts")
    if name == "year":
        return value.isascii() and value.isdigit() and 1900 <= int(value) <= 2200
    if name == "state":
        return value in (words.HONOUR_STATES if register.model is Honour else (*words.CERTIFICATE_STATES, "overdue"))
    return True


def _codes_of(code: str, on: date) -> list[str]:
    districts = rulebook().codelist("districts")
    current = districts.current(code, on)
    return [one for one in districts.codes if districts.current(one, on) == current]


def _certificate_line(row: CertificateFacts, on: date) -> RegisterLine:
    rule = certificate_rules(on).get(row.scheme)
    late = rule is not None and standing(rule, watched(row), on).is_overdue
    return RegisterLine(
        certificate=Ref("certificate", row.number, Text(row.number, row.number)),
        holder=organisation_ref(row.holder),
        code=row.holder.code,
        district=district_ref(row.holder.district, on),
        scheme=rulebook().codelist("schemes").text(row.scheme),
        standard=number_ref(row.standard_number, row.standard),
        issuer=row.issuer_name,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        state=state_of_certificate(row, on),
        state_on=row.state_on,
        watch=OVERDUE if late else _NO_STATE,
        synthetic=row.synthetic,
    )


def _honour_line(row: HonourFacts, on: date) -> HonourLine:
    return honour_line(row, on)


def _of_kind(*kinds: str) -> Callable[[], Q]:
    def takes() -> Q:
        entries = rulebook().codelist("schemes").entries
        codes = [one.code for one in entries if isinstance(one, CertificationScheme) and one.kind in kinds]
        return Q(scheme__in=codes)

    return takes


def _titles() -> Q:
    """Return the condition under which an honour is a title of somebody here: registers of the province hold others."""
    region = rulebook().city.region
    return ~Q(scheme="good-practice") & (Q(region__startswith=region) | Q(organisation__district__startswith=region))


_CERTIFICATE_FILTERS = ("scheme", "state", "district", "year", "issuer")
_CERTIFICATE_SORTS: Mapping[str, tuple[str, ...]] = {
    "newest": ("-issued_on", "number"),
    "number": ("number",),
    "expiry": ("expires_on", "number"),
}
_HONOUR_SORTS: Mapping[str, tuple[str, ...]] = {"newest": ("-awarded_on", "code"), "number": ("code",)}


def _certificates(name: str, title: Text, says: Text, *kinds: str) -> Register:
    return Register(
        name, title, Text("张", "certificates"), says, Certificate, RegisterLine, _of_kind(*kinds), _certificate_line,
        _CERTIFICATE_FILTERS, _CERTIFICATE_SORTS,
    )  # fmt: skip


REGISTERS: Mapping[str, Register] = {
    register.name: register
    for register in (
        _certificates(
            "management-systems",
            Text("管理体系认证证书", "Certificates of management systems"),
            Text("质量、环境、职业健康安全等管理体系的认证证书，一张一行，子证书不另算。",
                 "Certificates of systems of quality, environment, health and safety and others; one row each."),
            "system",
        ),
        _certificates(
            "products",
            Text("产品和服务认证证书", "Certificates of products and services"),
            Text("产品、服务和“泰山品质”的认证证书，一张一行；一家可以有几张。",
                 "Certificates of products and services, “Taishan Quality” among them; one row each."),
            "product", "service", "personnel",
        ),
        _certificates(
            "labels",
            Text("品牌和标识", "Brands and labels"),
            Text("“青岛优品”、绿色食品等标识，一个标识一行：数的是标识，不是企业。",
                 "Labels such as Qingdao Youpin and green food; one row for each label, which is not an enterprise."),
            "label",
        ),
        Register(
            "grades",
            Text("标准化良好行为等级", "Grades of good standardisation practice"),
            Text("家", "organisations"),
            Text("经评定的标准化良好行为企业，按现在的等级，一次评定一行。",
                 "Enterprises graded for good standardisation practice, by their grade now; one row for each grading."),
            Honour, HonourLine, lambda: Q(scheme="good-practice"), _honour_line,
            ("state", "district", "year"), _HONOUR_SORTS,
        ),
        Register(
            "titles",
            Text("奖项和称号", "Awards and titles"),
            Text("个单位（个人）", "winners"),
            Text("各级质量奖的获奖单位、班组和个人，一行一个。公示中的和撤销的也列出，但不计入有效。",
                 "Winners of the quality awards, one row each. Those on notice and revoked are listed, not counted."),
            Honour, HonourLine, _titles, _honour_line,
            ("scheme", "state", "district", "year", "issuer"), _HONOUR_SORTS,
        ),
    )
}  # fmt: skip
