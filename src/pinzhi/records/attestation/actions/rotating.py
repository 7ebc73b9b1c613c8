"""Go on to a new signing key."""

from pinzhi.engine.periods import Moment
from pinzhi.records import signing
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.journal.actions import write as write_journal


def rotate_keys(*, actor: Actor, when: Moment) -> signing.PublicKey:
    """Make the next key, which signs from now on; those before stay published with the time they ended."""
    require(actor, "operate")
    made = signing.rotate("attestation")
    write_journal(
        at=when.at, actor=actor.key, action="attestation.rotate", object_kind="key", object_key=made.id,
        detail={"public": made.text},
    )  # fmt: skip
    return made
