"""Standard numbers: every trap of the grammar, and properties that hold for any text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pinzhi.engine.catalog.codes import LONGEST, from_path, parse, path, printed
from pinzhi.engine.errors import BadIdentifier

# as given, canonical, family, issuer, nature, level, year
GRAMMAR = [
    ("ＧＢ／Ｔ１９５８０—2012", "GB/T 19580-2012", "GB/T 19580", "GB", "recommended", "national", 2012),
    ("gb∕t 1.1–2020", "GB/T 1.1-2020", "GB/T 1.1", "GB", "recommended", "national", 2020),
    ("GB/Z 19579-2012", "GB/Z 19579-2012", "GB/Z 19579", "GB", "guidance", "national", 2012),
    ("GBZ 2.1-2019", "GBZ 2.1-2019", "GBZ 2.1", "GBZ", "mandatory", "national", 2019),
    ("GBZ2.1-2019", "GBZ 2.1-2019", "GBZ 2.1", "GBZ", "mandatory", "national", 2019),
    ("GBZ/T 160.1-2004", "GBZ/T 160.1-2004", "GBZ/T 160.1", "GBZ", "recommended", "national", 2004),
    ("GB 3100-93", "GB 3100-1993", "GB 3100", "GB", "mandatory", "national", 1993),
    ("gbt19580", "GB/T 19580", "GB/T 19580", "GB", "recommended", "national", None),
    ("GB_T 19001-2016", "GB/T 19001-2016", "GB/T 19001", "GB", "recommended", "national", 2016),
    ("GB 12345-2020/XG1-2022", "GB 12345-2020/XG1-2022", "GB 12345", "GB", "mandatory", "national", 2020),
    ("GB 50011-2010（2016年版）", "GB 50011-2010(2016年版)", "GB 50011", "GB", "mandatory", "national", 2010),
    ("GJB 9001C-2017", "GJB 9001C-2017", "GJB 9001C", "GJB", "", "national", 2017),
    ("GSB 04-1767-2004", "GSB 04-1767-2004", "GSB 04-1767", "GSB", "", "national", 2004),
    ("JJG 1036-2022", "JJG 1036-2022", "JJG 1036", "JJG", "mandatory", "national", 2022),
    ("JJF（鲁）100-2021", "JJF(鲁) 100-2021", "JJF(鲁) 100", "JJF", "", "local", 2021),
    ("JJG(交通) 029-2020", "JJG(交通) 029-2020", "JJG(交通) 029", "JJG", "mandatory", "industry", 2020),
    ("JB/T 13368-2018", "JB/T 13368-2018", "JB/T 13368", "JB", "recommended", "industry", 2018),
    ("JBT 13368-2018", "JB/T 13368-2018", "JB/T 13368", "JB", "recommended", "industry", 2018),
    ("YY/T 0287-2017", "YY/T 0287-2017", "YY/T 0287", "YY", "recommended", "industry", 2017),
    ("YY/T 287-2017", "YY/T 287-2017", "YY/T 287", "YY", "recommended", "industry", 2017),
    ("HJ 212-2017", "HJ 212-2017", "HJ 212", "HJ", "", "industry", 2017),
    ("DB/T 1-2008", "DB/T 1-2008", "DB/T 1", "DB", "recommended", "industry", 2008),
    ("JB/ZQ 4000.1-86", "JB/ZQ 4000.1-1986", "JB/ZQ 4000.1", "JB", "", "industry", 1986),
    ("HG/T 20592～20635-2009", "HG/T 20592~20635-2009", "HG/T 20592~20635", "HG", "recommended", "industry", 2009),
    ("JGJ 1-91", "JGJ 1-1991", "JGJ 1", "JGJ", "mandatory", "industry", 1991),
    ("JTG D60-2015", "JTG D60-2015", "JTG D60", "JTG", "mandatory", "industry", 2015),
    ("JTS 145-2-2013", "JTS 145-2-2013", "JTS 145-2", "JTS", "mandatory", "industry", 2013),
    ("XX/T 12-2020", "XX/T 12-2020", "XX/T 12", "XX", "recommended", "industry", 2020),
    ("DB37/T 1-2020", "DB37/T 1-2020", "DB37/T 1", "DB37", "recommended", "local", 2020),
    ("DB37/ 2376-2019", "DB37 2376-2019", "DB37 2376", "DB37", "mandatory", "local", 2019),
    ("DB3702/T 0012-2021", "DB3702/T 0012-2021", "DB3702/T 0012", "DB3702", "recommended", "local", 2021),
    ("DBJ/T 13-118-2014", "DBJ/T 13-118-2014", "DBJ/T 13-118", "DBJ", "recommended", "local", 2014),
    ("DBS37/ 002-2014", "DBS37 002-2014", "DBS37 002", "DBS37", "mandatory", "local", 2014),
    ("T/CAQ 10202-2016", "T/CAQ 10202-2016", "T/CAQ 10202", "T/CAQ", "", "group", 2016),
    ("T/GZAEPI 001-2018", "T/GZAEPI 001-2018", "T/GZAEPI 001", "T/GZAEPI", "", "group", 2018),
    ("CECS 24:90", "CECS 24-1990", "CECS 24", "CECS", "", "group", 1990),
    ("Q/0212 ABC 001-2023", "Q/0212 ABC 001-2023", "Q/0212 ABC 001", "Q/0212 ABC", "", "enterprise", 2023),
    ("Q/青岛海尔 001-2023", "Q/青岛海尔 001-2023", "Q/青岛海尔 001", "Q/青岛海尔", "", "enterprise", 2023),
    ("iso9001:2015", "ISO 9001:2015", "ISO 9001", "ISO", "", "international", 2015),
    ("ISO 9001-2015", "ISO 9001:2015", "ISO 9001", "ISO", "", "international", 2015),
    ("ISO 9001:2015/Amd 1:2024", "ISO 9001:2015/Amd 1:2024", "ISO 9001", "ISO", "", "international", 2015),
    ("ISO/IEC 17000:2020", "ISO/IEC 17000:2020", "ISO/IEC 17000", "ISO/IEC", "", "international", 2020),
    ("ISO TS 16949:2009", "ISO/TS 16949:2009", "ISO/TS 16949", "ISO", "", "international", 2009),
    ("IEC/TS 60034-17:1998", "IEC TS 60034-17:1998", "IEC TS 60034-17", "IEC", "", "international", 1998),
    ("ISO/FDIS 9001:2025", "ISO/FDIS 9001:2025", "ISO 9001", "ISO", "", "international", 2025),
    ("ISO/AWI TS 10303-1911", "ISO/AWI TS 10303-1911", "ISO/TS 10303-1911", "ISO", "", "international", None),
    ("ISO/IEC Guide 51:2014", "ISO/IEC Guide 51:2014", "ISO/IEC Guide 51", "ISO/IEC", "", "international", 2014),
    ("IEC 60335-2-23:2026", "IEC 60335-2-23:2026", "IEC 60335-2-23", "IEC", "", "international", 2026),
    ("IEC 60282-1:1985/AMD2:1992", "IEC 60282-1:1985/Amd 2:1992", "IEC 60282-1", "IEC", "", "international", 1985),
    ("IEC 60034-1:2022 CMV", "IEC 60034-1:2022 CMV", "IEC 60034-1", "IEC", "", "international", 2022),
    ("ITU-T G.173 (03/1993)", "ITU-T G.173 (03/1993)", "ITU-T G.173", "ITU-T", "", "international", 1993),
    ("ITU-R F.389-2", "ITU-R F.389-2", "ITU-R F.389", "ITU-R", "", "international", None),
    (
        "ITU-T X.1500 (2011) Amd. 11 (03/2017)", "ITU-T X.1500 (2011)/Amd 11 (03/2017)", "ITU-T X.1500",
        "ITU-T", "", "international", 2011,
    ),
    (
        "ETSI TS 124 583 V19.1.0 (2026-02)", "ETSI TS 124 583 V19.1.0 (2026-02)", "ETSI TS 124 583",
        "ETSI", "", "international", 2026,
    ),
    ("JIS Q 9001:2015", "JIS Q 9001:2015", "JIS Q 9001", "JIS", "", "international", 2015),
    ("IEEE Std 802.3-2018", "IEEE 802.3-2018", "IEEE 802.3", "IEEE", "", "international", 2018),
    ("IEEE P802.3/D-3-2017-11", "IEEE P802.3/D-3-2017-11", "IEEE 802.3", "IEEE", "", "international", 2017),
    ("CIE 001-1980", "CIE 001-1980", "CIE 001", "CIE", "", "international", 1980),
    ("OIML R 111-1:2004 (E)", "OIML R 111-1:2004 (E)", "OIML R 111-1", "OIML", "", "international", 2004),
    ("DIN EN ISO 9001:2015", "DIN EN ISO 9001:2015", "DIN EN ISO 9001", "DIN EN ISO", "", "international", 2015),
]  # fmt: skip


@pytest.mark.parametrize(("given", "canonical", "family", "issuer", "nature", "level", "year"), GRAMMAR)
def test_parse_reads_the_grammar(
    given: str, canonical: str, family: str, issuer: str, nature: str, level: str, year: int | None
) -> None:
    number = parse(given)

    assert (number.canonical, number.family, number.issuer) == (canonical, family, issuer)
    assert (number.nature, number.level, number.year) == (nature, level, year)


@pytest.mark.parametrize("given", [row[0] for row in GRAMMAR])
def test_parse_does_not_change_a_canonical_form(given: str) -> None:
    number = parse(given)

    assert parse(number.canonical)._replace(published="", adopted="") == number._replace(published="", adopted="")
    assert from_path(path(number.canonical)) == number.canonical


@pytest.mark.parametrize(("one", "other"), [
    ("GBZ 2.1-2019", "GB/Z 2.1-2019"),
    ("DB/T 1-2008", "DB37/T 1-2008"),
    ("DB37/T 1-2020", "DB3702/T 1-2020"),
    ("YY/T 0287-2017", "YY/T 287-2017"),
    ("HJ/T 212-2005", "HJ 212-2005"),
    ("T/CAQ 1-2020", "CAQ/T 1-2020"),
    ("GJB 9001B-2009", "GJB 9001C-2009"),
    ("JJF(鲁) 1-2020", "JJF 1-2020"),
    ("IEC 60034-1:2022", "IEC 60034-1:2022 CMV"),
    ("ISO 9001:2015", "ISO 9001:2015/Amd 1:2024"),
])  # fmt: skip
def test_parse_keeps_apart_what_only_looks_alike(one: str, other: str) -> None:
    assert parse(one).canonical != parse(other).canonical


@pytest.mark.parametrize(("given", "canonical", "adopted"), [
    ("GB/T 19001-2016/ISO 9001:2015", "GB/T 19001-2016", "ISO 9001:2015"),
    ("GB/T 19001—2016 idt ISO 9001:2015", "GB/T 19001-2016", "ISO 9001:2015"),
    ("GB/T 27025-2019/ISO/IEC 17025:2017", "GB/T 27025-2019", "ISO/IEC 17025:2017"),
    ("GB/T 19001-2016", "GB/T 19001-2016", ""),
])  # fmt: skip
def test_parse_takes_a_dual_number_for_the_chinese_one(given: str, canonical: str, adopted: str) -> None:
    assert (parse(given).canonical, parse(given).adopted) == (canonical, adopted)


def test_parse_reads_the_same_number_in_every_typography() -> None:
    spellings = [
        "GB/T 19580-2012", "GB/T 19580—2012", "GB/T 19580－2012", "GB/T19580-2012", " gb / t  19580 - 2012 ",
        "ＧＢ／Ｔ　１９５８０－２０１２", "GB∕T 19580–2012", "GB⁄T 19580―2012", "《GB/T 19580-2012》",
        "GB/T\u00a019580\u20112012", "GB/T 19580-2012\u200b", "GBT 19580-2012", "GB_T_19580-2012",
    ]  # fmt: skip

    assert {parse(spelling).canonical for spelling in spellings} == {"GB/T 19580-2012"}


@pytest.mark.parametrize(
    "text", ["", "   ", "质量管理", "GB/T", "GB\x00/T 1-2020", "GB/T 1\ud800", "1" * (LONGEST + 1)]
)
def test_parse_refuses_what_cannot_be_a_number(text: str) -> None:
    with pytest.raises(BadIdentifier) as refused:
        parse(text)

    assert refused.value.code == "catalog.standard_number"


@pytest.mark.parametrize(("given", "level"), [
    ("T/CECS G:D60-01-2020", "group"),
    ("DB3702/FW ZHSQ 001-2020", "local"),
    ("Q/XYZ", None),
    ("青质监 2020-1", "enterprise"),
    ("ASTM D123-19", "international"),
    ("XYZ 12.3", "international"),
])  # fmt: skip
def test_parse_keeps_a_number_of_unknown_grammar_on_the_level_of_its_letters(given: str, level: str | None) -> None:
    if level is None:
        with pytest.raises(BadIdentifier):
            parse(given)
    else:
        assert parse(given).level == level


def test_sort_key_orders_by_level_number_part_and_year() -> None:
    given = [
        "ISO 9001:2015", "T/CAQ 1-2020", "DB37/T 1-2020", "HJ 212-2017", "GB/T 2828.11-2008", "GB/T 2828.2-2008",
        "GB/T 2828.1-2012", "GB/T 2828.1-2003", "GB/T 1.1-2020",
    ]  # fmt: skip

    assert sorted(given, key=lambda number: parse(number).sort_key) == given[::-1]


@pytest.mark.parametrize(("number", "shown"), [
    ("GB/T 19580-2012", "GB/T 19580—2012"),
    ("GB 12345-2020/XG1-2022", "GB 12345—2020/XG1—2022"),
    ("GB/T 1.1", "GB/T 1.1"),
    ("JTS 145-2-2013", "JTS 145-2—2013"),
    ("ISO 9001:2015", "ISO 9001:2015"),
    ("IEEE 802.3-2018", "IEEE 802.3-2018"),
    ("ITU-T G.173 (03/1993)", "ITU-T G.173 (03/1993)"),
])  # fmt: skip
def test_printed_puts_a_long_dash_before_the_year_of_chinese_numbers(number: str, shown: str) -> None:
    assert printed(number) == shown


ANY_TEXT = st.text(max_size=260) | st.text(
    alphabet="GBTZDQJISO/EC 0123456789-—:.()（）∕/_+~AmdXG鲁交通年版\u200b", max_size=60
)


@given(ANY_TEXT)
@example("GB/T 1-93/XG1-1994")
@example("A1/")
@example("Q/-1")
@example("︽A\u0301︾1")
@example("ISO 1:2000/Amd 1:2001/Cor 2:2002 (E)")
def test_parse_raises_nothing_but_bad_identifier_and_is_idempotent(text: str) -> None:
    try:
        number = parse(text)
    except BadIdentifier:
        return

    again = parse(number.canonical)
    assert again.canonical == number.canonical
    assert (again.family, again.level, again.digits, again.year) == (
        number.family, number.level, number.digits, number.year
    )  # fmt: skip
    assert from_path(path(number.canonical)) == number.canonical
    assert len(number.canonical) <= LONGEST
    assert number.sort_key


FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(
    st.sampled_from([row[0] for row in GRAMMAR if row[0].isascii()]),
    st.sampled_from("-‐‑–—―−－"),
    st.sampled_from("/∕⁄／"),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_parse_is_stable_under_typography(
    number: str, dash: str, slash: str, lower: bool, wide: bool, spaced: bool
) -> None:
    typed = number.lower() if lower else number
    if spaced:
        typed = typed.replace("/", " / ").replace("-", " - ").replace(" ", "  ")
    typed = typed.replace("-", dash).replace("/", slash)
    typed = typed.translate(FULL_WIDTH) if wide else typed

    assert parse(typed).canonical == parse(number).canonical
