"""Invented institutions."""

from collections import Counter

from pinzhi.engine.catalog.credit import check_credit_code
from pinzhi.records.catalog.demo.institutions import generated_institutions
from pinzhi.records.catalog.demo.sizes import CITY
from tests.records.catalog.demo.words import vocabulary

STANDARDS = [("GB/T 700-2006", "碳素结构钢", "Carbon structural steels"), ("YY/T 0287-2017", "医疗器械", "")]


def test_more_than_five_thousand_are_listed_in_the_city() -> None:
    made = list(generated_institutions(vocabulary(), CITY.institutions, STANDARDS))
    states = Counter(one.row[2] for one in made)

    assert 5_000 < states["listed"] < 6_000
    assert len({one.organisation[1] for one in made}) == len({one.organisation[0] for one in made}) == CITY.institutions
    assert {one.row[-1] for one in made} == {one.organisation[-1] for one in made} == {"1"}


def test_laboratories_test_by_standards_under_an_approval() -> None:
    made = list(generated_institutions(vocabulary(), 300, STANDARDS))
    testing = [row for one in made for row in one.capabilities if row[1] == "testing"]

    assert {row[4] for row in testing} == {"GB/T 700-2006", "YY/T 0287-2017"}
    assert {row[5] for row in testing} == {"CMA", "CNAS"}
    assert all(len(row[6]) == 12 and row[6].isdigit() for row in testing if row[5] == "CMA")
    assert all(check_credit_code(one.organisation[0]) == one.row[0] for one in made)
    assert all(one.capabilities for one in made)
    scopes = [(row[0], row[1], row[2], row[4], row[5]) for one in made for row in one.capabilities]
    assert len(set(scopes)) == len(scopes)  # what makes a capability the same one
