"""The way of a bulletin: its states, who may take it on, and that nobody signs what he wrote."""

from collections.abc import Mapping
from types import MappingProxyType

from pinzhi.engine.errors import Conflict, NotAllowed
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.publishing.models import Bulletin

# A text goes draft → submitted → reviewed → published → withdrawn; sent back, or edited again, it is a draft.
STATE_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "draft": Text("草稿", "Draft"),
        "submitted": Text("等待审核", "Waiting for review"),
        "reviewed": Text("等待签发", "Waiting to be signed"),
        "published": Text("已发布", "Published"),
        "withdrawn": Text("已撤回", "Withdrawn"),
    }
)
SHAPES: Mapping[str, str] = MappingProxyType(
    {"draft": "wait", "submitted": "run", "reviewed": "run", "published": "ok", "withdrawn": "bad"}
)
EDITED = frozenset({"draft", "submitted", "reviewed"})


def editors_of(bulletin: Bulletin) -> frozenset[int]:
    """Return the accounts that saved a text of it."""
    return frozenset(bulletin.texts.exclude(editor=None).values_list("editor_id", flat=True).distinct())


def require_state(bulletin: Bulletin, *states: str) -> None:
    """Refuse an act that does not fit the state of a bulletin."""
    if bulletin.state in states:
        return
    raise Conflict(
        "publishing.state",
        "这篇简报现在是“{state}”，要“{wanted}”才能这样办。",
        "This bulletin is now “{state_en}”; for that it must be “{wanted_en}”.",
        state=STATE_WORDS[bulletin.state].zh,
        state_en=STATE_WORDS[bulletin.state].en,
        wanted="”或“".join(STATE_WORDS[one].zh for one in states),
        wanted_en="” or “".join(STATE_WORDS[one].en for one in states),
    )


def require_another(actor: Actor, bulletin: Bulletin) -> None:
    """Refuse somebody who wrote a text of it: two people stand behind what the city publishes."""
    if actor.trusted or actor.account_id not in editors_of(bulletin):
        return
    raise NotAllowed(
        "publishing.two_people",
        "你改过这篇简报，审核、签发和更正要由没有改过它的人办。",
        "You have edited this bulletin; it is reviewed, signed and corrected by somebody who has not.",
    )
