"""Whatever is done to the journal with full rights over the database is found, and called by its name."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from pinzhi.engine.errors import Unavailable
from pinzhi.engine.journal.heads import NONE_BEFORE, Head
from pinzhi.engine.journal.tree import Frontier, grow, leaf_digest
from pinzhi.engine.signatures import key_text, public_key_of, sign
from pinzhi.records.journal import models, pending
from pinzhi.records.journal.storage import head_of, insert_head, insert_leaves, insert_nodes
from pinzhi.records.journal.verification import verify
from tests.records.journal.build import START, detail_text, loosen, run, seal_at, unguard, write_lines

pytestmark = pytest.mark.django_db
LINES, BATCH = 600, 120
_FORGER = b"f" * 32


@pytest.fixture
def ids(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> list[int]:
    """Write and seal a journal of 600 lines under five heads; return the ids of its lines by position."""
    with django_capture_on_commit_callbacks(execute=True):
        found: list[int] = []
        for first in range(0, LINES, BATCH):
            found += write_lines(BATCH, first=first)
            seal_at(first + BATCH)
    assert verify().faults == ()
    unguard()
    return found


def change_actor(ids: list[int]) -> None:
    run("UPDATE journal_entry SET actor = 'user:99' WHERE id = %s", ids[300])


def change_time(ids: list[int]) -> None:
    run("UPDATE journal_entry SET at = %s WHERE id = %s", (START - timedelta(days=1)).isoformat(sep=" "), ids[300])


def change_detail(ids: list[int]) -> None:
    run("UPDATE journal_entry SET detail = %s WHERE id = %s", detail_text(after="通过", n=300, share=0.5), ids[300])


def delete_line(ids: list[int]) -> None:
    run("DELETE FROM journal_entry WHERE id = %s", ids[300])


def delete_line_and_leaf(ids: list[int]) -> None:
    delete_line(ids)
    run("DELETE FROM journal_leaf WHERE position = 300")


def delete_last_lines(ids: list[int]) -> None:
    run("DELETE FROM journal_entry WHERE id >= %s", ids[590])
    run("DELETE FROM journal_leaf WHERE position >= 590")


def restore_backup(ids: list[int]) -> None:
    """Put the database back to where it was after 480 lines, whole and sound in itself."""
    run("DELETE FROM journal_entry WHERE id >= %s", ids[480])
    run("DELETE FROM journal_leaf WHERE position >= 480")
    run("DELETE FROM journal_node WHERE level = 8 AND place = 1")
    run("DELETE FROM journal_head WHERE size > 480")
    run("UPDATE journal_progress SET last_entry_id = %s", ids[479])


def insert_line(ids: list[int]) -> None:
    run(
        "INSERT INTO journal_entry (id, at, actor, action, object_kind, object_key, edition, detail, origin, tag)"
        " SELECT id - 1000000, at, 'user:99', action, object_kind, object_key, edition, detail, '', %s"
        " FROM journal_entry WHERE id = %s",
        b"",
        ids[300],
    )


def copy_line(ids: list[int]) -> None:
    run(
        "INSERT INTO journal_entry (id, at, actor, action, object_kind, object_key, edition, detail, origin, tag)"
        " SELECT id + 1000000, at, actor, action, object_kind, object_key, edition, detail, origin, tag"
        " FROM journal_entry WHERE id = %s",
        ids[300],
    )


def exchange_places(ids: list[int]) -> None:
    run("UPDATE journal_leaf SET entry_id = -1 WHERE position = 300")
    run("UPDATE journal_leaf SET entry_id = %s WHERE position = 400", ids[300])
    run("UPDATE journal_leaf SET entry_id = %s WHERE position = 300", ids[400])


def exchange_contents(ids: list[int]) -> None:
    run("UPDATE journal_entry SET id = -1 WHERE id = %s", ids[300])
    run("UPDATE journal_entry SET id = %s WHERE id = %s", ids[300], ids[400])
    run("UPDATE journal_entry SET id = %s WHERE id = -1", ids[400])


def change_digest(ids: list[int]) -> None:
    run("UPDATE journal_leaf SET digest = %s WHERE position = 300", b"x" * 32)


def two_at_one_position(ids: list[int]) -> None:
    loosen("journal_leaf")
    run("INSERT INTO journal_leaf SELECT position, entry_id + 1000000, digest FROM journal_leaf WHERE position = 300")


def one_at_two_positions(ids: list[int]) -> None:
    loosen("journal_leaf")
    run("UPDATE journal_leaf SET entry_id = %s WHERE position = 301", ids[300])


def forge_head(ids: list[int]) -> None:
    head = head_of(models.Head.objects.get(number=3))
    run("DELETE FROM journal_head WHERE number = 3")
    insert_head(signed_by_another(head))


def remove_head(ids: list[int]) -> None:
    run("DELETE FROM journal_head WHERE number = 3")


def change_node(ids: list[int]) -> None:
    run("UPDATE journal_node SET digest = %s WHERE level = 8 AND place = 1", b"x" * 32)


def add_after_head(ids: list[int]) -> None:
    insert_leaves(LINES, [None], [b"x" * 32])


def rewrite(ids: list[int]) -> None:
    """Change a line and make leaves, nodes, chain and heads anew, all but the signatures, which need the key."""
    change_actor(ids)
    reseal(lambda head: head)


def rewrite_and_sign(ids: list[int]) -> None:
    """The same, signed with a key of one's own."""
    change_actor(ids)
    reseal(signed_by_another)


