"""Apply: start an entry, write its sections, bring its files, state its facts; nothing written is overwritten."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import PurePath

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.scheme_parts import FACTS, OF_UNITS, UNITS, Category, Document
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import STATES, TERMINAL
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.common import hold_entry, hold_round, note
from pinzhi.records.assessment.actions.contents import checked_content
from pinzhi.records.assessment.files import Sent, keep_file
from pinzhi.records.assessment.models import Entry, EntryFact, EntryFile, Round, RoundStage, SectionVersion
from pinzhi.records.assessment.queries.applications import WRITABLE, deadline_of, stated_facts
from pinzhi.records.assessment.queries.brought import file_of
from pinzhi.records.assessment.queries.facts import typed
from pinzhi.records.assessment.queries.visible import round_by_key, visible_entries
from pinzhi.records.assessment.rules import parts_of, scheme_of
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import rulebook

ONE_SITTING = timedelta(minutes=10)  # saves of one author within it are one version
MOST_FILES = 100  # of one entry
_GREATEST_FACT = 10**12
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def start_entry(
    *,
    actor: Actor,
    round_key: str,
    category: str,
    name: str,
    organisation_code: str,
    district: str,
    front_line: bool,
    when: Moment,
) -> Entry:
    """Start an application as a draft with a number of its own.

    An organisation is entered under its registered name and district where the catalogue knows it. Raises NotAllowed
    for who does not act for the organisation, Conflict outside the time of the call and where the organisation has an
    application of this category already, BadInput for a category, name or district that is none.
    """
    require(actor, "assessment.apply", organisation_code or None)
    with transaction.atomic():
        held = hold_round(round_by_key(round_key).pk)
        scheme = scheme_of(held)
        chosen = _category(scheme, category)
        _check_open(held, when)
        _check_unit(chosen, organisation_code)
        known = Organisation.objects.filter(code=organisation_code).first() if organisation_code else None
        is_unit = chosen.object in UNITS
        if is_unit:
            _check_only_one(held, chosen, organisation_code)
        entry = Entry.objects.create(
            round=held,
            number=_next_number(held),
            category=chosen.code,
            name=_name(known.name if known is not None and is_unit else name),
            organisation_code=organisation_code,
            district=_district(district or (known.district if known else "")),
            front_line=front_line and not is_unit,
            created_by_id=actor.account_id,
            created_on=when.on,
            in_state_since=when.on,
        )
        note(actor, "start", entry, when, category=category, organisation=organisation_code)
    return entry


def save_section(
    *, actor: Actor, entry_id: int, document: str, base: int, content: dict[str, object], when: Moment
) -> SectionVersion:
    """Save a text, a table or a pledge; ``base`` is the number of the version that the editor started from.

    Saves of one author in one sitting are one row with a rising number, as long as it was not sent. Whoever writes
    over what somebody else saved meanwhile gets a Conflict with both versions in its facts, and nothing is lost.
    """
    with transaction.atomic():
        entry = _held(actor, entry_id)
        asked = _document(entry, document, "section", "table", "pledge")
        _check_may_write(actor, entry, asked, when)
        said = checked_content(asked, content)
        latest = entry.sections.filter(document=document).select_related("by").order_by("-number").first()
        _check_nobody_else(actor, entry, document, base, said)
        if latest is not None and latest.content == said:
            return latest
        if latest is not None and latest.number == base and _is_same_sitting(actor, entry, latest, when):
            latest.number, latest.content, latest.at = latest.number + 1, said, when.at
            latest.save(update_fields=["number", "content", "at"])
            return latest
        saved = SectionVersion.objects.create(
            entry=entry, document=document, number=latest.number + 1 if latest else 1, content=said,
            by_id=actor.account_id, at=when.at,
        )  # fmt: skip
        note(actor, "section", entry, when, document=document, number=saved.number)
    return saved


def attach(*, actor: Actor, entry_id: int, document: str, sent: Sent, when: Moment) -> EntryFile:
    """Bring a file with an entry; what is empty, cut off, too large or not what its name says is refused."""
    _check_may_bring(actor, _seen(actor, entry_id), document, when)  # before the file is read: it may be large
    kept = keep_file(sent, when=when)
    with transaction.atomic():
        entry = _held(actor, entry_id)
        _check_may_bring(actor, entry, document, when)
        same = entry.files.filter(document=document, file=kept, removed_at=None).first()
        if same is not None:
            raise Conflict(
                "assessment.file.twice",
                "这个文件已经传过，是附件 {number}“{name}”。",
                "This file is there already: file {number}, “{name}”.",
                number=same.number,
                name=same.name,
            )
        if entry.files.filter(removed_at=None).count() >= MOST_FILES:
            raise Conflict(
                "assessment.file.many",
                "一份申报最多 {most} 个附件。请先移除不用的，或合并成一个 PDF。",
                "An application takes {most} files. Remove some, or join them into one PDF.",
                most=MOST_FILES,
            )
        last = entry.files.aggregate(last=Max("number"))["last"] or 0
        row = EntryFile.objects.create(
            entry=entry, document=document, number=last + 1, file=kept, name=_file_name(sent.name),
            by_id=actor.account_id, at=when.at,
        )  # fmt: skip
        note(actor, "file.add", entry, when, document=document, number=row.number, digest=kept.digest)
    return row


def detach(*, actor: Actor, entry_id: int, number: int, when: Moment) -> EntryFile:
    """Take a file away from an entry; the row and the content stay, the number is not given again."""
    with transaction.atomic():
        entry = _held(actor, entry_id)
        row = file_of(entry, number)
        _check_may_bring(actor, entry, row.document, when)
        row.removed_at = when.at
        row.save(update_fields=["removed_at"])
        note(actor, "file.remove", entry, when, document=row.document, number=row.number)
    return row


def state_fact(*, actor: Actor, entry_id: int, fact: str, value: str, source: str, when: Moment) -> EntryFact:
    """State a fact that a condition of the scheme asks for; the latest statement counts, an officer's finding more."""
    with transaction.atomic():
        entry = _held(actor, entry_id)
        _check_writable(actor, entry, when)
        if fact not in stated_facts(entry):
            raise BadInput(
                "assessment.fact.not_asked",
                "这个奖项不用填“{fact}”。",
                "This scheme does not ask applicants for “{fact}”.",
                fact=fact,
            )
        plain = value.strip()
        _check_fact(fact, plain)
        row = EntryFact.objects.create(
            entry=entry,
            fact=fact,
            value=plain,
            source=f"applicant: {source.strip()}"[:200],
            actor=actor.key,
            at=when.at,
        )
        if fact == "front_line":
            entry.front_line = plain == "true"
            entry.save(update_fields=["front_line"])
        note(actor, "fact", entry, when, fact=fact, value=plain)
    return row


