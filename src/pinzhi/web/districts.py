"""Where districts lie on our own tile diagram."""

from pinzhi.records.catalog.rulebook import rulebook


def spot_of(code: str) -> str:
    """Return the classes that put a tile where its district lies; nothing where the rulebook does not say."""
    districts = rulebook().codelist("districts")
    entry = districts.entry(code) if code in districts else None
    column, _dash, row = entry.tile.partition("-") if entry else ("", "", "")
    return f"column-{column} row-{row}" if row else ""
