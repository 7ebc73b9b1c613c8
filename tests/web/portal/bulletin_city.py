"""A bulletin over two honours that stand in the records, so that its number is worked out and none is typed in."""

from datetime import UTC, date, datetime

from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.publishing.actions.editing import start_bulletin, submit
from pinzhi.records.publishing.actions.reviewing import review
from pinzhi.records.publishing.actions.signing import publish
from pinzhi.records.publishing.live import Words
from pinzhi.records.publishing.queries.cited import CITY_FIGURES
from tests.build_catalog import make_honour
from tests.records.publishing.build import DAY, OWNER, Desk, at

FIRM = "得奖的有[[A21|2]]家。平台开放。"
WORDS = Words(Text("两家得过市长质量奖", ""), Text(FIRM, ""), DAY)


def publish_real() -> Desk:
    """Publish a bulletin with the figure A21 over two honours."""
    make_honour("first")
    make_honour("second")
    desk = Desk()
    made = start_bulletin(actor=desk.editor, slug="real", owner=OWNER, words=WORDS, when=at())
    made = submit(actor=desk.editor, bulletin_id=made.pk, seen=made.version, when=at())
    made = review(actor=desk.chair, bulletin_id=made.pk, seen=made.version, when=at())
    publish(actor=desk.chair, bulletin_id=made.pk, seen=made.version, when=at(), figures=CITY_FIGURES)
    return desk


def revoke_one() -> None:
    """Revoke one of the honours, by the act that officers use, with effect before the bulletin's day."""
    record_change(
        actor=SYSTEM,
        kind="honour",
        key="second",
        values={"state": "revoked"},
        valid_from=date(2023, 6, 1),
        now=datetime(2024, 2, 1, tzinfo=UTC),
    )
