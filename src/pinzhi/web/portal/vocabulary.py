"""Values of the search facets and their words, from the closed vocabularies and the rulebook's code lists."""

import re
from collections.abc import Iterable

from pinzhi.engine.catalog import words
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook

_PLACE_STATES = {"active": Text("开放", "Open"), "withdrawn": Text("已关闭", "Closed")}
_STATES = {
    "standard": words.STANDARD_STATUS,
    "organisation": words.ORGANISATION_STATES,
    "institution": words.ORGANISATION_STATES,
    "certificate": words.CERTIFICATE_STATES,
    "place": _PLACE_STATES,
}
_SHAPES = words.SHAPES | {
    "institution": words.SHAPES["organisation"],
    "place": {"active": "ok", "withdrawn": "past"},
}
_WORDS = {"kind": words.KINDS, "level": words.LEVELS, "category": words.CATEGORIES}
_LISTS = {"district": "districts", "industry": "industries", "service": "services", "scheme": "schemes"}
_YEAR = re.compile(r"(1[89]|20)\d\d")


def is_known(facet: str, value: str) -> bool:
    """Say whether a facet can have the value."""
    if facet == "year":
        return bool(_YEAR.fullmatch(value))
    if facet == "status":
        return any(value in states for states in _STATES.values())
    if facet in _WORDS:
        return value in _WORDS[facet]
    if facet == "district":
        return value in rulebook().codelist("districts") or value in rulebook().codelist("regions")
    return value in rulebook().codelist(_LISTS[facet])


def word(facet: str, value: str, kinds: Iterable[str] = ()) -> Text:
    """Return the word of a value, the value itself if nobody has named it.

    A status is worded for the kinds it is shown with: ``active`` is 有效 of a certificate and 存续 of an organisation.
    """
    if facet == "status":
        return _status(value, kinds)
    if facet in _WORDS:
        return _WORDS[facet].get(value, Text(value, value))
    if facet == "district":
        return _district(value)
    if facet == "industry":
        return _industry(value)
    if facet in _LISTS:
        return rulebook().codelist(_LISTS[facet]).text(value)
    return Text(value, value)


def state(kind: str, value: str) -> tuple[str, Text]:
    """Return the shape and the word of a record's state; both empty where the kind has none."""
    if value not in _STATES.get(kind, {}):
        return "", Text("", "")
    return _SHAPES[kind][value], _STATES[kind][value]


def _district(code: str) -> Text:
    """Return a district's name; of one in another city the city's name first."""
    districts, regions = rulebook().codelist("districts"), rulebook().codelist("regions")
    if code in districts or code not in regions:
        return districts.text(code)
    city, district = regions.text(regions.parent(code)), regions.text(code)
    return Text(f"{city.zh}{district.zh}", f"{district.en}, {city.en}")


def _industry(code: str) -> Text:
    """Return the finest named industry that a code lies in: C2919 is told as C29 where classes are not listed."""
    industries = rulebook().codelist("industries")
    named = (code[:length] for length in range(len(code), 0, -1) if code[:length] in industries)
    return industries.text(next(named, code))


def _status(value: str, kinds: Iterable[str]) -> Text:
    found = [states[value] for kind, states in _STATES.items() if kind in tuple(kinds) and value in states]
    found = list(dict.fromkeys(found or [states[value] for states in _STATES.values() if value in states]))
    if not found:
        return Text(value, value)
    return Text("、".join(one.zh for one in found), ", ".join(one.en for one in found))
