"""Files and words brought to a case."""

from dataclasses import replace

from django.db import transaction

from pinzhi.engine.errors import BadInput, NotAllowed
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.holding import bring_up_to_date, hold_case, note
from pinzhi.records.casework.models import CaseFile, Remark
from pinzhi.records.casework.rules import roles_in, type_of
from pinzhi.records.storage import Kept, Sent, keep

MOST_FILES = 200
LONGEST_REMARK = 4_000
OTHER = "other"
SAVING = "saving"  # what a saving stands on, such as a quote and an invoice


def add_file(*, actor: Actor, case_id: int, kind: str, sent: Sent, when: Moment) -> CaseFile:
    """Keep a file as evidence of a kind; the same content of a kind is kept once.

    Raises NotAllowed for who plays no part in the case, BadInput for a kind that the type does not ask for, for too
    many files, and what ``storage.keep`` refuses: empty, too large, cut off on the way, not what its name says.
    """
    kept = keep(replace(sent, by=actor.user_id))
    return attach(actor=actor, case_id=case_id, kind=kind, kept=kept, name=sent.name, when=when)


def attach(*, actor: Actor, case_id: int, kind: str, kept: Kept, name: str, when: Moment) -> CaseFile:
    """Bring a file to a case that lies in the store already, such as a photo taken at an inspection."""
    with transaction.atomic():
        case = hold_case(actor, case_id)
        held = type_of(case)
        if not roles_in(actor, case):
            raise _no_part()
        kinds = {need.kind for step in held.step for need in step.evidence} | {OTHER}
        if held.family == "order":
            kinds.add(SAVING)
        if kind not in kinds:
            raise BadInput(
                "casework.file.kind",
                "没有“{kind}”这类材料。有：{known}。",
                "There is no evidence of kind “{kind}”. There is: {known}.",
                kind=kind[:60],
                known=", ".join(sorted(kinds)),
            )
        if case.files.count() >= MOST_FILES:
            raise BadInput(
                "casework.file.many",
                "一件最多 {most} 个文件。",
                "A case takes at most {most} files.",
                most=MOST_FILES,
            )
        row, is_new = CaseFile.objects.get_or_create(
            case=case,
            kind=kind,
            digest=kept.digest,
            defaults={
                "size": kept.size,
                "media": kept.media,
                "name": name[-200:],
                "actor": actor.key,
                "at": when.at,
            },
        )
        if is_new:
            bring_up_to_date(case, held, when.on)
            note(actor, "file", case, when, kind=kind, digest=kept.digest, name=row.name)
    return row


def add_remark(*, actor: Actor, case_id: int, text: str, internal: bool, when: Moment) -> Remark:
    """Keep words on a case; internal ones are read by officers, supervisors and verifiers alone."""
    plain = text.replace("\x00", "").strip()
    if not 1 <= len(plain) <= LONGEST_REMARK:
        raise BadInput(
            "casework.remark",
            "留言有 {found} 字，应为 1 到 {most} 字。",
            "The remark has {found} characters; it takes 1 to {most}.",
            found=len(plain),
            most=LONGEST_REMARK,
        )
    with transaction.atomic():
        case = hold_case(actor, case_id)
        roles = roles_in(actor, case)
        if not roles or (internal and not roles & INSIDE):
            raise _no_part()
        row = Remark.objects.create(
            case=case, actor=actor.key, name=actor.name[:100], text=plain, internal=internal, at=when.at
        )
        note(actor, "remark", case, when, remark=row.pk, internal=internal)
    return row


INSIDE = frozenset({"officer", "supervisor", "verifier", "system"})


def _no_part() -> NotAllowed:
    return NotAllowed(
        "casework.part",
        "只有办理这一件的人能加材料和留言。",
        "Only those who take part in this case add files and remarks.",
    )
