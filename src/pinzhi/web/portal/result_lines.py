"""Lines of a search result: what each kind of record says of itself in three rows and a status."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pinzhi.engine.catalog import words
from pinzhi.engine.catalog.codes import printed
from pinzhi.engine.catalog.credit import is_temporary
from pinzhi.engine.catalog.highlights import segments
from pinzhi.records.catalog.search import rows_of
from pinzhi.records.catalog.search.shapes import Row, SearchResult
from pinzhi.web.addresses import address_of
from pinzhi.web.language import dated, full_day, in_english, said
from pinzhi.web.portal import vocabulary

Segments = list[tuple[str, bool]]
_HAN = re.compile(r"[\u3400-\u9fff]")
UNBROKEN = 18  # characters; a part no longer than this stays on one line


@dataclass(frozen=True, slots=True)
class Part:
    """One fact of a row: its pieces, its language where it is not the page's, and whether it stays on one line."""

    pieces: Segments
    language: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One record as a result shows it; the pieces of text say which of them match."""

    kind: str
    address: str
    number: Segments
    title: Segments
    title_language: str  # "" when it is the language of the page
    second: list[Part]
    third: list[Part]
    third_language: str
    shape: str
    state: str
    synthetic: bool
    successor: str = ""
    successor_address: str = ""
    editions: Sequence["Line"] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The one record that bears the number asked for, as a sentence."""

    kind: str
    address: str
    title: str
    sentence: str
    synthetic: bool


def kind_word(kind: str) -> str:
    """Return the word for one record of a kind."""
    return {
        "standard": pgettext("one record", "标准"),
        "organisation": pgettext("one record", "组织"),
        "institution": pgettext("one record", "机构"),
        "certificate": pgettext("one record", "证书"),
        "product": pgettext("one record", "产品"),
        "place": pgettext("one record", "地点"),
        "document": pgettext("one record", "文件"),
    }[kind]


def readable_number(row: Row) -> str:
    """Return the number that people know the record by; a temporary id of ours is none."""
    if row.kind == "standard":
        return printed(row.number)
    is_ours = row.kind == "place" or (row.kind in ("organisation", "institution") and is_temporary(row.number))
    return "" if is_ours else row.number


def lines_for(text: str, result: SearchResult) -> list[Line]:
    """Return the lines of a result in its order, the other editions of a standard folded under the first."""
    sought = result.shown_for or text
    hits = [hit for line in result.lines for hit in (line.hit, *line.folded)]
    rows = {(row.kind, row.id): row for row in rows_of(hits)}
    lines = []
    for line in result.lines:
        row = rows.get((line.hit.kind, line.hit.id))
        if row:  # a record deleted a moment ago is still in the index
            folded = [rows[hit.kind, hit.id] for hit in line.folded if (hit.kind, hit.id) in rows]
            lines.append(_line(row, sought, [_line(one, sought) for one in folded]))
    return lines


def for_programs(result: SearchResult) -> list[dict[str, object]]:
    """Return the records of a page for JSON, in their order as ranked."""
    return [
        {
            "kind": row.kind,
            "number": row.number,
            "title": row.title,
            "title_en": row.title_en,
            "status": row.status,
            "synthetic": row.synthetic,
            "address": address_of(row.kind, row.key),
        }
        for row in rows_of(result.hits)
    ]


def answer(result: SearchResult) -> Answer | None:
    """Return what can be said at once about the only record that bears the number."""
    if not result.direct or result.direct.kind not in ("standard", "certificate"):
        return None
    rows = rows_of([result.direct])
    if not rows:
        return None
    row = rows[0]
    is_standard = row.kind == "standard"
    sentence = _standard_sentence(row) if is_standard else _certificate_sentence(row)
    title = printed(row.number) if is_standard else row.number
    return Answer(kind_word(row.kind), address_of(row.kind, row.key), title, sentence, row.synthetic)


def how_sentence(text: str, result: SearchResult) -> str:
    """Say what was done to find this, where a reader would otherwise wonder."""
    if result.shown_for:
        return _("没有“{text}”，下面是“{shown}”的结果。").format(text=_cut(text), shown=result.shown_for)
    sentences = {
        "pinyin": _("按拼音或首字母找到。"),
        "syllables": _("没有完全一样的字，按读音相同找到。"),
        "any": _("没有一条含有全部的词，下面的含有其中一部分。"),
        "rebuilding": _("查询的索引正在重建。现在只能按编号和名称的开头查，筛选不起作用，几分钟后恢复。"),
    }
    return sentences.get(result.how, "")


