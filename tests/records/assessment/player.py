"""A round of any scheme with everybody it needs, to be played from its file alone."""

from dataclasses import dataclass

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import SYSTEM, actor_for
from pinzhi.records.assessment.actions.rounds import appoint_member, call_round
from pinzhi.records.assessment.demo import playing
from pinzhi.records.assessment.models import Entry, Panellist, StoredFile
from pinzhi.records.assessment.rules import scheme_of
from tests.build import TODAY, make_actor, make_user
from tests.records.assessment.build import make_expert, moment

CONTENT: dict[str, dict[str, object]] = {
    "section": {"text": "写好了"},
    "table": {"rows": [["1"]]},
    "pledge": {"agreed": True},
}
marked = playing.marked


@dataclass
class Player(playing.Player):
    """A player with accounts made for each entry."""

    def enter(self, number: str, category: str, *, level: int, organisation_code: str = "") -> Entry:
        """Enter somebody who would get about ``level`` per cent from every judge."""
        by = make_user(f"{number}@example.org")
        return self.add(
            number, category, level=level, by=by, name=f"示例{number}", district="370212",
            organisation_code=organisation_code,
        )  # fmt: skip


def stored(when: Moment) -> StoredFile:
    return StoredFile.objects.get_or_create(digest="a" * 64, defaults={"size": 1, "media": "pdf", "at": when.at})[0]


def called(scheme_id: str, edition: str) -> Player:
    """Call a round and gather everybody it needs."""
    held = call_round(actor=SYSTEM, scheme_id=scheme_id, edition=edition, when=moment())
    officer = make_actor("city_officer")
    size = max((one.panel.size for one in scheme_of(held).stage if one.panel), default=0)
    experts = [make_expert(f"E-{number}") for number in range(1, size + 1)]
    for expert in experts:
        Panellist.objects.create(round=held, expert=expert, called_on=TODAY, declared_at=moment().at)
    users = [make_user(f"member{number}@example.org") for number in range(3)]
    for user in users:
        appoint_member(actor=officer, round_id=held.pk, user_id=user.pk, name=user.email, when=moment())
    members = [actor_for(user, TODAY) for user in users]
    return Player(held, officer, experts, members, TODAY, CONTENT, stored)