def hide_line(ids: list[int]) -> None:
    """Write a line and make the sealer believe that it has dealt with it."""
    run("UPDATE journal_progress SET last_entry_id = %s", write_lines(1, first=LINES)[0])


def change_unsealed(ids: list[int]) -> None:
    run("UPDATE journal_entry SET actor = 'user:99' WHERE id = %s", write_lines(1, first=LINES)[0])


def write_unsealed(ids: list[int]) -> None:
    """Write a line as the platform would, without knowing its secret."""
    made = write_lines(1, first=LINES)[0]
    run("UPDATE journal_entry SET tag = %s WHERE id = %s", b"", made)


CASES: dict[str, tuple[Callable[[list[int]], None], set[str]]] = {
    "changed field": (change_actor, {"changed@300"}),
    "changed time": (change_time, {"changed@300"}),
    "changed detail": (change_detail, {"changed@300"}),
    "deleted line": (delete_line, {"deleted@300"}),
    "deleted line and its leaf": (delete_line_and_leaf, {"gap@300", "noted_removed"}),
    "deleted last lines": (delete_last_lines, {"truncated@590", "noted_removed"}),
    "restored old backup": (restore_backup, {"truncated@480", "noted_removed"}),
    "inserted line": (insert_line, {"inserted"}),
    "copied line": (copy_line, {"copied"}),
    "exchanged places": (exchange_places, {"moved@300", "moved@400", "noted_changed"}),
    "exchanged contents": (exchange_contents, {"moved@300", "moved@400"}),
    "changed digest": (change_digest, {"rewritten@300", "noted_changed"}),
    "two lines at one position": (two_at_one_position, {"doubled@300"}),
    "one line at two positions": (one_at_two_positions, {"repeated@301", "noted_changed"}),
    "forged head": (forge_head, {"signature#3", "head_replaced#3"}),
    "removed head": (remove_head, {"head_missing#3"}),
    "changed node": (change_node, {"node@256"}),
    "digest after the last head": (add_after_head, {"after_head@600", "lost@600"}),
    "hidden from the sealer": (hide_line, {"skipped"}),
    "unsealed line changed": (change_unsealed, {"unsealed_changed"}),
    "unsealed line by another hand": (write_unsealed, {"inserted"}),
    "rewritten, old signatures": (
        rewrite,
        {"changed@300", "rewritten@300", "noted_changed", "node@256", "root@240", "chain@240"}
        | {f"{code}#{number}" for number in (3, 4, 5) for code in ("signature", "head_replaced")},
    ),
    "rewritten, signed with another key": (
        rewrite_and_sign,
        {"changed@300", "rewritten@300", "noted_changed", "node@256", "root@240", "chain@240"}
        | {f"{code}#{number}" for number in (1, 2, 3, 4, 5) for code in ("signature", "head_replaced")},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_tampering_is_found_and_named(name: str, ids: list[int]) -> None:
    tamper, expected = CASES[name]
    tamper(ids)

    assert named() == expected
    assert all(fault.text.zh and fault.text.en for fault in verify().faults)


def test_a_removed_unsealed_line_leaves_its_note(
    ids: list[int], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = write_lines(2, first=LINES)
    run("DELETE FROM journal_entry WHERE id = %s", made[0])
    seal_at(LINES)

    assert [(fault.code, fault.entry) for fault in verify().faults] == [("noted_removed", made[0])]


def test_nothing_is_sealed_on_top_of_a_rewritten_or_restored_journal(ids: list[int]) -> None:
    restore_backup(ids)
    write_lines(3, first=LINES)

    with pytest.raises(Unavailable, match=r"journal\.behind"):
        seal_at(LINES)

    assert (models.Leaf.objects.count(), models.Head.objects.count()) == (480, 4)


def test_a_broken_tree_is_not_signed(ids: list[int]) -> None:
    change_node(ids)
    write_lines(3, first=LINES)

    with pytest.raises(Unavailable, match=r"journal\.broken"):
        seal_at(LINES)


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (restore_backup, [("truncated", 480, 599)]),
        (rewrite_and_sign, [("contradicted", 0, 599)]),
    ],
)
def test_a_head_that_somebody_saved_is_enough(
    tamper: Callable[[list[int]], None], expected: list[tuple[str, int, int]], ids: list[int], tmp_path: Path
) -> None:
    """Whoever rewrites everything, files and keys of the platform included, does not reach a head kept elsewhere."""
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps(head_of(models.Head.objects.get(number=5)).as_json()))
    tamper(ids)
    shutil.rmtree(settings.JOURNAL_FOLDER)

    faults = verify(heads=[saved]).faults

    assert [(one.code, one.first, one.last) for one in faults if one.source == "saved.json"] == expected


