"""Tables of the room."""

from pinzhi.records.publishing.models.bulletins import (
    Bulletin,
    BulletinText,
    Erratum,
    Publication,
    PublishedFigure,
)
from pinzhi.records.publishing.models.releases import GroupRelease
from pinzhi.records.publishing.models.subscriptions import Subscription

__all__ = ["Bulletin", "BulletinText", "Erratum", "GroupRelease", "Publication", "PublishedFigure", "Subscription"]
