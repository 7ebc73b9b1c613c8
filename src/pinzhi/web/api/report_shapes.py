"""Shapes of problems handed over by other systems."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

MOST_FIELDS = 50


class HandedOver(Schema):
    """A problem as a system hands it over; which fields there are is in the file of the case type."""

    kind: str = Field(min_length=1, max_length=60, description="A case type, such as dust-problem.")
    values: dict[str, Annotated[str, Field(max_length=10_000)]] = Field(
        max_length=MOST_FIELDS,
        description="Fields by code, such as what, category, place: latitude and longitude, then words.",
    )
    district: str = Field("", max_length=6, description="Code of the district, if it is known.")


class TakenIn(Schema):
    """What became of it: the number of its case, the same however often it is sent."""

    number: str
