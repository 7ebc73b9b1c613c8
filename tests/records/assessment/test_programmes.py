"""Certifications, labels, pilots and the expo run from their files alone, from the call to what the register keeps."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.assessment.actions import granting
from pinzhi.records.assessment.actions.granting import correct_grants, grant
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.actions.stands import allot_stand, free_stand, hide_product, show_product
from pinzhi.records.assessment.models import Entry, Grant
from pinzhi.records.assessment.queries.facts import moves_open
from pinzhi.records.assessment.queries.milestones import due_of, milestones
from pinzhi.records.assessment.queries.stands import exhibitors
from pinzhi.records.attestation.models import Credential
from pinzhi.records.catalog.models import Certificate, Honour, Organisation, Product
from tests.build import TODAY, make_actor
from tests.records.assessment.build import CODE, moment
from tests.records.assessment.player import Player, called
from tests.records.assessment.test_from_files import all_on, play

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parents[3]


def make_firm(code: str = CODE, name: str = "青岛澄海精工有限公司") -> Organisation:
    return Organisation.objects.create(
        code=code, name=name, kind="enterprise", state="active", district="370212", recorded_at=moment().at
    )


def enter(player: Player, count: int, category: str, *, level: int = 90) -> list[Entry]:
    return [player.enter(f"N-{n:02}", category, level=level, organisation_code=CODE) for n in range(1, count + 1)]


def all_the_way(player: Player, entries: list[Entry]) -> None:
    """Take all entries together along their path, to its end."""
    for _ in player.scheme.stage:
        states = {one.state for one in Entry.objects.filter(round=player.round)}
        for state in sorted(states, key=player.scheme.states.index):
            there = list(Entry.objects.filter(round=player.round, state=state).order_by("number"))
            all_on(player, there)


def moved(entry: Entry, to: str, *, on: date = TODAY, document: str = "文〔2024〕9 号") -> Entry:
    entry.refresh_from_db()
    move_entry(
        actor=SYSTEM, entry_id=entry.pk, to=to, seen=entry.version, when=moment(on), ground="查实", document=document,
        effective_on=on,
    )  # fmt: skip
    entry.refresh_from_db()
    return entry


# ---- 泰山品质 ----
def test_a_certification_runs_from_its_file_to_numbered_certificates_and_credentials() -> None:
    make_firm()
    player = called("taishan-quality", "2024")
    product, service = (
        player.enter("N-01", "product", level=90, organisation_code=CODE),
        player.enter("N-02", "service", level=90, organisation_code=CODE),
    )

    all_the_way(player, [product, service])

    found = list(Certificate.objects.order_by("number"))
    assert [one.number for one in found] == ["TSPZ-2024-01", "TSPZ-2024-02"]
    assert {one.product.nature for one in found if one.product} == {"product", "service"}
    assert all(one.holder.code == CODE and one.scheme == "taishan-quality" and one.edition == "2024" for one in found)
    first = found[0]
    assert (first.issued_on, first.expires_on) == (
        player.on,
        date(player.on.year + 3, player.on.month, player.on.day - 1),
    )
    credential = Credential.objects.get(key="TSPZ-2024-01")
    assert (credential.holder_code, credential.valid_until) == (CODE, first.expires_on)
    stages = [one.after for one in product.steps.order_by("number")]
    assert "type_test" in stages
    assert "hearing" not in stages
    assert "type_test" not in [one.after for one in service.steps.all()]


def test_no_more_are_certified_than_the_edition_has_places(tmp_path: Path, settings: Any) -> None:
    shutil.copytree(HERE / "rulebook", tmp_path / "rulebook")
    text = (HERE / "rulebook/qingdao/certifications/taishan-quality-2024.toml").read_text(encoding="utf-8")
    copy = text.replace('edition = "2024"', 'edition = "x"', 1).replace("places = 20", "places = 3")
    (tmp_path / "rulebook/qingdao/certifications/taishan-quality-x.toml").write_text(copy, encoding="utf-8")
    settings.RULEBOOK = tmp_path / "rulebook"
    make_firm()
    player = called("taishan-quality", "x")
    enter(player, 4, "product")

    with pytest.raises(Conflict, match=r"assessment\.round\.quota"):
        all_the_way(player, [])

    assert Entry.objects.filter(grade="certified").count() <= 3
    assert not Certificate.objects.exists()


def test_without_its_holder_in_the_catalogue_nothing_is_certified() -> None:
    player = called("taishan-quality", "2024")
    entry = player.enter("N-01", "product", level=90, organisation_code=CODE)

    with pytest.raises(Conflict, match=r"assessment\.grant\.holder"):
        all_the_way(player, [entry])

    entry.refresh_from_db()
    assert entry.state == "decided"
    assert not Grant.objects.exists()


def test_a_number_that_the_register_has_already_is_not_given_again() -> None:
    firm = make_firm()
    Certificate.objects.create(number="TSPZ-2024-01", scheme="taishan-quality", holder=firm, recorded_at=moment().at)
    player = called("taishan-quality", "2024")

    all_the_way(player, enter(player, 2, "product"))

    assert sorted(Grant.objects.values_list("number", flat=True)) == ["TSPZ-2024-02", "TSPZ-2024-03"]


def test_a_worker_who_is_second_at_a_number_takes_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    make_firm()
    player = called("taishan-quality", "2024")
    first, second = enter(player, 2, "product")
    all_the_way(player, [first, second])
    third = player.enter("N-03", "product", level=90, organisation_code=CODE)
    stale = iter([("TSPZ-2024-{serial}", 2, "TSPZ-2024-02")])  # what another worker read before the second was given
    right = granting._next
    monkeypatch.setattr(granting, "_next", lambda *given: next(stale, None) or right(*given))
    while third.state != "announced":
        player.step(third)
        third.refresh_from_db()

    assert list(Grant.objects.order_by("serial").values_list("serial", flat=True)) == [1, 2, 3]
    assert Certificate.objects.count() == 3


def certified() -> tuple[Player, Entry]:
    make_firm()
    player = called("taishan-quality", "2024")
    entry = player.enter("N-01", "product", level=90, organisation_code=CODE)
    all_the_way(player, [entry])
    entry.refresh_from_db()
    return player, entry


def test_granting_again_writes_nothing_twice() -> None:
    player, entry = certified()

    again = grant(entry, player.scheme, when=moment(player.on), effective_on=player.on)

    assert again == Grant.objects.get()
    assert Certificate.objects.count() == Credential.objects.count() == 1


def test_a_corrected_name_corrects_the_register_and_replaces_the_credential() -> None:
    player, entry = certified()

    correct_grants(
        actor=player.officer, entry_id=entry.pk, name="500kV 电力电缆", ground="异议成立", document="文 2 号",
        when=moment(player.on),
    )  # fmt: skip

    certificate = Certificate.objects.get()
    assert (certificate.number, certificate.scope_zh) == ("TSPZ-2024-01", "500kV 电力电缆")
    assert certificate.product is not None
    assert certificate.product.name == "500kV 电力电缆"
    old, new = Credential.objects.order_by("pk")
    assert (old.replaced_by, new.replaced_at) == (new, None)


def test_a_correction_needs_its_grounds_and_somebody_who_may() -> None:
    player, entry = certified()

    with pytest.raises(BadInput):
        correct_grants(
            actor=player.officer, entry_id=entry.pk, name="x", ground="", document="文", when=moment(player.on)
        )
    with pytest.raises(NotAllowed):
        correct_grants(
            actor=make_actor("enterprise", organisation_code=CODE), entry_id=entry.pk, name="x", ground="x",
            document="文", when=moment(player.on),
        )  # fmt: skip


def test_what_becomes_of_the_entry_becomes_of_the_certificate() -> None:
    player, entry = certified()
    moved(entry, "in_force", on=player.on)

    moved(entry, "suspended", on=player.on)
    assert Certificate.objects.get().state == "suspended"

    moved(entry, "revoked", on=player.on)
    assert (Certificate.objects.get().state, Certificate.objects.get().state_ground) == ("withdrawn", "查实")


# ---- 标准化良好行为 ----
@pytest.mark.parametrize(("level", "grade"), [(73, "A"), (80, "AA"), (91, "AAA"), (96, "AAAA")])
def test_good_practice_is_graded_by_the_points_of_its_parts(level: int, grade: str) -> None:
    make_firm()
    player = called("good-practice", "2024")
    entry = player.enter("N-01", "enterprise", level=level, organisation_code=CODE)

    all_the_way(player, [entry])

    assert Honour.objects.get().grade == grade
    assert Grant.objects.get().number == f"GSP-{player.on.year}-0001"
    assert Credential.objects.get().kind == "honour"


def test_a_grade_that_was_not_earned_is_not_given() -> None:
    make_firm()
    player = called("good-practice", "2024")
    player._grade = lambda entry: "AAAAA"  # type: ignore[method-assign]

    with pytest.raises(Conflict, match=r"assessment\.round\.threshold"):
        all_the_way(player, enter(player, 1, "enterprise", level=80))

    assert not Honour.objects.exists()


# ---- 青岛优品 ----
def test_labels_are_counted_and_not_enterprises() -> None:
    make_firm()
    player = called("youpin", "2")

    all_the_way(player, enter(player, 3, "product", level=80))

    assert [one.number for one in Certificate.objects.order_by("number")] == [
        f"QDYP-2-00{number}" for number in (1, 2, 3)
    ]
    assert Certificate.objects.values("holder").distinct().count() == 1


# ---- pilots ----
@pytest.mark.parametrize(
    ("scheme", "edition", "category", "approved"),
    [("standard-pilot-national", "2024", "public", "approved"),
     ("standard-pilot-provincial", "2024", "service", "approved"), ("carbon-pilot", "1", "park", "park")],
)  # fmt: skip
def test_a_pilot_goes_through_its_milestones_to_acceptance(
    scheme: str, edition: str, category: str, approved: str
) -> None:
    make_firm()
    player = called(scheme, edition)
    player.goes_on = True
    entry = player.enter("N-01", category, level=95, organisation_code=CODE)

    all_the_way(player, [entry])

    entry.refresh_from_db()
    assert entry.state == player.scheme.states[-1]
    assert list(Honour.objects.order_by("pk").values_list("grade", flat=True)) == [approved, "accepted"]
    assert [one.left_on for one in milestones(entry)] == [player.on] * 4
    assert entry.sections.filter(document="self-evaluation").exists()
    assert Credential.objects.count() == 2


def pilot_at(state: str) -> tuple[Player, Entry]:
    make_firm()
    player = called("standard-pilot-national", "2024")
    player.goes_on = True
    entry = player.enter("N-01", "public", level=95, organisation_code=CODE)
    while entry.state != state:
        assert player.step(entry)
        entry.refresh_from_db()
    return player, entry


def test_milestones_are_due_so_many_months_after_the_approval() -> None:
    _player, entry = pilot_at("in_force")
    given = entry.steps.get(after="announced").effective_on

    found = milestones(entry)

    assert [(one.state, one.due_on.year - given.year) for one in found] == [
        ("in_force", 1), ("mid_term", 1), ("self_review", 2), ("final_review", 3),
    ]  # fmt: skip
    assert due_of(entry) == found[0].due_on
    assert not found[0].is_late(found[0].due_on)
    assert found[0].is_late(date(2030, 1, 1))


def test_the_clock_of_the_carbon_pilots_runs_from_january_2024() -> None:
    make_firm()
    player = called("carbon-pilot", "1")
    player.goes_on = True
    entry = player.enter("N-01", "park", level=95, organisation_code=CODE)
    while entry.state != "in_force":
        player.step(entry)
        entry.refresh_from_db()

    assert due_of(entry) == date(2026, 1, 1)
    assert player.scheme.term is not None
    assert player.scheme.term.last_day(player.on) == date(2026, 12, 31)
    assert Grant.objects.get().valid_until == date(2026, 12, 31)


def test_a_pilot_that_falls_short_is_extended_once_and_then_fails() -> None:
    player, entry = pilot_at("final_review")
    before = {one.state: one.due_on for one in milestones(entry)}

    moved(entry, "extended", on=player.on)
    moved(entry, "self_review", on=player.on)

    after = {one.state: one for one in milestones(entry)}
    assert (after["final_review"].due_on.year, after["mid_term"].due_on) == (
        before["final_review"].year + 1, before["mid_term"],
    )  # fmt: skip
    player.step(entry)
    with pytest.raises(Conflict, match=r"assessment\.round\.extension"):
        moved(entry, "extended", on=player.on)
    moved(entry, "failed", on=player.on)
    assert Honour.objects.get().state == "revoked"


def test_the_applicant_moves_his_pilot_on_with_the_report_that_is_asked_for() -> None:
    player, entry = pilot_at("in_force")

    found = {to.to: obstacles for to, _part, obstacles in moves_open(entry, ("applicant",), on=player.on)}

    assert [one.code for one in found["mid_term"]] == ["assessment.round.missing"]


# ---- expo ----
def exhibitor(number: str = "N-01", code: str = CODE, player: Player | None = None) -> tuple[Player, Entry]:
    make_firm(code, f"青岛示例{number}有限公司")
    player = player or called("quality-life-expo", "2024")
    player.goes_on = True
    entry = player.enter(number, "exhibitor", level=0, organisation_code=code)
    while entry.state != "allotment":
        player.step(entry)
        entry.refresh_from_db()
    return player, entry


def test_an_exhibitor_gets_a_stand_and_shows_products_of_the_catalogue() -> None:
    player, entry = exhibitor()
    product = Product.objects.create(
        organisation=Organisation.objects.get(), name="精密减速机", recorded_at=moment().at
    )
    applicant = make_actor("enterprise", organisation_code=CODE)

    show_product(actor=applicant, entry_id=entry.pk, product_id=product.pk, when=moment())
    show_product(actor=applicant, entry_id=entry.pk, product_id=product.pk, when=moment())
    with pytest.raises(Conflict, match=r"assessment\.round\.stand"):
        moved(entry, "exhibited")
    stand = allot_stand(actor=player.officer, entry_id=entry.pk, hall="N1", number=7, when=moment())
    moved(entry, "exhibited")

    assert (str(stand), entry.state) == ("N1-007", "exhibited")
    (seen,) = exhibitors("quality-life-expo", "2024")
    assert ([str(one) for one in seen.stands], [one.title.zh for one in seen.products]) == (["N1-007"], ["精密减速机"])
    assert Honour.objects.get().scheme == "quality-life-expo"
    with pytest.raises(Conflict):
        hide_product(actor=applicant, entry_id=entry.pk, product_id=product.pk, when=moment())


def test_a_stand_is_given_to_one_exhibitor_and_exists() -> None:
    player, first = exhibitor()
    _, second = exhibitor("N-02", "91370200MA0000023D", player)
    stand = allot_stand(actor=player.officer, entry_id=first.pk, hall="N1", number=7, when=moment())

    with pytest.raises(Conflict, match=r"assessment\.stand\.taken"):
        allot_stand(actor=player.officer, entry_id=second.pk, hall="N1", number=7, when=moment())
    for hall, number in (("N1", 121), ("N1", 0), ("X9", 1)):
        with pytest.raises(BadInput):
            allot_stand(actor=player.officer, entry_id=second.pk, hall=hall, number=number, when=moment())
    free_stand(actor=player.officer, entry_id=first.pk, stand_id=stand.pk, when=moment())
    allot_stand(actor=player.officer, entry_id=second.pk, hall="N1", number=7, when=moment())

    assert not first.stands.exists()


def test_nobody_shows_what_is_another_ones_or_allots_his_own_stand() -> None:
    _, entry = exhibitor()
    other = make_firm("91370200MA0000023D", "青岛示例别家有限公司")
    product = Product.objects.create(organisation=other, name="别家产品", recorded_at=moment().at)
    applicant = make_actor("enterprise", organisation_code=CODE)

    with pytest.raises(Exception, match=r"assessment\.exhibit"):
        show_product(actor=applicant, entry_id=entry.pk, product_id=product.pk, when=moment())
    with pytest.raises(NotAllowed):
        allot_stand(actor=applicant, entry_id=entry.pk, hall="N1", number=1, when=moment())


def test_an_older_award_is_granted_with_a_credential_too() -> None:
    make_firm()
    player = called("innovation-contest", "2")

    play(player, [90], ["industry"])

    assert Honour.objects.count() == Credential.objects.count() == 1