def _line(row: Row, sought: str, editions: Sequence[Line] = ()) -> Line:
    second, third, third_language = _ROWS[row.kind](row)
    english = in_english() and bool(row.title_en)
    shape, state = vocabulary.state(row.kind, row.status)
    title = row.title_en if english else row.title
    return Line(
        kind=kind_word(row.kind),
        address=address_of(row.kind, row.key),
        number=segments(printed(row.number), sought) if row.kind == "standard" else [],
        title=segments(title, sought),
        title_language=_language(title),
        second=_parts(second, sought),
        third=_parts(third, sought),
        third_language=third_language,
        shape=shape,
        state=said(state),
        synthetic=row.synthetic,
        successor=printed(row.successor) if row.successor else "",
        successor_address=address_of("standard", row.successor_key) if row.successor_key else "",
        editions=editions,
    )


def _parts(texts: list[str], sought: str) -> list[Part]:
    return [Part(segments(text, sought), _language(text), len(text) <= UNBROKEN) for text in texts if text]


def _language(text: str) -> str:
    """Return the language of a name as recorded: Chinese on an English page."""
    return "zh-Hans" if in_english() and _HAN.search(text) else ""


Rows = tuple[list[str], list[str], str]


def _other_title(row: Row) -> tuple[list[str], str]:
    """Return the title in the language that is not the page's, and that language."""
    if in_english():
        return ([row.title], "zh-Hans") if row.title_en else ([], "")
    return ([row.title_en], "en") if row.title_en and row.title_en != row.title else ([], "")


def _standard_rows(row: Row) -> Rows:
    second = [_word("level", row.level), said(words.NATURES[row.nature]) if row.nature in words.NATURES else ""]
    if row.effective_on:
        second.append(_("{day} 实施").format(day=dated(row.effective_on)))
    elif row.published_on:
        second.append(_("{day} 发布").format(day=dated(row.published_on, row.published_precision)))
    if row.adopts:
        second.append(_("采用 {number}").format(number=row.adopts.replace(";", ", ")))
    return second, *_other_title(row)


def _organisation_rows(row: Row) -> Rows:
    second = [_word("district", row.district), _word("industry", row.industry), readable_number(row)]
    names = [*row.short_names, *(_("曾用名 {name}").format(name=name) for name in row.former_names)]
    return second, names or _other_title(row)[0], "" if names else _other_title(row)[1]


def _institution_rows(row: Row) -> Rows:
    categories = (", " if in_english() else "、").join(_word("category", one) for one in row.categories)
    return [categories, _word("district", row.district)], *_other_title(row)


def _certificate_rows(row: Row) -> Rows:
    second = [row.holder, _word("district", row.district), _word("scheme", row.scheme)]
    third = [row.number, row.issuer]
    if row.expires_on:
        third.append(_("有效到 {day}").format(day=dated(row.expires_on)))
    return second, third, ""


def _product_rows(row: Row) -> Rows:
    return [row.holder, _word("district", row.district)], *_other_title(row)


def _place_rows(row: Row) -> Rows:
    kind = said(words.PLACE_KINDS[row.subkind]) if row.subkind in words.PLACE_KINDS else ""
    return [kind, _word("district", row.district)], *_other_title(row)


def _document_rows(row: Row) -> Rows:
    kind = said(words.DOCUMENT_KINDS[row.subkind]) if row.subkind in words.DOCUMENT_KINDS else ""
    return [kind, row.issuer, dated(row.published_on, row.published_precision), row.number], *_other_title(row)


_ROWS: dict[str, Callable[[Row], Rows]] = {
    "standard": _standard_rows,
    "organisation": _organisation_rows,
    "institution": _institution_rows,
    "certificate": _certificate_rows,
    "product": _product_rows,
    "place": _place_rows,
    "document": _document_rows,
}


def _standard_sentence(row: Row) -> str:
    state = said(vocabulary.state("standard", row.status)[1]).lower()
    facts = {"number": printed(row.number), "state": state, "day": full_day(row.effective_on)}
    if row.status == "replaced" and row.successor:
        return _("{number} 已被 {successor} 代替。").format(successor=printed(row.successor), **facts)
    if row.status == "withdrawn" and row.withdrawn_on:
        return _("{number} 已在 {out} 废止。").format(out=full_day(row.withdrawn_on), **facts)
    if row.effective_on and row.status == "upcoming":
        return _("{number} 还没有实施，{day} 起实施。").format(**facts)
    if row.effective_on:
        return _("{number} {state}，{day} 起实施。").format(**facts)
    return _("{number} {state}。").format(**facts)


def _certificate_sentence(row: Row) -> str:
    state = said(vocabulary.state("certificate", row.status)[1]).lower()
    if row.expires_on:
        sentence = _("{holder} 的证书 {number}：{state}，有效期到 {day}。")
        return sentence.format(holder=row.holder, number=row.number, state=state, day=full_day(row.expires_on))
    return _("{holder} 的证书 {number}：{state}。").format(holder=row.holder, number=row.number, state=state)


def _word(facet: str, value: str) -> str:
    return said(vocabulary.word(facet, value)) if value else ""


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
