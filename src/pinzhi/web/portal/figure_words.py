"""What the page of a figure says around its number: how it comes about, where it was published, how to cite it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pinzhi.records.publishing.queries.listing import RecordPage
from pinzhi.records.publishing.queries.protected import shown_release
from pinzhi.records.publishing.queries.published import uses
from pinzhi.records.publishing.queries.snapshots import snapshot
from pinzhi.records.publishing.queries.values import Value
from pinzhi.records.publishing.times import AsOf
from pinzhi.web.figures import query_of, unit_words, value_words
from pinzhi.web.language import counted, dated, full_day, in_english, said

MOST_DIGESTED = 1000  # records that are read for a digest while a page is made


def how_words(value: Value) -> str:
    """Return how a figure without steps comes about: released, said by somebody, made of other figures."""
    figure = value.figure
    if figure.privacy == "group":
        release = shown_release(figure, value.at)
        rule = _("涉及个人：每季度结束后数一次，不再改动。人数太少的，和相减能得出少数人的，都不显示。")
        day = _("这里是 {day} 的数。").format(day=dated(release.on)) if release else ""
        return (" " if in_english() else "").join((rule, day)).strip()
    if figure.kind == "statement":
        return _("这是一句话，没有记录能算出它。")
    return _("由别的数字算出：{figures}。").format(figures=", ".join(name for _key, name in figure.made_of))


def ratio_words(value: Value) -> str:
    """Return what a share was worked out from: 465 ÷ 500."""
    if not value.parts:
        return ""
    part, whole = value.parts
    return f"{counted(part)} ÷ {counted(whole)} = {value_words(value)}"


def agreement(value: Value, total: int) -> str:
    """Say how the rows of a table of records make up the figure."""
    figure = value.figure
    if figure.kind in ("count", "distinct") and value.number == total:
        return _("数字是多少，这里就有多少行。")
    if value.parts:
        return _("这里是分母的全部记录，其中 {part} 条算在分子里。").format(part=counted(value.parts[0]))
    if figure.kind == "sum":
        return _("把这些记录的数相加，就是这个数字。")
    return _("这个数字由这些记录得出。")


def known_words(at: AsOf) -> str:
    """Return the moment of what was known, for a sentence; empty for now."""
    if at.known is None:
        return ""
    local = timezone.localtime(at.known)
    end = local.time().isoformat() == "00:00:00"
    return full_day(local.date() - timedelta(days=1)) if end else f"{local:%Y-%m-%d %H:%M}"


def uses_of(figure_id: str) -> list[dict[str, Any]]:
    """Return where a figure was published, the newest first: its words, its records' digest, whether the seal holds."""
    lines = []
    for one in uses(figure_id):
        words = [dated(one.published_on), _("写作“{words}”").format(words=said(one.words) or one.words.zh)]
        if one.corrected:
            words.append(_("已更正为“{words}”").format(words=said(one.corrected) or one.corrected.zh))
        if one.is_withdrawn:
            words.append(_("已撤回"))
        lines.append(
            {
                "href": f"/bulletins/{one.slug}",
                "title": said(one.title) or one.title.zh,
                "where": (", " if in_english() else "，").join(words),
                "records": one.records,
                "is_sealed": one.is_sealed,
            }
        )
    return lines


def records_digest(value: Value, page: RecordPage | None) -> str:
    """Return the digest of the records as a publication would freeze it; empty where there are many to read."""
    if page is None or page.total > MOST_DIGESTED:
        return ""
    return snapshot(value.figure.id, value.at).records


def citation(value: Value, publisher: str, site: str) -> str:
    """Return what to copy when citing a figure: who says what, of which day, known when, where, by which definition."""
    figure = value.figure
    amount_said = f"{value_words(value).rstrip('。.')} {unit_words(value)}".strip()
    known = timezone.localtime(value.at.known) if value.at.known else timezone.localtime()
    address = f"{site}/figures/{figure.id}{query_of(AsOf(value.at.on, value.at.known or known.replace(microsecond=0)))}"
    words = _(
        "{publisher}：{title}（{id}，第 {edition} 版），{amount}，截至 {day}，按 {known} 所知。"
        "{address}。定义 sha256:{digest}"
    )
    return words.format(
        publisher=publisher,
        title=said(figure.title),
        id=figure.id,
        edition=figure.edition,
        amount=amount_said,
        day=dated(value.at.on),
        known=f"{known:%Y-%m-%d %H:%M}",
        address=address,
        digest=value.digest[:16],
    )
