"""How certificates of training stand on a day: valid, hours due, lapsed, expired, withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.texts import Text
from pinzhi.engine.training.continuing import Continuing, Hours, standing
from pinzhi.records.training.models import ContinuingHours, TrainingCertificate
from pinzhi.records.training.rules import course

WORDS = {
    "valid": Text("有效", "valid"),
    "due": Text("有效，继续教育学时不足", "valid, continuing education due"),
    "lapsed": Text("失效：继续教育学时不足", "lapsed for want of continuing education"),
    "expired": Text("已过期", "expired"),
    "withdrawn": Text("已撤销", "withdrawn"),
}
HOLDING = frozenset({"valid", "due"})


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """A certificate with its standing on a day."""

    row: TrainingCertificate
    state: str
    continuing: Continuing

    @property
    def words(self) -> Text:
        """The standing in words."""
        return WORDS[self.state]


def certificate_lines(rows: Iterable[TrainingCertificate], on: date) -> tuple[CertificateLine, ...]:
    """Return certificates with their standing, in two looks however many there are."""
    listed = list(rows)
    hours: dict[int, list[Hours]] = {}
    for one in ContinuingHours.objects.filter(certificate__in=[row.pk for row in listed]):
        hours.setdefault(one.certificate_id, []).append(Hours(one.on, one.hours))
    return tuple(_line(row, hours.get(row.pk, []), on) for row in listed)


def holds(row: TrainingCertificate, on: date) -> bool:
    """Tell whether a certificate holds on a day."""
    return certificate_lines([row], on)[0].state in HOLDING


def _line(row: TrainingCertificate, taken: list[Hours], on: date) -> CertificateLine:
    found = standing(course(row.course_id, row.edition), row.granted_on, row.valid_until, taken, on)
    return CertificateLine(row, "withdrawn" if row.state == "withdrawn" else found.standing, found)
