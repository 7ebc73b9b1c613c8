"""The demonstration's service points come out of the acts, once."""

from collections import Counter
from typing import Any

import pytest

from pinzhi.records.accounts.demo import POINT, create_demo_accounts
from pinzhi.records.casework.demo.points import load_points
from pinzhi.records.casework.models import Case, Shift, WalkIn
from tests.build_catalog import make_organisation, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]


def test_points_are_loaded_once_with_a_visitor_in_every_state(settings: Any) -> None:
    settings.DEMO = True
    create_demo_accounts()
    make_organisation()
    make_place(POINT, "station", "李沧驿站", district="370213")
    make_place("shibei-station", "station", "市北驿站", district="370203")

    assert load_points()
    assert not load_points()

    today = Counter(WalkIn.objects.filter(point=POINT, on="2024-01-04").values_list("state", flat=True))
    assert today == {"served": 1, "handed-on": 1, "serving": 1, "waiting": 2}
    assert Case.objects.get().station == POINT
    assert Shift.objects.filter(point=POINT).values("on").distinct().count() == 4
    assert not WalkIn.objects.filter(synthetic=False).exists()
