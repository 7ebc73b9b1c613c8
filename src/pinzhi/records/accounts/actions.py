"""Change who may act for whom, and one's own account; every act leaves a line in the journal."""

from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction

from pinzhi.engine.catalog.credit import check_organisation_code
from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.records.accounts.models import Membership, User
from pinzhi.records.accounts.permissions import (
    DISTRICT_ROLES,
    ORGANISATION_ROLES,
    POINT_ROLES,
    ROLES,
    Actor,
    in_force,
    require,
)
from pinzhi.records.journal.actions import write

LANGUAGES = ("zh-hans", "en")
LONGEST_DELEGATION = timedelta(days=366)


def grant_role(
    *,
    actor: Actor,
    email: str,
    role: str,
    on: date,
    now: datetime,
    organisation_code: str = "",
    district: str = "",
    point: str = "",
    ends_on: date | None = None,
) -> Membership:
    """Give a user a role from ``on`` until ``ends_on`` (its last day), or without an end."""
    require(actor, "accounts.roles", role)
    _check_role(role, organisation_code, district, point)
    _check_end(ends_on, on)
    code = check_organisation_code(organisation_code) if role in ORGANISATION_ROLES else ""
    place = district if role in DISTRICT_ROLES else ""
    point = point if role in POINT_ROLES else ""
    user = _confirmed_user(email)
    with transaction.atomic():
        _refuse_double(user, role, (code, place, point), on, now)
        membership = Membership.objects.create(
            user=user,
            role=role,
            organisation_code=code,
            district=place,
            point=point,
            starts_on=on,
            ends_on=ends_on,
        )
        _follow_operators(user)
        _note(actor, "accounts.role.grant", membership, now)
    return membership


def end_role(*, actor: Actor, membership_id: int, now: datetime) -> None:
    """End a role at once, and the delegations given by right of it; ending it twice changes nothing."""
    with transaction.atomic():
        membership = _locked(membership_id)
        require(actor, "accounts.roles", membership.role)
        if membership.ended_at is not None:
            return
        if membership.role == "operator" and not _other_operators(membership):
            raise Conflict(
                "accounts.last_operator",
                "这是最后一位平台管理员。先给另一个人这个角色，再结束这一个。",
                "This is the last operator. Give somebody else the role before you end this one.",
            )
        _end(actor, membership, "accounts.role.end", now)
        if membership.delegated_by_id is None and membership.organisation_code:
            given = Membership.objects.select_for_update().filter(
                delegated_by_id=membership.user_id, organisation_code=membership.organisation_code, ended_at=None
            )
            for delegation in given:
                _end(actor, delegation, "accounts.delegation.end", now)


def delegate(*, actor: Actor, organisation_code: str, email: str, on: date, ends_on: date, now: datetime) -> Membership:
    """Let a colleague act for the organisation until ``ends_on``; only its manager can, and not beyond his own term."""
    require(actor, "accounts.delegate", organisation_code)
    _check_end(ends_on, on)
    if ends_on - on > LONGEST_DELEGATION:
        raise BadInput(
            "accounts.delegation.term",
            "委托最长一年，最晚到 {latest}；现在写的是 {found}。",
            "A delegation lasts a year at most, until {latest}; this says {found}.",
            latest=on + LONGEST_DELEGATION,
            found=ends_on,
        )
    colleague = _confirmed_user(email)
    if colleague.pk == actor.account_id:
        raise BadInput(
            "accounts.delegation.self",
            "你已经能代表本单位，不用委托自己。",
            "You act for the organisation already; there is no need to delegate to yourself.",
        )
    with transaction.atomic():
        right = _right_of(actor, organisation_code, on)
        last = min(ends_on, right.ends_on) if right.ends_on else ends_on
        _refuse_double(colleague, right.role, (organisation_code, "", ""), on, now)
        membership = Membership.objects.create(
            user=colleague,
            role=right.role,
            organisation_code=organisation_code,
            delegated_by_id=actor.account_id,
            starts_on=on,
            ends_on=last,
        )
        _note(actor, "accounts.delegation.give", membership, now)
    return membership


