"""Keys of programs: made, checked, counted and revoked."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.records.accounts.models import ApiKey, RateWindow
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.journal.actions import write

MARK = "pz"
MOST_KEYS = 10
MOST_PER_MINUTE = 600
KEPT_MINUTES = 60


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; ``secret`` is never shown again."""

    key_id: int
    prefix: str
    secret: str


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """A program known by its key. ``key`` names it in rate windows: ``key:<prefix>``."""

    user_id: int
    prefix: str
    per_minute: int
    key: str


def create_api_key(*, actor: Actor, name: str, now: datetime, per_minute: int = MOST_PER_MINUTE) -> NewKey:
    """Make a key for the actor's own programs; the secret is in the answer and nowhere else."""
    require(actor, "accounts.api_key")
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise BadInput(
            "accounts.api_key.name",
            "给密钥起个名字，1 到 100 个字，好知道是哪个程序在用。",
            "Name the key with 1 to 100 characters, so that you know which program uses it.",
        )
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise BadInput(
            "accounts.api_key.per_minute",
            "每分钟次数是 1 到 {most}，现在是 {found}。",
            "Calls a minute are 1 to {most}; this is {found}.",
            most=MOST_PER_MINUTE,
            found=per_minute,
        )
    if ApiKey.objects.filter(user_id=actor.account_id, revoked_at=None).count() >= MOST_KEYS:
        raise Conflict(
            "accounts.api_key.most",
            "最多同时有 {most} 个密钥。先撤销一个不用的。",
            "You can have at most {most} keys at a time. Revoke one that is not in use.",
            most=MOST_KEYS,
        )
    prefix = secrets.token_hex(5)
    secret = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            user_id=actor.account_id,
            name=name,
            prefix=prefix,
            secret_hash=_digest(secret),
            per_minute=per_minute,
            created_at=now,
        )
        _note(actor, "accounts.api_key.create", key, now)
    return NewKey(key_id=key.pk, prefix=prefix, secret=secret)


def revoke_api_key(*, actor: Actor, key_id: int, now: datetime) -> None:
    """End a key of one's own, at once and for good; ending it twice changes nothing."""
    with transaction.atomic():
        key = ApiKey.objects.select_for_update().filter(pk=key_id, user_id=actor.account_id).first()
        if key is None:
            raise NotFound("accounts.api_key", "你没有这个密钥。", "You have no such key.")
        require(actor, "accounts.api_key", key)
        if key.revoked_at is None:
            key.revoked_at = now
            key.save(update_fields=["revoked_at"])
            _note(actor, "accounts.api_key.revoke", key, now)


def caller_of(secret: str) -> ApiCaller | None:
    """Return who holds this secret; None if nobody does, the key was revoked or its owner is no longer active."""
    mark, _, rest = secret.partition("_")
    prefix = rest.partition("_")[0]
    if mark != MARK or not prefix.isalnum() or len(prefix) > 12:
        return None
    key = ApiKey.objects.filter(prefix=prefix, revoked_at=None, user__is_active=True).first()
    if key is None or not hmac.compare_digest(key.secret_hash, _digest(secret)):
        return None
    return ApiCaller(user_id=key.user_id, prefix=prefix, per_minute=key.per_minute, key=f"key:{prefix}")


def count_call(caller: str, per_minute: int, now: datetime) -> int:
    """Count one call and return how many are left in this minute; below zero means refuse.

    ``caller`` is ``key:<prefix>`` or ``ip:<digest>``. One statement, so that nodes counting at once lose no call.
    """
    minute = int(now.timestamp()) // 60
    table = connection.ops.quote_name(RateWindow._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (caller, minute, calls) VALUES (%s, %s, 1)"  # noqa: S608  the table's own name
            f" ON CONFLICT (caller, minute) DO UPDATE SET calls = {table}.calls + 1 RETURNING calls",
            [caller, minute],
        )
        calls: int = cursor.fetchone()[0]
    if calls == 1:
        _first_call(caller, minute, timezone.localdate(now))
    return per_minute - calls


def _first_call(caller: str, minute: int, today: date) -> None:
    """Do what is due once a minute: note the day a key was used, forget old windows."""
    kind, _, prefix = caller.partition(":")
    if kind == "key":
        ApiKey.objects.filter(prefix=prefix).exclude(last_used_on=today).update(last_used_on=today)
    RateWindow.objects.filter(caller=caller, minute__lt=minute).delete()
    if minute % KEPT_MINUTES == 0:
        RateWindow.objects.filter(minute__lt=minute - KEPT_MINUTES).delete()


def seconds_left(now: datetime) -> int:
    """Return the seconds until the minute is over, at least one: when a refused caller may come again."""
    return max(1, int((timedelta(minutes=1) - timedelta(seconds=now.second, microseconds=now.microsecond)).seconds))


def _digest(secret: str) -> str:
    """Hash a secret; it has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _note(actor: Actor, action: str, key: ApiKey, now: datetime) -> None:
    write(
        at=now,
        actor=actor.key,
        action=action,
        object_kind="api_key",
        object_key=key.prefix,
        detail={"name": key.name, "per_minute": key.per_minute},
    )
