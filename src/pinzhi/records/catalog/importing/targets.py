"""Where each kind of file goes: the table, what makes a record the same one, and what its cells refer to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Model

from pinzhi.records.catalog import models
from pinzhi.records.catalog.importing.store import column_of

Owner = Literal["organisation", "person", "product", "brand", "standard"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names another record: the field of the sheet, the foreign key it gives, whether it must exist.

    ``within`` is the foreign key that narrows the search: a product is looked for among its holder's.
    """

    field: str
    column: str
    to: Owner
    required: bool = False
    within: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """The table of a kind. ``key`` are the columns that make a record the same one; the first is indexed."""

    model: type[Model]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    searched_as: str = ""  # kind in the search outbox; empty: the record is not searched
    searched_by: str = "id"  # the column that holds the searched record's key

    @property
    def has_history(self) -> bool:
        return self.model is not models.Capability


_HOLDER = Reference("holder", "holder_id", "organisation", required=True)
_ORGANISATION = Reference("organisation", "organisation_id", "organisation", required=True)
_EMPLOYER = Reference("organisation", "organisation_id", "organisation")

TARGETS: Mapping[str, Target] = {
    "standards": Target(models.Standard, ("canonical",), searched_as="standard"),
    "organisations": Target(models.Organisation, ("code",), searched_as="organisation"),
    "institutions": Target(
        models.Institution,
        ("organisation_id",),
        (_ORGANISATION,),
        searched_as="organisation",
        searched_by="organisation_id",
    ),
    "capabilities": Target(
        models.Capability,
        ("institution_id", "category", "scope_zh", "standard_number", "approval"),
        (_ORGANISATION, Reference("standard_number", "standard_id", "standard")),
        searched_as="organisation",
        searched_by="organisation_id",
    ),
    "certificates": Target(
        models.Certificate,
        ("number",),
        (
            _HOLDER,
            Reference("product", "product_id", "product", within="holder_id"),
            Reference("standard_number", "standard_id", "standard"),
            Reference("issuer_name", "issuer_id", "organisation"),
        ),
        searched_as="certificate",
    ),
    "brands": Target(
        models.Brand, ("owner_id", "name"), (Reference("owner", "owner_id", "organisation", required=True),)
    ),
    "products": Target(
        models.Product,
        ("organisation_id", "name", "model"),
        (_ORGANISATION, Reference("brand", "brand_id", "brand", within="organisation_id")),
        searched_as="product",
    ),
    "people": Target(models.Person, ("code",), (_EMPLOYER,)),
    "honours": Target(
        models.Honour,
        ("code",),
        (_EMPLOYER, Reference("person", "person_id", "person")),
        searched_as="organisation",
        searched_by="organisation_id",
    ),
    "places": Target(models.Place, ("code",), searched_as="place"),
    "documents": Target(models.Document, ("code",), searched_as="document"),
}

# Fields of a sheet that are no columns of the record's own table.
LINKS = ("drafters", "replaces", "partly_replaces")
PERSONAL = ("phone", "email", "id_number")


def own_columns(target: Target, fields: tuple[str, ...]) -> dict[str, str]:
    """Return the columns of the table that a sheet's fields fill: column by field, foreign keys apart."""
    known = {field.name: field for field in target.model._meta.concrete_fields if not field.is_relation}
    skipped = PERSONAL if target.model is models.Person else ()
    return {name: column_of(target.model, name) for name in fields if name in known and name not in skipped}


def defaults(target: Target) -> dict[str, Any]:
    """Return what a new record holds where the file says nothing, by column."""
    return {
        str(field.column): field.get_default() for field in target.model._meta.concrete_fields if not field.primary_key
    }
