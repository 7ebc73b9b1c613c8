"""A few records of each kind, found through a real index, and English texts ready to read."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from pinzhi.records.catalog import models
from pinzhi.records.catalog.search.follow import follow_once
from pinzhi.records.catalog.search.outbox import announce

TODAY = date(2024, 1, 4)


def standard(number: str, title: str, **more: Any) -> models.Standard:
    """A national standard; the family is the number without its year."""
    given = {"title_zh": title, "level": "national", "nature": "recommended", "recorded_at": timezone.now()} | more
    return models.Standard.objects.create(number=number, canonical=number, family=number.rpartition("-")[0], **given)


def organisation(code: str, name: str, **more: Any) -> models.Organisation:
    return models.Organisation.objects.create(code=code, name=name, recorded_at=timezone.now(), **more)


def document(code: str, kind: str, title: str, **more: Any) -> models.Document:
    given = {"issuer_zh": "青岛市市场监督管理局", "issued_on": TODAY - timedelta(days=3), "recorded_at": timezone.now()}
    return models.Document.objects.create(code=code, kind=kind, title_zh=title, **(given | more))


@pytest.fixture
def indexed(db: None) -> Callable[[], None]:
    """Return a function that lets the index follow what has been written."""

    def follow() -> None:
        kinds = {
            "standard": models.Standard,
            "organisation": models.Organisation,
            "certificate": models.Certificate,
            "place": models.Place,
            "document": models.Document,
        }
        for kind, model in kinds.items():
            ids = sorted(model._default_manager.values_list("pk", flat=True))
            if ids:
                announce(kind, ids[0], ids[-1], timezone.now())
        follow_once()

    return follow


@pytest.fixture
def catalogue(demo_day: date, indexed: Callable[[], None]) -> None:
    """A small catalogue: three editions of a standard and another one, two organisations, a certificate, a place."""
    standard(
        "GB/T 19001-2016",
        "质量管理体系 要求",
        title_en="Quality management systems—Requirements",
        published_on=date(2016, 12, 30),
        effective_on=date(2017, 7, 1),
    )
    for year in (2000, 2008):
        standard(
            f"GB/T 19001-{year}",
            "质量管理体系 要求",
            published_on=date(year, 12, 1),
            effective_on=date(year + 1, 3, 1),
            superseded_on=date(2017, 7, 1),
        )
    standard("GB/T 19580-2012", "卓越绩效评价准则", published_on=date(2012, 3, 9), effective_on=date(2012, 8, 1))
    cable = organisation("91370212264804953L", "青岛汉缆股份有限公司", district="370212", short_names="汉缆股份")
    organisation("91370214000000001X", "青岛示例精工有限公司", district="370214", synthetic=True)
    models.Certificate.objects.create(
        number="TSPZ-2023-01",
        scheme="taishan-quality",
        holder=cable,
        scope_zh="超高压电力电缆",
        issued_on=date(2023, 1, 1),
        recorded_at=timezone.now(),
    )
    models.Place.objects.create(
        code="laoshan-station",
        kind="station",
        name_zh="崂山质量服务驿站",
        district="370212",
        recorded_at=timezone.now(),
    )
    document(
        "call-mayor-8",
        "call",
        "第八届青岛市市长质量奖申报",
        title_en="Applications for the Mayor's Award",
        closes_on=date(2024, 1, 31),
        synthetic=True,
    )
    document("call-cqo-14", "call", "首席质量官培训报名", closes_on=date(2024, 1, 8))
    document("call-over", "call", "已经截止的征集", closes_on=date(2024, 1, 3))
    document("notice-1", "notice", "省长质量奖推荐名单公示", closes_on=date(2024, 1, 4))
    indexed()
