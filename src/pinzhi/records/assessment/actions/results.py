"""Seal what judging has come to: a stage's result is made once from the marks, and made anew only with its grounds."""

import csv
import io
from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.db import transaction

from pinzhi.engine.assessment.answers import answer_faults
from pinzhi.engine.assessment.conditions import Answers
from pinzhi.engine.assessment.judging.aggregation import aggregate
from pinzhi.engine.assessment.judging.marks import Mark, make_marks
from pinzhi.engine.assessment.rounds.outcomes import ACROSS_ENTRIES, decimal_of, survey_percent
from pinzhi.engine.assessment.scores import score
from pinzhi.engine.errors import BadInput, Conflict, PinzhiError
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.common import hold_entry, hold_round, note
from pinzhi.records.assessment.models import Entry, StageResult, SurveyAnswer
from pinzhi.records.assessment.queries.experts import conflicted_judges
from pinzhi.records.assessment.queries.results import outcome_of, sheets_of, survey_digest
from pinzhi.records.assessment.rules import instrument_of, scheme_of

LONGEST_SURVEY = 20_000


def seal_stage(
    *, actor: Actor, round_id: int, stage: str, when: Moment, ground: str = ""
) -> tuple[list[StageResult], dict[str, PinzhiError]]:
    """Seal the results of all entries in a stage whose marks are in; return them and why the others have none.

    An entry sealed before is sealed again only where its marks or its panel's word have changed, and with ``ground``.
    """
    require(actor, "assessment.decide")
    sealed: list[StageResult] = []
    refused: dict[str, PinzhiError] = {}
    with transaction.atomic():
        held = hold_round(round_id)
        found = _stage(Entry(round=held), stage)
        entries = list(Entry.objects.select_for_update().filter(round=held, state=stage).order_by("number"))
        for entry in entries:
            entry.round = held
        across = _across(entries, found) if found.method in ACROSS_ENTRIES else {}
        for entry in entries:
            try:
                result = _seal(actor, entry, found, when, ground, across.get(entry.number))
            except PinzhiError as refusal:
                refused[entry.number] = refusal
            else:
                sealed += [result] if result else []
    return sealed, refused


def record_survey(
    *, actor: Actor, entry_id: int, stage: str, answered: Sequence[Answers], when: Moment, ground: str = ""
) -> StageResult:
    """Keep the questionnaires of a survey about an entry and seal its result; a second survey needs its grounds."""
    require(actor, "assessment.run")
    with transaction.atomic():
        entry = hold_entry(entry_id)
        found = _stage(entry, stage)
        instrument = instrument_of(found, entry.category)
        if found.panel is not None or instrument is None or entry.state != stage:
            raise Conflict(
                "assessment.survey.stage",
                "“{number}”现在不在问卷测评阶段。",
                "“{number}” is not in a stage with a survey now.",
                number=entry.number,
            )
        if not 0 < len(answered) <= LONGEST_SURVEY:
            raise BadInput(
                "assessment.survey.size",
                "问卷应有 1 到 {most} 份，现在是 {found} 份。",
                "A survey has 1 to {most} questionnaires; there are {found}.",
                most=LONGEST_SURVEY,
                found=len(answered),
            )
        percent = survey_percent(instrument, answered)
        first = SurveyAnswer.objects.filter(entry=entry, stage=stage).count()
        if first and not ground.strip():
            raise _needs_ground(entry)
        SurveyAnswer.objects.bulk_create(
            SurveyAnswer(entry=entry, stage=stage, number=first + number, answers=dict(one), at=when.at)
            for number, one in enumerate(answered, start=1)
        )
        if first:
            every = SurveyAnswer.objects.filter(entry=entry, stage=stage).order_by("number")
            percent = survey_percent(instrument, [one.answers for one in every])
        return _keep(
            actor, entry, stage, percent, {}, survey_digest(entry, stage), {}, when, ground, first + len(answered)
        )


def _stage(entry: Entry, stage: str) -> Stage:
    scheme = scheme_of(entry.round)
    found = scheme.stage_of(stage)
    if found is None or not found.instruments:
        raise BadInput(
            "assessment.round.no_sheet", "这一阶段没有评分表。", "This stage has no scoring sheet.", stage=stage
        )
    return found


