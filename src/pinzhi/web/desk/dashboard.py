"""The dashboard for leaders: the finding as a sentence, what needs a look first, every target; districts compared."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pinzhi.engine.publishing.numerals import chinese, english
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.compile import Number
from pinzhi.records.publishing.queries.dashboard import Aim, Compared, aims, by_district, first_to_see
from pinzhi.web import figures as shared
from pinzhi.web.access import actor, guard
from pinzhi.web.charts import bullet, fifths, spark
from pinzhi.web.language import dated, full_day, in_english, said

SHAPES = {"reached": "ok", "below": "warn", "over": "bad", "unknown": "past"}
PAINTS = {"reached": "fill-sea", "below": "fill-c4", "over": "fill-crim", "unknown": "fill-sea3"}
SAID_IN_WORDS = 20  # larger numbers are printed in digits


@require_safe
@guard("publishing.dashboard")
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show every figure with a target on one page that also prints on one."""
    at = shared.asked(request)
    every = aims(at, shared.readable(actor(request), at.on))
    lines = {one.value.figure.id: _line(one) for one in every}
    context = {
        "at": at,
        "finding": _finding(every),
        "day": full_day(at.on),
        "basis": _basis(every),
        "first": [lines[one.value.figure.id] | _look(one) for one in first_to_see(every)],
        "groups": [
            {"word": theme.word, "lines": [lines[one.id] for one in theme.figures]}
            for theme in shared.by_theme(one.value.figure for one in every)
        ],
        "query": shared.query_of(at),
    }
    return render(request, "desk/publishing/dashboard.html", context)


@require_safe
@guard("publishing.dashboard")
def districts(request: HttpRequest) -> HttpResponse:
    """Show the figures that districts have a part in, districts beside each other."""
    at = shared.asked(request)
    known = rulebook().codelist("districts")
    codes = known.in_force(at.on)
    compared = by_district(at, shared.readable(actor(request), at.on))
    context = {
        "at": at,
        "day": full_day(at.on),
        "districts": [said(known.text(code)) for code in codes],
        "lines": [_compared(one, codes) for one in compared],
        "query": shared.query_of(at),
    }
    return render(request, "desk/publishing/districts.html", context)


def _finding(every: Sequence[Aim]) -> str:
    """Say how many stand where: 十二项指标，九项到位，三项要看."""
    reached = sum(one.standing == "reached" for one in every)
    missed = sum(one.standing in ("below", "over") for one in every)
    unknown = len(every) - reached - missed
    if not every:
        return _("还没有带目标的指标")
    parts = [
        ngettext("%(count)s项指标", "%(count)s项指标", len(every)) % {"count": _spelt(len(every))},
        ngettext("%(count)s项到位", "%(count)s项到位", reached) % {"count": _spelt(reached)} if missed else _("都到位"),
    ]
    if missed:
        parts.append(ngettext("%(count)s项要看", "%(count)s项要看", missed) % {"count": _spelt(missed)})
    if unknown:
        parts.append(ngettext("%(count)s项没有数", "%(count)s项没有数", unknown) % {"count": _spelt(unknown)})
    sentence = (", " if in_english() else "，").join(parts)
    return sentence[:1].upper() + sentence[1:]


def _spelt(count: int) -> str:
    if in_english():
        return english(count)
    return chinese(count) if 0 < count <= SAID_IN_WORDS else str(count)


def _basis(every: Sequence[Aim]) -> str:
    """Say where the targets come from."""
    sources = list(dict.fromkeys(said(one.target.basis) for one in every))
    return _("目标依据：{sources}。").format(sources=(", " if in_english() else "、").join(sources)) if sources else ""


def _line(aim: Aim) -> dict[str, Any]:
    """Return a row of the table."""
    figure = aim.value.figure
    now, before = _number(aim.value.number), _number(aim.before.number if aim.before else None)
    target = Fraction(aim.target.value)
    title = said(figure.title)
    return {
        "title": _("{title}（低为好）").format(title=title) if aim.target.better == "less" else title,
        "value": aim.value,
        "unit": shared.unit_words(aim.value),
        "target": shared.amount(figure, target),
        "spark": spark(aim.trend),
        "spark_label": _("{title}，24 个月").format(title=title),
        "bullet": bullet(now, target, before, paint=PAINTS[aim.standing]) if now is not None else None,
        "bullet_label": _("现在 {now}，目标 {target}，上年同日 {before}").format(
            now=shared.amount(figure, now), target=shared.amount(figure, target), before=shared.amount(figure, before)
        ),
        "shape": SHAPES[aim.standing],
        "word": _words()[aim.standing],
        "owner": said(figure.owner),
        "day": dated(aim.value.at.on)[5:],
    }


def _look(aim: Aim) -> dict[str, str]:
    """Return why a figure needs a look, and where its records are."""
    figure = aim.value.figure
    word = _("低于目标 {gap}。") if aim.standing == "below" else _("高于上限 {gap}。")
    if shared.is_fraction_of_one(figure):
        gap = _("{points} 个百分点").format(points=f"{shared.rounded(aim.gap * 100, 1):f}")
    else:
        gap = f"{shared.amount(figure, aim.gap)} {shared.unit_words(aim.value)}".strip()
    reason = word.format(gap=gap)
    if aim.value.parts:
        part, whole = aim.value.parts
        reason += " " * in_english() + _("{whole} 个里有 {part} 个。").format(whole=f"{whole:,}", part=f"{part:,}")
    has = shared.has_records(figure)
    return {
        "reason": reason,
        "list_href": f"/figures/{figure.id}/records{shared.query_of(aim.value.at)}" if has else "",
        "list_words": _("看背后的记录"),
    }


def _words() -> dict[str, str]:
    return {"reached": _("到位"), "below": _("低于目标"), "over": _("超过上限"), "unknown": _("没有数")}


def _compared(one: Compared, codes: Sequence[str]) -> dict[str, Any]:
    figure = one.value.figure
    numbers = [one.numbers.get(code, Fraction(0)) for code in codes]
    cells = [
        {
            "amount": shared.amount(figure, number),
            "fifth": fifth,
            "href": f"/figures/{figure.id}/records{shared.query_of(one.value.at, part=f'district={code}')}"
            if number
            else "",
        }
        for code, number, fifth in zip(codes, numbers, fifths(numbers), strict=True)
    ]
    return {"title": said(figure.title), "unit": said(figure.unit), "value": one.value, "cells": cells}


def _number(number: Number | None) -> Fraction | None:
    return None if number is None or isinstance(number, date) else Fraction(number)
