"""Officers who decide on one entry at the same moment: exactly one of them does, the others are told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from pinzhi.engine.errors import Conflict
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.models import EntryStep
from tests.records.assessment.build import make_entry, make_round, moment

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_who_move_an_entry_at_the_same_moment_exactly_one_does() -> None:
    entry = make_entry(make_round(), state="accepted")

    def act(_number: int) -> str:
        try:
            move_entry(actor=SYSTEM, entry_id=entry.pk, to="acceptance_notice", seen=entry.version, when=moment())
        except Conflict as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(act, range(6)))

    assert outcomes == ["assessment.entry.moved"] * 5 + ["done"]
    assert EntryStep.objects.count() == 1
