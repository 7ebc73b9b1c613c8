"""The statistics of a register as small tables with bars."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.http import urlencode

from pinzhi.records.catalog.queries.register_statistics import Share
from pinzhi.web.language import said

SHOWN = 12

Part = tuple[str, Any, tuple[Share, ...]]


def bars(parts: Iterable[Part], days: Mapping[str, str], valid: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return each part with more than one value; a row's address asks for its records on the same days.

    ``valid`` is what an address asks for besides the value, where the part counts what is valid alone.
    """
    return [
        {
            "title": title,
            "has_holders": any(one.holders is not None for one in shares),
            "rows": _rows(shares, name, days if name == "state" else {**days, **valid}),
        }
        for name, title, shares in parts
        if len(shares) > 1
    ]


def _rows(shares: tuple[Share, ...], name: str, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    most = max(one.count for one in shares)
    return [
        {
            "address": f"?{urlencode({name: one.code, **asked})}" if one.code else "",
            "word": said(one.text),
            "count": one.count,
            "holders": one.holders,
            "percent": max(1, round(100 * one.count / most)),
        }
        for one in shares[:SHOWN]
    ]
