"""The sources of figures by name. A further source is a module beside this one and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from pinzhi.records.publishing.sources.certificates import CERTIFICATES
from pinzhi.records.publishing.sources.honours import HONOURS
from pinzhi.records.publishing.sources.shapes import Listing, Source

SOURCES: Mapping[str, Source | Listing] = MappingProxyType(
    {
        "honours": HONOURS,
        "certificates": CERTIFICATES,
    }
)
