"""The decision room: see the ranking with its doubt, move an entry for a grade, vote, count, draw the lot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import require
from pinzhi.records.assessment.actions import decisions
from pinzhi.records.assessment.queries import decision
from pinzhi.records.assessment.queries.contested import MOST, beside, is_contested
from pinzhi.records.assessment.queries.visible import entry_for, round_by_key
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.language import said
from pinzhi.web.pages import page_number, pager

WIDTH = 560  # of the picture, in its own units
PAGE = 100
_STEPS = (1, 2, 5, 10, 20, 25, 40, 50, 100, 200, 250)
_MOST_TICKS = 7
SORTS: dict[str, Callable[[decision.Standing], Any]] = {
    "rank": lambda one: one.rank,
    "spread": lambda one: (-one.spread, one.rank),
    "district": lambda one: (one.district.zh, one.rank),
}


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of points that all rows share."""

    low: float
    high: float
    ticks: tuple[tuple[int, float], ...]

    def place(self, value: float) -> float:
        """Return where a value stands on the picture."""
        return round((value - self.low) / (self.high - self.low) * WIDTH, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the picture: the standing, and where its dot, line and rings stand."""

    standing: decision.Standing
    state: str
    x: float
    x1: float
    x2: float
    rings: tuple[float, ...]
    recused: tuple[tuple[str, Text], ...]


class MotionForm(forms.Form):
    """Which entry is moved for which grade."""

    number = forms.CharField(label=_("申报"), max_length=20)
    grade = forms.CharField(label=_("奖项"), max_length=40)


class BallotForm(forms.Form):
    """How a member votes, and why."""

    choice = forms.ChoiceField(
        label=_("你的一票"), choices=[("yes", _("赞成")), ("no", _("反对")), ("abstain", _("弃权"))]
    )
    reason = forms.CharField(label=_("理由，写入记录"), max_length=2000, required=False)


@require_safe
@guard("desk")
def room(request: HttpRequest, key: str) -> HttpResponse:
    """Show the room to the officers, the chair, supervisors and the committee."""
    held, actor, on = round_by_key(key), access.actor(request), access.today()
    if not decision.may_enter(actor, held):
        require(actor, "assessment.oversee")
        raise NotFound("assessment.round", "没有这一轮评审。", "There is no such round.")
    seen = decision.room(actor, held, on)
    ranked, page, sort = seen.standings.lines, page_number(request), request.GET.get("sort", "rank")
    if sort not in SORTS:
        raise BadInput(
            "assessment.decision.sort",
            "没有“{sort}”这种排序，有：{known}。",
            "There is no order “{sort}”; there are: {known}.",
            sort=sort[:40],
            known=", ".join(SORTS),
        )
    lines = sorted(ranked, key=SORTS[sort])
    closest = [one.number for one in ranked if one.close or is_contested(one.within)]
    shown = lines[(page - 1) * PAGE : page * PAGE]
    axis = _axis(shown)
    recused = decision.recused_on(seen, [one.number for one in shown], on)
    threshold = min((one.at_least for one in seen.scheme.grade if one.at_least is not None), default=None)
    line = float(threshold) * float(seen.scheme.scale) / 100 if threshold is not None else None
    context = {
        "room": seen,
        "held": held,
        "scheme": seen.scheme,
        "rows": [_row(one, axis, seen, recused.get(one.number, ())) for one in shown],
        "sort": sort,
        "recused": [(number, *one) for number, found in recused.items() for one in found],
        "beside": beside(held, closest, on) if len(closest) > 1 else (),
        "beside_numbers": closest[:MOST],
        "axis": axis,
        "width": WIDTH,
        "threshold": line,
        "threshold_x": axis.place(line) if line is not None and axis.low <= line <= axis.high else None,
        "proposed": len(seen.proposals),
        "closest": closest,
        "open_votes": [one for one in seen.votes if one.motion.closed_at is None],
        "past_votes": [one for one in seen.votes if one.motion.closed_at is not None],
        "conducts": actor.has("city_officer", "chair"),
        "pager": pager(page, max(1, -(-len(lines) // PAGE)), {"sort": sort} if sort != "rank" else {}),
        "grades": [(one.code, said(one.title)) for one in seen.scheme.grade],
    }
    return render(request, "desk/assessment/decision.html", context)


@require_POST
@guard("assessment.decide")
def open_motion(request: HttpRequest, key: str) -> HttpResponse:
    """Move an entry for a grade."""
    form = MotionForm(request.POST)
    if not form.is_valid():
        raise BadInput("assessment.motion.form", "请选申报和奖项。", "Choose an entry and a grade.")
    actor = access.actor(request)
    entry = entry_for(actor, key, form.cleaned_data["number"])
    decisions.open_motion(actor=actor, entry_id=entry.pk, grade=form.cleaned_data["grade"], when=access.moment())
    messages.success(request, gettext("%(number)s 的表决已经开始。") % {"number": entry.number})
    return redirect("desk:decision", key=key)


@require_POST
@guard("assessment.vote")
def ballot(request: HttpRequest, key: str, motion_id: int) -> HttpResponse:
    """Vote."""
    form = BallotForm(request.POST)
    if not form.is_valid():
        raise BadInput("assessment.ballot.choice", "请选赞成、反对或弃权。", "Choose yes, no or abstain.")
    decisions.cast_ballot(
        actor=access.actor(request), motion_id=motion_id, choice=form.cleaned_data["choice"],
        reason=form.cleaned_data["reason"], when=access.moment(),
    )  # fmt: skip
    messages.success(request, gettext("已投票，写入记录。"))
    return redirect("desk:decision", key=key)


@require_POST
@guard("assessment.decide")
def close(request: HttpRequest, key: str, motion_id: int) -> HttpResponse:
    """Count a vote."""
    closed = decisions.close_motion(actor=access.actor(request), motion_id=motion_id, when=access.moment())
    messages.success(request, gettext("表决通过，已列入拟授名单。") if closed.carried else gettext("表决没有通过。"))
    return redirect("desk:decision", key=key)


@require_POST
@guard("assessment.decide")
def lot(request: HttpRequest, key: str) -> HttpResponse:
    """Draw the lot: publish the seed whose commitment was journalled with the call."""
    decisions.draw_lot(actor=access.actor(request), round_id=round_by_key(key).pk, when=access.moment())
    messages.success(request, gettext("已抽签：种子公布，任何人都能重算。"))
    return redirect("desk:decision", key=key)


def _axis(lines: Sequence[decision.Standing]) -> Axis:
    values = [value for one in lines for value in (one.low, one.high, one.dot, *one.rings)] or [0.0, 100.0]
    least, most = min(values), max(values)
    step = next((one for one in _STEPS if (most - least) / one <= _MOST_TICKS - 2), _STEPS[-1])
    low, high = int(least // step) * step, int(-(-most // step)) * step
    high = max(high, low + step)
    ticks = tuple((tick, round((tick - low) / (high - low) * WIDTH, 1)) for tick in range(low, high + 1, step))
    return Axis(low, high, ticks)


def _row(one: decision.Standing, axis: Axis, seen: decision.Room, recused: tuple[tuple[str, Text], ...]) -> Row:
    rings = tuple(axis.place(ring) for ring in one.rings)
    state = seen.states.get(one.number, "")
    return Row(one, state, axis.place(one.dot), axis.place(one.low), axis.place(one.high), rings, recused)
