"""Read accounts: one's own, those of an organisation, and all of them for who looks after them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Prefetch, Q, QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.models import ApiKey, Membership, SavedList, User
from pinzhi.records.accounts.permissions import ANONYMOUS, Actor, actor_for, in_force, require
from pinzhi.records.journal.queries import entries_matching

PEOPLE_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Role:
    """A role somebody holds or held."""

    membership_id: int
    user_id: int
    user_name: str
    email: str
    role: str
    organisation_code: str
    district: str
    point: str
    starts_on: date | None
    ends_on: date | None
    delegated_by: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What an account's owner sees of it; ``second_factors`` counts authenticator apps, ``passkeys`` passkeys."""

    user_id: int
    email: str
    email_confirmed: bool
    name: str
    language: str
    large_type: bool
    single_keys: bool
    joined_at: datetime
    roles: tuple[Role, ...]
    second_factors: int
    passkeys: int
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class Session:
    """One place where the owner is signed in."""

    session_id: int
    device: str
    address: str
    since: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as its owner sees it."""

    key_id: int
    name: str
    prefix: str
    per_minute: int
    created_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A list of the desk that somebody saved; ``comes_first`` where its page opens with it."""

    list_id: int
    name: str
    address: str
    query: str
    comes_first: bool

    @property
    def link(self) -> str:
        """Where it is shown."""
        return f"{self.address}?{self.query}"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A user in the list of users."""

    user_id: int
    name: str
    email: str
    email_confirmed: bool
    is_active: bool
    synthetic: bool
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and what lies around it."""

    rows: tuple[PersonRow, ...]
    number: int
    pages: int
    total: int

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1


def actor_by_id(user_id: int, on: date) -> Actor:
    """Return the actor a user is on a day; nobody if there is no such user."""
    user = User.objects.filter(pk=user_id).first()
    return actor_for(user, on) if user else ANONYMOUS


def own_account(actor: Actor, on: date) -> Account:
    """Return the actor's own account with the roles in force."""
    require(actor, "accounts.own")
    user = _with_memberships().get(pk=actor.account_id)
    factors = list(Authenticator.objects.filter(user_id=user.pk))
    codes = [factor for factor in factors if factor.type == Authenticator.Type.RECOVERY_CODES]
    return Account(
        user_id=user.pk,
        email=user.email,
        email_confirmed=_confirmed([user.pk]) == {user.pk},
        name=user.name,
        language=user.language,
        large_type=user.large_type,
        single_keys=user.single_keys,
        joined_at=user.joined_at,
        roles=tuple(role for role in _roles(user, on) if role.in_force),
        second_factors=sum(factor.type == Authenticator.Type.TOTP for factor in factors),
        passkeys=sum(factor.type == Authenticator.Type.WEBAUTHN for factor in factors),
        recovery_codes_left=sum(len(code.wrap().get_unused_codes()) for code in codes),
    )


def open_sessions(actor: Actor, current_key: str) -> tuple[Session, ...]:
    """Return where the actor is signed in, this place first; rows of ended sessions are cleared away."""
    require(actor, "accounts.own")
    user = User.objects.get(pk=actor.account_id)
    sessions = [
        Session(
            session_id=session.pk,
            device=_device(session.user_agent),
            address=session.ip,
            since=session.created_at,
            is_current=session.session_key == current_key,
        )
        for session in UserSession.objects.purge_and_list(user)
    ]
    return tuple(sorted(sessions, key=lambda session: (not session.is_current, -session.since.timestamp())))


def own_keys(actor: Actor) -> tuple[Key, ...]:
    """Return the actor's API keys, usable ones first, newest first."""
    require(actor, "accounts.api_key")
    keys = ApiKey.objects.filter(user_id=actor.account_id).order_by("-created_at")
    return tuple(
        Key(
            key_id=key.pk,
            name=key.name,
            prefix=key.prefix,
            per_minute=key.per_minute,
            created_at=key.created_at,
            last_used_on=key.last_used_on,
            revoked_at=key.revoked_at,
        )
        for key in sorted(keys, key=lambda key: key.revoked_at is not None)
    )


