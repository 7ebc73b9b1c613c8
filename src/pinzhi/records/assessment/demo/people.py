"""Who takes part in the demonstration's round: the demo accounts, experts and members of the committee."""

from dataclasses import dataclass
from datetime import date

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.demo import MAIL_DOMAIN
from pinzhi.records.accounts.models import Membership, User
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.assessment.actions.rounds import appoint_member
from pinzhi.records.assessment.models import Expert, Panellist, Round

EXPERTS = 9
MEMBERS = 7
_EMPLOYERS = ("示例大学", "示例质量协会", "示例研究院", "示例认证中心", "示例检测公司", "示例咨询公司", "示例学会")
_SURNAMES = "李赵钱孙周吴郑冯陈"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who acts in the demonstration's round."""

    officer: Actor
    chair: Actor
    enterprise: User
    applicant: User
    experts: tuple[Expert, ...]
    members: tuple[Actor, ...]


def gather(held: Round, when: Moment) -> Cast:
    """Make the experts and the committee of a round; the demo accounts are there already."""
    on = when.on
    officer = actor_for(_account("city-officer"), on)
    experts = tuple(_expert(number, held, when) for number in range(1, EXPERTS + 1))
    chair = _account("chair")
    seats = [chair, *(_user(f"member-{number}", f"委员{_letter(number)}") for number in range(1, MEMBERS))]
    for user in seats:
        appoint_member(actor=officer, round_id=held.pk, user_id=user.pk, name=user.name, when=when)
    return Cast(
        officer,
        actor_for(chair, on),
        _account("enterprise"),
        _user("applicants", "申报单位经办人"),
        experts,
        tuple(actor_for(user, on) for user in seats),
    )


def _account(role: str) -> User:
    return User.objects.get(email=f"{role}@{MAIL_DOMAIN}")


def _expert(number: int, held: Round, when: Moment) -> Expert:
    """Return an expert of the roster, the first of whom is the demo's expert account."""
    user = _account("expert") if number == 1 else _user(f"expert-{number}", f"{_SURNAMES[number - 1]}专家")
    Membership.objects.get_or_create(user=user, role="expert", ended_at=None)
    expert, _is_new = Expert.objects.get_or_create(
        code=f"E-{number:03}",
        defaults={
            "user": user,
            "name": user.name,
            "employer_name": _EMPLOYERS[number % len(_EMPLOYERS)],
            "fields": "quality;C" if number % 2 else "quality;I;F",
            "senior": number % 3 == 1,
            "synthetic": True,
        },
    )
    Panellist.objects.get_or_create(
        round=held, expert=expert, defaults={"most": 20, "called_on": when.on, "declared_at": when.at}
    )
    return expert


def _user(name: str, shown: str) -> User:
    """Return an invented user whom nobody can sign in as."""
    user, is_new = User.objects.get_or_create(
        email=f"{name}@{MAIL_DOMAIN}", defaults={"name": shown, "synthetic": True}
    )  # fmt: skip
    if is_new:
        user.set_unusable_password()
        user.save()
    return user


def _letter(number: int) -> str:
    return "ABCDEFGHIJ"[number - 1]


def day(month: int, of_month: int, year: int = 2023) -> date:
    """Return a day of the story."""
    return date(year, month, of_month)
