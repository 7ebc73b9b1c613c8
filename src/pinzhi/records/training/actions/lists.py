"""Look a list of people through, cell by cell, before anybody is enrolled by it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pinzhi.engine.catalog.intake.cells import citizen_id
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text
from pinzhi.engine.training.enrolments import LIVE
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.training.files import CellFault, Column, Row
from pinzhi.records.training.models import Learner, Session
from pinzhi.records.training.personal import id_digests
from pinzhi.records.training.queries.visible import session_by_key

COLUMNS = (
    Column("name", Text("姓名", "Name"), ("学员姓名",)),
    Column("id_number", Text("身份证号", "Citizen's number"), ("身份证号码", "身份证")),
    Column("phone", Text("手机", "Mobile"), ("手机号", "电话", "phone")),
    Column("post", Text("职务", "Post"), ("岗位",), required=False),
)
_PHONE = re.compile(r"1[3-9]\d{9}")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Looked:
    """What a list would do: who is new here, who is enrolled already, and what is wrong cell by cell."""

    good: tuple[Row, ...]
    known: tuple[Row, ...]
    faults: tuple[CellFault, ...]


def look_through(*, actor: Actor, key: str, organisation_code: str, rows: Sequence[Row]) -> Looked:
    """Check a list without writing anything: the dry run."""
    require(actor, "training.enrol", organisation_code)
    return looked_through(session_by_key(key), rows)


def looked_through(session: Session, rows: Sequence[Row]) -> Looked:
    """Return what a list would do in a session; identity numbers are looked up by their digests alone."""
    faults = [fault for row in rows for fault in _row_faults(row)]
    wrong = {fault.line for fault in faults}
    numbers: dict[str, int] = {}
    for row in rows:
        if row.line in wrong:
            continue
        number = row.cells["id_number"].upper()
        if number in numbers:
            faults.append(
                _fault(row, 1, Text(f"与第 {numbers[number]} 行重复。", f"The same as on line {numbers[number]}."))
            )
        numbers.setdefault(number, row.line)
    learners = known_learners(list(numbers))
    for row in rows:
        learner = learners.get(row.cells.get("id_number", "").upper())
        if row.line not in wrong and learner is not None and learner.name != row.cells["name"]:
            faults.append(
                _fault(
                    row,
                    0,
                    Text(
                        "与这个身份证号以前登记的姓名不同。请核对。",
                        "Not the name under which this number is known. Compare the card.",
                    ),
                )
            )
    enrolled = set(
        session.enrolments.filter(state__in=LIVE, learner__in=[one.pk for one in learners.values()]).values_list(
            "learner_id", flat=True
        )
    )
    bad = {fault.line for fault in faults}
    fine = [row for row in rows if row.line not in bad]
    known = [row for row in fine if _pk(learners, row) in enrolled]
    good = [row for row in fine if _pk(learners, row) not in enrolled]
    return Looked(tuple(good), tuple(known), tuple(sorted(faults, key=lambda one: one.line)))


def _pk(learners: dict[str, Learner], row: Row) -> int | None:
    learner = learners.get(row.cells["id_number"].upper())
    return learner.pk if learner else None


def _row_faults(row: Row) -> list[CellFault]:
    found: list[CellFault] = []
    name = row.cells.get("name", "")
    if not 0 < len(name) <= _LONGEST_NAME:
        found.append(_fault(row, 0, Text("写姓名。", "Give the name.")))
    try:
        citizen_id(row.cells.get("id_number", ""))
    except BadInput as error:
        found.append(_fault(row, 1, error.text))
    if not _PHONE.fullmatch(row.cells.get("phone", "")):
        found.append(
            _fault(row, 2, Text("手机号是 11 位，以 1 开头。", "A mobile number has 11 digits and begins with 1."))
        )
    if len(row.cells.get("post", "")) > _LONGEST_NAME:
        found.append(_fault(row, 3, Text("最多 100 字。", "At most 100 characters.")))
    return found


def _fault(row: Row, column: int, text: Text) -> CellFault:
    one = COLUMNS[column]
    return CellFault(row.line, one.title, row.cells.get(one.key, "")[:40], text)


def known_learners(id_numbers: Sequence[str]) -> dict[str, Learner]:
    """Return those known already by their numbers, whichever key they were first kept under."""
    by_digest = {digest: number for number in id_numbers for digest in id_digests(number)}
    found = Learner.objects.filter(id_digest__in=by_digest)
    return {by_digest[one.id_digest]: one for one in found}
