"""The rules a round is run by: its scheme and instruments as files, the working days, which part somebody plays."""

from pinzhi.engine.assessment.rounds.seals import Pin
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import Part
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.assessment.models import Entry, Round
from pinzhi.records.catalog.rulebook import rulebook


def scheme_of(held: Round) -> Scheme:
    """Return the scheme of a round, in the edition it is run under."""
    return rulebook().file(Scheme, held.scheme_id, held.edition)


def pin_now(scheme: Scheme) -> Pin:
    """Return the edition of a scheme with the digest of its file as it is today."""
    return Pin(scheme.id, scheme.edition, rulebook().digest(scheme))


def pin_of(entry: Entry) -> Pin:
    """Return the edition an entry was lodged under; before it is lodged, the one of its round."""
    held = entry.round
    return Pin(held.scheme_id, held.edition, entry.digest or held.digest)


def instrument_of(stage: Stage, category: str) -> Instrument | None:
    """Return the instrument by which a category is judged in a stage."""
    use = stage.instrument_for(category)
    return rulebook().file(Instrument, use.id, use.edition) if use else None


def parts_of(actor: Actor, entry: Entry) -> tuple[Part, ...]:
    """Return the parts somebody may play for an entry.

    Nobody handles an application of his own organisation: who may apply for it plays no other part.
    """
    if actor.trusted:
        return ("system", "city_officer", "district_officer", "chair", "applicant", "expert")
    if may(actor, "assessment.apply", entry):
        return ("applicant",)
    found: list[Part] = []
    if actor.has("district_officer") and entry.district in actor.districts:
        found.append("district_officer")
    if actor.has("city_officer"):
        found.append("city_officer")
    if actor.has("chair"):
        found.append("chair")
    return tuple(found)
