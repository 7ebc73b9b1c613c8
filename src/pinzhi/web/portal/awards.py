"""Awards, contests and assessments as the rulebook describes them: who may enter, how it is judged, who won before."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_parts import Length, Stage
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import PARTS
from pinzhi.engine.texts import Text
from pinzhi.records.assessment.queries.applications import own_in_round
from pinzhi.records.assessment.queries.lots import LotLine, lot_of
from pinzhi.records.assessment.queries.stands import exhibitors
from pinzhi.records.assessment.queries.visible import open_call
from pinzhi.records.catalog.queries.tables import TABLES
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.web import access
from pinzhi.web.access import today
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.portal.award_pictures import HEIGHT, WIDTH, criteria
from pinzhi.web.portal.programme_parts import programme

KINDS = {
    "award": Text("奖项", "Awards"),
    "contest": Text("大赛", "Contests"),
    "assessment": Text("评议考核", "Assessments"),
    "certification": Text("认证", "Certifications"),
    "label": Text("品牌标签", "Labels"),
    "pilot": Text("试点", "Pilots"),
    "expo": Text("展会", "Expos"),
    "participation": Text("标准制定", "Standards drafted"),
}
_SHOWN = ("draft", "recommended", "eligibility_check", "acceptance_notice", "desk_review", "satisfaction_survey",
          "type_test", "site_visit", "hearing", "deliberation", "approval", "public_notice", "decided", "allotment",
          "exhibited")  # fmt: skip


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage of a scheme, as a row: what happens, who moves it on, how long it may take, who judges."""

    stage: Text
    by: tuple[Text, ...]
    term: Text
    panel: Text


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of the instrument by which a scheme is judged."""

    code: str
    section: Text
    item: Text
    points: Decimal
    measures: str


@dataclass(frozen=True, slots=True)
class Winners:
    """How many won in each edition, the table of their names, and a dot for each."""

    total: int
    table: str
    editions: tuple[tuple[str, range], ...]


def awards(request: HttpRequest) -> HttpResponseBase:
    """List every scheme of the rulebook by kind, the newest edition of each first."""
    schemes = sorted(rulebook().all_of(Scheme), key=lambda one: (one.id, _order(one.edition)), reverse=True)
    groups = [(words, [one for one in schemes if one.kind == kind]) for kind, words in KINDS.items()]
    page = {
        "groups": [(words, found) for words, found in groups if found],
        "here": "award",
        "crumbs": [("/", pgettext("crumb", "首页")), ("", _("奖项与评审"))],
    }
    return render(request, "portal/awards/list.html", page)


def award(request: HttpRequest, key: str, edition: str, form: str = "") -> HttpResponseBase:
    """Show an edition of a scheme; its stages and its criteria are also tables to take away."""
    scheme = rulebook().file(Scheme, key, edition)
    on = today()
    instrument = _instrument(scheme)
    stages, items = _stages(scheme), _items(instrument)
    lot = lot_of(key, edition) if scheme.ties == "chain_then_lot" else None
    if form:
        wanted = request.GET.get("table", "stages")
        tables: dict[str, tuple[type, Sequence[object]]] = {
            "criteria": (ItemLine, items),
            "lot": (LotLine, lot.lines if lot else ()),
        }
        row_type, rows = tables.get(wanted, (StageLine, stages))
        name = f"{key}-{edition}-{wanted if wanted in tables else 'stages'}"
        also = lot.seed if lot else ""
        return download(request, form, lambda: Sheet(name, row_type, rows), name=name, on=on, also=also)
    context = {
        "scheme": scheme,
        "instrument": instrument,
        "stages": stages,
        "line": [one for one in scheme.stage if one.state in _SHOWN],
        "terms": {one.state: _term(one) for one in scheme.stage},
        "rows": criteria(instrument) if instrument else (),
        "items": items,
        "measured": any(one.measures for one in items),
        "width": WIDTH,
        "height": HEIGHT,
        "winners": _winners(scheme, on),
        "more": programme(scheme, instrument, on),
        "exhibitors": exhibitors(key, edition) if scheme.hall else (),
        "others": [one for one in rulebook().all_of(Scheme) if one.id == scheme.id and one != scheme],
        "own": own_in_round(access.actor(request), key, edition) if request.user.is_authenticated else None,
        "lot": lot,
        "call": open_call(key, edition, on),
        "address": f"/awards/{key}/{edition}",
        "here": "award",
        "crumbs": [("/", pgettext("crumb", "首页")), ("/awards", _("奖项与评审")), ("", _("这一届"))],
    }
    return render(request, "portal/awards/award.html", context)


def _order(edition: str) -> tuple[int, str]:
    return (int(edition), "") if edition.isdigit() else (0, edition)


def _instrument(scheme: Scheme) -> Instrument | None:
    """Return the instrument of the first stage that judges."""
    uses = [use for stage in scheme.stage for use in stage.instruments]
    return rulebook().file(Instrument, uses[0].id, uses[0].edition) if uses else None


def _stages(scheme: Scheme) -> tuple[StageLine, ...]:
    return tuple(
        StageLine(stage.words, tuple(PARTS[one] for one in stage.acts), _term(stage), _panel(stage))
        for stage in scheme.stage
    )


def _term(stage: Stage) -> Text:
    """Say how long a stage lasts: its notice, or its period."""
    length: Length | None = stage.notice or stage.period
    if length is None:
        return Text("", "")
    if length.unit == "wd":
        return Text(f"{length.length} 个工作日", f"{length.length} working days")
    return Text(f"{length.length} 天", f"{length.length} days")


def _panel(stage: Stage) -> Text:
    if stage.panel is None:
        return Text("", "")
    size = stage.panel.size
    blind = {
        "none": Text("", ""),
        "applicant": Text("，申报者匿名", ", applicant hidden"),
        "both": Text("，双向匿名", ", both hidden"),
    }
    return Text(f"{size} 名评审员{blind[stage.blind].zh}", f"{size} reviewers{blind[stage.blind].en}")


def _items(instrument: Instrument | None) -> tuple[ItemLine, ...]:
    if instrument is None:
        return ()
    titles = {one.code: one.title for one in instrument.section}
    return tuple(
        ItemLine(
            item.id,
            titles.get(item.section, instrument.title),
            item.title,
            item.worth,
            item.measures or "" if item.kind == "points" else "",
        )
        for item in instrument.item
        if item.worth
    )


def _winners(scheme: Scheme, on: date) -> Winners | None:
    """Count who won in the editions so far, from the same records as the table of their names."""
    table = TABLES.get(f"{scheme.honours}-award")
    if table is None:
        return None
    counts: Counter[str] = Counter(line.edition for line in table.lines(on, {}))
    editions = sorted(counts.items(), key=lambda one: _order(one[0]))
    return Winners(sum(counts.values()), f"/tables/{table.name}", _dotted(editions)) if counts else None


def _dotted(editions: Sequence[tuple[str, int]]) -> tuple[tuple[str, range], ...]:
    return tuple((edition, range(count)) for edition, count in editions)
