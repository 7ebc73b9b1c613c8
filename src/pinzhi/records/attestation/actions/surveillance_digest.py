"""One message a day to officers: what ends soon, what has become overdue, what the clock suspended."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.attestation.models import Measure
from pinzhi.records.catalog.models import Certificate
from pinzhi.records.catalog.queries.validity import valid_on
from pinzhi.records.catalog.queries.watching import overdue_on
from pinzhi.records.notices.actions import RoleHolders, send

DAYS = (90, 30)
LINES = {
    "ends-90": Text("{n} 张证书 90 天内到期", "{n} certificates end within 90 days"),
    "ends-30": Text("{n} 张证书 30 天内到期", "{n} certificates end within 30 days"),
    "overdue": Text("{n} 张证书监督新逾期", "{n} certificates newly overdue"),
    "acted": Text("{n} 张证书按规则暂停或撤销", "{n} certificates suspended or withdrawn by rule"),
    "measures": Text("{n} 项联动措施超过期限还没有决定", "{n} measures past their day and undecided"),
}


def send_digests(when: Moment, since: date, acted: Sequence[str]) -> int:
    """Tell officers, city-wide and by district, what changed after ``since`` and until today; return the messages."""
    by_district = _counts(when.on, since, acted)
    whole: Counter[str] = Counter()
    for counts in by_district.values():
        whole.update(counts)
    sent = _send(RoleHolders("city_officer"), whole, when, "city")
    for district, counts in by_district.items():
        if district:
            sent += _send(RoleHolders("district_officer", district), counts, when, district)
    return sent


def _counts(on: date, since: date, acted: Sequence[str]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)

    def add(line: str, districts: Sequence[str]) -> None:
        for district in districts:
            found[district][line] += 1

    for days in DAYS:
        window = (since + timedelta(days=days + 1), on + timedelta(days=days))
        ending = Certificate.objects.filter(valid_on(on), expires_on__range=window)
        add(f"ends-{days}", list(ending.values_list("holder__district", flat=True)))
    if since < on:
        before = Certificate.objects.filter(overdue_on(since)).values("pk")
        newly = Certificate.objects.filter(overdue_on(on)).exclude(pk__in=before)
        add("overdue", list(newly.values_list("holder__district", flat=True)))
    changed = Certificate.objects.filter(number__in=list(acted))
    add("acted", list(changed.values_list("holder__district", flat=True)))
    late = Measure.objects.filter(state="proposed", due_on__range=(since, on - timedelta(days=1)))
    add("measures", list(late.values_list("event__district", flat=True)))
    return found


def _send(to: RoleHolders, counts: Counter[str], when: Moment, scope: str) -> int:
    lines = [LINES[name].filled(n=counts[name]) for name in LINES if counts[name]]
    if not lines:
        return 0
    return send(
        to=to,
        subject=Text(f"证书监督 {when.on}", f"Surveillance, {when.on}"),
        body=Text("；".join(one.zh for one in lines) + "。", "; ".join(one.en for one in lines) + "."),
        link="/desk/surveillance",
        about=("surveillance", scope),
        when=when,
        once=f"digest:{scope}:{when.on}",
    )