# ---- what is checked -------------------------------------------------------------------------------------------------
def _seen(actor: Actor, entry_id: int) -> Entry:
    found = visible_entries(actor).filter(pk=entry_id).first()
    if found is None:
        raise NotFound("assessment.entry", "没有这份申报。", "There is no such entry.")
    return found


def _held(actor: Actor, entry_id: int) -> Entry:
    return hold_entry(_seen(actor, entry_id).pk)


def _check_writable(actor: Actor, entry: Entry, when: Moment) -> None:
    """Refuse who does not apply, what has been sent, and what comes after the last second."""
    require(actor, "assessment.apply", entry)
    if entry.state not in WRITABLE:
        raise Conflict(
            "assessment.application.sent",
            "“{number}”已经提交，现在是“{state_zh}”，不能再改。要补充材料，等经办人退回补正。",
            "“{number}” has been sent and is now “{state}”; it can no longer be changed. To add something, wait until "
            "an officer returns it.",
            number=entry.number,
            state_zh=STATES[entry.state].title.zh,
            state=STATES[entry.state].title.en,
        )
    last = deadline_of(entry)
    if last is not None and when.on > last:
        raise Conflict(
            "assessment.application.late",
            "已于 {last} 24:00 截止，刚才的内容没有存入。以前保存的都还在。",
            "Time was up on {last} at 24:00; this was not saved. Everything saved before is still there.",
            last=last,
        )


def _check_may_write(actor: Actor, entry: Entry, asked: Document, when: Moment) -> None:
    """Let the applicant write what he brings, and whoever acts in a later stage what that stage asks for."""
    if asked.stage == "draft":
        _check_writable(actor, entry, when)
        return
    stage = scheme_of(entry.round).stage_of(asked.stage)
    acts = set(stage.acts) if stage else set()
    if not acts & set(parts_of(actor, entry)):
        require(actor, "assessment.recommend", None)
        raise Conflict(
            "assessment.own_entry",
            "这一项不由你填写，请换一位经办人。",
            "This part is not yours to write; another officer does.",
        )
    if entry.state != asked.stage:
        raise Conflict(
            "assessment.section.stage",
            "“{number}”现在不在“{stage_zh}”阶段，这一项不能改。",
            "“{number}” is not at the stage “{stage}” now; this part cannot be changed.",
            number=entry.number,
            stage_zh=stage.words.zh if stage else asked.stage,
            stage=stage.words.en if stage else asked.stage,
        )


def _check_may_bring(actor: Actor, entry: Entry, document: str, when: Moment) -> None:
    _check_may_write(actor, entry, _document(entry, document, "file"), when)


def _check_nobody_else(actor: Actor, entry: Entry, document: str, base: int, said: dict[str, object]) -> None:
    newer = entry.sections.filter(document=document, number__gt=base).exclude(by_id=actor.account_id)
    other = newer.select_related("by").order_by("-number").first()
    if other is None or other.content == said:
        return
    at = timezone.localtime(other.at)
    raise Conflict(
        "assessment.section.moved",
        "{who}在 {at} 保存了新的一版，你的这一版还没有存入。两版都在下面，合并后再保存。",
        "{who} saved a newer version on {at}; yours is not saved yet. Both are below: join them and save again.",
        who=other.by.name or other.by.email,
        at=f"{at:%Y-%m-%d %H:%M:%S}",
        number=other.number,
        theirs=other.content,
        yours=said,
    )


