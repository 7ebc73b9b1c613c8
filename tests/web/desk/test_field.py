"""What phones send, and the same checklist without scripts: answers, photos, choices, refusals."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case
from pinzhi.records.inspections.actions.planning import send_notices
from pinzhi.records.inspections.models import Capture, Inspection, Photo
from tests.records.casework.build import PNG
from tests.records.inspections.build import LARGER, Cast, at
from tests.records.inspections.test_field import ITEMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def inspection(cast: Cast) -> Inspection:
    return cast.inspection()


def enter(client: Client, actor: Actor) -> Client:
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


@pytest.fixture
def phone(client: Client, cast: Cast, inspection: Inspection) -> Client:
    return enter(client, cast.lead(inspection))


def post(client: Client, inspection: Inspection, *records: Any, **more: Any) -> Any:
    content = {"device_now": datetime.now(UTC).isoformat(), "records": list(records)} | more
    address = f"/desk/inspections/{inspection.number}/sync"
    return client.post(address, json.dumps(content), content_type="application/json")


def record(key: str = "k1", item: str = "drainage", answer: str = "yes", **more: Any) -> dict[str, Any]:
    given = {"key": key, "item": item, "based_on": 0, "answer": answer, "note": ""}
    return given | {"taken_at": datetime.now(UTC).isoformat()} | more


def test_a_phone_sends_its_records_and_reads_what_stands(phone: Client, inspection: Inspection) -> None:
    answer = post(phone, inspection, record(latitude=36.2402, longitude=120.241, accuracy_m=6), record("k2", "storage"))
    assert [one["outcome"] for one in answer.json()["results"]] == ["stored", "stored"]
    state = phone.get(f"/desk/inspections/{inspection.number}/state.json").json()

    known = {one["id"]: (one["answer"], one["version"]) for one in state["items"]}
    assert (known["drainage"], known["plan"], state["state"]) == (("yes", 1), ("", 0), "ready")
    assert Capture.objects.get(key="k1").place == "near"


def test_a_record_that_cannot_be_read_is_told_by_its_key_and_the_others_are_taken(
    phone: Client, inspection: Inspection
) -> None:
    rows = [
        record("good"), record("late", "storage", taken_at="yesterday"), record("odd", "storage", latitude="north"),
        record("nan", "storage", latitude="nan", longitude=1), record("base", "storage", based_on="x"), 7, None,
    ]  # fmt: skip
    found = {one["key"]: one["outcome"] for one in post(phone, inspection, *rows).json()["results"]}

    assert found == {
        "good": "stored",
        "late": "refused",
        "odd": "refused",
        "nan": "refused",
        "base": "refused",
        "": "refused",
    }
    assert Capture.objects.count() == 1


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "[" * 100_000, '{"records": [], "device_now": "now"}'])
def test_what_is_no_sync_is_refused_as_a_problem(phone: Client, inspection: Inspection, body: str) -> None:
    address = f"/desk/inspections/{inspection.number}/sync"
    answer = phone.post(address, body, content_type="application/json")

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_who_is_signed_out_is_told_so_and_loses_nothing(client: Client, inspection: Inspection) -> None:
    for answer in (
        post(client, inspection, record()),
        client.get(f"/desk/inspections/{inspection.number}/state.json"),
        client.post(f"/desk/inspections/{inspection.number}/photos"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "inspections.signed_out")
    assert Capture.objects.count() == 0


def test_others_neither_read_nor_send(client: Client, cast: Cast, inspection: Inspection) -> None:
    for actor in (cast.firms[LARGER], cast.district):
        enter(client, actor)
        assert client.get(f"/desk/inspections/{inspection.number}/state.json").status_code == 404
        assert post(client, inspection, record()).status_code == 404
        assert client.get(f"/desk/inspections/{inspection.number}").status_code == 404
    enter(client, cast.officer)
    assert post(client, inspection, record()).status_code == 403
    assert client.get(f"/desk/inspections/{inspection.number}").status_code == 200


def send_photo(phone: Client, inspection: Inspection, content: bytes = PNG, **more: str) -> Any:
    given = {
        "key": "p1", "item": "drainage", "size": str(len(PNG)), "sha256": hashlib.sha256(PNG).hexdigest(),
        "taken_at": datetime.now(UTC).isoformat(), "device_now": datetime.now(UTC).isoformat(),
    } | more  # fmt: skip
    file = SimpleUploadedFile("photo.png", content)
    return phone.post(f"/desk/inspections/{inspection.number}/photos", given | {"photo": file})


def test_a_photo_is_taken_once_and_shown_to_its_readers_alone(
    phone: Client, client: Client, cast: Cast, inspection: Inspection
) -> None:
    first, again = send_photo(phone, inspection).json(), send_photo(phone, inspection).json()
    assert first == again
    shown = phone.get(f"/desk/inspections/{inspection.number}/photos/{first['photo']}")
    assert (shown.headers["Content-Type"], b"".join(shown.streaming_content)) == ("image/png", PNG)  # type: ignore[attr-defined]

    enter(client, cast.firms[LARGER])
    assert client.get(f"/desk/inspections/{inspection.number}/photos/{first['photo']}").status_code == 404


def test_a_photo_cut_off_in_mid_upload_is_refused_and_nothing_stays(phone: Client, inspection: Inspection) -> None:
    codes = []
    for more in ({"content": PNG[:30]}, {"content": PNG[:30], "size": "30"}, {"taken_at": "noon"}, {"item": "none"}):
        answer = send_photo(phone, inspection, **more)  # type: ignore[arg-type]
        assert answer.status_code == 400
        assert answer.json()["detail"]
        codes.append(answer.json()["code"])
    # only what was cut off is sent again by the phone; the others would be refused again
    assert codes == ["inspections.photo.cut"] * 2 + ["inspections.moment", "inspections.item"]
    assert Photo.objects.count() == 0


def test_without_scripts_the_checklist_is_one_form(phone: Client, inspection: Inspection) -> None:
    address = f"/desk/inspections/{inspection.number}"
    given: dict[str, Any] = {f"a-{item}": "yes" for item in ITEMS} | {f"base-{item}": "0" for item in ITEMS}
    given |= {"a-drainage": "no", "n-drainage": "有油花", "p-drainage": SimpleUploadedFile("a.png", PNG)}
    page = phone.post(f"{address}/save", given, follow=True).content.decode()
    assert "已保存 9 项。" in page
    assert (Capture.objects.count(), Photo.objects.count()) == (9, 1)

    phone.post(f"{address}/save", given | {f"base-{item}": "1" for item in ITEMS})
    assert Capture.objects.count() == 9
    assert "填好了，有 1 项不符合" in phone.get(f"{address}/hand-in").content.decode()
    answer = phone.post(f"{address}/hand-in", {"result": "clean", "visited_on": "2024-01-04"})
    assert answer.status_code == 400
    phone.post(f"{address}/hand-in", {"result": "rectify", "visited_on": "2024-01-04"})
    assert Inspection.objects.get(pk=inspection.pk).state == "frozen"
    assert phone.get(f"{address}/record.pdf").content.startswith(b"%PDF")
    assert json.loads(phone.get(f"{address}/record.json").content)["record"]["result"] == "rectify"


def test_two_records_are_shown_as_a_question(phone: Client, cast: Cast, inspection: Inspection) -> None:
    post(phone, inspection, record("a"))
    enter(phone, cast.second(inspection))
    post(phone, inspection, record("b", answer="no"))
    page = phone.get(f"/desk/inspections/{inspection.number}").content.decode()
    assert "两个人改了同一项，请选一个" in page
    beside = Capture.objects.get(standing="beside")
    phone.post(f"/desk/inspections/{inspection.number}/choose", {"capture": beside.pk})

    assert Capture.objects.get(standing="current").key == "b"


def test_the_worker_keeps_what_the_page_needs(client: Client) -> None:
    answer = client.get("/desk/inspections/sw.js")
    page = answer.content.decode()

    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "field.js" in page
    assert "&quot;" not in page


def test_a_refusal_is_noted_by_a_form(phone: Client, inspection: Inspection, cast: Cast) -> None:
    address = f"/desk/inspections/{inspection.number}"
    post(phone, inspection, *[record(item, item) for item in ITEMS])
    phone.post(f"{address}/hand-in", {"result": "clean", "visited_on": "2024-01-04"})
    digest = Inspection.objects.get(pk=inspection.pk).document_digest
    page = phone.post(f"{address}/refuse", {"digest": digest, "ground": "不认可", "witness": ""}, follow=True)
    assert "见证人" in page.content.decode()
    assert inspection.signatures.count() == 0
    phone.post(f"{address}/refuse", {"digest": digest, "ground": "不认可", "witness": "园区安全员"})
    phone.post(f"{address}/sign", {"digest": digest})

    assert sorted(inspection.signatures.values_list("role", "refused")) == [("enterprise", True), ("inspector", False)]
    assert "拒签，见证人 园区安全员" in enter(phone, cast.firms[LARGER]).get(address).content.decode()


def test_an_enterprise_goes_from_its_notice_to_its_own_inspection(client: Client, cast: Cast) -> None:
    cast.registered()
    send_notices(actor=cast.officer, plan=cast.plan("own-2024"), when=at())
    notice = Case.objects.get(organisation_code=LARGER)
    enter(client, cast.firms[LARGER])
    assert "去签收" in client.get("/desk/inspections").content.decode()
    wish = Wish("sign", values={"signed-by": "周"})
    take_step(actor=cast.firms[LARGER], case_id=notice.pk, wish=wish, seen=None, when=at(2))
    assert "按检查表自查" in client.get("/desk/inspections").content.decode()
    page = client.post(f"/desk/inspections/own/{notice.number}", follow=True).content.decode()

    assert "查看并提交记录" in page
    assert Inspection.objects.get().kind == "own"
