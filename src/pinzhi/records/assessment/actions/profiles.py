"""Keep what an organisation says of itself; every scheme reads the same profile."""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.recusal import recheck_applicant
from pinzhi.records.assessment.models import ProfileVersion
from pinzhi.records.assessment.profile_fields import Field, codes_in, field_of
from pinzhi.records.journal.actions import write

_WHOLE = re.compile(r"\d{1,9}")
_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,4})?")


def save_profile(
    *, actor: Actor, organisation_code: str, base: int, content: Mapping[str, str], when: Moment
) -> ProfileVersion:
    """Save fields of a profile as a new version; fields that are not given stay as they were.

    ``base`` is the number of the version the editor started from, 0 for none. Raises BadInput for a field that a
    profile does not hold and for a figure that is none, Conflict where somebody else saved meanwhile.
    """
    require(actor, "assessment.apply", organisation_code)
    given = {code: _checked(code, value) for code, value in content.items()}
    own = ProfileVersion.objects.filter(organisation_code=organisation_code).select_related("by")
    try:
        with transaction.atomic():
            latest = own.order_by("-number").first()
            _check_nobody_else(actor, own, base, given)
            said = {**(latest.content if latest else {}), **given}
            if latest is not None and latest.content == said:
                return latest
            saved = ProfileVersion.objects.create(
                organisation_code=organisation_code, number=latest.number + 1 if latest else 1, content=said,
                by_id=actor.account_id, at=when.at,
            )  # fmt: skip
            write(
                at=when.at, actor=actor.key, action="assessment.profile", object_kind="organisation",
                object_key=organisation_code, detail={"number": saved.number, "fields": sorted(given)},
            )  # fmt: skip
            recheck_applicant(actor, organisation_code, when)
    except IntegrityError:  # somebody took the number in this very moment
        _check_nobody_else(actor, own, base, given)
        raise
    return saved


def _check_nobody_else(actor: Actor, own: QuerySet[ProfileVersion], base: int, given: Mapping[str, str]) -> None:
    other = own.filter(number__gt=base).exclude(by_id=actor.account_id).order_by("-number").first()
    if other is not None:
        raise _moved(other, given)


def _checked(code: str, value: str) -> str:
    field = field_of(code)
    if field is None:
        raise BadInput(
            "assessment.profile.field",
            "单位资料里没有“{code}”这一项。",
            "A profile has no field “{code}”.",
            code=code[:40],
        )
    plain = value.replace("\x00", "").replace("\r\n", "\n").strip()
    if field.kind in ("whole", "amount"):
        return _figure(field, plain) if plain else ""
    if len(plain) > field.longest:
        raise BadInput(
            "assessment.profile.long",
            "“{title_zh}”有 {found} 字，最多 {most} 字。",
            "“{title}” has {found} characters; at most {most}.",
            title_zh=field.title.zh,
            title=field.title.en,
            found=len(plain),
            most=field.longest,
        )
    return "\n".join(codes_in(plain)) if field.kind == "codes" else plain


def _figure(field: Field, text: str) -> str:
    plain = text.replace(",", "").replace("，", "")
    pattern = _WHOLE if field.kind == "whole" else _AMOUNT
    if not pattern.fullmatch(plain) or (field.least is not None and Decimal(plain) < field.least):
        raise BadInput(
            "assessment.profile.number",
            "“{title_zh}”写的是“{found}”，应为数字，如 {sample}。",
            "“{title}” says “{found}”; a number is needed, such as {sample}.",
            title_zh=field.title.zh,
            title=field.title.en,
            found=text[:40],
            sample="412" if field.kind == "whole" else "4250.5",
        )
    return plain


def _moved(other: ProfileVersion, given: Mapping[str, str]) -> Conflict:
    at = timezone.localtime(other.at)
    return Conflict(
        "assessment.profile.moved",
        "{who}在 {at} 保存了新的资料，你的还没有存入。两版都在下面，合并后再保存。",
        "{who} saved a newer profile on {at}; yours is not saved yet. Both are below: join them and save again.",
        who=other.by.name or other.by.email,
        at=f"{at:%Y-%m-%d %H:%M:%S}",
        number=other.number,
        theirs=other.content,
        yours=dict(given),
    )
