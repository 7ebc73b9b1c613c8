"""The demo city in the database: every figure of the city is counted from its records."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from pinzhi.engine.catalog.certificates import certificate_state
from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.records.catalog.demo import loading
from pinzhi.records.catalog.demo.loading import DemoReport, Step, load, load_demo
from pinzhi.records.catalog.demo.sizes import SIZES, Size
from pinzhi.records.catalog.models import (
    Certificate,
    Document,
    Drafting,
    Honour,
    ImportRun,
    Institution,
    Organisation,
    Person,
    Place,
    Product,
    Standard,
)
from pinzhi.records.catalog.queries.participation import parts
from pinzhi.records.catalog.queries.tables import TABLES
from pinzhi.records.catalog.rulebook import rulebook

pytestmark = pytest.mark.django_db
YEAR_END = date(2023, 12, 31)
WON = ("announced", "in_force")
CITY = "3702"
# The whole register, and little of what surrounds it.
CORE = Size("core", standards=400, organisations=11_841, institutions=20)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[DemoReport]:
    """Load the city once for this file, and take it back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(CORE)
        transaction.set_rollback(True)


def in_city(path: str = "district") -> Q:
    return Q(**{f"{path}__startswith": CITY})


def won(scheme: str, **more: Any) -> QuerySet[Honour]:
    return Honour.objects.filter(scheme=scheme, state__in=WON, **more)


def rank_of_city(honours: QuerySet[Honour]) -> int:
    """Rank the city among the cities of the province: 1 has most, equal counts share a rank."""
    counts = dict(honours.filter(region__regex="^37..$").values_list("region").annotate(count=Count("id")))
    return 1 + sum(count > counts[CITY] for count in counts.values())


def test_nothing_is_refused(loaded: DemoReport) -> None:
    assert (loaded.is_new, loaded.refused) == (True, 0)
    assert set(ImportRun.objects.values_list("state", "refused")) == {("done", 0)}


def test_awards_are_what_the_city_counts(loaded: DemoReport) -> None:
    china = won("china")
    mayor = won("mayor")
    editions = dict(mayor.values_list("edition").annotate(count=Count("id")).order_by("edition"))
    figures = {
        "A02": rank_of_city(won("governor", edition="9")),
        "A11": won("governor", edition="9", region=CITY).count(),
        "A12": china.filter(region=CITY, grade="award").count(),
        "A13": china.filter(region=CITY, grade="nomination").count(),
        "A14": (china.filter(region=CITY).count(), china.filter(region__startswith="37").count()),
        "A17": Honour.objects.filter(scheme="china", edition="5", region=CITY, state="notice").count(),
        "A18": won("governor", region=CITY).count(),
        "A20": sorted(editions),
        "A21": sum(editions.values()),
    }

    assert figures == {
        "A02": 1,
        "A11": 3,
        "A12": 1,
        "A13": 8,
        "A14": (9, 27),
        "A17": 2,
        "A18": 18,
        "A20": ["1", "2", "3", "4", "5", "6", "7"],
        "A21": 54,
    }
    assert list(editions.values()) == [6, 5, 6, 5, 6, 7, 19]
    assert rank_of_city(won("governor")) <= 3  # A19: among the first
    assert Honour.objects.get(team="连钢创新团队").organisation == Organisation.objects.get(name__contains="新前湾")


def test_the_named_winners_are_there_and_real(loaded: DemoReport) -> None:
    ninth = won("governor", edition="9", region=CITY)

    assert set(ninth.values_list("recipient", "grade", "synthetic")) == {
        ("青岛中集冷藏箱制造有限公司", "award", False),
        ("周云杰", "award", False),
        ("青岛天祥食品集团有限公司", "nomination", False),
    }
    winner = Person.objects.get()
    assert (winner.name, winner.post) == ("周云杰", "党委书记、董事局主席")
    assert winner.organisation == Organisation.objects.get(name="海尔集团公司")


def test_contest_and_good_practice_are_what_the_city_counts(loaded: DemoReport) -> None:
    practice = won("good-practice", region=CITY)
    grades = dict(practice.values_list("grade").annotate(count=Count("organisation", distinct=True)))
    contest = won("innovation-contest", edition="1")

    assert grades == {"AAA": 3, "AAAA": 7, "AAAAA": 3}  # A55, A56, A57
    assert contest.count() == 32  # A51
    assert set(contest.values_list("category", flat=True)) == {  # A52
        "industry",
        "construction",
        "agriculture",
        "education",
        "medicine",
        "surveying",
    }


def test_pilots_are_what_the_city_counts(loaded: DemoReport) -> None:
    pilots = Honour.objects.filter(scheme="standard-pilot-national", region=CITY, awarded_on__year=2023)
    carbon = Honour.objects.filter(scheme="carbon-pilot", edition="1")
    scheme = rulebook().file(Scheme, "carbon-pilot", "1")
    zone = carbon.get(region__startswith=CITY)

    assert (pilots.filter(grade="approved").count(), pilots.filter(grade="accepted").count()) == (4, 7)  # A58, A59
    assert Document.objects.get(code="carbon-pilot-1-list").issuer_zh == scheme.decider.zh  # C02
    assert (carbon.filter(grade="city").count(), carbon.filter(grade="park").count()) == (21, 43)  # C03, C04
    assert scheme.term is not None
    assert (scheme.term.start(YEAR_END), scheme.term.last_day(YEAR_END)) == (date(2024, 1, 1), date(2026, 12, 31))
    assert (zone.grade, zone.recipient, zone.synthetic) == ("park", "青岛高新技术产业开发区", False)  # C07