def _seal(
    actor: Actor, entry: Entry, stage: Stage, when: Moment, ground: str, across: Fraction | None
) -> StageResult | None:
    if stage.panel is None:
        return None  # a survey is sealed when it is recorded
    sheets = sheets_of(entry, stage.state)
    conflicted = set(conflicted_judges(entry, stage.state, when.on))
    if conflicted & set(sheets):
        raise Conflict(
            "assessment.round.judged.conflict",
            "{judges} 应当回避，其评分不能计入。",
            "{judges} must stand aside; their marks cannot count.",
            judges=", ".join(sorted(conflicted & set(sheets))),
        )
    if len(sheets) < stage.panel.at_least:
        raise Conflict(
            "assessment.round.judged.few",
            "有效评分 {found} 份，至少要 {needed} 份。",
            "{found} marks count; {needed} are needed.",
            found=len(sheets),
            needed=stage.panel.at_least,
        )
    outcome = outcome_of(entry, stage.state)
    percent = across if across is not None else outcome.percent
    if percent is None:
        raise Conflict(
            "assessment.round.judged.open",
            "{items} 的分差超过限度，合议后才能继续。",
            "The marks for {items} lie too far apart: the panel talks first.",
            items=", ".join(outcome.open),
        )
    last = StageResult.objects.filter(entry=entry, stage=stage.state).order_by("-number").first()
    if last is not None and last.marks_digest == outcome.digest and Fraction(last.percent) == percent:
        return None
    if last is not None and not ground.strip():
        raise _needs_ground(entry)
    items = {item: str(Fraction(found)) for item, found in outcome.items.items()}
    return _keep(actor, entry, stage.state, percent, items, outcome.digest, outcome.judges, when, ground)


def _across(entries: Sequence[Entry], stage: Stage) -> dict[str, Fraction]:
    """Join the marks of all entries at once, where the method needs them together."""
    marks = []
    for entry in entries:
        instrument = instrument_of(stage, entry.category)
        for judge, answers in sheets_of(entry, stage.state).items():
            percent = score(instrument, answers).percent if instrument else None
            if percent is not None:
                marks.append(Mark(entry.number, judge, decimal_of(percent)))
    return {one.entry: one.exact for one in aggregate(make_marks(marks), stage.method).scores} if marks else {}


def _keep(
    actor: Actor,
    entry: Entry,
    stage: str,
    percent: Fraction,
    items: dict[str, str],
    digest: str,
    judges: Mapping[str, Fraction],
    when: Moment,
    ground: str,
    respondents: int | None = None,
) -> StageResult:
    number = StageResult.objects.filter(entry=entry, stage=stage).count() + 1
    kept = StageResult.objects.create(
        entry=entry,
        stage=stage,
        number=number,
        percent=str(percent),
        items=items,
        marks_digest=digest,
        judges={judge: str(own) for judge, own in judges.items()},
        respondents=respondents,
        ground=ground,
        actor=actor.key,
        sealed_at=when.at,
    )
    note(actor, "result.seal", entry, when, stage=stage, number=number, marks_digest=digest, ground=ground)
    return kept


def _needs_ground(entry: Entry) -> BadInput:
    return BadInput(
        "assessment.result.ground",
        "“{number}”的得分已经封存。要重新封存，请写明理由；原来的结果保留。",
        "The result of “{number}” is sealed. To seal it anew, give the grounds; the earlier one is kept.",
        number=entry.number,
    )


def read_survey(entry: Entry, stage: str, content: bytes) -> list[dict[str, str]]:
    """Read questionnaires from CSV: a column for each question by its id, a row for each respondent.

    Raises BadInput naming the row and the column of the first answer that the instrument does not allow.
    """
    instrument = instrument_of(_stage(entry, stage), entry.category)
    if instrument is None:
        raise BadInput(
            "assessment.round.no_sheet", "这一阶段没有评分表。", "This stage has no scoring sheet.", stage=stage
        )
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise BadInput(
            "assessment.survey.csv", "文件应是 UTF-8 编码的 CSV。", "The file should be CSV in UTF-8."
        ) from None  # fmt: skip
    unknown = sorted({name for row in rows[:1] for name in row if name not in instrument.items})
    if unknown:
        raise BadInput(
            "assessment.survey.column",
            "没有“{found}”这个问题。问题有：{known}。",
            "There is no question “{found}”. There are: {known}.",
            found="、".join(unknown),
            known="、".join(instrument.items),
        )
    answered = [{name: value for name, value in row.items() if value} for row in rows]
    for line, answers in enumerate(answered, start=2):
        for fault in answer_faults(instrument, answers, complete=True):
            raise BadInput(
                "assessment.survey.row",
                "第 {line} 行“{item}”：{wrong_zh}",
                "Line {line}, “{item}”: {wrong}",
                line=line,
                item=fault.item,
                wrong_zh=fault.text.zh,
                wrong=fault.text.en,
            )
    return answered
