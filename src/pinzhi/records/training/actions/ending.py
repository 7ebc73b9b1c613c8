"""End a sitting: when, how, and the digest of what was answered."""

from hashlib import sha256

from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.signatures import canonical
from pinzhi.engine.training.clock import Ending
from pinzhi.records.training.models import Sitting
from pinzhi.records.training.rules import deadline_of


def end(sitting: Sitting, rules: Course, ending: Ending, when: Moment) -> None:
    """Put the end into the row, which the caller saves; a sitting whose time ran out ended at its deadline."""
    until = deadline_of(sitting, rules.minutes)
    sitting.ended_at = min(until, max(when.at, sitting.latest_at))
    sitting.ending = "closed" if ending == "time" and until == sitting.exam.ends_at else ending
    sitting.answers_digest = answers_digest(sitting)


def answers_digest(sitting: Sitting) -> str:
    """Return the SHA-256 of the answers in their canonical form (RFC 8785): what the journal keeps of them."""
    return sha256(canonical({item: chosen for item, (_saved, chosen) in sitting.answers.items()})).hexdigest()
