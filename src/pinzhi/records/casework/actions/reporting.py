"""The public's door: anybody reports a problem or complains, without an account, and gets a number to ask by."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction

from pinzhi.engine.errors import BadInput
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.holding import bring_up_to_date, note
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.models import Case, CaseFile
from pinzhi.records.casework.queries.public import code_of, contact_of, door_type
from pinzhi.records.casework.rules import type_of
from pinzhi.records.storage import Kept, Sent, keep

MOST_PHOTOS = 5
PHOTO = "report"  # the kind of file that comes with a report
MOBILE_DIGITS, FEWEST_DIGITS, MOST_DIGITS = 11, 7, 12


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports: of which kind, the fields, a phone if he gives one, photos, and a name of its own."""

    kind: str
    values: Mapping[str, str]
    phone: str = ""
    district: str = ""
    photos: tuple[Sent, ...] = ()
    once: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever reported takes away: the number of the case, and a code to ask by where no phone was given."""

    number: str
    code: str


def report_problem(*, actor: Actor, report: Report, when: Moment) -> Receipt:
    """Open a case for what somebody reports, with its photos, wholly or not at all; sent again it is the same case.

    Raises NotFound for a kind that is not taken at this door, BadInput for a phone that is none, too many photos, a
    photo that the store refuses, and what ``open_case`` refuses.
    """
    kind = door_type(report.kind)
    phone = checked_phone(report.phone)
    if len(report.photos) > MOST_PHOTOS:
        raise BadInput(
            "casework.report.photos", "最多 {most} 张照片。", "At most {most} photos.", most=MOST_PHOTOS
        )  # fmt: skip
    kept = [(keep(replace(one, by=actor.user_id)), one.name) for one in report.photos]
    values = {**report.values, **({contact_of(kind): phone} if phone else {})}
    with transaction.atomic():
        case = open_case(
            actor=actor, kind=kind.id, values=values, when=when, district=report.district, once=report.once
        )  # fmt: skip
        _attach(case, kept, actor, when)
    return Receipt(case.number, code_of(case.number))


def checked_phone(text: str) -> str:
    """Return a phone as its digits; empty for none given, BadInput for what is no phone."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(one for one in plain if one.isascii() and one.isdigit())
    if not plain:
        return ""
    if digits.startswith("86") and len(digits) == MOBILE_DIGITS + 2:
        digits = digits[2:]
    is_mobile_like = digits.startswith("1")
    wrong = len(digits) != MOBILE_DIGITS if is_mobile_like else not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS
    if wrong or any(one.isalpha() for one in plain):
        raise BadInput(
            "casework.report.phone",
            "手机号是 {wanted} 位，现在是 {found} 位。座机请连区号一起写。",
            "A mobile number has {wanted} digits; this one has {found}. Write a landline with its area code.",
            wanted=MOBILE_DIGITS,
            found=len(digits),
        )
    return digits


def _attach(case: Case, kept: list[tuple[Kept, str]], actor: Actor, when: Moment) -> None:
    for one, name in kept:
        row, is_new = CaseFile.objects.get_or_create(
            case=case,
            kind=PHOTO,
            digest=one.digest,
            defaults={
                "size": one.size, "media": one.media, "name": name[-200:], "actor": actor.key, "at": when.at,
            },
        )  # fmt: skip
        if is_new:
            bring_up_to_date(case, type_of(case), when.on)
            note(actor, "file", case, when, kind=PHOTO, digest=one.digest, name=row.name)
