"""Keys of programs: the secret is shown once, known again, counted and revoked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.records.accounts import keys
from pinzhi.records.accounts.models import ApiKey, RateWindow, User
from pinzhi.records.accounts.permissions import ANONYMOUS
from pinzhi.records.journal.models import Entry
from tests.build import make_actor

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 1, 4, 1, 30, 12, tzinfo=UTC)


def test_create_api_key_keeps_only_a_hash() -> None:
    actor = make_actor("expert")

    new = keys.create_api_key(actor=actor, name=" 周报 ", now=NOW)

    kept = ApiKey.objects.get()
    assert (kept.name, kept.prefix, kept.per_minute, kept.created_at) == ("周报", new.prefix, 600, NOW)
    assert new.secret.startswith(f"pz_{new.prefix}_")
    assert new.secret not in str(kept.__dict__) + str(Entry.objects.get().__dict__)


def test_caller_of_knows_the_holder() -> None:
    actor = make_actor("expert")
    new = keys.create_api_key(actor=actor, name="周报", now=NOW, per_minute=5)

    assert keys.caller_of(new.secret) == keys.ApiCaller(actor.account_id, new.prefix, 5, f"key:{new.prefix}")


@pytest.mark.parametrize("secret", ["", "pz", "pz_", "pz_abc", "pz_é_x", "Bearer x", "pz_" + "a" * 500, "\x00"])
def test_caller_of_knows_nobody_by_nonsense(secret: str) -> None:
    assert keys.caller_of(secret) is None


def test_caller_of_refuses_a_changed_secret_a_revoked_key_and_a_stopped_owner() -> None:
    actor = make_actor("expert")
    new, other = (keys.create_api_key(actor=actor, name=name, now=NOW) for name in ("a", "b"))

    keys.revoke_api_key(actor=actor, key_id=new.key_id, now=NOW)

    assert keys.caller_of(new.secret) is None
    assert keys.caller_of(other.secret + "x") is None
    assert keys.caller_of(other.secret) is not None
    User.objects.update(is_active=False)
    assert keys.caller_of(other.secret) is None


@pytest.mark.parametrize(("name", "per_minute"), [("", 1), ("  ", 1), ("x" * 101, 1), ("x", 0), ("x", 601)])
def test_create_api_key_refuses_odd_values(name: str, per_minute: int) -> None:
    with pytest.raises(BadInput):
        keys.create_api_key(actor=make_actor("expert"), name=name, now=NOW, per_minute=per_minute)


def test_create_api_key_allows_ten_at_a_time() -> None:
    actor = make_actor("expert")
    first, *_rest = [keys.create_api_key(actor=actor, name=str(number), now=NOW) for number in range(10)]

    with pytest.raises(Conflict):
        keys.create_api_key(actor=actor, name="11", now=NOW)

    keys.revoke_api_key(actor=actor, key_id=first.key_id, now=NOW)
    keys.create_api_key(actor=actor, name="11", now=NOW)


def test_keys_are_revoked_by_their_owner_once() -> None:
    actor = make_actor("expert")
    new = keys.create_api_key(actor=actor, name="周报", now=NOW)

    with pytest.raises(NotFound):
        keys.revoke_api_key(actor=make_actor("operator"), key_id=new.key_id, now=NOW)
    keys.revoke_api_key(actor=actor, key_id=new.key_id, now=NOW)
    keys.revoke_api_key(actor=actor, key_id=new.key_id, now=NOW + timedelta(days=1))

    assert ApiKey.objects.get().revoked_at == NOW
    assert list(Entry.objects.order_by("id").values_list("action", "object_key")) == [
        ("accounts.api_key.create", new.prefix),
        ("accounts.api_key.revoke", new.prefix),
    ]


def test_nobody_has_keys() -> None:
    with pytest.raises(NotAllowed):
        keys.create_api_key(actor=ANONYMOUS, name="x", now=NOW)
    with pytest.raises(NotAllowed):
        keys.revoke_api_key(actor=ANONYMOUS, key_id=1, now=NOW)


def test_count_call_counts_down_within_a_minute_and_begins_anew() -> None:
    left = [keys.count_call("ip:ab", 2, NOW) for _call in range(4)]

    assert left == [1, 0, -1, -2]
    assert keys.count_call("ip:cd", 2, NOW) == 1
    assert keys.count_call("ip:ab", 2, NOW + timedelta(seconds=47)) == -3
    assert keys.count_call("ip:ab", 2, NOW + timedelta(seconds=48)) == 1
    assert RateWindow.objects.filter(caller="ip:ab").count() == 1


def test_count_call_notes_the_day_a_key_was_used() -> None:
    new = keys.create_api_key(actor=make_actor("expert"), name="周报", now=NOW)

    keys.count_call(f"key:{new.prefix}", 600, datetime(2024, 1, 4, 16, 0, tzinfo=UTC))

    assert ApiKey.objects.get().last_used_on == date(2024, 1, 5)  # midnight in the city


def test_count_call_forgets_old_windows_on_the_hour() -> None:
    keys.count_call("ip:ab", 2, NOW)

    keys.count_call("ip:cd", 2, datetime(2024, 1, 4, 4, 0, tzinfo=UTC))

    assert list(RateWindow.objects.values_list("caller", flat=True)) == ["ip:cd"]


@pytest.mark.django_db(transaction=True)
def test_count_call_loses_no_call_when_many_count_at_once() -> None:
    def count(_call: int) -> int:
        try:
            return keys.count_call("ip:ab", 100, NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        left = sorted(pool.map(count, range(40)))

    assert left == list(range(60, 100))


@pytest.mark.parametrize(("second", "left"), [(0, 60), (12, 48), (59, 1)])
def test_seconds_left_of_the_minute(second: int, left: int) -> None:
    assert keys.seconds_left(NOW.replace(second=second)) == left
