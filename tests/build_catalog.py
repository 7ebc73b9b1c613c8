"""Plain builders of catalogue records for tests: what is not given is as dull as possible."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

from pinzhi.engine.catalog.codes import parse
from pinzhi.records.catalog import models

RECORDED = datetime(2023, 6, 1, tzinfo=UTC)
TODAY = date(2024, 1, 4)


def make_standard(number: str, title: str = "质量管理体系 要求", **more: Any) -> models.Standard:
    """A standard whose level, nature and family are read from its number."""
    read = parse(number)
    given = {"level": read.level, "nature": read.nature, "title_zh": title, "recorded_at": RECORDED} | more
    return models.Standard.objects.create(number=number, canonical=read.canonical, family=read.family, **given)


def replace_standard(new: models.Standard, old: models.Standard | str, *, partial: bool = False) -> None:
    """An edge of the replaces graph; a text stands for a number that the catalogue has not."""
    known = old if isinstance(old, models.Standard) else None
    number = known.canonical if known else str(old)
    models.Replacement.objects.create(
        new=new, old=known, old_number=number, partial=partial, effective_on=new.effective_on, recorded_at=RECORDED
    )


def make_chain() -> list[models.Standard]:
    """The editions of GB/T 19001 from 1988, the first under another number."""
    days = [
        ("GB/T 10300.2-1988", date(1988, 12, 1), date(1993, 1, 1)),
        ("GB/T 19001-1994", date(1995, 6, 30), date(2001, 6, 1)),
        ("GB/T 19001-2008", date(2009, 3, 1), date(2017, 7, 1)),
        ("GB/T 19001-2016", date(2017, 7, 1), None),
    ]
    editions = [make_standard(number, effective_on=start, superseded_on=end) for number, start, end in days]
    for old, new in itertools.pairwise(editions):
        replace_standard(new, old)
    return editions


def make_organisation(
    name: str = "青岛澄海精工有限公司", code: str = "91370212MA0000015Y", **more: Any
) -> models.Organisation:
    return models.Organisation.objects.create(
        name=name, code=code, **({"district": "370212", "recorded_at": RECORDED} | more)
    )


def make_certificate(holder: models.Organisation, number: str, **more: Any) -> models.Certificate:
    """A valid certificate of a quality management system."""
    given: dict[str, Any] = {
        "scheme": "qms",
        "issued_on": date(2022, 5, 1),
        "expires_on": date(2025, 4, 30),
        "last_audit_on": date(2023, 4, 20),
        "recorded_at": RECORDED,
    }
    return models.Certificate.objects.create(holder=holder, number=number, **(given | more))


def make_honour(code: str, **more: Any) -> models.Honour:
    """A mayor's award of the seventh edition, announced."""
    given: dict[str, Any] = {
        "scheme": "mayor",
        "edition": "7",
        "grade": "award",
        "title_zh": "第七届青岛市市长质量奖",
        "recipient": "某单位",
        "issuer": "青岛市人民政府",
        "awarded_on": date(2021, 12, 20),
        "state": "announced",
        "region": "3702",
        "recorded_at": RECORDED,
    }
    return models.Honour.objects.create(code=code, **(given | more))


def make_drafting(standard: models.Standard, rank: int, organisation: models.Organisation | None = None) -> None:
    name = organisation.name if organisation else f"起草单位{rank}"
    models.Drafting.objects.create(
        standard=standard, rank=rank, organisation=organisation, name=name, recorded_at=RECORDED
    )


def make_institution(organisation: models.Organisation, state: str = "listed", **more: Any) -> models.Institution:
    given: dict[str, Any] = {"categories": "testing;metrology", "recorded_at": RECORDED}
    return models.Institution.objects.create(organisation=organisation, state=state, **(given | more))


def make_capability(institution: models.Institution, scope: str, **more: Any) -> models.Capability:
    given: dict[str, Any] = {
        "category": "testing",
        "approval": "CMA",
        "approval_number": "211500009901",
        "valid_from": date(2021, 6, 18),
        "valid_to": date(2027, 6, 17),
        "recorded_at": RECORDED,
    }
    return models.Capability.objects.create(institution=institution, scope_zh=scope, **(given | more))


def make_place(code: str, kind: str, name: str, **more: Any) -> models.Place:
    return models.Place.objects.create(code=code, kind=kind, name_zh=name, **({"recorded_at": RECORDED} | more))


def make_document(code: str, kind: str, title: str, **more: Any) -> models.Document:
    given: dict[str, Any] = {"issuer_zh": "青岛市市场监督管理局", "recorded_at": RECORDED}
    return models.Document.objects.create(code=code, kind=kind, title_zh=title, **(given | more))


def make_product(organisation: models.Organisation, name: str = "精密减速机", **more: Any) -> models.Product:
    return models.Product.objects.create(organisation=organisation, name=name, **({"recorded_at": RECORDED} | more))
