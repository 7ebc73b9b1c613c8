"""Rounds of other programmes in the demonstration: a certification, a national pilot, the carbon pilots, the expo."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.demo import ENTERPRISE
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.assessment.actions.rounds import call_round
from pinzhi.records.assessment.actions.stands import show_product
from pinzhi.records.assessment.demo.people import Cast, gather
from pinzhi.records.assessment.demo.playing import Player
from pinzhi.records.assessment.files import Sent, keep_file
from pinzhi.records.assessment.models import Entry, Round, StoredFile
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.models import Organisation

_NOTICE = 13  # days between posting a notice and going on: over the New Year
_LEVEL = 88  # per cent that every judge gives, about
_CONTENT: dict[str, dict[str, object]] = {
    "section": {"text": "本材料为演示。申报单位说明了现状、目标、做法和三年数据，各项指标与国内外先进水平作了对比。"},
    "table": {
        "rows": [
            ["指标", "单位", "目标", "实际"],
            ["关键性能", "%", "95.0", "96.4"],
            ["一次合格率", "%", "98.0", "98.7"],
        ]
    },
    "pledge": {"agreed": True, "name": "法定代表人"},
}


_TRADE = re.compile(r"青岛示例(.+?)[一二三四五六七八九十]*有限公司")


@dataclass(frozen=True, slots=True)
class _Story:
    """A round: its scheme, the day of its call, on which days its stages are left, and how many entries stand where."""

    scheme: str
    edition: str
    category: str
    called_on: date
    left_on: Mapping[str, date]
    stand_in: Sequence[str]
    names: Sequence[str] = ()  # of what no organisation of the catalogue enters


# What is granted is granted after 31 December 2023: the published figures of that day stay what they are.
_STORIES = (
    _Story(
        "taishan-quality", "2024", "product", date(2023, 10, 9),
        {
            "draft": date(2023, 10, 12), "submitted": date(2023, 10, 16), "eligibility_check": date(2023, 10, 25),
            "accepted": date(2023, 10, 26), "desk_review": date(2023, 11, 8), "type_test": date(2023, 11, 28),
            "site_visit": date(2023, 12, 8), "deliberation": date(2023, 12, 14), "approval": date(2023, 12, 18),
            "public_notice": date(2023, 12, 20), "decided": date(2024, 1, 2), "announced": date(2024, 1, 3),
        },
        ("in_force", "in_force", "site_visit", "type_test", "desk_review", "eligibility_check", "submitted"),
    ),
    _Story(
        "standard-pilot-national", "2024", "service", date(2023, 11, 6),
        {
            "draft": date(2023, 11, 15), "submitted": date(2023, 11, 20), "recommended": date(2023, 11, 24),
            "eligibility_check": date(2023, 12, 4), "desk_review": date(2023, 12, 12),
            "deliberation": date(2023, 12, 18), "public_notice": date(2023, 12, 20), "decided": date(2024, 1, 2),
            "announced": date(2024, 1, 3),
        },
        ("in_force", "deliberation", "desk_review", "eligibility_check", "recommended", "draft"),
    ),
    _Story(
        "carbon-pilot", "1", "park", date(2023, 9, 4),
        {
            "draft": date(2023, 9, 18), "submitted": date(2023, 9, 25), "eligibility_check": date(2023, 10, 16),
            "desk_review": date(2023, 11, 6), "deliberation": date(2024, 1, 3),
        },
        ("decided", "deliberation", "desk_review", "submitted"),  # the ministry's list is published, and complete
        ("示例临港产业园", "示例海洋装备产业园", "示例食品产业园", "示例新材料产业园"),
    ),
    _Story(
        "quality-life-expo", "2024", "exhibitor", date(2023, 12, 11),
        {
            "draft": date(2023, 12, 14), "submitted": date(2023, 12, 18), "eligibility_check": date(2023, 12, 25),
            "decided": date(2024, 1, 2), "announced": date(2024, 1, 3), "allotment": date(2024, 1, 4),
        },
        ("exhibited", "exhibited", "exhibited", "allotment", "allotment", "eligibility_check", "submitted", "draft"),
    ),
    _Story(
        "youpin", "2", "product", date(2023, 12, 11),
        {
            "draft": date(2023, 12, 14), "submitted": date(2023, 12, 18), "recommended": date(2023, 12, 22),
            "eligibility_check": date(2023, 12, 29),
        },
        ("desk_review", "desk_review", "eligibility_check", "recommended", "submitted"),
    ),
    _Story(
        "good-practice", "2024", "enterprise", date(2024, 1, 2),
        {"draft": date(2024, 1, 3)},
        ("submitted", "submitted"),
    ),
)  # fmt: skip


def load_programmes() -> int:
    """Play the rounds that are not there yet; return how many. Each wholly or not at all.

    A city without these schemes, or without the demonstration's enterprise, has no such rounds.
    """
    if not (_folder() / "round.toml").is_file() or not Organisation.objects.filter(code=ENTERPRISE).exists():
        return 0
    played = 0
    first = 0
    for story in _STORIES:
        if not Round.objects.filter(key=f"{story.scheme}-{story.edition}").exists():
            with transaction.atomic():
                _play(story, first)
            played += 1
        first += 0 if story.names else len(story.stand_in)
    return played


def _play(story: _Story, first: int) -> None:
    when = _morning(story.called_on)
    held = call_round(
        actor=SYSTEM, scheme_id=story.scheme, edition=story.edition, when=when, synthetic=True,
        stages={"draft": (story.called_on, date(2024, 1, 31))},
    )  # fmt: skip
    cast = gather(held, when)
    player = Player(
        held,
        cast.officer,
        cast.experts,
        cast.members,
        story.called_on,
        _CONTENT,
        _file,
        notice_days=_NOTICE,
        goes_on=True,
    )
    entries = _enter(player, story, cast, first)
    for state in player.scheme.states:
        ready = [one for one, to in zip(entries, story.stand_in, strict=True) if one.state == state and to != state]
        if ready and state in story.left_on:
            player.on = story.left_on[state]
            if state == "allotment":
                _show(ready, player.now)
            player.advance(ready)


def _show(entries: Sequence[Entry], when: Moment) -> None:
    """Let each exhibitor show something of its trade, which enters the catalogue first."""
    for entry in entries:
        trade = _TRADE.fullmatch(entry.name)
        values = {
            "name": f"{trade[1] if trade else entry.name}示范成果",
            "nature": "product",
            "source": entry.round.key,
            "synthetic": True,
        }
        product = record_change(
            actor=SYSTEM, kind="product", key=entry.organisation_code, values=values, valid_from=None, now=when.at
        )
        show_product(actor=SYSTEM, entry_id=entry.pk, product_id=product, when=when)


def _enter(player: Player, story: _Story, cast: Cast, first: int) -> list[Entry]:
    """Enter invented enterprises, each in one of the rounds; the last draft is of the demonstration's own."""
    prefix = story.scheme.rpartition("-")[2][:2].upper()
    firms: list[Organisation | None] = [None] * len(story.stand_in) if story.names else list(_firms(story, first))
    entries = []
    for number, (to, firm) in enumerate(zip(story.stand_in, firms, strict=True), start=1):
        own = to == "draft" and firm is not None
        if own:
            firm = Organisation.objects.get(code=ENTERPRISE)
        entries.append(
            player.add(
                f"{prefix}-{number:03}",
                story.category,
                level=_LEVEL - number,
                by=cast.enterprise if own else cast.applicant,
                name=firm.name if firm else story.names[number - 1],
                district=firm.district if firm else "370214",
                organisation_code=firm.code if firm else "",
            )
        )
    return entries


def _firms(story: _Story, first: int) -> Sequence[Organisation]:
    """Return invented enterprises of the city; none of Laoshan, whose holders of the certification are counted."""
    rows = Organisation.objects.filter(
        synthetic=True, name__startswith="青岛示例", kind="enterprise", state="active", district__startswith="3702"
    ).exclude(district="370212")
    return list(rows.order_by("-code")[first : first + len(story.stand_in)])


def _file(when: Moment) -> StoredFile:
    content = (_folder() / "evidence.pdf").read_bytes()
    return keep_file(Sent("evidence.pdf", [content], len(content)), when=when)


def _folder() -> Path:
    return Path(settings.RULEBOOK) / settings.CITY / "demo"


def _morning(on: date) -> Moment:
    return Moment(datetime(on.year, on.month, on.day, 1, tzinfo=UTC), on)