def test_a_head_from_elsewhere_says_nothing(ids: list[int], tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps(signed_by_another(head_of(models.Head.objects.get(number=5))).as_json()))

    assert [(one.code, one.head, one.source) for one in verify(heads=[saved]).faults] == [
        ("outside_unknown", 5, "saved.json")
    ]


def test_verifying_from_a_position_begins_at_the_head_before_it(ids: list[int]) -> None:
    change_actor(ids)

    assert (verify(start=365).start, verify(start=365).faults) == (360, ())
    assert [(one.code, one.first) for one in verify(start=359).faults] == [("changed", 300)]


def named() -> set[str]:
    """Return the faults in short: what, and at which position or head."""
    return {
        fault.code
        + (f"@{fault.first}" if fault.first is not None else f"#{fault.head}" if fault.head is not None else "")
        for fault in verify().faults
    }


def signed_by_another(head: Head) -> Head:
    forged = Head(
        number=head.number, size=head.size, root=head.root, chain=head.chain, previous=head.previous, at=head.at,
        key=key_text(public_key_of(_FORGER)),
    )  # fmt: skip
    return forged.signed(sign(_FORGER, forged.statement()))


def reseal(sign_head: Callable[[Head], Head]) -> None:
    """Make all that seals anew from the lines as they are."""
    rows = pending.these(list(models.Leaf.objects.order_by("position").values_list("entry_id", flat=True)))
    old = [head_of(row) for row in models.Head.objects.order_by("number")]
    for table in ("journal_leaf", "journal_node", "journal_head"):
        run(f"DELETE FROM {table}")  # noqa: S608 (names of our tables)
    digests = [leaf_digest(row.line.canonical()) for row in rows]
    insert_leaves(0, [row.entry for row in rows], digests)
    tree, chain, previous = Frontier(), NONE_BEFORE, NONE_BEFORE
    for head in old:
        some = digests[tree.size : head.size]
        insert_nodes(list(grow(tree, some, 8)))
        for digest in some:
            chain = sha256(chain + digest).digest()
        new = sign_head(Head(head.number, head.size, tree.root(), chain, previous, head.at, head.key, head.signature))
        insert_head(new)
        previous = new.digest()