def own_lists(actor: Actor) -> tuple[SavedRow, ...]:
    """Return the lists somebody saved, by page and name; none for nobody."""
    if not actor.is_signed_in:
        return ()
    rows = SavedList.objects.filter(user_id=actor.account_id).order_by("address", "name")
    return tuple(SavedRow(one.pk, one.name, one.address, one.query, one.comes_first) for one in rows)


def first_list(actor: Actor, address: str) -> SavedRow | None:
    """Return the list that somebody wants to see first on a page; None where he chose none."""
    return next((one for one in own_lists(actor) if one.comes_first and one.address == address), None)


def acting_for(actor: Actor, organisation_code: str, on: date) -> tuple[Role, ...]:
    """Return who acts for an organisation, managers first; for those who act for it themselves."""
    if organisation_code not in actor.organisation_codes:
        require(actor, "accounts.delegate", organisation_code)
    members = Membership.objects.filter(organisation_code=organisation_code, ended_at=None)
    roles = [_role(member, on) for member in members.select_related("user", "delegated_by").order_by("id")]
    return tuple(sorted((role for role in roles if role.in_force), key=lambda role: role.delegated_by != ""))


def people(actor: Actor, on: date, *, text: str = "", role: str = "", page: int = 1) -> Page:
    """Return users by name or address, and by a role in force, newest last; pages begin at one."""
    require(actor, "accounts.people")
    users = _with_memberships().order_by("email")
    if text := text.replace("\x00", "").strip():
        users = users.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if role:
        users = users.filter(pk__in=_holders(role, on))
    total = users.count()
    pages = max(1, -(-total // PEOPLE_A_PAGE))
    if not 1 <= page <= pages:
        raise NotFound(
            "accounts.people.page",
            "只有 {pages} 页，没有第 {page} 页。",
            "There are {pages} pages; there is no page {page}.",
            pages=pages,
            page=page,
        )
    shown = list(users[(page - 1) * PEOPLE_A_PAGE : page * PEOPLE_A_PAGE])
    confirmed = _confirmed([user.pk for user in shown])
    rows = tuple(_person(user, on, user.pk in confirmed) for user in shown)
    return Page(rows=rows, number=page, pages=pages, total=total)


def person_row(actor: Actor, user_id: int, on: date) -> PersonRow:
    """Return one user with all roles not ended."""
    require(actor, "accounts.people")
    user = _with_memberships().filter(pk=user_id).first()
    if user is None:
        raise NotFound("accounts.user_id", "没有这个用户。", "There is no such user.")
    return _person(user, on, _confirmed([user.pk]) == {user.pk})


def user_by_email(email: str) -> int:
    """Return the id of who signs in with an address; NotFound where nobody does."""
    found = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if found is None:
        raise NotFound(
            "accounts.user",
            "没有用 {email} 登录的账号。请对方先注册。",
            "Nobody signs in with {email}. Ask them to sign up first.",
            email=email,
        )
    return found.pk


def actors_for_organisation(code: str, on: date) -> set[int]:
    """Return the ids of the accounts that act for an organisation on a day: its managers and their delegates."""
    members = Membership.objects.filter(organisation_code=code, user__is_active=True, ended_at=None)
    held = [member for member in members.select_related("user") if in_force(member, on)]
    return {member.user_id for member in held if code in actor_for(member.user, on).organisation_codes}


def represented_codes(on: date) -> frozenset[str]:
    """Return the codes of the organisations for which somebody may sign in on a day: all others can be told nothing."""
    held = Membership.objects.exclude(organisation_code="").filter(ended_at=None, user__is_active=True)
    return frozenset(
        held.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on)).values_list(
            "organisation_code", flat=True
        )
    )


def holders_of(role: str, on: date, *, district: str = "", point: str = "") -> set[int]:
    """Return the ids of the accounts that hold a role on a day, in a district or at a point where one is given."""
    held = Membership.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=on),
        Q(ends_on=None) | Q(ends_on__gte=on),
        role=role,
        ended_at=None,
        user__is_active=True,
    )
    if district:
        held = held.filter(district=district)
    if point:
        held = held.filter(point=point)
    return set(held.values_list("user_id", flat=True))


def names_of(user_ids: set[int]) -> tuple[tuple[int, str], ...]:
    """Return ids and names of accounts, by name; the address stands for a missing name."""
    users = User.objects.filter(pk__in=user_ids).values_list("pk", "name", "email")
    return tuple(sorted(((pk, name or email) for pk, name, email in users), key=lambda row: (row[1], row[0])))