def _is_same_sitting(actor: Actor, entry: Entry, latest: SectionVersion, when: Moment) -> bool:
    """Tell whether a save goes on with the author's last row; what was sent once stays as it was sent."""
    is_own = latest.by_id == actor.account_id and when.at - latest.at <= ONE_SITTING
    return is_own and not entry.steps.filter(recorded_at__gte=latest.at).exists()


def _document(entry: Entry, code: str, *kinds: str) -> Document:
    documents = scheme_of(entry.round).documents_for(entry.category)
    found = next((one for one in documents if one.code == code and one.kind in kinds), None)
    if found is None:
        raise NotFound(
            "assessment.document", "这份申报没有“{code}”这一项。", "This application has no part “{code}”.", code=code
        )
    return found


def _category(scheme: Scheme, code: str) -> Category:
    found = next((one for one in scheme.category if one.code == code), None)
    if found is None:
        raise BadInput(
            "assessment.category",
            "没有“{code}”这个类别。现有：{known_zh}。",
            "There is no category “{code}”; expected one of {known}.",
            code=code,
            known_zh="、".join(one.title.zh for one in scheme.category),
            known=", ".join(one.title.en for one in scheme.category),
        )
    return found


def _check_open(held: Round, when: Moment) -> None:
    stage = RoundStage.objects.filter(round=held, state="draft").first()
    if stage is None or (stage.opens_on is not None and when.on < stage.opens_on):
        raise Conflict("assessment.call.not_open", "申报还没有开始。", "Applications are not open yet.")
    if stage.closes_on is not None and when.on > stage.closes_on:
        raise Conflict(
            "assessment.call.closed",
            "申报已于 {last} 24:00 截止。",
            "Applications closed on {last} at 24:00.",
            last=stage.closes_on,
        )


def _check_unit(chosen: Category, organisation_code: str) -> None:
    if chosen.object in UNITS | OF_UNITS and not organisation_code:
        raise BadInput(
            "assessment.application.unit",
            "“{title_zh}”由单位申报，请选择你代表的单位。",
            "“{title}” is entered by an organisation: choose the one you act for.",
            title_zh=chosen.title.zh,
            title=chosen.title.en,
        )


def _check_only_one(held: Round, chosen: Category, organisation_code: str) -> None:
    live = Entry.objects.filter(round=held, category=chosen.code, organisation_code=organisation_code)
    other = live.exclude(state__in=TERMINAL).first()
    if other is not None:
        raise Conflict(
            "assessment.application.twice",
            "本单位在这个类别已有申报 {number}，接着写那一份。",
            "The organisation has an application in this category already, {number}: go on with that one.",
            number=other.number,
        )


def _next_number(held: Round) -> str:
    """Return the next number of a round; its round is held, so no two are the same."""
    numbers = Entry.objects.filter(round=held).values_list("number", flat=True)
    last = max((int(tail) for one in numbers if (tail := one.rpartition("-")[2]).isdigit()), default=0)
    edition = held.edition.zfill(2) if held.edition.isdigit() else held.edition
    return f"{edition}-{last + 1:03}"


def _name(name: str) -> str:
    plain = " ".join(_CONTROL.sub(" ", name).split())
    if not plain or len(plain) > 200:
        raise BadInput(
            "assessment.application.name",
            "请写申报者的名称，最长 200 个字，公示时就用这个名称。",
            "Give the applicant's name, at most 200 characters: it is the one that will be announced.",
        )
    return plain


def _district(code: str) -> str:
    if code not in rulebook().codelist("districts"):
        raise BadInput(
            "assessment.application.district",
            "“{code}”不是本市的区（市）。请选一个：由它推荐。",
            "“{code}” is no district of the city. Choose one: it makes the recommendation.",
            code=code,
        )
    return code


def _check_fact(fact: str, value: str) -> None:
    kind, title = FACTS[fact]
    found = typed(fact, value)
    is_beyond = isinstance(found, Decimal) and not 0 <= found < _GREATEST_FACT
    if found is None or len(value) > 200 or is_beyond:
        raise BadInput(
            "assessment.fact",
            "“{title_zh}”写的是“{value}”，{wanted_zh}。",
            "“{title}” says “{value}”; {wanted}.",
            title_zh=title.zh,
            title=title.en,
            value=value[:40],
            wanted_zh={"number": "应为不小于 0 的数，如 12", "flag": "应为“是”或“否”"}.get(kind, "应为不超过 200 个字"),
            wanted={"number": "a number of 0 or more is needed, such as 12", "flag": "yes or no is needed"}.get(
                kind, "a text of at most 200 characters is needed"
            ),
        )


def _file_name(name: str) -> str:
    """Return a file's own name without folders or odd characters, its ending kept."""
    plain = _CONTROL.sub("", PurePath(name.replace("\\", "/")).name).strip() or "file"
    place = PurePath(plain)
    return plain if len(plain) <= 200 else place.stem[: 200 - len(place.suffix)] + place.suffix
