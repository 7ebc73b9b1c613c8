"""A small catalogue with one of each thing that search must tell apart."""

from datetime import UTC, date, datetime
from typing import Any

from pinzhi.records.catalog.models import Certificate, Institution, Organisation, Place, Replacement, Standard
from pinzhi.records.catalog.search.outbox import announce
from pinzhi.records.catalog.search.reader import reader

NOW = datetime(2024, 1, 4, tzinfo=UTC)
TODAY = date(2024, 1, 4)


def add_standard(number: str, title_zh: str = "", title_en: str = "", **values: Any) -> Standard:
    """A standard and its entry in the outbox; the family is the number without its year."""
    family = number.rsplit("-", 1)[0].rsplit(":", 1)[0]
    values = {"level": "national", "family": family, **values}
    standard = Standard.objects.create(
        number=number, canonical=number, title_zh=title_zh, title_en=title_en, recorded_at=NOW, **values
    )
    announce("standard", standard.pk, standard.pk, NOW)
    return standard


def add_organisation(code: str, name: str, **values: Any) -> Organisation:
    """An organisation and its entry in the outbox."""
    organisation = Organisation.objects.create(code=code, name=name, recorded_at=NOW, **values)
    announce("organisation", organisation.pk, organisation.pk, NOW)
    return organisation


def make_catalogue() -> dict[str, Any]:
    """Some standards, organisations, an institution, a certificate and a place."""
    old = add_standard(
        "GB/T 19580-2004", "卓越绩效评价准则", effective_on=date(2005, 1, 1), superseded_on=date(2012, 8, 1)
    )
    new = add_standard(
        "GB/T 19580-2012", "卓越绩效评价准则", "Criteria for performance excellence", effective_on=date(2012, 8, 1)
    )
    Replacement.objects.create(new=new, old=old, old_number=old.canonical, recorded_at=NOW)
    add_standard("GB/T 19001-2016", "质量管理体系 要求", "Quality management systems - Requirements")
    add_standard("DB37/T 19580-2015", "海洋牧场建设规范", level="local")
    add_standard("ISO 9001:2015", "", "Quality management systems - Requirements", level="international")
    add_standard("GB 4706.24-2008", "家用和类似用途电器的安全 洗衣机的特殊要求", published_on=date(2008, 12, 30))
    add_standard("GB/T 50000-2024", "尚未实施的标准", effective_on=date(2024, 7, 1))
    haier = add_organisation("91370212MA0000015Y", "海尔集团公司", short_names="海尔;青岛海尔", district="370212")
    add_organisation("91370202MA00000238", "青岛红星化工厂有限公司", district="370202", industry="C2611")
    tester = add_organisation("12370200MB0000017K", "青岛市产品质量检验研究院", district="370203")
    Institution.objects.create(organisation=tester, categories="testing;metrology", recorded_at=NOW)
    hidden = add_organisation("91370203MA0000031B", "青岛未入驻检测有限公司", district="370203")
    Institution.objects.create(organisation=hidden, categories="testing", state="applied", recorded_at=NOW)
    certificate = Certificate.objects.create(
        number="00121Q30001R0L",
        scheme="qms",
        holder=haier,
        scope_zh="冰箱的设计和制造",
        issued_on=date(2021, 1, 5),
        expires_on=date(2024, 1, 4),
        recorded_at=NOW,
    )
    announce("certificate", certificate.pk, certificate.pk, NOW)
    place = Place.objects.create(
        code="licang-centre", kind="centre", name_zh="李沧区质量服务中心", district="370213", recorded_at=NOW
    )
    announce("place", place.pk, place.pk, NOW)
    reader().expire()
    return {"old": old, "new": new, "haier": haier, "tester": tester, "hidden": hidden, "certificate": certificate}
