"""Assess oneself: start, save section by section, finish; for the organisation alone."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import Max

from pinzhi.engine.assessment.answers import AnswerFault, answer_faults
from pinzhi.engine.assessment.conditions import Answer, is_answered
from pinzhi.engine.assessment.scores import score
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.models import SelfAssessment
from pinzhi.records.assessment.queries.self_assessment import offered_instrument, own_sheet
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.journal.actions import write


def start_self_assessment(
    *, actor: Actor, organisation_code: str, instrument_id: str, edition: str, when: Moment
) -> SelfAssessment:
    """Start a self-assessment; one that is open is gone on with instead."""
    require(actor, "assessment.apply", organisation_code)
    instrument = offered_instrument(instrument_id, edition)
    own = SelfAssessment.objects.filter(
        organisation_code=organisation_code, instrument_id=instrument_id, edition=edition
    )
    try:
        with transaction.atomic():
            begun = own.filter(finished_on=None).first()
            if begun is not None:
                return begun
            made = SelfAssessment.objects.create(
                organisation_code=organisation_code, instrument_id=instrument_id, edition=edition,
                digest=rulebook().digest(instrument), number=(own.aggregate(last=Max("number"))["last"] or 0) + 1,
                by_id=actor.account_id, at=when.at,
            )  # fmt: skip
            _note(actor, "self.start", made, when)
    except IntegrityError:  # somebody started it in this very moment
        return own.get(finished_on=None)
    return made


def save_answers(
    *, actor: Actor, sheet_id: int, section: str, answers: Mapping[str, Answer], seen: int, when: Moment
) -> SelfAssessment:
    """Save the answers of a section; blanks take an answer away. Raises BadInput for the first one that is none."""
    with transaction.atomic():
        held, instrument = _held(actor, sheet_id, seen)
        allowed = {item.id for one in own_sheet(actor, sheet_id).sections if one.code == section for item in one.items}
        unknown = next((one for one in answers if one not in allowed), None)
        if unknown is not None:
            raise BadInput(
                "assessment.self.item", "这一部分没有第 {item} 题。", "This part has no item {item}.", item=unknown[:40]
            )
        kept = {item: answer for item, answer in held.answers.items() if item not in allowed}
        kept |= {item: answer for item, answer in answers.items() if is_answered(answer)}
        _refuse(instrument, answer_faults(instrument, kept, complete=False))
        held.answers, held.version, held.by_id, held.at = kept, held.version + 1, actor.account_id, when.at
        held.save(update_fields=["answers", "version", "by", "at"])
    return held


def finish_self_assessment(*, actor: Actor, sheet_id: int, seen: int, when: Moment) -> SelfAssessment:
    """Finish: what is missing is told, then it is scored under its edition and stays as it is."""
    with transaction.atomic():
        held, instrument = _held(actor, sheet_id, seen)
        _refuse(instrument, answer_faults(instrument, held.answers, complete=True))
        percent = score(instrument, held.answers).percent
        held.percent, held.finished_on, held.version = str(percent or 0), when.on, held.version + 1
        held.save(update_fields=["percent", "finished_on", "version"])
        _note(actor, "self.finish", held, when)
    return held


def _held(actor: Actor, sheet_id: int, seen: int) -> tuple[SelfAssessment, Instrument]:
    own_sheet(actor, sheet_id)
    held = SelfAssessment.objects.select_for_update().get(pk=sheet_id)
    if held.finished_on is not None:
        raise Conflict(
            "assessment.self.finished",
            "这份自评已于 {on} 完成，不能再改。要重新评，另开一份。",
            "This self-assessment was finished on {on} and stays as it is. Start another one.",
            on=held.finished_on,
        )
    if held.version != seen:
        raise Conflict(
            "assessment.self.moved",
            "你打开之后，同事已保存过这份自评。看过他的答案再保存。",
            "A colleague saved this self-assessment after you opened it. Look at the answers before you save.",
        )
    return held, rulebook().file(Instrument, held.instrument_id, held.edition)


def _refuse(instrument: Instrument, faults: tuple[AnswerFault, ...]) -> None:
    if not faults:
        return
    first = faults[0]
    title = instrument.items[first.item].title if first.item in instrument.items else None
    raise BadInput(
        "assessment.answer",
        "“{title_zh}”：{wrong_zh}",
        "“{title}”: {wrong}",
        title_zh=title.zh if title else first.item,
        title=title.en if title else first.item,
        wrong_zh=first.text.zh,
        wrong=first.text.en,
        item=first.item,
        count=len(faults),
    )


def _note(actor: Actor, action: str, held: SelfAssessment, when: Moment) -> None:
    write(
        at=when.at, actor=actor.key, action=f"assessment.{action}", object_kind="self_assessment",
        object_key=f"{held.organisation_code}/{held.instrument_id}/{held.number}",
        edition=f"{held.instrument_id} {held.edition} {held.digest[:12]}",
    )  # fmt: skip
