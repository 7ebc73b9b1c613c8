"""The identity of this database, so that an index made from another one is noticed."""

import uuid

from django.db import transaction
from django.utils import timezone

from pinzhi.records.catalog.models import Installation


def installation_identity() -> str:
    """Return the identity, given once and kept in the database."""
    with transaction.atomic():
        row = Installation.objects.select_for_update().order_by("id").first()
        if row is None:
            row = Installation.objects.create(identity=uuid.uuid4(), created_at=timezone.now())
    return str(row.identity)
