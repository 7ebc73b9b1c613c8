"""The dashboard: the finding as a sentence, what misses its target first, who may see it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from pinzhi.records.accounts.models import User
from tests.build import make_actor
from tests.build_catalog import make_honour
from tests.build_publishing import make_figures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
FIGURE = """
[count]
from = "honours"
where = [{{ field = "scheme", is = "{scheme}" }}]
[dimensions]
by = ["district"]
[target]
value = {target}
better = "{better}"
year = 2023
basis = {{ zh = "工作要点", en = "Work plan" }}
synthetic = true
"""


@pytest.fixture
def targets(settings: Any, tmp_path: Path) -> None:
    """Two figures that miss their target, one that reaches it."""
    make_figures(
        settings,
        tmp_path,
        T1=FIGURE.format(scheme="mayor", target=4, better="more"),
        T2=FIGURE.format(scheme="governor", target=1, better="more"),
        T3=FIGURE.format(scheme="china", target=1, better="less"),
    )
    cache.clear()
    for scheme, many in (("mayor", 3), ("governor", 2), ("china", 2)):
        for number in range(many):
            make_honour(f"{scheme}{number}", scheme=scheme)


def _as(role: str, **more: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=make_actor(role, **more).user_id))
    return client


@pytest.mark.usefixtures("targets")
def test_finding_says_how_many_stand_where() -> None:
    context = _as("chair").get("/desk/dashboard").context

    assert context["finding"] == "三项指标，一项到位，两项要看"
    assert [one["value"].figure.id for one in context["first"]] == ["T3", "T1"]
    assert context["first"][1]["reason"] == "低于目标 1 个。"
    assert context["first"][1]["list_href"] == "/figures/T1/records"


@pytest.mark.usefixtures("targets")
def test_finding_in_english() -> None:
    page = _as("city_officer").get("/desk/dashboard", headers={"accept-language": "en"})

    assert page.context["finding"] == "Three figures, one on target, two to look at"


@pytest.mark.usefixtures("targets")
def test_each_row_has_status_target_and_pictures() -> None:
    (group,) = _as("chair").get("/desk/dashboard").context["groups"]

    assert [(one["target"], one["word"], one["shape"]) for one in group["lines"]] == [
        ("4", "低于目标", "warn"),
        ("1", "到位", "ok"),
        ("1", "超过上限", "bad"),
    ]
    assert group["lines"][0]["bullet"].target == 300
    assert group["lines"][2]["title"] == "数字（低为好）"


@pytest.mark.usefixtures("targets")
def test_districts_stand_beside_each_other() -> None:
    context = _as("chair").get("/desk/dashboard/districts").context

    assert len(context["districts"]) == 10
    assert all(len(one["cells"]) == 10 for one in context["lines"])


@pytest.mark.usefixtures("targets")
@pytest.mark.parametrize(
    ("role", "more"),
    [("citizen", {}), ("expert", {}), ("district_officer", {"district": "370212"}), ("supervisor", {})],
)
def test_dashboard_is_for_leaders(role: str, more: dict[str, str]) -> None:
    assert _as(role, **more).get("/desk/dashboard").status_code == 403


def test_dashboard_without_targets_says_how_to_get_one(settings: Any, tmp_path: Path) -> None:
    make_figures(settings, tmp_path)
    cache.clear()

    page = _as("chair").get("/desk/dashboard")

    assert page.context["finding"] == "还没有带目标的指标"
    assert "[target]" in page.content.decode()
