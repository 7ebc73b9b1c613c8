"""Who sees which bulletins: the one place that every page of them starts from."""

from django.db.models import QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.publishing.models import Bulletin

PUBLIC = ("published", "withdrawn")
AnyBulletin = Bulletin  # for annotations of doors, which never import models


def visible_bulletins(actor: Actor) -> QuerySet[Bulletin]:
    """Return the bulletins somebody may know of: what was published for all, drafts for those who edit or sign."""
    if may(actor, "publishing.edit") or may(actor, "publishing.sign"):
        return Bulletin.objects.all()
    return Bulletin.objects.filter(state__in=PUBLIC)


def bulletin_for(actor: Actor, slug: str) -> Bulletin:
    """Return a bulletin somebody may know of; what he may not know of is not found, whether it is there or not."""
    return _found(visible_bulletins(actor), slug)


def public_bulletin(slug: str) -> Bulletin:
    """Return a bulletin that was published, also when it was withdrawn since."""
    return _found(Bulletin.objects.filter(state__in=PUBLIC).select_related("publication"), slug)


def _found(rows: QuerySet[Bulletin], slug: str) -> Bulletin:
    found = rows.filter(slug=slug[:80]).first()
    if found is None:
        raise NotFound(
            "publishing.bulletin",
            "没有“{slug}”这篇简报。",
            "There is no bulletin “{slug}”.",
            slug=slug[:80],
        )
    return found
