"""What an organisation says of itself: one profile for all schemes, and nobody's words lost."""

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.assessment.actions.profiles import save_profile
from pinzhi.records.assessment.models import ProfileVersion
from pinzhi.records.assessment.queries.profiles import own_profile
from tests.build import TODAY, give_role, make_actor, make_user
from tests.records.assessment.build import CODE, moment

pytestmark = pytest.mark.django_db
OTHER = "91370203MA0000027H"


@pytest.fixture
def li() -> Actor:
    return make_actor("enterprise", organisation_code=CODE)


@pytest.fixture
def wang() -> Actor:
    user = make_user("wang@example.org", name="王芳")
    give_role(user, "enterprise", organisation_code=CODE)
    return actor_for(user, TODAY)


def keep(actor: Actor, base: int, **content: str) -> int:
    return save_profile(actor=actor, organisation_code=CODE, base=base, content=content, when=moment()).number


def test_a_profile_keeps_what_is_not_given_and_its_earlier_versions(li: Actor) -> None:
    keep(li, 0, employees="412", revenue_2023="42,000.5")
    keep(li, 1, profit_2023="-12.5")
    assert own_profile(li, CODE).content == {"employees": "412", "revenue_2023": "42000.5", "profit_2023": "-12.5"}


@pytest.mark.parametrize(
    "wrong",
    [{"secret": "x"}, {"employees": "many"}, {"employees": "1.5"}, {"revenue_2023": "-3"}, {"address": "长" * 201}],
)
def test_unknown_fields_and_figures_that_are_none_are_refused(li: Actor, wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        keep(li, 0, **wrong)
    assert not ProfileVersion.objects.exists()


def test_a_profile_saved_meanwhile_by_a_colleague_is_not_overwritten(li: Actor, wang: Actor) -> None:
    keep(wang, 0, employees="400")
    with pytest.raises(Conflict) as refusal:
        keep(li, 0, employees="412")
    assert refusal.value.facts["theirs"] == {"employees": "400"}
    with pytest.raises(NotFound):
        own_profile(make_actor("enterprise", organisation_code=OTHER), CODE)
