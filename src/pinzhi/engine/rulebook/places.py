"""Which shape a rulebook file has: its folder tells. A further kind of file is a further line here."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from pinzhi.engine.rulebook.briefs import Brief
from pinzhi.engine.rulebook.calendars import Calendar
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.measures import MeasureRules
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.shapes import LISTS, City, CodeListFile, RulebookFile, SchemesFile, Synonyms

# The first pattern that fits counts.
PLACES: Mapping[str, type[RulebookFile]] = MappingProxyType(
    {
        r"catalog/city\.toml": City,
        r"catalog/synonyms\.toml": Synonyms,
        r"catalog/schemes\.toml": SchemesFile,
        rf"catalog/({'|'.join(LISTS)})\.toml": CodeListFile,
        r"briefs/[a-z0-9-]+\.toml": Brief,
        r"calendars/\d{4}\.toml": Calendar,
        r"cases/[a-z0-9-]+\.toml": CaseType,
        r"courses/[a-z0-9-]+\.toml": Course,
        r"figures/[a-z0-9-]+/[A-Z][A-Za-z0-9-]*\.toml": Figure,
        r"instruments/[a-z0-9-]+\.toml": Instrument,
        r"measures/[a-z0-9-]+\.toml": MeasureRules,
        r"(awards|contests|assessments|certifications|labels|pilots|expos|participation)/[a-z0-9-]+\.toml": Scheme,
    }
)


def shape_for(place: str) -> type[RulebookFile] | None:
    """Return the shape of a file by its path inside a layer (``catalog/zones.toml``); None if none fits."""
    return next((shape for pattern, shape in PLACES.items() if re.fullmatch(pattern, place)), None)
