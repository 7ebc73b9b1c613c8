"""The rulebook as it is shipped: it can be read, it is complete, and it says where everything comes from."""

from datetime import date
from pathlib import Path

import pytest

from pinzhi.engine.catalog import words
from pinzhi.engine.catalog.issuers import SECTORS
from pinzhi.engine.rulebook.load import open_rulebook
from pinzhi.engine.rulebook.shapes import LISTS, CertificationScheme
from pinzhi.engine.texts import Text

FOLDER = Path(__file__).parents[2] / "rulebook"
RULEBOOK = open_rulebook(FOLDER, "qingdao")
DEMO_DAY = date(2024, 1, 4)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_there_in_both_languages(name: str) -> None:
    codes = RULEBOOK.codelist(name)

    assert len(codes) > 0
    assert codes.title.zh
    assert codes.title.en
    assert all(entry.name.zh.strip() and entry.name.en.strip() for entry in codes.entries)
    assert all(entry.name.en.isascii() or set(entry.name.en) <= set("Lüliang–“”") | set(map(chr, range(128)))
               for entry in codes.entries)  # fmt: skip


def test_every_file_says_where_it_comes_from_and_when_it_was_checked() -> None:
    for edition in RULEBOOK.editions:
        assert edition.content.source, edition.path
        assert edition.content.checked_on <= date(2026, 11, 30), edition.path


def test_every_borrowed_file_is_in_the_page_on_licences() -> None:
    page = (FOLDER / "LICENCES.md").read_text(encoding="utf-8")
    borrowed = [
        edition for edition in RULEBOOK.editions if getattr(edition.content, "licence", "") in ("WTFPL", "BSD-2-Clause")
    ]

    assert borrowed
    assert all(edition.path.replace(".toml", ".csv") in page for edition in borrowed)


def test_the_city_is_qingdao() -> None:
    city = RULEBOOK.city

    assert city.name == Text("青岛市", "Qingdao")
    assert (city.region, city.province) == ("3702", "37")
    assert RULEBOOK.codelist("regions").text(city.region) == Text("青岛市", "Qingdao")


def test_districts_of_today_are_those_of_the_national_list() -> None:
    districts = RULEBOOK.codelist("districts")
    national = RULEBOOK.codelist("regions")

    assert set(districts.in_force(DEMO_DAY)) == set(national.children("3702"))
    assert all(districts.text(code).zh == national.text(code).zh for code in districts.in_force(DEMO_DAY))


def test_shandong_has_sixteen_cities_today_and_seventeen_before_2019() -> None:
    regions = RULEBOOK.codelist("regions")
    cities = set(regions.children("37"))

    assert len(cities & set(regions.in_force(DEMO_DAY))) == 16
    assert len(cities & set(regions.in_force(date(2018, 12, 31)))) == 17
    assert regions.current("3712", DEMO_DAY) == "3701"


def test_zones_are_no_districts() -> None:
    assert not set(RULEBOOK.codelist("zones").codes) & set(RULEBOOK.codelist("districts").codes)
    assert {"gaoxin", "xihaian", "zimao", "shanghe"} <= set(RULEBOOK.codelist("zones").codes)


def test_industries_are_twenty_sections_and_97_divisions() -> None:
    industries = RULEBOOK.codelist("industries")

    assert len(industries.children("")) == 20
    assert len(industries) == 117
    assert industries.parent("C34") == "C"


def test_sectors_cover_what_the_grammar_knows() -> None:
    assert set(RULEBOOK.codelist("sectors").codes) >= SECTORS - {"GD", "SW"}


def test_schemes_say_how_long_and_how_often() -> None:
    schemes = RULEBOOK.codelist("schemes")
    quality = schemes.entry("qms")

    assert isinstance(quality, CertificationScheme)
    assert (quality.surveillance_months, quality.validity_years, quality.letters) == (12, 3, "Q")
    assert {"ems", "ohsms", "fsms", "haccp", "isms", "enms", "ccc", "taishan-quality", "youpin"} <= set(schemes.codes)
    letters = [entry.letters for entry in schemes.entries if isinstance(entry, CertificationScheme) and entry.letters]
    assert len(letters) == len(set(letters))


def test_services_cover_the_categories_of_institutions() -> None:
    services = RULEBOOK.codelist("services")
    groups = services.children("")

    assert set(words.CATEGORIES) - {"accreditation"} <= set(groups)
    assert all(services.children(group) for group in groups)


def test_text_of_an_unknown_code_is_the_code() -> None:
    assert RULEBOOK.codelist("districts").text("370299") == Text("370299", "370299")
