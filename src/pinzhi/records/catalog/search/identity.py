"""The identity of this database, so that an index made from another one is noticed."""

import uuid

from django.db import transaction
from django.utils import timezone

from pinzhi.records.catalog.models import Installation


def installation_identity() -> str:
    """Return the identity, given once and kept in the database; only a database without one is written to."""
    known = known_identity()
    if known:
        return known
    with transaction.atomic():
        row = Installation.objects.select_for_update().order_by("id").first()
        if row is None:
            row = Installation.objects.create(identity=uuid.uuid4(), created_at=timezone.now())
    return str(row.identity)


def known_identity() -> str:
    """Return the identity without writing anything, empty if the database has none yet."""
    identity = Installation.objects.order_by("id").values_list("identity", flat=True).first()
    return str(identity) if identity else ""
