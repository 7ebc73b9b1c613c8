"""How a round speaks on pages: findings, opinions, states, parts, what a section says."""

from collections.abc import Mapping
from fractions import Fraction

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.assessment.rounds.eligibility import Finding
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import PARTS, STATES, Part
from pinzhi.engine.texts import Text
from pinzhi.web.language import said

register = template.Library()

_SURE = 0.99
_CHOICES = {
    "yes": ("ok", Text("赞成", "in favour")),
    "no": ("bad", Text("反对", "against")),
    "abstain": ("wait", Text("弃权", "abstains")),
}

_FINDINGS = {
    "met": ("ok", Text("符合", "met")),
    "unmet": ("bad", Text("不符合", "not met")),
    "unknown": ("wait", Text("待核实", "to be checked")),
    "waived": ("warn", Text("说明后通过", "set aside with grounds")),
}
_OPINIONS = {
    "no-objection": ("ok", Text("无异议", "no objection")),
    "objection": ("bad", Text("有异议", "objects")),
    "overdue": ("warn", Text("逾期未复", "overdue")),
    "waiting": ("wait", Text("等待答复", "waiting")),
    "": ("wait", Text("等待答复", "waiting")),
}


@register.simple_tag
def finding(one: Finding) -> SafeString:
    """Say what was found about a condition."""
    return _status(*_FINDINGS[one.state])


@register.simple_tag
def opinion_word(opinion: str) -> SafeString:
    """Say what a department answered."""
    return _status(*_OPINIONS[opinion])


@register.simple_tag
def state_word(scheme: Scheme, state: str) -> str:
    """Say what a state is called in a scheme."""
    stage = scheme.stage_of(state)
    return said(stage.words if stage else STATES[state].title)


@register.simple_tag
def part_word(part: Part) -> str:
    """Say which part somebody played."""
    return said(PARTS[part])


@register.simple_tag
def grade_word(scheme: Scheme, code: str) -> str:
    """Say what a grade is called; a dash for none."""
    return next((said(one.title) for one in scheme.grade if one.code == code), code or "—")


@register.simple_tag
def get_name(names: Mapping[str, str], key: str) -> SafeString:
    """Say who acted, after a thin gap; nothing for the platform itself."""
    return format_html(" {}", names[key]) if key in names else SafeString("")


@register.simple_tag
def notice_text(notice: object) -> SafeString:
    """Show the text of a notice in the reader's language, paragraph by paragraph."""
    text = said(Text(getattr(notice, "text_zh", ""), getattr(notice, "text_en", "")))
    return format_html_join("", "<p>{}</p>", ((one,) for one in text.split("\n") if one.strip()))


@register.simple_tag
def percent(text: str) -> SafeString:
    """Say a percentage that is kept exactly, rounded once for the reader."""
    return format_html("{}%", rounded(Fraction(text), 2))


@register.simple_tag
def section_content(section: object) -> SafeString:
    """Show what a section says: paragraphs, a table, or a pledge."""
    content = getattr(section, "content", {})
    rows = content.get("rows")
    if isinstance(rows, list):
        lines = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in rows))
        return format_html('<div class="scroll"><table class="t tight"><tbody>{}</tbody></table></div>', lines)
    if content.get("agreed"):
        return format_html("<p>{}</p>", said(Text("已承诺", "pledged")))
    paragraphs = [one for one in str(content.get("text", "")).split("\n") if one.strip()]
    return format_html('<div class="prose">{}</div>', format_html_join("", "<p>{}</p>", ((one,) for one in paragraphs)))


@register.simple_tag
def choice_word(choice: str) -> SafeString:
    """Say how somebody voted."""
    return _status(*_CHOICES[choice])


@register.simple_tag
def likely(share: float) -> SafeString:
    """Say in how many of the resampled rounds an entry came within the quota; never surer than the draws are."""
    if share >= _SURE:
        return SafeString("&gt; 99%")
    if share <= 1 - _SURE:
        return SafeString("&lt; 1%")
    return format_html("{}%", round(100 * share))


@register.simple_tag
def covered_number(scheme: Scheme, number: int) -> str:
    """Say what the quota of a number covers: its grades and categories."""
    quota = scheme.quota[number - 1]
    grades = [one.title for one in scheme.grade if not quota.grades or one.code in quota.grades]
    kinds = [one.title for one in scheme.category if one.code in quota.categories]
    zh = "、".join(one.zh for one in grades) + (f"（{'、'.join(one.zh for one in kinds)}）" if kinds else "")
    en = ", ".join(one.en for one in grades) + (f" ({', '.join(one.en for one in kinds)})" if kinds else "")
    return said(Text(zh, en))


def _cells(row: object) -> SafeString:
    cells = row if isinstance(row, list) else [row]
    return format_html_join("", "<td>{}</td>", ((cell,) for cell in cells))


def _status(shape: str, word: Text) -> SafeString:
    return format_html('<span class="st {}">{}</span>', shape, said(word))
