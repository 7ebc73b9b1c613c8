"""Turn names and codes in a batch into the primary keys of the records that they mean."""

import re
from collections.abc import Iterable, Mapping

from pinzhi.engine.catalog.intake.sheet import Sheet
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text
from pinzhi.records.catalog import models
from pinzhi.records.catalog.importing.store import as_list, one_of, select, table_of
from pinzhi.records.catalog.importing.targets import Reference, Target

_CODE = re.compile(r"TMP-[0-9A-Z-]+|[0-9A-HJ-NPQRTUWXY]{18}")
AMBIGUOUS = -1

Found = Mapping[str, int]


def resolve(sheet: Sheet, target: Target) -> None:
    """Add the foreign keys to the sheet; a required record that is missing refuses the row, others give a warning."""
    for reference in target.references:
        if reference.field not in sheet.values:
            continue
        texts = sheet.values[reference.field]
        if reference.within:
            keys = _within(reference, texts, sheet.values[reference.within])
        else:
            found = _FIND[reference.to](set(texts) - {""})
            keys = [found.get(text) if text else None for text in texts]
        sheet.values[reference.column] = [None if key == AMBIGUOUS else key for key in keys]
        for row, (text, key) in enumerate(zip(texts, keys, strict=True)):
            if text and (key is None or key == AMBIGUOUS):
                _tell(sheet, reference, row, text, ambiguous=key == AMBIGUOUS)
    if "issuer_name" in sheet.values:
        _name_issuers(sheet)
    if target.model is models.Capability:
        _institutions(sheet)


def _name_issuers(sheet: Sheet) -> None:
    """An issuer given by credit code is kept by its name, which is what people read."""
    coded = {
        key
        for text, key in zip(sheet.values["issuer_name"], sheet.values["issuer_id"], strict=True)
        if key and _CODE.fullmatch(text.upper())
    }
    if coded:
        table = table_of(models.Organisation)
        names: dict[int, str] = dict(select(f"SELECT id, name FROM {table} WHERE {one_of('id')}", as_list(coded)))
        sheet.values["issuer_name"] = [
            names.get(key, text)
            for text, key in zip(sheet.values["issuer_name"], sheet.values["issuer_id"], strict=True)
        ]


def _tell(sheet: Sheet, reference: Reference, row: int, text: str, *, ambiguous: bool) -> None:
    if reference.to == "standard" or reference.field == "issuer_name":
        return  # the number or name itself is kept, and the link is made when the record arrives
    column = reference.field
    if ambiguous:
        sheet.refuse(
            row,
            column,
            text,
            BadInput(
                "import.reference.ambiguous",
                "名录中有几个“{text}”。请改填统一社会信用代码。",
                "There are several called “{text}”. Give the unified social credit code instead.",
                text=text,
            ),
        )
    elif reference.required:
        sheet.refuse(
            row,
            column,
            text,
            BadInput(
                "import.reference.missing",
                "名录中没有“{text}”。请先导入该组织，或核对代码与名称。",
                "“{text}” is not in the catalogue. Import that organisation first, or check code and name.",
                text=text,
            ),
        )
    else:
        sheet.warn(
            row,
            column,
            text,
            "import.reference.unknown",
            Text(f"名录中没有“{text}”，未建立关联。", f"“{text}” is not in the catalogue; no link was made."),
        )


def organisations(texts: Iterable[str]) -> dict[str, int]:
    """Return the organisations meant by credit codes or registered names; AMBIGUOUS where a name has several."""
    wanted = list(texts)
    codes = [text for text in wanted if _CODE.fullmatch(text.upper())]
    names = [text for text in wanted if not _CODE.fullmatch(text.upper())]
    table = table_of(models.Organisation)
    by_code: dict[str, int] = dict(
        select(f"SELECT code, id FROM {table} WHERE {one_of('code')}", as_list({code.upper() for code in codes}))
    )
    found = {text: by_code[text.upper()] for text in codes if text.upper() in by_code}
    if names:
        for name, key in select(f"SELECT name, id FROM {table} WHERE {one_of('name')}", as_list(set(names))):
            found[name] = AMBIGUOUS if name in found else key
    return found


def standards(numbers: Iterable[str]) -> dict[str, int]:
    """Return the standards with these canonical numbers."""
    table = table_of(models.Standard)
    return dict(select(f"SELECT canonical, id FROM {table} WHERE {one_of('canonical')}", as_list(set(numbers))))


def _people(texts: Iterable[str]) -> dict[str, int]:
    """Return the persons meant by our codes or by names."""
    found: dict[str, int] = {}
    for person in models.Person.objects.filter(code__in=list(texts)).values_list("code", "id"):
        found[person[0]] = person[1]
    for name, key in models.Person.objects.filter(name__in=list(texts)).values_list("name", "id"):
        found[name] = AMBIGUOUS if name in found else key
    return found


_FIND = {"organisation": organisations, "standard": standards, "person": _people}


def _within(reference: Reference, names: list[str], owners: list[int | None]) -> list[int | None]:
    """Find products of a holder, or brands of an owner, by name."""
    model, owner_column = (
        (models.Product, "organisation_id") if reference.to == "product" else (models.Brand, "owner_id")
    )
    wanted = {owner for owner, name in zip(owners, names, strict=True) if name and owner}
    if not wanted:
        return [None] * len(names)
    rows = select(
        f"SELECT {owner_column}, name, id FROM {table_of(model)} WHERE {one_of(owner_column)} ORDER BY id DESC",
        as_list(wanted),
    )
    found = {(owner, name): key for owner, name, key in rows}
    return [found.get((owner, name)) for owner, name in zip(owners, names, strict=True)]


def _institutions(sheet: Sheet) -> None:
    """Capabilities belong to the institution that an organisation is; without one the row is refused."""
    table = table_of(models.Institution)
    wanted = {key for key in sheet.values["organisation_id"] if key}
    sql = f"SELECT organisation_id, id FROM {table} WHERE {one_of('organisation_id')}"
    found: dict[int, int] = dict(select(sql, as_list(wanted)))
    keys = [found.get(key) for key in sheet.values["organisation_id"]]
    sheet.values["institution_id"] = keys
    for row, (organisation, key) in enumerate(zip(sheet.values["organisation_id"], keys, strict=True)):
        if organisation and key is None:
            name = sheet.values["organisation"][row]
            sheet.refuse(
                row,
                "organisation",
                name,
                BadInput(
                    "import.capability.no_institution",
                    "“{name}”不是入驻机构。请先导入机构。",
                    "“{name}” is not listed as an institution. Import institutions first.",
                    name=name,
                ),
            )
