"""What goes in and out of the API about credentials."""

from datetime import date
from typing import Any, Literal

from ninja import Field, Schema

from pinzhi.web.api.shapes import NO_NUL, Moment

PERSONAL = frozenset({"training_certificate", "appointment"})
LONGEST = 262_144


class Presented(Schema):
    """Anything to check, as text."""

    text: str = Field(
        min_length=1, max_length=LONGEST, pattern=NO_NUL,
        description="A number, a link, the part of a code's link after #, or a credential as JSON text.",
    )  # fmt: skip


class CheckOutcome(Schema):
    name: str
    outcome: Literal["passed", "failed", "not_checked"]
    reason_zh: str
    reason_en: str


class CheckReport(Schema):
    """What a check found. Only `valid` may be relied on; of `refused` nothing it says is to be believed."""

    verdict: Literal["valid", "suspended", "withdrawn", "cancelled", "replaced", "expired", "not_yet", "unconfirmed",
                     "refused", "unknown"]  # fmt: skip
    on: date = Field(description="Day that the term and the state are those of.")
    at: Moment
    credential: str = Field(description="Code of the credential; empty where none was issued.")
    checks: list[CheckOutcome]
    kind: str
    number: str
    holder: str = Field(description="Empty where the holder is a person.")
    title_zh: str
    granted_on: date | None
    valid_until: date | None
    state_since: date | None
    replaced_by: str
    synthetic: bool


class Checked(Schema):
    """One report, or one for each row of a register that bears the number."""

    reports: list[CheckReport]


class IssuedCredential(Schema):
    """A credential as it was signed, its code on paper, and what a check finds now."""

    document: dict[str, Any]
    code: str
    check: CheckReport | None
