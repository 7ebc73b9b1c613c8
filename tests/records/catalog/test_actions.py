"""Editing one record: the rules of files, history, journal, outbox, and who may."""

from datetime import UTC, date, datetime

import pytest

from pinzhi.engine.errors import BadInput, NotAllowed, NotFound
from pinzhi.records.accounts.permissions import SYSTEM, Actor
from pinzhi.records.catalog import models
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.journal.models import Entry
from tests.build_catalog import make_honour

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 1, 4, 2, tzinfo=UTC)
LATER = datetime(2024, 2, 4, 2, tzinfo=UTC)
CODE = "91370212MA0000015Y"


def _organisation(actor: Actor = SYSTEM, now: datetime = NOW, since: date | None = None, **values: object) -> int:
    return record_change(actor=actor, kind="organisation", key=CODE, values=values, valid_from=since, now=now)


def _officer(*districts: str) -> Actor:
    return Actor(
        user_id=7, name="王", roles=frozenset({"district_officer"}), districts=frozenset(districts), key="user:7"
    )


def test_a_record_is_created_announced_and_written_into_the_journal() -> None:
    key = _organisation(name="青岛甲有限公司", district="崂山区", synthetic=True, established_on=date(2015, 6, 1))

    made = models.Organisation.objects.get(pk=key)
    assert (made.code, made.district, made.synthetic, made.established_on) == (CODE, "370212", True, date(2015, 6, 1))
    change = models.SearchChange.objects.get()
    assert (change.kind, change.first_id, change.last_id) == ("organisation", key, key)
    entry = Entry.objects.get()
    assert (entry.action, entry.object_kind, entry.object_key, entry.actor) == (
        "catalog.create", "organisation", CODE, "system",
    )  # fmt: skip


def test_a_correction_says_what_was_believed() -> None:
    _organisation(name="青岛甲有限公司", size="大型")

    _organisation(now=LATER, size="小型")

    assert models.Organisation.objects.get().size == "small"
    past = models.OrganisationPast.objects.get()
    assert (past.size, past.recorded_at, past.recorded_until) == ("large", NOW, LATER)
    assert Entry.objects.get(action="catalog.edit").detail["fields"] == {"size": ["large", "small"]}


def test_the_same_again_writes_nothing() -> None:
    _organisation(name="青岛甲有限公司", size="大型")

    _organisation(now=LATER, name="青岛甲有限公司", size="large")

    assert models.OrganisationPast.objects.count() == 0
    assert Entry.objects.count() == 1
    assert models.SearchChange.objects.count() == 1


def test_links_of_standards_follow_their_columns() -> None:
    for number in ("GB/T 19580-2004", "GB/T 19580-2012"):
        values = {"title_zh": "卓越绩效评价准则", "effective_on": f"{number[-4:]}-08-01"}
        record_change(actor=SYSTEM, kind="standard", key=number, values=values, valid_from=None, now=NOW)

    links = {"replaces": ["GB/T 19580-2004"], "drafters": "海尔集团公司;中国质量协会"}
    record_change(actor=SYSTEM, kind="standard", key="GB/T 19580-2012", values=links, valid_from=None, now=LATER)

    old = models.Standard.objects.get(canonical="GB/T 19580-2004")
    assert old.superseded_on == date(2012, 8, 1)
    assert [d.name for d in models.Drafting.objects.order_by("rank")] == ["海尔集团公司", "中国质量协会"]

    with pytest.raises(BadInput) as refusal:
        record_change(
            actor=SYSTEM,
            kind="standard",
            key=old.number,
            values={"replaces": "GB/T 19580-2012"},
            valid_from=None,
            now=LATER,
        )
    assert refusal.value.code == "import.standard.replaces_cycle"


def test_capabilities_end_when_another_takes_their_place() -> None:
    _organisation(name="青岛甲有限公司")
    record_change(
        actor=SYSTEM, kind="institution", key=CODE, values={"categories": "检验检测"}, valid_from=None, now=NOW
    )
    scope = {"category": "检验检测", "scope_zh": "电器安全"}
    for moment, until in ((NOW, "2025-01-01"), (LATER, "2026-01-01")):
        record_change(
            actor=SYSTEM, kind="capability", key=CODE, values=scope | {"valid_to": until}, valid_from=None, now=moment
        )

    ended, current = models.Capability.objects.order_by("id")
    assert (ended.recorded_until, ended.valid_to) == (LATER, date(2025, 1, 1))
    assert (current.recorded_until, current.valid_to) == (None, date(2026, 1, 1))


def test_what_breaks_a_rule_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(BadInput) as refusal:
        _organisation(name="青岛甲有限公司", established_on="2020-02-30")

    assert (refusal.value.code, refusal.value.facts["field"]) == ("import.date.impossible", "established_on")
    assert not models.Organisation.objects.exists()
    assert not Entry.objects.exists()


def test_unknown_kinds_and_fields_are_refused() -> None:
    with pytest.raises(NotFound):
        record_change(actor=SYSTEM, kind="planet", key="Earth", values={}, valid_from=None, now=NOW)
    with pytest.raises(BadInput) as refusal:
        _organisation(name="青岛甲有限公司", colour="red")
    assert refusal.value.code == "catalog.field"


def test_district_officers_edit_in_their_district_only() -> None:
    laoshan, shinan = _officer("370212"), _officer("370202")
    _organisation(laoshan, name="青岛甲有限公司", district="370212")

    _organisation(laoshan, LATER, size="小型")
    with pytest.raises(NotAllowed):
        _organisation(shinan, LATER, size="大型")
    with pytest.raises(NotAllowed):
        _organisation(laoshan, LATER, district="370202")
    with pytest.raises(NotAllowed):
        record_change(
            actor=laoshan, kind="standard", key="GB 1-2000", values={"title_zh": "甲"}, valid_from=None, now=NOW
        )
    with pytest.raises(NotAllowed):
        record_change(actor=shinan, kind="brand", key=CODE, values={"name": "甲牌"}, valid_from=None, now=NOW)

    assert models.Organisation.objects.get().size == "small"
    assert not models.Standard.objects.exists()


@pytest.mark.parametrize("role", ["citizen", "enterprise", "expert", "supervisor", "operator"])
def test_others_do_not_edit(role: str) -> None:
    actor = Actor(user_id=8, name="李", roles=frozenset({role}), key="user:8")

    with pytest.raises(NotAllowed):
        _organisation(actor, name="青岛甲有限公司", district="370212")


def test_editing_the_state_of_an_honour_leaves_its_recipient() -> None:
    honour = make_honour("mayor-7-excellence-01", recipient="青岛甲有限公司")

    record_change(actor=SYSTEM, kind="honour", key=honour.code, values={"state": "revoked"}, valid_from=None, now=NOW)

    honour.refresh_from_db()
    assert (honour.state, honour.recipient) == ("revoked", "青岛甲有限公司")
