"""Plain builders of records for tests: no surprises, nothing that is not asked for."""

from datetime import date, datetime

from allauth.account.models import EmailAddress

from pinzhi.commands.tasks import TASKS
from pinzhi.records.accounts.models import Membership, User
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.tasks.queue import Worked, work

TODAY = date(2024, 1, 4)
PASSWORD = "a long enough phrase"


def make_user(email: str = "li@example.org", *, confirmed: bool = True, name: str = "") -> User:
    """Somebody who can sign in and holds no role."""
    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=confirmed, primary=True)
    return user


def give_role(
    user: User,
    role: str,
    *,
    organisation_code: str = "",
    district: str = "",
    point: str = "",
    delegated_by: User | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership:
    """A role as it stands in the table, with no act behind it."""
    if role == "operator":
        user.is_staff = True
        user.save()
    return Membership.objects.create(
        user=user,
        role=role,
        organisation_code=organisation_code,
        district=district,
        point=point,
        delegated_by=delegated_by,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def make_actor(role: str, *, organisation_code: str = "", district: str = "", point: str = "") -> Actor:
    """An actor with one role, with an account of its own."""
    user = make_user(f"{role}.{organisation_code}{district}{point}@example.org", name=role)
    give_role(user, role, organisation_code=organisation_code, district=district, point=point)
    return actor_for(user, TODAY)


def work_at(at: datetime) -> Worked:
    """Do all background work that is due at a moment."""
    return work(TASKS, lambda: at)
