"""Stand by a record, or refuse to before a witness; either is kept with the digest of what was read."""

from django.db import IntegrityError, transaction

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.inspections.actions.noting import note
from pinzhi.records.inspections.models import Inspection, Signature
from pinzhi.records.inspections.queries.visits import inspection_for, member_of
from pinzhi.records.notices.actions import RoleHolders, send

LONGEST_WORDS = 2_000


def sign(*, actor: Actor, number: str, digest: str, words: str, when: Moment) -> Signature:
    """Sign a record as one of its inspectors, or for the enterprise; ``words`` may say what one disagrees with.

    Raises Conflict where the record is not handed in, was signed already, or is another than the one that was read;
    NotAllowed for who has no part in it.
    """
    with transaction.atomic():
        inspection = _held(actor, number, digest)
        role, person, name = _signer(actor, inspection)
        made = _write(inspection, role, person, name, actor, when, words=words)
        if role == "enterprise" and inspection.case is not None and inspection.kind == "spot":
            take_step(actor=actor, case_id=inspection.case.pk, wish=Wish("sign"), seen=None, when=when)
        _settle(inspection)
        note(actor, "sign", "inspection", number, when, role=role, person=person, digest=digest)
    return made


def refuse(*, actor: Actor, number: str, digest: str, ground: str, witness: str, when: Moment) -> Signature:
    """Note, as one of the inspectors, that the enterprise refuses to sign, why, and who saw it.

    The case goes on when an officer confirms it. Raises BadInput without reasons, or with a witness who is one of the
    inspectors.
    """
    with transaction.atomic():
        inspection = _held(actor, number, digest)
        if member_of(actor, inspection) is None:
            raise NotAllowed(
                "inspections.refuse", "拒签由检查人员注明。", "An inspector notes that a signature was refused."
            )
        names = {one.name for one in inspection.members.all()}
        if not ground.strip() or not witness.strip() or witness.strip() in names:
            raise BadInput(
                "inspections.witness",
                "请写明拒签理由，并写一位不是检查人员的见证人。",
                "Give the reasons, and a witness who is none of the inspectors.",
            )
        made = _write(
            inspection, "enterprise", inspection.organisation_code, inspection.organisation_name, actor, when,
            words=ground, witness=witness, refused=True,
        )  # fmt: skip
        _settle(inspection)
        note(actor, "refuse", "inspection", number, when, ground=ground, witness=witness, digest=digest)
        send(
            to=RoleHolders("city_officer"),
            subject=Text(f"拒签待确认：{number}", f"Refused signature to confirm: {number}"),
            body=Text(
                f"{inspection.organisation_name} 拒绝在检查记录上签字，见证人 {witness.strip()}。",
                f"{inspection.organisation_name} refused to sign the record; witness {witness.strip()}.",
            ),
            link=f"/desk/inspections/{number}",
            about=("inspection", number),
            when=when,
            once=f"inspection/{number}/refused",
        )
    return made


def _held(actor: Actor, number: str, digest: str) -> Inspection:
    found = inspection_for(actor, number)
    held = Inspection.objects.select_for_update().get(pk=found.pk)
    if held.state == "ready" or held.document_digest != digest:
        raise Conflict(
            "inspections.digest",
            "记录还没有提交，或不是你看到的那一份。重新打开再签。",
            "The record is not handed in, or is not the one you read. Open it again before you sign.",
        )
    return held


def _signer(actor: Actor, inspection: Inspection) -> tuple[str, str, str]:
    member = member_of(actor, inspection)
    if member is not None:
        return "inspector", member.code, member.name
    if inspection.organisation_code in actor.organisation_codes:
        return "enterprise", inspection.organisation_code, actor.name
    raise NotAllowed(
        "inspections.sign",
        "签字的是检查人员和被检查单位的人。",
        "Inspectors sign, and people of the organisation that was inspected.",
    )


def _write(
    inspection: Inspection,
    role: str,
    person: str,
    name: str,
    actor: Actor,
    when: Moment,
    *,
    words: str,
    witness: str = "",
    refused: bool = False,
) -> Signature:
    if len(words) > LONGEST_WORDS:
        raise BadInput("inspections.words", "最多 {most} 字。", "At most {most} characters.", most=LONGEST_WORDS)
    try:
        with transaction.atomic():
            return Signature.objects.create(
                inspection=inspection,
                role=role,
                person=person,
                name=name[:100],
                actor=actor.key,
                digest=inspection.document_digest,
                refused=refused,
                words=words.strip(),
                witness=witness.strip()[:100],
                at=when.at,
                on=when.on,
            )
    except IntegrityError as error:
        raise Conflict("inspections.signed", "已经签过，或已注明拒签。", "Signed, or refused, already.") from error


def _settle(inspection: Inspection) -> None:
    """Call the record signed once every inspector has signed and the enterprise has signed or refused."""
    signed = set(inspection.signatures.values_list("role", "person"))
    wanted = {("inspector", one.code) for one in inspection.members.all() if one.user_id}
    if inspection.kind != "expert":
        wanted.add(("enterprise", inspection.organisation_code))
    if wanted <= signed:
        inspection.state = "signed"
        inspection.version += 1
        inspection.save(update_fields=["state", "version"])