def test_labels_are_more_than_their_holders_and_the_programme_has_its_systems(loaded: DemoReport) -> None:
    labels = Certificate.objects.filter(scheme="youpin", edition="1")
    scheme = rulebook().file(Scheme, "youpin", "1")

    assert (labels.count(), labels.values("holder").distinct().count()) == (100, 92)
    assert [one.title.zh for one in scheme.module] == [
        "品牌体系",
        "标准体系",
        "评价体系",
        "推广体系",
        "保护体系",
    ]  # A38
    assert Document.objects.filter(code__in=scheme.supporting, kind="policy").count() == 3  # A39


def test_the_quotas_of_taishan_quality_are_what_was_announced(loaded: DemoReport) -> None:
    for edition, places in (("2019", 10), ("2023", 20), ("2024", 20)):  # B09, B10
        scheme = rulebook().file(Scheme, "taishan-quality", edition)
        holders = Certificate.objects.filter(scheme="taishan-quality", edition=edition).values("holder").distinct()
        assert [one.places for one in scheme.quota] == [places]
        assert holders.count() <= places
        assert (scheme.party, scheme.approved_by is not None) == ("third", True)  # B06, B07


def test_drafting_is_what_the_city_counts(loaded: DemoReport) -> None:
    of_the_year = Drafting.objects.filter(
        in_city("organisation__district"), standard__published_on__year=2023, recorded_until=None
    )

    assert of_the_year.filter(standard__level="national").values("standard").distinct().count() == 293  # A53
    assert of_the_year.filter(standard__level="industry").values("standard").distinct().count() == 61  # A54


def test_who_led_a_standard_is_read_from_its_drafters(loaded: DemoReport) -> None:
    found = parts(YEAR_END, 2023)
    table = TABLES["drafted-standards"]

    assert [(one.level, one.total) for one in found] == [("national", 293), ("industry", 61)]
    assert all(one.lead and one.participant for one in found)
    for one in found:
        for role, count in (("lead", one.lead), ("participant", one.participant)):
            assert table.count(YEAR_END, {"level": one.level, "role": role}) == count
    first = Drafting.objects.filter(
        in_city("organisation__district"), rank=1, standard__published_on__year=2023, standard__level="national",
        recorded_until=None,
    )  # fmt: skip
    assert found[0].lead == first.values("standard").distinct().count()


def test_certificate_register_is_what_the_city_counts(loaded: DemoReport) -> None:
    valid = [
        (certificate.pk, certificate.holder_id)
        for certificate in Certificate.objects.filter(in_city("holder__district"), scheme="qms")
        if certificate_state(
            on=YEAR_END,
            state=certificate.state,
            state_on=certificate.state_on,
            issued_on=certificate.issued_on,
            expires_on=certificate.expires_on,
        )
        == "active"
    ]

    assert len(valid) == 12_667  # A60
    assert len({holder for _, holder in valid}) == 11_842  # A61


def test_taishan_quality_is_what_the_district_counts(loaded: DemoReport) -> None:
    held = Certificate.objects.filter(scheme="taishan-quality")
    laoshan = held.filter(holder__district="370212")
    by_county = dict(
        held.filter(holder__district__startswith="37")
        .values_list("holder__district")
        .annotate(count=Count("holder", distinct=True))
    )
    by_edition = dict(held.values_list("edition").annotate(count=Count("holder", distinct=True)).order_by("edition"))

    assert held.filter(in_city("holder__district"), edition="2023").count() == 2  # B04
    assert laoshan.values("edition").distinct().count() == 5  # B05
    assert list(by_edition.values()) == [10, 20, 20, 20, 20]  # B09, B10
    assert by_county.pop("370212") == 6  # B11
    assert max(by_county.values()) < 6  # B12
    others = laoshan.exclude(holder__name="青岛汉缆股份有限公司")
    assert others.values("holder").distinct().count() == 5  # B13
    assert set(laoshan.values_list("product__name", flat=True)) == {
        "500kV超高压电力电缆",  # B03
        "滚筒洗干一体全自动洗衣机",  # B14
        "强力波洗衣机",  # B15
        "新酒莎当妮干白葡萄酒",  # B16
        "草本可乐",  # B17
        "垃圾分类处理服务",  # B18
    }
    assert Product.objects.get(name="垃圾分类处理服务").nature == "service"


