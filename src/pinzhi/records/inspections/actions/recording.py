"""Hand in the record of an inspection: frozen, signed by the house; what did not conform becomes cases."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.engine.casework.field_records import content_of, freeze
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.texts import Text
from pinzhi.records import signing
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.keeping import attach
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.rules import case_types, type_now
from pinzhi.records.inspections.actions.capturing import hold
from pinzhi.records.inspections.actions.noting import note
from pinzhi.records.inspections.models import Finding, Inspection, Trip
from pinzhi.records.inspections.queries.records import frozen_of
from pinzhi.records.inspections.queries.visits import ItemLine, item_lines, member_of, what_is_missing
from pinzhi.records.inspections.rules import checklist_of
from pinzhi.records.notices.actions import Accounts, OrganisationPeople, send
from pinzhi.records.storage import Kept

PURPOSE = "attestation"
LONGEST_ADVICE = 4_000
RESULTS: dict[str, Text] = {
    "clean": Text("未发现问题", "No problem found"),
    "corrected": Text("发现问题，已当场改正", "Problems, put right at once"),
    "rectify": Text("发现问题，责令整改", "Problems to be put right"),
}


def hand_in(*, actor: Actor, number: str, result: str, visited_on: date, when: Moment, advice: str = "") -> Inspection:
    """Freeze the record as it stands and sign it with the house's key; every finding becomes a case.

    ``advice`` is what experts tell the enterprise; their report takes it.

    Raises NotAllowed for others than who leads, BadInput for what is missing, a result that does not fit what was
    found, or a day that has not come; Conflict where it was handed in before.
    """
    with transaction.atomic():
        inspection = hold(actor, number)
        _require_lead(actor, inspection)
        lines = _checked(inspection, result, visited_on, when)
        _check_advice(inspection, advice)
        inspection.visited_on, inspection.result = visited_on, result
        key = signing.signing_key(PURPOSE)
        frozen = freeze(_content(inspection, lines, result, visited_on, advice.strip()), key.sign)
        inspection.document, inspection.document_digest = frozen.document, frozen.digest
        inspection.proof, inspection.key_id = frozen.proof, key.id
        inspection.state, inspection.frozen_at, inspection.frozen_by = "frozen", when.at, actor.key
        inspection.version += 1
        inspection.save()
        Trip.objects.bulk_create(
            [Trip(inspection=inspection, code=one.code, on=visited_on) for one in inspection.members.all()],
            ignore_conflicts=True,
        )
        found = [line for line in lines if line.finding]
        for line in found:
            _raise_finding(actor, inspection, line, when)
        _move_case(actor, inspection, len(found), advice.strip(), when)
        note(actor, "hand-in", "inspection", number, when, digest=frozen.digest, findings=len(found), key=key.id)
        _tell(inspection, when)
    return inspection


def _require_lead(actor: Actor, inspection: Inspection) -> None:
    if inspection.kind == "own":
        return
    member = member_of(actor, inspection)
    if member is None or member.place != 1:
        raise NotAllowed(
            "inspections.lead",
            "由这次检查的组长提交；你填的都在。",
            "Who leads this inspection hands it in; what you recorded is there.",
        )


def _checked(inspection: Inspection, result: str, visited_on: date, when: Moment) -> tuple[ItemLine, ...]:
    if inspection.state != "ready":
        raise Conflict("inspections.frozen", "记录已经提交过。", "The record was handed in before.")
    lack = what_is_missing(inspection)
    if lack:
        item = checklist_of(inspection).items[lack[0].item]
        raise BadInput(
            "inspections.missing",
            "还有 {count} 处没有填好。第一处：{item_zh} {text_zh}",
            "{count} things are still missing. The first: {item} {text}",
            count=len(lack),
            item_zh=item.title.zh,
            item=item.title.en,
            text_zh=lack[0].text.zh,
            text=lack[0].text.en,
        )
    lines = item_lines(inspection)
    has_findings = any(line.finding for line in lines)
    if result not in RESULTS or has_findings == (result == "clean"):
        raise BadInput(
            "inspections.result",
            "检查结果和填的不一致：有 {count} 项不符合。",
            "The result does not fit what was recorded: {count} items do not conform.",
            count=sum(line.finding for line in lines),
        )
    if not inspection.opened_on <= visited_on <= when.on:
        raise BadInput(
            "inspections.day",
            "检查日期 {found} 应在 {first} 到今天之间。",
            "The day {found} should lie between {first} and today.",
            found=visited_on,
            first=inspection.opened_on,
        )
    return lines


def _check_advice(inspection: Inspection, advice: str) -> None:
    if inspection.kind == "expert" and not 1 <= len(advice.strip()) <= LONGEST_ADVICE:
        raise BadInput(
            "inspections.advice",
            "请写给企业的意见，最多 {most} 字。",
            "Write what you advise the enterprise to do, in at most {most} characters.",
            most=LONGEST_ADVICE,
        )


def _content(
    inspection: Inspection, lines: Sequence[ItemLine], result: str, visited_on: date, advice: str
) -> dict[str, Any]:
    """Return everything the record says. Marks of time and place stand in it: whoever reads it can weigh them."""
    return {
        "number": inspection.number,
        "kind": inspection.kind,
        "plan": {"key": inspection.plan.key, "zh": inspection.plan.title_zh, "en": inspection.plan.title_en},
        "draw": inspection.draw.code if inspection.draw else None,
        "organisation": {"code": inspection.organisation_code, "name": inspection.organisation_name},
        "level": inspection.level,
        "checklist": {"id": inspection.instrument, "edition": inspection.edition, "digest": inspection.digest},
        "visited_on": visited_on.isoformat(),
        "members": [
            {"code": one.code, "name": one.name, "field": one.field} for one in inspection.members.order_by("place")
        ],
        "result": result,
        "items": [_item(line) for line in lines],
        "synthetic": inspection.synthetic,
    } | ({"advice": advice} if inspection.kind == "expert" else {})


def _item(line: ItemLine) -> dict[str, Any]:
    said: dict[str, Any] = {
        "item": line.item.id,
        "title": {"zh": line.item.title.zh, "en": line.item.title.en},
        "answer": line.answer,
        "words": {"zh": line.words.zh, "en": line.words.en},
        "note": line.note,
        "conforms": not line.finding,
        "photos": [
            {"sha256": one.digest, "taken_at": one.taken_at.isoformat(), "place": one.place,
             "latitude": one.latitude, "longitude": one.longitude, "accuracy_m": one.accuracy_m}
            for one in line.photos
        ],
    }  # fmt: skip
    if line.current is not None:
        one = line.current
        said |= {
            "recorded_by": one.name,
            "taken_at": one.taken_at.isoformat(),
            "received_at": one.received_at.isoformat(),
            "clock_off_s": one.clock_off_s,
            "place": one.place,
            "latitude": one.latitude,
            "longitude": one.longitude,
            "accuracy_m": one.accuracy_m,
        }
    return said


def _raise_finding(actor: Actor, inspection: Inspection, line: ItemLine, when: Moment) -> None:
    kind = problem_type(inspection.plan.theme)
    what = f"{line.item.title.zh.rstrip('？?')}：{line.words.zh}"
    case = open_case(
        actor=actor,
        kind=kind.id,
        values={
            "what": f"{what}　{line.note}".strip()[:200],
            "category": _category(kind, line.item.id),
            "place": _place(inspection, line),
            "organisation": inspection.organisation_code,
        },
        when=when,
        once=f"inspection/{inspection.number}/{line.item.id}",
        synthetic=inspection.synthetic,
    )
    for photo in line.photos:
        attach(
            actor=actor, case_id=case.pk, kind="before", name=photo.name, when=when,
            kept=Kept(photo.digest, photo.size, photo.media),
        )  # fmt: skip
    Finding.objects.get_or_create(inspection=inspection, item=line.item.id, defaults={"case": case})


def problem_type(theme: str) -> CaseType:
    """Return the type of case that a finding of a theme becomes."""
    kinds = sorted({one.id for one in case_types() if one.theme == theme and one.family == "problem"})
    if not kinds:
        raise BadInput(
            "inspections.problem",
            "主题“{theme}”没有问题类的办件类型，发现的问题无处可立案。",
            "The theme “{theme}” has no case type for problems, so a finding has nowhere to go.",
            theme=theme,
        )
    return type_now(kinds[0])


def _category(kind: CaseType, item: str) -> str:
    """Return the item's own category where the type has one of that name, else its last, which is for the rest."""
    field = kind.field_of("category")
    codes = [one.code for one in field.choices] if field else []
    return item if item in codes else next(iter(reversed(codes)), "")