def take_back(*, actor: Actor, membership_id: int, now: datetime) -> None:
    """End a delegation for an organisation one manages; taking it back twice changes nothing."""
    with transaction.atomic():
        membership = _locked(membership_id)
        require(actor, "accounts.delegate", membership.organisation_code)
        if membership.delegated_by_id is None:
            raise BadInput(
                "accounts.delegation.own_right",
                "这个人是本单位的负责人，不是受托人。要更换负责人，请联系市级经办人。",
                "This person is a manager by right, not a delegate. To change managers, ask a city officer.",
            )
        if membership.ended_at is None:
            _end(actor, membership, "accounts.delegation.take_back", now)


def change_own_profile(
    *, actor: Actor, name: str, language: str, large_type: bool, single_keys: bool = True, now: datetime
) -> None:
    """Change the actor's own name, language, type size, and whether single letters are shortcuts."""
    require(actor, "accounts.own")
    name = name.strip()
    if len(name) > 100:
        raise BadInput(
            "accounts.name",
            "姓名最多 100 个字，现在有 {found} 个。",
            "A name has at most 100 characters; this has {found}.",
            found=len(name),
        )
    if language not in LANGUAGES:
        raise BadInput(
            "accounts.language",
            "语言是 zh-hans 或 en，现在是 {found}。",
            "The language is zh-hans or en; this is {found}.",
            found=language,
        )
    with transaction.atomic():
        User.objects.filter(pk=actor.account_id).update(
            name=name, language=language, large_type=large_type, single_keys=single_keys
        )
        write(
            at=now,
            actor=actor.key,
            action="accounts.profile.change",
            object_kind="user",
            object_key=str(actor.account_id),
            detail={"language": language, "large_type": large_type, "single_keys": single_keys},
        )


def note_sign_in_change(*, user_id: int, change: str, now: datetime) -> None:
    """Note that a user changed how he signs in, such as ``password_changed``; the sign-in library made the change."""
    write(at=now, actor=f"user:{user_id}", action=f"accounts.{change}", object_kind="user", object_key=str(user_id))


def end_session(*, actor: Actor, session_id: int, now: datetime) -> None:
    """Sign the actor out on one device."""
    require(actor, "accounts.own")
    session = UserSession.objects.filter(pk=session_id, user_id=actor.account_id).first()
    if session is None:
        raise NotFound(
            "accounts.session", "这次登录已经结束，或不是你的。", "This sign-in has ended already, or is not yours."
        )
    _end_session(actor, session, now)


def end_other_sessions(*, actor: Actor, current_key: str, now: datetime) -> int:
    """Sign the actor out everywhere but here, and return on how many devices."""
    require(actor, "accounts.own")
    others = list(UserSession.objects.filter(user_id=actor.account_id).exclude(session_key=current_key))
    for session in others:
        _end_session(actor, session, now)
    return len(others)


def _end_session(actor: Actor, session: UserSession, now: datetime) -> None:
    with transaction.atomic():
        number = session.pk
        session.end()
        write(at=now, actor=actor.key, action="accounts.session.end", object_kind="session", object_key=str(number))


def _check_role(role: str, organisation_code: str, district: str, point: str) -> None:
    if role not in ROLES:
        raise BadInput("accounts.role", "没有“{found}”这个角色。", "There is no role “{found}”.", found=role)
    if role in ORGANISATION_ROLES and not organisation_code:
        raise BadInput(
            "accounts.role.organisation",
            "{role_zh}这个角色要写明是哪个单位：填统一社会信用代码。",
            "The role {role_en} is held for an organisation: give its credit code.",
            role_zh=ROLES[role].zh,
            role_en=ROLES[role].en,
        )
    if role in DISTRICT_ROLES and not district:
        raise BadInput(
            "accounts.role.district",
            "{role_zh}这个角色要写明是哪个区市：填六位区划代码。",
            "The role {role_en} is held for a district: give its six-digit code.",
            role_zh=ROLES[role].zh,
            role_en=ROLES[role].en,
        )
    if role in POINT_ROLES and not point:
        raise BadInput(
            "accounts.role.point",
            "{role_zh}这个角色要写明是哪个服务站点。",
            "The role {role_en} is held for a service point: say which.",
            role_zh=ROLES[role].zh,
            role_en=ROLES[role].en,
        )