def test_documents_of_the_page_are_there_with_calls_and_notices(loaded: DemoReport) -> None:
    named = Document.objects.filter(synthetic=False)

    assert named.filter(kind="policy", title_zh__contains="质量强国建设纲要").exists()  # A29
    assert named.filter(kind="policy", title_zh__contains="青岛优品").exists()  # A37
    assert named.filter(kind="announcement", title_zh__contains="2023年度“泰山品质”").exists()  # B02
    today = date(2024, 1, 4)
    open_ = Document.objects.filter(issued_on__lte=today, closes_on__gte=today)
    assert (open_.filter(kind="call").count(), open_.filter(kind="notice").count()) == (6, 3)
    assert not Document.objects.filter(Q(title_en="") | Q(issuer_en="") | Q(summary_en="")).exists()


def test_licang_has_centres_and_stations_hosted_by_parks_and_offices(loaded: DemoReport) -> None:
    points = Place.objects.filter(district="370213", kind__in=("centre", "station"))

    assert set(points.values_list("host_kind", flat=True)) >= {"park", "supervision_office"}  # A42
    assert set(points.values_list("kind", flat=True)) == {"centre", "station"}  # A43
    served = Place.objects.filter(kind__in=("centre", "station")).values("district").distinct().count()
    assert served == Place.objects.filter(kind="district").count() == 10  # A41
    assert not Place.objects.filter(Q(name_en="") | Q(kind="station", hours_en="")).exists()


def test_the_demo_enterprise_and_institution_are_filled(loaded: DemoReport) -> None:
    firm = Organisation.objects.get(code="91370212MA0000015Y")
    drafted = Drafting.objects.filter(organisation=firm, recorded_until=None)

    assert firm.name == "青岛澄海精工有限公司"
    assert firm.certificates.count() == 6
    assert firm.honours.count() == 4
    assert sorted(drafted.values_list("rank", flat=True)) == [1, 1, 2, 3, 4, 5, 9]
    institution = Institution.objects.get(organisation__code="12370200MA0000031D")
    assert institution.capabilities.exclude(standard=None).count() == 19
    assert set(institution.capabilities.values_list("approval", flat=True)) == {"CMA", "CNAS"}


def test_real_standards_keep_their_chain_and_adoptions(loaded: DemoReport) -> None:
    chain = ["GB/T 19001-2016"]
    while older := Standard.objects.filter(replaced_by__new__canonical=chain[-1]).first():
        chain.append(older.canonical)

    assert chain == [
        "GB/T 19001-2016",
        "GB/T 19001-2008",
        "GB/T 19001-2000",
        "GB/T 19001-1994",
        "GB/T 19001-1992",
        "GB/T 10300.2-1988",
    ]
    assert Standard.objects.get(canonical="GB/T 19001-2008").superseded_on == date(2017, 7, 1)
    assert Standard.objects.get(canonical="GB/T 19001-2016").adopts == "ISO 9001:2015"
    assert Standard.objects.filter(source__contains="CC BY 4.0").count() == 2141


def test_what_was_invented_is_marked(loaded: DemoReport) -> None:
    real = Organisation.objects.filter(synthetic=False)

    assert real.count() == 19
    assert not real.exclude(code__startswith="TMP-").exists()
    assert set(Standard.objects.filter(synthetic=False).values_list("source", flat=True)) == {
        "公开常识，人工汇编",
        "RASAAS/docmcp-knowledge, CC BY 4.0",
    }
    assert not Certificate.objects.filter(synthetic=False).exclude(holder__name="青岛汉缆股份有限公司").exists()
    assert not Honour.objects.filter(synthetic=False, organisation__synthetic=True).exists()
    assert Drafting.objects.filter(name=F("organisation__name"), organisation__synthetic=False).count() == 0


def test_loading_again_imports_nothing_and_a_larger_city_counts_for_a_smaller(
    loaded: DemoReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = ImportRun.objects.count()

    assert load(CORE).rows == 0
    assert ImportRun.objects.count() == runs

    monkeypatch.setitem(SIZES, "core", CORE)
    smaller = Size("smaller", standards=10, organisations=10, institutions=1)
    monkeypatch.setitem(SIZES, "smaller", smaller)
    again = load_demo("smaller")
    assert (again.is_new, again.rows) == (False, 0)
    assert again.seconds < 1


def test_an_interrupted_load_goes_on(loaded: DemoReport) -> None:
    last = ImportRun.objects.get(kind="documents")
    ImportRun.objects.filter(pk=last.pk).update(state="running", rows_read=0)

    report = load(CORE)

    assert report.rows == Document.objects.count()
    assert Document.objects.filter(kind="call").count() == 6


def test_progress_is_told_in_both_languages(loaded: DemoReport) -> None:
    told: list[Step] = []
    ImportRun.objects.filter(kind="places").update(state="running", rows_read=0)

    load(CORE, progress=told.append)

    assert any("places.csv" in step.text.zh and "places.csv" in step.text.en for step in told)
    assert all(0 <= step.share <= 1 for step in told)


def test_a_city_without_a_demo_is_refused_with_its_folder(tmp_path: Any, settings: Any) -> None:
    settings.RULEBOOK = tmp_path

    with pytest.raises(loading.BadRulebook) as refused:
        load_demo("small")

    assert refused.value.code == "demo.folder"
    assert str(tmp_path) in refused.value.text.en


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        load_demo("huge")

    assert refused.value.code == "demo.size"
    assert settings.CITY == "qingdao"
