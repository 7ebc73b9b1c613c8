"""How big the two demo cities are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of generated rows; the facts of the rulebook come on top."""

    name: str
    standards: int
    organisations: int
    institutions: int


# The certificate register is the same in both: its two figures are facts (12,667 certificates, 11,842 organisations).
# More than 5,000 institutions must be *listed* in the city; one in 25 is in another state.
SMALL = Size("small", standards=20_000, organisations=15_000, institutions=500)
CITY = Size("city", standards=1_000_000, organisations=396_000, institutions=5_300)
SIZES: dict[str, Size] = {size.name: size for size in (SMALL, CITY)}