def _check_end(ends_on: date | None, on: date) -> None:
    if ends_on is not None and ends_on < on:
        raise BadInput(
            "accounts.role.end",
            "最后一天是 {found}，早于今天 {on}。",
            "The last day {found} lies before today, {on}.",
            found=ends_on,
            on=on,
        )


def _confirmed_user(email: str) -> User:
    """Return who signs in with this address; only a confirmed one shows that it is theirs."""
    email = email.strip().lower()
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise NotFound(
            "accounts.user",
            "没有用 {email} 登录的账号。请对方先注册。",
            "Nobody signs in with {email}. Ask them to sign up first.",
            email=email,
        )
    if not EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists():
        raise Conflict(
            "accounts.unconfirmed",
            "{email} 还没有确认。请对方点开确认邮件里的链接，再来一次。",
            "{email} is not confirmed yet. Ask them to open the link in the confirmation mail, then try again.",
            email=email,
        )
    return user


def _refuse_double(user: User, role: str, held_for: tuple[str, str, str], on: date, now: datetime) -> None:
    """Refuse a role held already for an organisation, district and point; one that ran out can be given again."""
    organisation_code, district, point = held_for
    same = Membership.objects.select_for_update().filter(
        user=user, role=role, organisation_code=organisation_code, district=district, point=point, ended_at=None
    )
    for membership in same:
        if in_force(membership, on):
            raise Conflict(
                "accounts.role.held",
                "{name}已经有这个角色。先结束，再重新授予。",
                "{name} holds this role already. End it first, then give it anew.",
                name=str(user),
            )
        membership.ended_at = now
        membership.save(update_fields=["ended_at"])


def _right_of(actor: Actor, organisation_code: str, on: date) -> Membership:
    held = Membership.objects.filter(
        user_id=actor.account_id,
        organisation_code=organisation_code,
        role__in=ORGANISATION_ROLES,
        delegated_by=None,
        ended_at=None,
    )
    right = next((membership for membership in held.order_by("id") if in_force(membership, on)), None)
    if right is None:
        raise Conflict(
            "accounts.delegation.right",
            "你代表这个单位的角色刚刚结束了，不能再委托。",
            "Your own role for this organisation has just ended; you can no longer delegate.",
        )
    return right


def _locked(membership_id: int) -> Membership:
    membership = Membership.objects.select_for_update().filter(pk=membership_id).first()
    if membership is None:
        raise NotFound("accounts.membership", "没有这条角色记录。", "There is no such role record.")
    return membership


def _other_operators(membership: Membership) -> bool:
    return (
        Membership.objects.filter(role="operator", ended_at=None, user__is_active=True)
        .exclude(user_id=membership.user_id)
        .exists()
        or User.objects.filter(is_superuser=True, is_active=True).exists()
    )


def _end(actor: Actor, membership: Membership, action: str, now: datetime) -> None:
    membership.ended_at = now
    membership.save(update_fields=["ended_at"])
    _follow_operators(membership.user)
    _note(actor, action, membership, now)


def _follow_operators(user: User) -> None:
    """Keep the back office's flag in step with the operator's role."""
    is_operator = user.is_superuser or user.memberships.filter(role="operator", ended_at=None).exists()
    if user.is_staff != is_operator:
        user.is_staff = is_operator
        user.save(update_fields=["is_staff"])


def _note(actor: Actor, action: str, membership: Membership, now: datetime) -> None:
    write(
        at=now,
        actor=actor.key,
        action=action,
        object_kind="user",
        object_key=str(membership.user_id),
        detail={
            "role": membership.role,
            "organisation_code": membership.organisation_code,
            "district": membership.district,
            "point": membership.point,
            "starts_on": membership.starts_on.isoformat() if membership.starts_on else None,
            "ends_on": membership.ends_on.isoformat() if membership.ends_on else None,
        },
    )
