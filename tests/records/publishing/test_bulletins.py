"""Bulletins through their acts: two people stand behind each, nothing is lost, nothing published changes silently."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.engine.publishing.frozen import read_bulletin
from pinzhi.engine.texts import Text
from pinzhi.records.journal.queries import entries_about
from pinzhi.records.publishing.actions.correcting import correct_figure, correct_words, withdraw
from pinzhi.records.publishing.actions.editing import save_text, start_bulletin, submit
from pinzhi.records.publishing.actions.reviewing import review, send_back
from pinzhi.records.publishing.actions.signing import publish
from pinzhi.records.publishing.live import Words
from pinzhi.records.publishing.models import Bulletin, Publication, PublishedFigure
from pinzhi.records.publishing.queries.drafts import dossier, drafts
from pinzhi.records.publishing.queries.published import (
    bulletins,
    comparisons,
    corrections,
    figure_in,
    headline,
    parts,
    published,
    uses,
)
from pinzhi.records.publishing.queries.visible import bulletin_for, public_bulletin
from tests.records.publishing.build import BODY, DAY, OWNER, WORDS, Desk, at

pytestmark = pytest.mark.django_db
GROUND = Text("一家获奖单位的称号被撤销。", "The honour of one recipient was revoked.")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_bulletin_goes_from_draft_to_published_by_two_people(desk: Desk) -> None:
    publication = desk.published()

    bulletin = Bulletin.objects.get()
    assert (bulletin.state, bulletin.published_on, bulletin.reviewer_id) == (
        "published", date(2024, 1, 4), desk.chair.user_id,
    )  # fmt: skip
    frozen = read_bulletin(publication.document)
    assert [(one.id, one.on, one.number) for one in frozen.figures] == [("A21", DAY, "54"), ("A20", DAY, "7")]
    assert [line.action for line in entries_about("bulletin", "quality-year")] == [
        "publishing.publish", "publishing.review", "publishing.submit", "publishing.start",
    ]  # fmt: skip
    assert entries_about("bulletin", "quality-year")[0].detail["digest"] == publication.digest
    assert published("quality-year").faults == ()


def test_drafts_are_for_those_who_write_and_sign(desk: Desk) -> None:
    desk.draft()

    assert [one.title.zh for one in drafts(desk.chair)] == ["七届评出54家"]
    assert drafts(desk.citizen) == ()
    with pytest.raises(NotFound):
        bulletin_for(desk.citizen, "quality-year")
    with pytest.raises(NotFound):
        public_bulletin("quality-year")


def test_citizens_write_and_sign_nothing(desk: Desk) -> None:
    bulletin = desk.reviewed()

    with pytest.raises(NotAllowed):
        start_bulletin(actor=desk.citizen, slug="x1", owner=OWNER, words=WORDS, when=at())
    with pytest.raises(NotAllowed):
        save_text(actor=desk.citizen, bulletin_id=bulletin.pk, words=WORDS, seen=bulletin.version, when=at())
    for actor in (desk.citizen, desk.colleague):
        with pytest.raises(NotAllowed):
            publish(
                actor=actor, bulletin_id=bulletin.pk, seen=bulletin.version, when=at(), figures=desk.figures
            )  # fmt: skip


def test_nobody_reviews_or_signs_what_he_wrote(desk: Desk) -> None:
    bulletin = desk.draft()
    bulletin = submit(actor=desk.editor, bulletin_id=bulletin.pk, seen=bulletin.version, when=at())

    with pytest.raises(NotAllowed) as refusal:
        review(actor=desk.editor, bulletin_id=bulletin.pk, seen=bulletin.version, when=at())
    assert refusal.value.code == "publishing.two_people"
    bulletin = review(actor=desk.colleague, bulletin_id=bulletin.pk, seen=bulletin.version, when=at())
    with pytest.raises(NotAllowed):
        publish(
            actor=desk.editor, bulletin_id=bulletin.pk, seen=bulletin.version, when=at(), figures=desk.figures
        )  # fmt: skip


def test_what_was_edited_after_review_is_reviewed_again(desk: Desk) -> None:
    bulletin = desk.save(desk.reviewed(), WORDS)

    assert (bulletin.state, bulletin.reviewer_id) == ("draft", None)
    with pytest.raises(Conflict):
        publish(
            actor=desk.chair, bulletin_id=bulletin.pk, seen=bulletin.version, when=at(), figures=desk.figures
        )  # fmt: skip


def test_of_two_editors_the_later_is_refused_and_both_texts_are_kept(desk: Desk) -> None:
    bulletin = desk.draft()
    seen = bulletin.version
    mine, theirs = replace(WORDS, body=Text("甲写的。", "")), replace(WORDS, body=Text("乙写的。", ""))
    save_text(actor=desk.editor, bulletin_id=bulletin.pk, words=mine, seen=seen, when=at())

    with pytest.raises(Conflict) as refusal:
        save_text(actor=desk.colleague, bulletin_id=bulletin.pk, words=theirs, seen=seen, when=at())

    assert refusal.value.code == "publishing.changed"
    bulletin.refresh_from_db()
    save_text(actor=desk.colleague, bulletin_id=bulletin.pk, words=theirs, seen=bulletin.version, when=at())
    assert list(bulletin.texts.order_by("number").values_list("body_zh", flat=True)) == [
        BODY.zh, "甲写的。", "乙写的。",
    ]  # fmt: skip


def test_a_text_is_sent_back_with_reasons(desk: Desk) -> None:
    bulletin = desk.reviewed()

    with pytest.raises(BadInput):
        send_back(actor=desk.chair, bulletin_id=bulletin.pk, ground=" ", seen=bulletin.version, when=at())
    bulletin = send_back(
        actor=desk.chair, bulletin_id=bulletin.pk, ground="第二段请核实", seen=bulletin.version, when=at()
    )

    assert (bulletin.state, bulletin.returned) == ("draft", "第二段请核实")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("先后有[[A21|53]]个。", "文中写“53”，记录得 54，少 1"),
        ("先后有[[Z99|53]]个。", "没有 Z99 这个数字"),
        ("好。\n\n先后有[[A21|54个。", "第 3 行"),
        ("先后有[[A21|许多]]个。", "不是 A21 能有的说法"),
    ],
)
def test_a_text_that_does_not_hold_cannot_be_signed(desk: Desk, body: str, says: str) -> None:
    bulletin = desk.reviewed(words=Words(Text("标题", ""), Text(body, ""), DAY))

    with pytest.raises(BadInput) as refusal:
        publish(
            actor=desk.chair, bulletin_id=bulletin.pk, seen=bulletin.version, when=at(), figures=desk.figures
        )  # fmt: skip

    assert refusal.value.code == "publishing.does_not_hold"
    assert says in refusal.value.text.zh
    assert not Publication.objects.exists()
    held = dossier(desk.chair, bulletin, desk.figures)
    assert (held.may_sign, held.review.wrong) == (False, 1)


def test_a_headline_that_does_not_hold_cannot_be_signed(desk: Desk) -> None:
    bulletin = desk.reviewed(words=replace(WORDS, title=Text("七届评出[[A21|53]]家", "[[A21|54]] recipients")))

    with pytest.raises(BadInput) as refusal:
        publish(
            actor=desk.chair, bulletin_id=bulletin.pk, seen=bulletin.version, when=at(), figures=desk.figures
        )  # fmt: skip

    assert "A21 文中写“53”，记录得 54，少 1。" in refusal.value.text.zh


def test_a_headline_stands_in_plain_words_in_lists_and_letters_and_with_its_figures_on_the_page(desk: Desk) -> None:
    desk.published(words=replace(WORDS, title=Text("七届评出[[A21|54]]家", "[[A21|54]] recipients")))

    page = published("quality-year")
    assert page.frozen.headline == Text("七届评出54家", "54 recipients")
    assert [(span.words, span.figure.id if span.figure else "") for span in headline(page, "zh")[0]] == [
        ("七届评出", ""), ("54", "A21"), ("家", ""),
    ]  # fmt: skip
    assert [row.title.zh for row in bulletins(1)[0]] == ["七届评出54家"]
    assert [use.title.en for use in uses("A21")] == ["54 recipients"]


def test_numbers_typed_by_hand_are_warned_of_and_noted_on_signing(desk: Desk) -> None:
    words = Words(Text("三家得奖", ""), Text("先后有[[A21|54]]个，另有 9 家。", ""), DAY)
    bulletin = desk.reviewed(words=words)

    hints = dossier(desk.chair, bulletin, desk.figures).review.hints
    publish(
        actor=desk.chair, bulletin_id=bulletin.pk, seen=bulletin.version, when=at(), figures=desk.figures
    )  # fmt: skip

    assert [hint.place.zh for hint in hints] == ["标题", "第 1 行"]
    assert entries_about("bulletin", "quality-year")[0].detail["untraced"] == [hint.text.zh for hint in hints]


def test_a_false_english_sentence_cannot_be_signed_either(desk: Desk) -> None:
    words = replace(WORDS, body=Text("先后有[[A21|54]]个。", "In all [[A21|55]] recipients."))
    bulletin = desk.reviewed(words=words)

    with pytest.raises(BadInput) as refusal:
        publish(
            actor=desk.chair, bulletin_id=bulletin.pk, seen=bulletin.version, when=at(), figures=desk.figures
        )  # fmt: skip

    assert "1 too many" in refusal.value.text.en


def test_english_is_whole_or_not_there(desk: Desk) -> None:
    bulletin = desk.reviewed(words=replace(WORDS, title=Text("标题", "")))

    with pytest.raises(BadInput) as refusal:
        publish(
            actor=desk.chair, bulletin_id=bulletin.pk, seen=bulletin.version, when=at(), figures=desk.figures
        )  # fmt: skip

    assert refusal.value.code == "publishing.english"


@pytest.mark.parametrize(
    ("slug", "words", "code"),
    [
        ("Quality Year", WORDS, "publishing.slug"),
        ("corrections", WORDS, "publishing.slug"),
        ("quality-year", WORDS, "publishing.slug_taken"),
        ("other", replace(WORDS, title=Text(" ", "x")), "publishing.title"),
        ("other", replace(WORDS, title=Text("字" * 201, "")), "publishing.title_length"),
        ("other", replace(WORDS, as_of=date(2024, 1, 5)), "publishing.as_of"),
        ("other", replace(WORDS, body=Text("字" * 40_001, "")), "publishing.length"),
    ],
)
def test_a_bulletin_that_cannot_be_is_refused_and_nothing_is_kept(
    desk: Desk, slug: str, words: Words, code: str
) -> None:
    desk.draft()

    with pytest.raises(BadInput) as refusal:
        start_bulletin(actor=desk.editor, slug=slug, owner=OWNER, words=words, when=at())

    assert refusal.value.code == code
    assert Bulletin.objects.count() == 1


def test_a_published_number_never_changes_and_the_page_says_what_records_give_today(desk: Desk) -> None:
    desk.published()
    desk.figures.numbers["A21"] = 53

    page = published("quality-year")

    assert [(one.figure.id, one.number, one.is_same) for one in comparisons(page, desk.figures)] == [
        ("A21", "54", False), ("A20", "7", True),
    ]  # fmt: skip
    assert page.faults == ()
    assert figure_in(page, "A21", None).number == "54"


def test_a_definition_that_was_withdrawn_leaves_the_published_number_standing(desk: Desk) -> None:
    desk.published()
    del desk.figures.numbers["A21"]

    first, _second = comparisons(published("quality-year"), desk.figures)

    assert (first.number, first.is_same, first.today.problem) == (
        "54", False, Text("没有 A21 这个数字。", "There is no figure A21."),
    )  # fmt: skip


def test_a_definition_that_changed_is_named_even_where_the_value_is_the_same(desk: Desk) -> None:
    desk.published()
    desk.figures.definitions = {"A21": ("2", "e" * 64), "A20": ("1", "e" * 64)}

    first, second = comparisons(published("quality-year"), desk.figures)

    assert (first.is_same, first.definition) == (
        True,
        Text(
            "定义变了：发布时按第 1 版，这一天现在按第 2 版。",
            "Its definition changed: edition 1 when it was published, edition 2 for that day now.",
        ),
    )
    assert second.definition == Text(
        "定义的文件在发布后被改过，版次没有变（第 1 版）。",
        "The file of its definition was edited after publication, without a new edition (1).",
    )


def test_a_correction_puts_old_and_new_side_by_side(desk: Desk) -> None:
    publication = desk.published()
    bulletin = publication.bulletin
    desk.figures.numbers["A21"] = 53

    correct_figure(
        actor=desk.chair, bulletin_id=bulletin.pk, figure="A21", on=None, ground=GROUND,
        seen=Bulletin.objects.get().version, when=at("01-10"), figures=desk.figures,
    )  # fmt: skip

    page = published("quality-year")
    (one,) = page.corrections
    assert (one.frozen.old.zh, one.frozen.new.zh, one.frozen.old_number, one.frozen.new_number) == (
        "54", "53", "54", "53",
    )  # fmt: skip
    assert (one.faults, page.faults) == ((), ())
    assert [item.is_same for item in comparisons(page, desk.figures)] == [True, True]
    heading = parts(page, "zh")[0]
    assert [(span.words, span.new) for span in heading.spans] == [("七届评出", ""), ("54", "53"), ("个", "")]
    assert [(title.zh, erratum.figure) for title, erratum in corrections()] == [("七届评出54家", "A21")]
    assert [(use.words.zh, use.corrected) for use in uses("A21")] == [("54", Text("53", "53"))]
    assert entries_about("bulletin", "quality-year")[0].detail["new"] == "53"
    publication.refresh_from_db()
    assert read_bulletin(publication.document).figures[0].number == "54"


def test_what_comes_out_the_same_or_does_not_hold_is_no_correction(desk: Desk) -> None:
    bulletin = desk.published().bulletin
    version = Bulletin.objects.get().version

    with pytest.raises(BadInput) as same:
        correct_figure(
            actor=desk.chair, bulletin_id=bulletin.pk, figure="A21", on=None, ground=GROUND, seen=version,
            when=at("01-10"), figures=desk.figures,
        )  # fmt: skip
    desk.figures.numbers["A21"] = 53
    with pytest.raises(BadInput) as false:
        correct_figure(
            actor=desk.chair, bulletin_id=bulletin.pk, figure="A21", on=None, ground=GROUND, seen=version,
            when=at("01-10"), figures=desk.figures, words=Text("52", ""),
        )  # fmt: skip
    with pytest.raises(NotFound):
        correct_figure(
            actor=desk.chair, bulletin_id=bulletin.pk, figure="A60", on=None, ground=GROUND, seen=version,
            when=at("01-10"), figures=desk.figures,
        )  # fmt: skip

    assert (same.value.code, false.value.code) == ("publishing.same_value", "publishing.erratum_words")


def test_words_are_corrected_where_they_stand_once(desk: Desk) -> None:
    bulletin = desk.published().bulletin
    version = Bulletin.objects.get().version

    correct_words(
        actor=desk.chair, bulletin_id=bulletin.pk, old=Text("平台向企业", "open to firms"),
        new=Text("平台向所有企业", "open to all firms"), ground=GROUND, seen=version, when=at("01-10"),
    )  # fmt: skip
    with pytest.raises(BadInput) as refusal:
        correct_words(
            actor=desk.chair, bulletin_id=bulletin.pk, old=Text("个", ""), new=Text("家", ""), ground=GROUND,
            seen=version + 1, when=at("01-10"),
        )  # fmt: skip

    assert refusal.value.code == "publishing.erratum_place"
    last = parts(published("quality-year"), "zh")[-1]
    assert [(span.words, span.new) for span in last.spans] == [("平台向企业", "平台向所有企业"), ("开放。", "")]


def test_a_withdrawn_bulletin_stays_and_says_so(desk: Desk) -> None:
    bulletin = desk.published().bulletin

    withdraw(
        actor=desk.chair, bulletin_id=bulletin.pk, ground=GROUND, seen=Bulletin.objects.get().version, when=at("02-01")
    )

    page = published("quality-year")
    assert page.is_withdrawn
    assert page.bulletin.withdrawn_on == date(2024, 2, 1)
    rows, _pages = bulletins(1)
    assert [(row.slug, row.is_withdrawn) for row in rows] == [("quality-year", True)]
    with pytest.raises(Conflict):
        correct_figure(
            actor=desk.chair, bulletin_id=bulletin.pk, figure="A21", on=None, ground=GROUND,
            seen=Bulletin.objects.get().version, when=at("02-02"), figures=desk.figures,
        )  # fmt: skip


def test_a_tampered_document_value_or_signature_is_found(desk: Desk) -> None:
    publication = desk.published()

    def faults(**changes: str) -> list[str]:
        with transaction.atomic():
            point = transaction.savepoint()
            Publication.objects.filter(pk=publication.pk).update(**changes)
            found = [one.en for one in published("quality-year").faults]
            transaction.savepoint_rollback(point)
        return found

    document = json.loads(publication.document)
    document["figures"][0]["number"] = "55"
    forged = json.dumps(document, ensure_ascii=False)
    assert faults(document=forged) == [
        "The signature does not fit: document or signature changed.",
        "The value of A21 was changed: 55 was signed, 54 stands in the table.",
    ]
    assert faults(signature="A" * 86 + "==") == ["The signature does not fit: document or signature changed."]
    assert faults(digest="0" * 64) == ["The digest that was kept does not fit the document."]
    assert faults(key_id="attestation-0009") == ["The key attestation-0009 that signed it is gone."]
    PublishedFigure.objects.filter(figure="A21").update(number="55")
    assert [one.en for one in published("quality-year").faults] == [
        "The value of A21 was changed: 54 was signed, 55 stands in the table."
    ]
    PublishedFigure.objects.filter(figure="A21").delete()
    assert [one.en for one in published("quality-year").faults] == [
        "A21 (2023-12-31) stands in the signed document but not in the table."
    ]
