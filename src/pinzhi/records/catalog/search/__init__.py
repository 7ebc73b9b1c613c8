"""Search over the catalogue: what the doors ask it for.

The one package that names its functions here: the modules behind are many, and `find` is called from every door.
"""

from pinzhi.records.catalog.search.finding import find
from pinzhi.records.catalog.search.rows import rows_of
from pinzhi.records.catalog.search.suggesting import suggest

__all__ = ["find", "rows_of", "suggest"]
