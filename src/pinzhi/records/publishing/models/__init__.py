"""Tables of the room."""

from pinzhi.records.publishing.models.bulletins import (
    Bulletin,
    BulletinText,
    Erratum,
    Publication,
    PublishedFigure,
)
from pinzhi.records.publishing.models.subscriptions import Subscription

__all__ = ["Bulletin", "BulletinText", "Erratum", "Publication", "PublishedFigure", "Subscription"]