def reachable_by_mail(user_ids: list[int]) -> set[int]:
    """Return which accounts have a confirmed address of their own; invented accounts have none."""
    real = User.objects.filter(pk__in=_confirmed(user_ids), is_active=True, synthetic=False)
    return set(real.values_list("pk", flat=True))


def account_export(actor: Actor, on: date) -> dict[str, Any]:
    """Return everything kept about the actor's account, secrets left out, ready to be written as JSON."""
    account = own_account(actor, on)
    user = _with_memberships().get(pk=actor.account_id)
    entries = entries_matching(actor=actor.key)
    return {
        "account": {
            "id": account.user_id,
            "email": account.email,
            "email_confirmed": account.email_confirmed,
            "name": account.name,
            "language": account.language,
            "large_type": account.large_type,
            "single_keys": account.single_keys,
            "joined_at": account.joined_at,
        },
        "roles": [
            {
                "role": role.role,
                "organisation_code": role.organisation_code,
                "district": role.district,
                "point": role.point,
                "starts_on": role.starts_on,
                "ends_on": role.ends_on,
                "delegated_by": role.delegated_by,
                "in_force": role.in_force,
            }
            for role in _roles(user, on)
        ],
        "sign_in": {
            "authenticator_apps": account.second_factors,
            "passkeys": account.passkeys,
            "recovery_codes_left": account.recovery_codes_left,
        },
        "api_keys": [
            {
                "name": key.name,
                "prefix": key.prefix,
                "per_minute": key.per_minute,
                "created_at": key.created_at,
                "last_used_on": key.last_used_on,
                "revoked_at": key.revoked_at,
            }
            for key in own_keys(actor)
        ],
        "saved_lists": [
            {"name": one.name, "address": one.address, "query": one.query, "comes_first": one.comes_first}
            for one in own_lists(actor)
        ],
        "journal": [
            {"at": e.at, "action": e.action, "object": f"{e.object_kind}:{e.object_key}", "detail": e.detail}
            for e in entries.iterator(chunk_size=1000)
        ],
    }


def _with_memberships() -> QuerySet[User]:
    open_ones = Membership.objects.filter(ended_at=None).select_related("delegated_by").order_by("id")
    return User.objects.prefetch_related(Prefetch("memberships", queryset=open_ones))


def _holders(role: str, on: date) -> QuerySet[Membership, int]:
    return Membership.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=on),
        Q(ends_on=None) | Q(ends_on__gte=on),
        role=role,
        ended_at=None,
    ).values_list("user_id", flat=True)


def _person(user: User, on: date, confirmed: bool) -> PersonRow:
    return PersonRow(
        user_id=user.pk,
        name=user.name,
        email=user.email,
        email_confirmed=confirmed,
        is_active=user.is_active,
        synthetic=user.synthetic,
        roles=tuple(_roles(user, on)),
    )


def _roles(user: User, on: date) -> list[Role]:
    return [_role(membership, on) for membership in user.memberships.all()]


def _role(membership: Membership, on: date) -> Role:
    return Role(
        membership_id=membership.pk,
        user_id=membership.user_id,
        user_name=membership.user.name,
        email=membership.user.email,
        role=membership.role,
        organisation_code=membership.organisation_code,
        district=membership.district,
        point=membership.point,
        starts_on=membership.starts_on,
        ends_on=membership.ends_on,
        delegated_by=str(membership.delegated_by) if membership.delegated_by else "",
        in_force=in_force(membership, on),
    )


def _confirmed(user_ids: list[int]) -> set[int]:
    addresses = EmailAddress.objects.filter(user_id__in=user_ids, verified=True, primary=True)
    return set(addresses.values_list("user_id", flat=True))


def _device(user_agent: str) -> str:
    """Name browser and system in words, as far as the browser says them."""
    browsers = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "HarmonyOS": "HarmonyOS",
        "Windows": "Windows",
        "Mac OS": "macOS",
        "Linux": "Linux",
    }
    named = [next((name for mark, name in table.items() if mark in user_agent), "") for table in (browsers, systems)]
    return " · ".join(name for name in named if name)
