"""Allot the stands of an expo, and say which products of the catalogue are shown on them."""

from django.db import IntegrityError, transaction

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.common import hold_entry, note
from pinzhi.records.assessment.models import Entry, Exhibit, Stand
from pinzhi.records.assessment.queries.visible import visible_entries
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.models import Product

MOST_EXHIBITS = 50
# Exhibits may be named until the expo is open.
_SHOWING = frozenset({"draft", "returned", "submitted", "eligibility_check", "accepted", "decided", "announced",
                      "allotment"})  # fmt: skip


def allot_stand(*, actor: Actor, entry_id: int, hall: str, number: int, when: Moment) -> Stand:
    """Allot a stand to an exhibitor; a larger one takes several neighbours, one after the other.

    Raises BadInput for a hall or number that the scheme does not have, Conflict where the stand is taken or the entry
    is not at the stage of allotment.
    """
    require(actor, "assessment.run")
    with transaction.atomic():
        entry = hold_entry(entry_id)
        _require_allotment(entry)
        found = next((one for one in scheme_of(entry.round).hall if one.code == hall), None)
        if found is None or not 1 <= number <= found.stands:
            raise BadInput(
                "assessment.stand.unknown",
                "没有“{hall}”馆 {number} 号展位。各馆展位：{known}。",
                "There is no stand {number} in hall “{hall}”. Stands by hall: {known}.",
                hall=hall[:20],
                number=number,
                known=", ".join(f"{one.code} 1–{one.stands}" for one in scheme_of(entry.round).hall),
            )
        try:
            with transaction.atomic():
                made = Stand.objects.create(
                    round=entry.round, entry=entry, hall=hall, number=number, allotted_on=when.on, recorded_at=when.at
                )
        except IntegrityError:
            raise Conflict(
                "assessment.stand.taken",
                "{hall} 馆 {number} 号展位已经分给别人。",
                "Stand {number} of hall {hall} is taken already.",
                hall=hall,
                number=number,
            ) from None
        note(actor, "stand.allot", entry, when, hall=hall, number=number)
    return made


def free_stand(*, actor: Actor, entry_id: int, stand_id: int, when: Moment) -> None:
    """Take a stand back while the exhibitor is at the stage of allotment."""
    require(actor, "assessment.run")
    with transaction.atomic():
        entry = hold_entry(entry_id)
        _require_allotment(entry)
        stand = Stand.objects.filter(entry=entry, pk=stand_id).first()
        if stand is None:
            raise NotFound("assessment.stand", "没有这个展位。", "There is no such stand.")
        stand.delete()
        note(actor, "stand.free", entry, when, hall=stand.hall, number=stand.number)


def show_product(*, actor: Actor, entry_id: int, product_id: int, when: Moment) -> Exhibit:
    """Say that an exhibitor shows a product of his own; saying it again changes nothing."""
    with transaction.atomic():
        entry = _own(actor, entry_id)
        product = Product.objects.filter(pk=product_id, organisation__code=entry.organisation_code).first()
        if product is None:
            raise NotFound(
                "assessment.exhibit", "名录里没有本单位的这个产品。", "The catalogue has no such product of yours."
            )
        if entry.exhibits.count() >= MOST_EXHIBITS:
            raise Conflict(
                "assessment.exhibit.many", "最多 {most} 件展品。", "At most {most} exhibits.", most=MOST_EXHIBITS
            )
        made, is_new = Exhibit.objects.get_or_create(entry=entry, product=product, defaults={"recorded_at": when.at})
        if is_new:
            note(actor, "exhibit.show", entry, when, product=product.pk, name=product.name)
    return made


def hide_product(*, actor: Actor, entry_id: int, product_id: int, when: Moment) -> None:
    """Say that a product is not shown after all."""
    with transaction.atomic():
        entry = _own(actor, entry_id)
        gone, _ = Exhibit.objects.filter(entry=entry, product_id=product_id).delete()
        if gone:
            note(actor, "exhibit.hide", entry, when, product=product_id)


def _own(actor: Actor, entry_id: int) -> Entry:
    if not visible_entries(actor).filter(pk=entry_id).exists():
        raise NotFound("assessment.entry", "没有这份申报。", "There is no such entry.")
    entry = hold_entry(entry_id)
    require(actor, "assessment.apply", entry)
    if entry.state not in _SHOWING or not scheme_of(entry.round).hall:
        raise Conflict(
            "assessment.exhibit.closed", "现在不能改展品。", "Exhibits can no longer be changed, or are not asked for."
        )
    return entry


def _require_allotment(entry: Entry) -> None:
    if entry.state != "allotment":
        raise Conflict(
            "assessment.stand.stage",
            "“{number}”现在不在分配展位阶段。",
            "“{number}” is not at the stage at which stands are allotted.",
            number=entry.number,
        )
