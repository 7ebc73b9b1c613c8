"""One account of each role for the demonstration city; every one is marked as invented."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from pinzhi.engine.errors import NotAllowed
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import Membership, User
from pinzhi.records.accounts.permissions import ROLES
from pinzhi.records.journal.actions import write

# Printed on every demonstration's terminal and good for nothing else: the accounts hold invented data only.
PASSWORD = "quality-in-the-open-2024"  # noqa: S105  not a secret
MAIL_DOMAIN = "demo.pinzhi.example"
ENTERPRISE = "91370212MA0000015Y"
INSTITUTION = "12370200MA0000031D"
DISTRICT = "370213"
POINT = "licang-station-1"

NAMES: dict[str, str] = {
    "citizen": "林晓",
    "enterprise": "周建国",
    "institution": "孙丽",
    "expert": "王敏",
    "district_officer": "刘洋",
    "city_officer": "陈静",
    "chair": "赵明远",
    "supervisor": "吴芳",
    "inspector": "郑强",
    "steward": "徐静",
    "counsellor": "何雨",
    "member": "宋涛",
    "operator": "高宁",
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What the demo prints for one role."""

    role: str
    role_text: Text
    name: str
    email: str
    password: str
    organisation_code: str = ""
    district: str = ""
    point: str = ""


def create_demo_accounts() -> list[DemoAccount]:
    """Make an account for each role; what is there already stays. Refused unless the site is a demonstration."""
    if not settings.DEMO:
        raise NotAllowed(
            "accounts.demo",
            "这不是演示站，不建演示账号：它们的密码人人知道。要演示，请设 PINZHI_DEMO=1。",
            "This site is no demonstration, so no demo accounts are made: everybody knows their password."
            " For a demonstration set PINZHI_DEMO=1.",
        )
    accounts = [_account(role) for role in ROLES]
    encoded = _encoded_password(accounts[0].email)
    with transaction.atomic():
        for account in accounts:
            _create(account, encoded)
    return accounts


def _account(role: str) -> DemoAccount:
    return DemoAccount(
        role=role,
        role_text=ROLES[role],
        name=NAMES[role],
        email=f"{role.replace('_', '-')}@{MAIL_DOMAIN}",
        password=PASSWORD,
        organisation_code={"enterprise": ENTERPRISE, "institution": INSTITUTION}.get(role, ""),
        district=DISTRICT if role == "district_officer" else "",
        point=POINT if role == "steward" else "",
    )


def _encoded_password(email: str) -> str:
    """Return one hash for all accounts: hashing is slow on purpose, and a dozen would cost seconds at every start."""
    user = User.objects.filter(email=email).first()
    return user.password if user and user.check_password(PASSWORD) else make_password(PASSWORD)


def _create(account: DemoAccount, encoded: str) -> None:
    user, _made = User.objects.get_or_create(email=account.email)
    user.name = account.name
    user.synthetic = True
    user.is_active = True
    user.is_staff = account.role == "operator"
    if user.password != encoded:  # a new hash would end open sessions
        user.password = encoded
    user.save()
    EmailAddress.objects.update_or_create(user=user, email=account.email, defaults={"verified": True, "primary": True})
    _membership, is_new = Membership.objects.get_or_create(
        user=user,
        role=account.role,
        organisation_code=account.organisation_code,
        district=account.district,
        point=account.point,
        ended_at=None,
    )
    if is_new:
        write(
            at=timezone.now(),
            actor="command:demo",
            action="accounts.role.grant",
            object_kind="user",
            object_key=str(user.pk),
            detail={
                "role": account.role,
                "organisation_code": account.organisation_code,
                "district": account.district,
                "point": account.point,
                "demo": True,
            },
        )