def _place(inspection: Inspection, line: ItemLine) -> str:
    """Return where it was found: as the phone knew it if that is near, else where the target is registered."""
    one = line.current
    latitude, longitude = inspection.latitude, inspection.longitude
    if one is not None and one.place == "near" and one.latitude is not None and one.longitude is not None:
        latitude, longitude = round(one.latitude, 6), round(one.longitude, 6)
    name = inspection.organisation_name
    return f"{latitude} {longitude} {name}" if latitude is not None and longitude is not None else name


def _move_case(actor: Actor, inspection: Inspection, found: int, advice: str, when: Moment) -> None:
    case: Case | None = inspection.case
    if case is None:
        return
    if inspection.kind == "own":
        items = content_of(frozen_of(inspection))["items"]
        said = "；".join(f"{one['title']['zh']}{one['words']['zh']}" for one in items)
        wish = Wish("answer", values={"self-check": said[:10_000], "dangers": str(found)})
    elif inspection.kind == "expert":
        wish = Wish("report", values={"visited-on": str(inspection.visited_on), "advice": advice})
    else:
        values = {"inspected-on": str(inspection.visited_on), "result": inspection.result, "findings": str(found)}
        wish = Wish("record", values=values)
    take_step(actor=actor, case_id=case.pk, wish=wish, seen=None, when=when)


def _tell(inspection: Inspection, when: Moment) -> None:
    """Ask the others for their signatures."""
    if inspection.kind == "own":
        return
    others = tuple(one.user_id for one in inspection.members.all() if one.user_id and one.place != 1)
    send(
        to=[Accounts(others), OrganisationPeople(inspection.organisation_code)],
        subject=Text(f"请签字：{inspection.number}", f"To be signed: {inspection.number}"),
        body=Text(
            f"{inspection.organisation_name} 的检查记录已提交，看过后请签字。",
            f"The record of the inspection of {inspection.organisation_name} was handed in. Read it and sign.",
        ),
        link=f"/desk/inspections/{inspection.number}",
        about=("inspection", inspection.number),
        when=when,
        once=f"inspection/{inspection.number}/sign",
    )
