"""Order a service in one act: send a need to one institution, ask several, or leave that to officers."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.quotes import ask_for_quotes
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case

ORDER = "nqi-order"


def order_service(
    *,
    actor: Actor,
    values: Mapping[str, str],
    providers: Sequence[str],
    reporter_code: str,
    station: str = "",
    once: str = "",
    synthetic: bool = False,
    when: Moment,
) -> Case:
    """Open an order for an organisation and send it on; all of it or nothing.

    With one provider it is sent to that one, with several each is asked for a quote, with none an officer finds
    somebody. ``once`` names the form it came by: sent again it is the same order. Raises what opening, sending and
    asking refuse, such as an institution whose listing is suspended.
    """
    if once and (known := Case.objects.filter(once=once).first()):
        return known
    with transaction.atomic():
        case = open_case(
            actor=actor, kind=ORDER, values=values, when=when, reporter_code=reporter_code, station=station, once=once,
            synthetic=synthetic,
        )  # fmt: skip
        chosen = list(dict.fromkeys(providers))
        if len(chosen) == 1:
            wish = Wish("dispatch", assign={"provider": chosen[0]})
            take_step(actor=actor, case_id=case.pk, wish=wish, seen=None, when=when)
        elif chosen:
            ask_for_quotes(actor=actor, case_id=case.pk, providers=chosen, seen=None, when=when)
    case.refresh_from_db()
    return case
