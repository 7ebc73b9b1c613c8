"""Bulletins for those who come from elsewhere: the feed, and the picture that goes with a link."""

from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from pinzhi.engine.texts import Language, Text
from pinzhi.records.publishing.printing.card import as_card
from pinzhi.records.publishing.printing.paper import line_of
from pinzhi.records.publishing.queries.published import Published, headline, newest, opening, published

FED = 20  # bulletins in the feed
LONGEST_DESCRIPTION = 200  # characters; link previews show fewer
TITLE = Text("质量简报", "Quality bulletins")
ABOUT = Text("城市发布的质量简报，每个数字都能查到来历。", "Bulletins of the city; every figure in them can be traced.")
ADDRESSES: dict[Language, str] = {"zh": "/bulletins.atom", "en": "/bulletins.en.atom"}


@dataclass(frozen=True, slots=True)
class About:
    """What a page of a bulletin says of itself to search engines and to those who show links; addresses in full."""

    title: str
    description: str
    address: str
    card: str
    feed: str
    feed_title: str
    changed_at: datetime


def about(page: Published, language: Language) -> About:
    """Return what a bulletin's page says of itself."""
    address = f"{settings.ADDRESS}/bulletins/{page.frozen.slug}"
    return About(
        title=_headline(page, language),
        description=line_of(opening(page, language), language)[:LONGEST_DESCRIPTION],
        address=address,
        card=f"{address}.en.png" if language == "en" else f"{address}.png",
        feed=f"{settings.ADDRESS}{ADDRESSES[language]}",
        feed_title=TITLE.in_language(language),
        changed_at=changed_at(page),
    )


@require_safe
@cache_control(public=True, max_age=300)
def feed(request: HttpRequest, language: Language) -> HttpResponse:
    """Give out the newest bulletins as an Atom feed (RFC 4287); a correction or withdrawal updates its entry."""
    made = Atom1Feed(
        title=TITLE.in_language(language),
        link=f"{settings.ADDRESS}/bulletins",
        description=ABOUT.in_language(language),
        subtitle=ABOUT.in_language(language),
        feed_url=f"{settings.ADDRESS}{ADDRESSES[language]}",
        language="en" if language == "en" else "zh-Hans",
    )
    for page in newest(FED):
        _add(made, page, language)
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _add(made: Atom1Feed, page: Published, language: Language) -> None:
    frozen = page.frozen
    address = f"{settings.ADDRESS}/bulletins/{frozen.slug}"
    made.add_item(
        title=_headline(page, language),
        link=address,
        unique_id=address,
        description=line_of(opening(page, language), language),
        author_name=frozen.owner.in_language(language),
        pubdate=page.publication.signed_at,
        updateddate=changed_at(page),
    )


def _headline(page: Published, language: Language) -> str:
    title = line_of(headline(page, language)[0], language)
    if not page.is_withdrawn:
        return title
    return f"Withdrawn: {title}" if language == "en" else f"已撤回：{title}"


def changed_at(page: Published) -> datetime:
    """Return when what readers see changed last: publication, the newest correction, or withdrawal."""
    moments = [page.publication.signed_at, *(one.frozen.known_at for one in page.corrections)]
    if page.bulletin.withdrawn_on is not None:
        moments.append(timezone.make_aware(datetime.combine(page.bulletin.withdrawn_on, time.min)))
    return max(moments)


@require_safe
@cache_control(public=True, max_age=86400)
def card(request: HttpRequest, slug: str, language: Language) -> HttpResponse:
    """Give out the picture of a bulletin."""
    return HttpResponse(as_card(published(slug), language), content_type="image/png")
