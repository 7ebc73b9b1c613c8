"""Reading the rulebook: what is refused, and how the refusal reads."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from pinzhi.engine.errors import BadRulebook, NotFound
from pinzhi.engine.rulebook.load import Rulebook, open_rulebook
from pinzhi.engine.rulebook.seal import digest_of, seal_line

HEAD = 'title = { zh = "表", en = "List" }\nsource = "a notice"\nchecked_on = 2026-11-20\n'
REGIONS = f"""id = "regions"
{HEAD}
[[entry]]
code = "99"
name = {{ zh = "某省", en = "Province" }}

[[entry]]
code = "9901"
name = {{ zh = "某市", en = "City" }}
parent = "99"
"""
CITY = f"""id = "somewhere"
{HEAD}
name = {{ zh = "某市", en = "City" }}
short_name = {{ zh = "某", en = "City" }}
region = "9901"
province = "99"
credit_authority = "9901"
local_standard_prefixes = ["DB99", "DB9901"]
platform = {{ zh = "平台", en = "Platform" }}
brand = {{ zh = "品质", en = "Pinzhi" }}
motto = {{ zh = "话", en = "Words" }}
operator = {{ zh = "局", en = "Office" }}
"""
DISTRICTS = f'id = "districts"\ntable = "districts.csv"\n{HEAD}'
TABLE = "code,zh,en,valid_from,valid_to,merged_into\n990102,甲区,A,,,\n990103,乙区,B,2000-01-01,2010-01-01,990102\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "national/catalog/regions.toml", REGIONS)
    write(tmp_path, "somewhere/catalog/city.toml", CITY)
    write(tmp_path, "somewhere/catalog/districts.toml", DISTRICTS)
    write(tmp_path, "somewhere/catalog/districts.csv", TABLE)
    return tmp_path


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8", newline="")


def refusal(folder: Path, city: str = "somewhere") -> BadRulebook:
    with pytest.raises(BadRulebook) as refused:
        open_rulebook(folder, city)
    assert refused.value.text.zh != refused.value.text.en
    return refused.value


def test_open_rulebook_reads_both_layers(folder: Path) -> None:
    book = open_rulebook(folder, "somewhere")

    assert book.city.region == "9901"
    assert book.codelist("districts").codes == ("990102", "990103")
    assert book.codelist("zones").codes == ()
    assert [edition.path for edition in book.editions] == [
        "national/catalog/regions.toml", "somewhere/catalog/city.toml", "somewhere/catalog/districts.toml",
    ]  # fmt: skip


def test_open_rulebook_joins_a_list_of_two_layers(folder: Path) -> None:
    entry = '[[entry]]\ncode = "{}"\nkind = "system"\nname = {{ zh = "体系", en = "System" }}\n'
    write(folder, "national/catalog/schemes.toml", f'id = "schemes"\n{HEAD}{entry.format("qms")}')
    write(folder, "somewhere/catalog/schemes.toml", f'id = "schemes"\n{HEAD}{entry.format("label")}')

    assert open_rulebook(folder, "somewhere").codelist("schemes").codes == ("qms", "label")

    write(folder, "somewhere/catalog/schemes.toml", f'id = "schemes"\n{HEAD}{entry.format("qms")}')
    assert refusal(folder).text.en == (
        "somewhere/catalog/schemes.toml, entry qms: The code is already in national/catalog/schemes.toml. "
        "Each code may be there once."
    )


def test_synonyms_are_read_where_there_are_any(folder: Path) -> None:
    assert open_rulebook(folder, "somewhere").synonyms == ()

    source = 'source = "common use"\nchecked_on = 2026-11-20\n'
    write(folder, "national/catalog/synonyms.toml", f'{source}[[synonym]]\nterms = ["COD", "化学需氧量"]\n')
    assert open_rulebook(folder, "somewhere").synonyms[0].terms == ("COD", "化学需氧量")

    write(folder, "national/catalog/synonyms.toml", f'{source}[[synonym]]\nterms = ["COD", "cod"]\n')
    assert "two different terms" in refusal(folder).text.en


def test_nothing_of_it_can_be_changed(folder: Path) -> None:
    book: Rulebook = open_rulebook(folder, "somewhere")
    entry = book.codelist("districts").entries[0]

    with pytest.raises(ValidationError):
        entry.code = "1"  # type: ignore[misc]
    with pytest.raises(TypeError):
        book.lists["districts"] = book.lists["zones"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        book.city = None  # type: ignore[misc, assignment]
    assert isinstance(book.city.local_standard_prefixes, tuple)
    assert hash(entry)


def test_codelist_names_those_there_are(folder: Path) -> None:
    with pytest.raises(NotFound) as refused:
        open_rulebook(folder, "somewhere").codelist("colours")

    assert "districts" in refused.value.text.en


@pytest.mark.parametrize(("path", "old", "new", "key", "wrong"), [
    ("somewhere/catalog/city.toml", 'region = "9901"', 'region = "99"', "region", "is not written as"),
    ("somewhere/catalog/city.toml", 'region = "9901"', 'region = "9902"', "region", "no “9902”"),
    ("somewhere/catalog/city.toml", 'province = "99"', 'province = "98"', "province", "expected the first two digits"),
    ("somewhere/catalog/city.toml", 'region = "9901"', "region = 9901", "region", "expected text in quotes"),
    ("somewhere/catalog/city.toml", 'region = "9901"', "", "region", "This key is missing"),
    ("somewhere/catalog/city.toml", "platform", "platfrom", "platform", "This key is missing"),
    ("somewhere/catalog/city.toml", 'id = "somewhere"', 'id = "somewhere"\nmayor = "X"', "mayor", "no such key"),
    ("somewhere/catalog/city.toml", 'en = "Platform" }', 'en = " " }', "platform", "neither empty"),
    ("somewhere/catalog/city.toml", 'en = "Platform" }', 'fr = "P" }', "platform", "both languages"),
    ("somewhere/catalog/city.toml", "2026-11-20", '"2026-11-20"', "checked_on", "without quotes"),
    ("somewhere/catalog/city.toml", "2026-11-20", "20261120", "checked_on", "expected a date"),
    ("somewhere/catalog/city.toml", 'source = "a notice"', 'source = ""', "source", "empty"),
    ("somewhere/catalog/city.toml", 'id = "somewhere"', 'id = "somewhere"\nid = "again"', "", "This is not TOML"),
    ("national/catalog/regions.toml", 'id = "regions"', 'id = "places"', "id", "the name of the file, “regions”"),
    ("national/catalog/regions.toml", 'parent = "99"', 'parent = "98"', "entry 9901, parent", "no code “98”"),
    ("national/catalog/regions.toml", 'code = "9901"', 'code = "99"', "entry 99", "already in"),
    ("national/catalog/regions.toml", 'code = "9901"', 'code = "9901"\ncolour = "red"', "entry.2.colour",
     "no such key"),
    ("national/catalog/regions.toml", 'id = "regions"', 'id = "regions"\nin_force_from = 2020-01-01\nin_force_to = '
     "2019-01-01", "in_force_to", "later than 2020-01-01"),
    ("somewhere/catalog/districts.toml", "districts.csv", "missing.csv", "table", "no file “missing.csv”"),
    ("somewhere/catalog/districts.toml", "districts.csv", "../x.csv", "table", "no file"),
    ("somewhere/catalog/districts.toml", 'id = "districts"', 'id = "districts"\nentry = []', "entry", "no [[entry]]"),
    ("somewhere/catalog/districts.csv", "990102,甲区", "980102,甲区", "entry 990103, merged_into", "no code “990102”"),
    ("somewhere/catalog/districts.csv", "990102,甲区,A", "990102,甲区,", "line 2.name", "both languages"),
    ("somewhere/catalog/districts.csv", "990102,甲区,A,,,", "990102,甲区,A", "line 2", "more or fewer cells"),
    ("somewhere/catalog/districts.csv", "990102,甲区,A,,,", "990102,甲区,A,,,,,", "line 2", "more or fewer cells"),
    ("somewhere/catalog/districts.csv", "2010-01-01", "2010-13-01", "line 3, valid_to", "is no date"),
    ("somewhere/catalog/districts.csv", "2010-01-01", "1999-01-01", "entry 990103, valid_to", "later than valid_from"),
    ("somewhere/catalog/districts.csv", "2010-01-01", "", "entry 990103, valid_to", "from which day on"),
    ("somewhere/catalog/districts.csv", "merged_into", "merged_in", "line 3.merged_in", "no such key"),
])  # fmt: skip
def test_a_bad_file_is_refused_with_file_key_and_what_is_wrong(
    folder: Path, path: str, old: str, new: str, key: str, wrong: str
) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    write(folder, path, text.replace(old, new))

    refused = refusal(folder)

    assert refused.facts["file"] == path
    assert refused.facts["key"] == key
    assert wrong in refused.text.en


def test_circles_are_refused(folder: Path) -> None:
    write(
        folder,
        "somewhere/catalog/districts.csv",
        TABLE + "990104,丙区,C,,2011-01-01,990105\n990105,丁区,D,,2012-01-01,990104\n",
    )

    assert "990104 → 990105 → 990104" in refusal(folder).text.en


def test_districts_of_another_city_are_refused(folder: Path) -> None:
    write(folder, "somewhere/catalog/districts.csv", TABLE + "980101,戊区,E,,,\n")

    assert refusal(folder).facts["key"] == "entry 980101"


def test_a_file_in_no_known_place_is_refused(folder: Path) -> None:
    write(folder, "somewhere/catalog/colours.toml", HEAD)

    assert refusal(folder).facts["file"] == "somewhere/catalog/colours.toml"


def test_a_table_that_no_file_names_is_refused(folder: Path) -> None:
    write(folder, "somewhere/catalog/more.csv", "code\n")

    assert refusal(folder).facts["file"] == "somewhere/catalog/more.csv"


def test_demo_records_and_examples_are_not_looked_at(folder: Path) -> None:
    write(folder, "somewhere/demo/anything.toml", "x = 1")
    write(folder, "somewhere/demo/facts/anything.csv", "x")
    write(folder, "somewhere/catalog/zones.examples.toml", "x = 1")

    assert open_rulebook(folder, "somewhere").city.region == "9901"


def test_other_encodings_are_refused(folder: Path) -> None:
    (folder / "somewhere/catalog/districts.csv").write_bytes(TABLE.encode("gb18030"))

    assert "not UTF-8" in refusal(folder).text.en


def test_an_unknown_city_is_refused_with_those_there_are(folder: Path) -> None:
    refused = refusal(folder, "elsewhere")

    assert refused.facts["file"] == "elsewhere/"
    assert "national, somewhere" in refused.text.en


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "PINZHI_RULEBOOK" in refusal(tmp_path / "nowhere").text.en


def test_a_city_without_its_file_is_refused(folder: Path) -> None:
    (folder / "somewhere/catalog/city.toml").unlink()

    assert refusal(folder).facts["file"] == "somewhere/catalog/city.toml"


def test_seals_hold_and_a_changed_file_is_refused(folder: Path) -> None:
    digest = digest_of(DISTRICTS, TABLE)
    write(folder, "sealed.txt", f"# editions in force\n\n{seal_line('somewhere/catalog/districts.toml', digest)}\n")
    assert open_rulebook(folder, "somewhere").editions[2].digest == digest

    write(folder, "somewhere/catalog/districts.csv", TABLE.replace("甲区", "甲 区"))

    refused = refusal(folder)
    assert refused.facts["file"] == "somewhere/catalog/districts.toml"
    assert "sealed but has changed" in refused.text.en


def test_seals_do_not_mind_line_ends_of_another_system(folder: Path) -> None:
    write(folder, "sealed.txt", f"{seal_line('somewhere/catalog/districts.toml', digest_of(DISTRICTS, TABLE))}\n")
    write(folder, "somewhere/catalog/districts.csv", TABLE.replace("\n", "\r\n"))

    assert open_rulebook(folder, "somewhere").codelist("districts").codes == ("990102", "990103")


def test_a_sealed_file_that_is_gone_is_refused(folder: Path) -> None:
    write(folder, "sealed.txt", f"{seal_line('national/catalog/ics.toml', '0' * 64)}\n")

    assert "is gone" in refusal(folder).text.en


def test_seals_of_another_city_are_left_alone(folder: Path) -> None:
    write(folder, "sealed.txt", f"{seal_line('elsewhere/catalog/city.toml', '0' * 64)}\n")

    assert open_rulebook(folder, "somewhere").city.region == "9901"


def test_a_torn_seal_is_refused(folder: Path) -> None:
    write(folder, "sealed.txt", "abc  somewhere/catalog/city.toml\n")

    assert refusal(folder).facts["key"] == "line 1"
