"""Random certificates and holders with histories, and conditions to ask of them."""

from datetime import date, timedelta

from hypothesis import strategies as st

from pinzhi.records.catalog.models import CertificatePast, Organisation, OrganisationPast
from tests.build_catalog import make_certificate, make_organisation

FIRST = date(2022, 1, 1)
DISTRICTS = ["370212", "370213", "370282", "370100", ""]  # 370282 went to 370215 in 2017
days = st.integers(0, 900).map(lambda number: FIRST + timedelta(days=number))
holders = st.lists(
    st.tuples(st.sampled_from(DISTRICTS), st.none() | days, st.sampled_from(DISTRICTS)), min_size=1, max_size=4
)
held = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["active", "suspended"]), days, st.none() | days, st.booleans()),
    max_size=8,
)
conditions = st.lists(
    st.sampled_from(
        [
            {"field": "valid", "is": True},
            {"field": "valid", "is": False},
            {"field": "district", "starts": "3702"},
            {"field": "district", "is": "370215"},
            {"field": "district", "not_in": ("370212",)},
            {"field": "district", "present": True},
            {"field": "state", "is": "active"},
            {"field": "issued_on", "at_least": date(2023, 1, 1)},
        ]
    ),
    max_size=3,
)


def holder_of(number: int, district: str, moved_on: date | None, before: str) -> Organisation:
    holder = make_organisation(f"单位{number}", f"X{number}", district=district, valid_from=moved_on)
    if moved_on is not None:
        OrganisationPast.objects.create(
            subject_id=holder.pk, code=holder.code, name=holder.name, district=before, valid_to=moved_on,
            recorded_at=holder.recorded_at,
        )  # fmt: skip
    return holder


def certificate_of(
    number: int, made: list[Organisation], which: int, state: str, issued: date, changed: date | None, was_valid: bool
) -> None:
    holder = made[which % len(made)]
    one = make_certificate(
        holder, f"Q{number}", state=state, state_on=changed, issued_on=issued, expires_on=None, valid_from=changed
    )
    if changed is not None:
        CertificatePast.objects.create(
            subject_id=one.pk, number=one.number, scheme="qms", holder=holder, issued_on=issued, valid_to=changed,
            state="active" if was_valid else "suspended", recorded_at=one.recorded_at,
        )  # fmt: skip
