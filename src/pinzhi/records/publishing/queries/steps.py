"""How a figure is worked out, told step by step: how many records are left after each condition."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from pinzhi.engine.publishing.spans import Days
from pinzhi.engine.rulebook.figure_parts import Distinct, Ratio, Selection, Streak, Where
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.compile import ask_of
from pinzhi.records.publishing.definitions import figure_named
from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.sources.shapes import Field
from pinzhi.records.publishing.tables.asks import Ask
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.times import AsOf

_JOINED = Text("、", ", ")


@dataclass(frozen=True, slots=True)
class Step:
    """A step in words, and how many records (in the last, different things) are left after it."""

    text: Text
    count: int


def steps(figure_id: str, at: AsOf) -> tuple[Step, ...]:
    """Return the steps from all records of the source to what is counted; none for figures made of others.

    Figures over people have none: the steps between would be counts that nobody protects.
    """
    figure = figure_named(figure_id, at.on)
    records = figure.records
    if not isinstance(records, Selection | Ratio) or not records.source or figure.privacy == "group":
        return ()
    told = list(_told(figure, at.on))
    counts = table(records.source, at).numbers([ask for _text, ask in told])
    return tuple(
        Step(text, int(count.number) if ask.unit == "different" else count.records)
        for (text, ask), count in zip(told, counts, strict=True)
    )


def _told(figure: Figure, on: date) -> Iterator[tuple[Text, Ask]]:
    """Yield each step in words with the ask it leads to, one condition more than the one before."""
    whole = ask_of(figure, on)
    records = figure.records
    source = SOURCES[records.source] if records is not None else None
    if records is None or source is None:
        return
    ask = Ask()
    yield Text(f"取登记的{source.title.zh}", f"Take all records: {source.title.en.lower()}"), ask
    for where in whole.where:
        ask = ask.also(where)
        yield _kept(where, source.fields[where.field]), ask
    if whole.period is not None and records.period is not None:
        ask = replace(ask, period=whole.period)
        yield _within(whole.period.days, source.fields[whole.period.field].title), ask
    measure = figure.measure
    if isinstance(measure, Distinct):
        title = source.fields[measure.of].title
        yield Text(f"同一个{title.zh}只数一次", f"Count each {title.en.lower()} once"), whole
    further = measure.part if isinstance(measure, Ratio) else measure.holds if isinstance(measure, Streak) else ()
    for where in further:
        ask = ask.also(where)
        yield _kept(where, source.fields[where.field]), ask


def _within(days: Days, title: Text) -> Text:
    """Return a period in words; what has no day on record was there before."""
    if days.first is None:
        return Text(f"留下{title.zh}不晚于 {days.last} 的", f"Keep where {title.en.lower()} is {days.last} or before")
    return Text(
        f"留下{title.zh}从 {days.first} 到 {days.last} 的",
        f"Keep where {title.en.lower()} is from {days.first} to {days.last}",
    )


def _kept(where: Where, field: Field) -> Text:
    """Return a condition in words: 留下认证项目是质量管理体系的."""
    title, operator = field.title, where.operator
    if field.flag is not None:
        yes = bool(where.is_)
        return Text(
            f"留下{title.zh}的" if yes else f"去掉{title.zh}的",
            f"Keep: {title.en.lower()}" if yes else f"Leave out: {title.en.lower()}",
        )
    if operator == "present":
        known = bool(where.present)
        return Text(
            f"留下登记了{title.zh}的" if known else f"留下没有登记{title.zh}的",
            f"Keep those with {title.en.lower()}" if known else f"Keep those without {title.en.lower()}",
        )
    values = [field.text(str(one)) for one in where.operands]
    zh, en = _JOINED.zh.join(one.zh for one in values), _JOINED.en.join(one.en for one in values)
    verb_zh, verb_en = _VERBS[operator]
    return Text(f"留下{title.zh}{verb_zh}{zh}的", f"Keep where {title.en.lower()} {verb_en} {en}")


_VERBS = {
    "is": ("是", "is"),
    "in": ("是", "is one of"),
    "not_in": ("不是", "is none of"),
    "starts": ("属于", "lies in"),
    "at_least": ("不小于", "is at least"),
    "at_most": ("不大于", "is at most"),
}
