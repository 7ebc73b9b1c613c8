"""Bulletins on the desk: what does not hold is marked, two people, two editors, and nothing for others."""

import pytest
from django.test import Client

from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.publishing.live import Words
from pinzhi.records.publishing.models import Bulletin
from tests.records.publishing.build import DAY, Desk
from tests.web.portal.bulletin_city import FIRM, publish_real, revoke_one

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
FALSE = Words(Text("三家得过市长质量奖", ""), Text("得奖的有[[A21|3]]家。平台开放。", ""), DAY)


@pytest.fixture
def desk() -> Desk:
    return publish_real()


def as_actor(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def sent(bulletin: Bulletin, **changes: str) -> dict[str, str]:
    bulletin.refresh_from_db()
    text = bulletin.texts.order_by("-number")[0]
    names = ("title_zh", "title_en", "subtitle_zh", "subtitle_en", "body_zh", "body_en")
    return {name: getattr(text, name) for name in names} | {
        "as_of": text.as_of.isoformat(), "seen": str(bulletin.version),
    } | changes  # fmt: skip


def test_a_sentence_that_does_not_hold_is_marked_with_both_values(desk: Desk) -> None:
    desk.draft("false", FALSE)

    page = as_actor(desk.editor).get("/desk/bulletins/false").content.decode()

    assert 'class="false"' in page
    assert "A21 文中写“3”，记录得 2，多 1。" in page
    assert "有 1 处和记录不符，或读不懂，不能签发" in page


def test_a_text_is_checked_while_it_is_written(desk: Desk) -> None:
    bulletin = desk.draft("false", FALSE)
    editor = as_actor(desk.editor)

    right = editor.post("/desk/bulletins/check", sent(bulletin, body_zh=FIRM)).content.decode()
    broken = editor.post("/desk/bulletins/check", sent(bulletin, body_zh="得奖的有[[A21|2家")).content.decode()

    assert "每一处都和记录相符" in right
    assert "没有用“]]”收住" in broken
    assert bulletin.texts.count() == 1


def test_the_pages_of_the_pdf_are_shown_of_a_text_that_is_not_kept(desk: Desk) -> None:
    bulletin = desk.draft("false", FALSE)
    editor = as_actor(desk.editor)

    saved = editor.get("/desk/bulletins/false/sheets").content.decode()
    long = editor.post(
        "/desk/bulletins/false/sheets", sent(bulletin, body_zh=f"{FIRM}\n\n" * 40), headers={"HX-Request": "true"}
    ).content.decode()
    broken = editor.post("/desk/bulletins/false/sheets", sent(bulletin, body_zh="得奖的有[[A21|2家")).content.decode()

    assert (saved.count("data:image/png"), "<h1>" in saved) == (1, True)
    assert (long.count("data:image/png"), "<html" in long) == (3, False)
    assert (broken.count("data:image/png"), "没有用“]]”收住" in broken) == (0, True)
    assert bulletin.texts.count() == 1
    assert as_actor(desk.citizen).get("/desk/bulletins/false/sheets").status_code == 404


def test_it_is_written_handed_in_reviewed_and_signed_on_the_desk(desk: Desk) -> None:
    editor, chair = as_actor(desk.editor), as_actor(desk.chair)
    made = editor.post(
        "/desk/bulletins/new",
        {
            "slug": "by-hand", "owner_zh": "质量发展处", "owner_en": "Quality", "title_zh": "两家", "body_zh": FIRM,
            "as_of": "2023-12-31",
        },
    )  # fmt: skip
    assert made.headers["Location"] == "/desk/bulletins/by-hand"
    bulletin = Bulletin.objects.get(slug="by-hand")

    def do(client: Client, name: str, **more: str) -> int:
        bulletin.refresh_from_db()
        return client.post(f"/desk/bulletins/by-hand/{name}", {"seen": bulletin.version} | more).status_code

    assert do(editor, "submit") == 302
    assert do(editor, "review") == 400
    assert do(chair, "review") == 302
    assert do(editor, "sign") == 400
    assert do(chair, "sign") == 302
    bulletin.refresh_from_db()
    assert bulletin.state == "published"
    assert Client().get("/bulletins/by-hand").status_code == 200


def test_of_two_editors_the_later_sees_both_texts_and_keeps_his_own(desk: Desk) -> None:
    bulletin = desk.draft("two", FALSE)
    mine, theirs = sent(bulletin, body_zh="甲写的。"), sent(bulletin, body_zh="乙写的。")
    assert as_actor(desk.editor).post("/desk/bulletins/two", mine).status_code == 302

    answer = as_actor(desk.colleague).post("/desk/bulletins/two", theirs)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert '<span class="gone">甲写的。</span>' in page
    assert '<span class="added">乙写的。</span>' in page
    assert ">\n乙写的。</textarea>" in page
    bulletin.refresh_from_db()
    assert f'name="seen" value="{bulletin.version}"' in page


def test_a_figure_is_corrected_and_the_bulletin_withdrawn_on_the_desk(desk: Desk) -> None:
    revoke_one()
    chair, bulletin = as_actor(desk.chair), Bulletin.objects.get(slug="real")

    same = {"seen": bulletin.version, "figure": "A21@2023-12-31", "ground_zh": "一家的称号被撤销。"}
    assert chair.post("/desk/bulletins/real/correct-figure", same).status_code == 302
    page = Client().get("/bulletins/real").content.decode()
    assert "<del>2</del> <ins>1</ins>" in page
    assert "更正：“2”（A21）改为“1”" in page
    again = {"seen": bulletin.version + 1, "figure": "A21@2023-12-31", "ground_zh": "再改。"}
    refused = chair.post("/desk/bulletins/real/correct-figure", again)
    assert (refused.status_code, "今天重算还是 1" in refused.content.decode()) == (400, True)
    taken = chair.post("/desk/bulletins/real/withdraw", {"seen": bulletin.version + 1, "ground_zh": "整篇撤回。"})
    assert taken.status_code == 302
    assert "已撤回" in Client().get("/bulletins/real").content.decode()


def test_old_texts_can_be_read(desk: Desk) -> None:
    bulletin = desk.draft("two", FALSE)
    desk.save(bulletin, Words(Text("新", ""), Text(FIRM, ""), DAY))

    page = as_actor(desk.colleague).get("/desk/bulletins/two/texts/1").content.decode()

    assert "[[A21|3]]" in page
    assert as_actor(desk.colleague).get("/desk/bulletins/two/texts/9").status_code == 404


def test_the_desk_is_for_those_who_write_and_sign(desk: Desk) -> None:
    desk.draft("two", FALSE)
    citizen = as_actor(desk.citizen)

    assert citizen.get("/desk/bulletins/two").status_code == 404
    assert citizen.get("/desk/bulletins/new").status_code == 403
    assert citizen.post("/desk/bulletins/check", {}).status_code == 403
    assert "two" not in citizen.get("/desk/bulletins").content.decode()
    assert as_actor(desk.chair).post("/desk/bulletins/two/nothing", {}).status_code == 404
