"""What days do to certificates: reminders before they end, and word to the register of credentials when they lapse."""

from datetime import timedelta

from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.attestation.actions.issuing import note_state
from pinzhi.records.notices.actions import Accounts, OrganisationPeople, send
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.models import TrainingCertificate
from pinzhi.records.training.queries.standing import CertificateLine, certificate_lines

KIND = "training_certificate"
REMIND_DAYS = (90, 30)


def follow_certificates(when: Moment) -> int:
    """Tell what changed today: certificates that lapse, that hold again, that end soon. Safe to repeat."""
    rows = TrainingCertificate.objects.filter(state="active").select_related("learner", "enrolment").order_by("pk")
    changed = 0
    for line in certificate_lines(rows, when.on):
        changed += _follow_lapse(line, when)
        _remind(line, when)
    return changed


def _follow_lapse(line: CertificateLine, when: Moment) -> int:
    is_lapsed = line.state == "lapsed"
    if is_lapsed == line.row.lapse_told:
        return 0
    with transaction.atomic():
        line.row.lapse_told = is_lapsed
        line.row.save(update_fields=["lapse_told"])
        note_state(
            actor=SYSTEM, kind=KIND, key=line.row.number, state="suspended" if is_lapsed else "active", since=when.on,
            ground="继续教育学时不足" if is_lapsed else "继续教育学时已补足", when=when,
        )  # fmt: skip
        note(SYSTEM, "certificate.lapse" if is_lapsed else "certificate.restore", KIND, line.row.number, when)
    return 1


def _remind(line: CertificateLine, when: Moment) -> None:
    until = line.row.valid_until
    if until is None or line.state not in ("valid", "due"):
        return
    days = next((one for one in sorted(REMIND_DAYS) if when.on >= until - timedelta(days=one)), None)
    if days is None or when.on > until:
        return
    number = line.row.number
    to: list[Accounts | OrganisationPeople] = [OrganisationPeople(line.row.enrolment.organisation_code)]
    if line.row.learner.user_id is not None:
        to.append(Accounts((line.row.learner.user_id,)))
    send(
        to=to,
        subject=Text(f"培训证书 {number} 将于 {until} 到期", f"Training certificate {number} ends on {until}"),
        body=Text(
            f"证书 {number} 有效至 {until}，请安排换证培训。",
            f"Certificate {number} holds until {until}. Plan its renewal.",
        ),
        link="/desk/training",
        about=(KIND, number),
        when=when,
        once=f"training.certificate.{number}.ends.{days}",
    )
