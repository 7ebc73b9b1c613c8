"""Bulletins of the demonstration: written by an officer, reviewed and signed by the chair, through the acts of all."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.demo import MAIL_DOMAIN
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.clock import moment
from pinzhi.records.publishing.actions.briefing import draft_due_briefs
from pinzhi.records.publishing.actions.editing import start_bulletin, submit
from pinzhi.records.publishing.actions.releasing import release_groups
from pinzhi.records.publishing.actions.reviewing import review
from pinzhi.records.publishing.actions.signing import publish
from pinzhi.records.publishing.live import NOTHING, Words, checked
from pinzhi.records.publishing.models import Bulletin
from pinzhi.records.publishing.queries.cited import CITY_FIGURES


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one bulletin: how many of its parts the records bear out, of how many."""

    slug: str
    kept: int
    parts: int


def load_bulletins() -> tuple[Loaded, ...]:
    """Publish the demonstration's bulletins that are not there yet, leave its drafts, and draft the briefs due.

    Figures over people are released first, so that bulletins can cite them.
    """
    when = moment()
    release_groups(when)
    editor, signer = _demo_actor("city-officer", when), _demo_actor("chair", when)
    folder = Path(settings.RULEBOOK) / settings.CITY / "demo" / "bulletins"
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    there = set(Bulletin.objects.values_list("slug", flat=True))
    loaded = tuple(_load(one, editor, signer, when) for one in files if one["slug"] not in there)
    draft_due_briefs(when, synthetic=True)
    return loaded


def _load(file: dict[str, Any], editor: Actor, signer: Actor, when: Moment) -> Loaded:
    is_draft = file.get("draft", False)
    parts = file["part"] if is_draft else _held(file)
    count, kept = (sum("zh" in one for one in some) for some in (file["part"], parts))
    if not kept:
        return Loaded(file["slug"], 0, count)
    words = Words(
        _headline(file), Text(_body(parts, "zh"), _body(parts, "en")), file["as_of"],
        _text(file.get("subtitle", {"zh": "", "en": ""})),
    )  # fmt: skip
    made = start_bulletin(
        actor=editor, slug=file["slug"], owner=_text(file["owner"]), words=words, when=when, synthetic=True
    )
    if not is_draft:
        made = submit(actor=editor, bulletin_id=made.pk, seen=made.version, when=when)
        made = review(actor=signer, bulletin_id=made.pk, seen=made.version, when=when)
        publish(actor=signer, bulletin_id=made.pk, seen=made.version, when=when, figures=CITY_FIGURES)
    return Loaded(made.slug, kept, count)


def _held(file: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts that the records bear out, and the headings that still have something below them."""
    return list(_without_empty([part for part in file["part"] if _holds(file, [part])]))


def _headline(file: dict[str, Any]) -> Text:
    """Return the first headline that its figures bear out; a finding that does not hold is no headline."""
    return next(title for title in map(_text, file["title"]) if _holds(file, [], title))


def _holds(file: dict[str, Any], parts: list[dict[str, Any]], title: Text = NOTHING) -> bool:
    words = Words(title, Text(_body(parts, "zh"), _body(parts, "en")), file["as_of"])
    return all(one.holds for one in checked(CITY_FIGURES, words, None).values())


def _without_empty(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for place, part in enumerate(parts):
        below = parts[place + 1 : place + 2]
        if "heading" in part and (not below or "heading" in below[0]):
            continue
        yield part


def _body(parts: list[dict[str, Any]], language: str) -> str:
    """Join parts: sentences of a paragraph follow one another, headings and pictures stand alone."""
    body = ""
    for part in parts:
        if "heading" in part:
            body += f"\n\n## {part['heading'][language]}\n\n"
        elif "picture" in part:
            body += f"\n\n![[{part['picture']}]]\n\n"
        else:
            starts = part.get("new", False) or not body or body.endswith("\n")
            body += ("\n\n" if part.get("new", False) else "") + (part[language].lstrip() if starts else part[language])
    return body.strip() + "\n"


def _text(pair: dict[str, str]) -> Text:
    return Text(pair["zh"], pair["en"])


def _demo_actor(role: str, when: Moment) -> Actor:
    return actor_for(User.objects.get(email=f"{role}@{MAIL_DOMAIN}"), when.on)
