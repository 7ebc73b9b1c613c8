"""A draw as everybody may take it home: sealed before, opened after, made again and checked by anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from pinzhi.engine.assessment.judging.lot import commitment
from pinzhi.engine.casework.draws import Inspector, RiskLevel, Target, Visit, draw, draw_digest
from pinzhi.engine.errors import BadInput, PinzhiError
from pinzhi.engine.texts import Text

FORMAT = "pinzhi-draw-1"
MOST = 100_000  # targets and inspectors of one draw
_LEVELS = get_args(RiskLevel)

ALGORITHM = Text(
    "种子公布前，平台先公布它的 SHA-256（承诺）和全部名单的 SHA-256（名单摘要）。抽取时："
    "每个等级的对象按统一社会信用代码排序，用“种子/等级”打乱，取前若干家；抽中的对象再用“种子/targets”打乱，定先后；"
    "检查人员按编号排序，用“种子/inspectors”打乱。依次给每家派人：先排除要回避的，再取派得最少的，一样多的取排在前面的。"
    "打乱从最后一个往前，每次和前面（含自己）随机一个交换；"
    "随机数是 SHA-256（SHA-256（种子）接 8 字节计数）的前 8 字节，"
    "超出整倍数的丢掉，所以每种次序的机会相同。",
    "Before the seed is opened, its SHA-256 (the commitment) and the SHA-256 of all lists (their digest) are published."
    " At the draw the targets of each level, sorted by credit code, are shuffled by “seed/level” and the first taken;"
    " those drawn are shuffled by “seed/targets” into their order; the inspectors, sorted by code, by"
    " “seed/inspectors”. Then each target in turn gets those with the fewest visits so far who need not stand aside,"
    " the earlier in the lot where they are equal. A shuffle goes from the last place to the second and swaps each with"
    " a random one up to itself; the random numbers are the first 8 bytes of SHA-256(SHA-256(seed) and a count in 8"
    " bytes), those beyond the last whole multiple thrown away, so that every order is equally likely.",
)


@dataclass(frozen=True, slots=True)
class Lists:
    """What is drawn from: targets with their levels, inspectors with whom they stand aside from, how many, how."""

    targets: tuple[Target, ...]
    inspectors: tuple[Inspector, ...]
    wanted: Mapping[RiskLevel, int]
    team: int

    @property
    def digest(self) -> str:
        """The SHA-256 of the lists."""
        return draw_digest(self.targets, self.inspectors, self.wanted, self.team)


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was checked: whether it holds, None while it cannot be known, and the reason in words."""

    name: str
    holds: bool | None
    text: Text


def plain_lists(lists: Lists) -> dict[str, Any]:
    """Return lists as they are kept and published."""
    return {
        "targets": [{"key": one.key, "level": one.level, "district": one.district} for one in lists.targets],
        "inspectors": [{"key": one.key, "bars": sorted(one.bars)} for one in lists.inspectors],
        "wanted": dict(lists.wanted),
        "team": lists.team,
    }


def lists_from(plain: Mapping[str, Any]) -> Lists:
    """Read lists as they are published; BadInput naming what is missing or of another kind."""
    try:
        targets = tuple(
            Target(_text(one["key"]), _level(one["level"]), str(one.get("district", "")))
            for one in _rows(plain["targets"])
        )
        inspectors = tuple(
            Inspector(_text(one["key"]), frozenset(_text(bar) for bar in one["bars"]))
            for one in _rows(plain["inspectors"])
        )
        wanted = {_level(level): _whole(count) for level, count in plain["wanted"].items()}
        return Lists(targets, inspectors, wanted, _whole(plain["team"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            "casework.draw.file",
            "这不是抽取文件，或缺了一部分：{reason}。请从抽取页下载 JSON。",
            "This is no file of a draw, or a part is missing: {reason}. Take the JSON from the page of the draw.",
            reason=str(error)[:80],
        ) from error


def published(
    *,
    code: str,
    title: Text,
    lists: Lists,
    names: Mapping[str, str],
    commitment: str,
    announced_at: datetime,
    seed: str,
    opened_at: datetime | None,
    visits: Sequence[Mapping[str, Any]],
    called_off: str = "",
) -> dict[str, Any]:
    """Return a draw as it is published; ``names`` are those of the targets, which the draw itself does not look at."""
    plain = plain_lists(lists)
    for one in plain["targets"]:
        one["name"] = names.get(one["key"], "")
    return {
        "format": FORMAT,
        "draw": code,
        "title": {"zh": title.zh, "en": title.en},
        "commitment": commitment,
        "digest": lists.digest,
        "announced_at": announced_at.isoformat(),
        "seed": seed or None,
        "opened_at": opened_at.isoformat() if opened_at else None,
        "called_off": called_off or None,
        **plain,
        "visits": [dict(one) for one in visits],
    }


def plain_visits(visits: Sequence[Visit]) -> list[dict[str, Any]]:
    """Return the outcome of a draw as it is kept and published."""
    return [{"target": one.target, "level": one.level, "inspectors": list(one.inspectors)} for one in visits]


def check(document: Mapping[str, Any]) -> tuple[Checked, ...]:
    """Check a published draw with nothing but itself: lists, seed, and the draw made again.

    Raises BadInput for what is no such document.
    """
    if document.get("format") != FORMAT:
        raise BadInput(
            "casework.draw.format",
            "文件的格式是“{found}”，应为“{wanted}”。请从抽取页下载 JSON。",
            "The format of the file is “{found}”; expected “{wanted}”. Take the JSON from the page of the draw.",
            found=str(document.get("format"))[:40],
            wanted=FORMAT,
        )
    lists, seed = lists_from(document), document.get("seed")
    same = lists.digest == document.get("digest")
    found = [
        Checked(
            "lists",
            same,
            Text("名单和事先公布的摘要一致。", "The lists are those of the digest published before.")
            if same
            else Text("名单和事先公布的摘要不符：有人改过名单。", "The lists are not those of the digest: changed."),
        )
    ]
    if not isinstance(seed, str) or not seed:
        waits = Text("种子还没有公布，等抽取之后再查。", "The seed is not opened yet; check again after the draw.")
        return (*found, Checked("seed", None, waits), Checked("visits", None, waits))
    fits = commitment(seed) == document.get("commitment")
    found.append(
        Checked(
            "seed",
            fits,
            Text("种子和事先公布的承诺一致。", "The seed is that of the commitment published before.")
            if fits
            else Text("种子和事先公布的承诺不符。", "The seed is not that of the commitment published before."),
        )
    )
    return (*found, _made_again(document, lists, seed))


def _made_again(document: Mapping[str, Any], lists: Lists, seed: str) -> Checked:
    if document.get("called_off"):
        return Checked("visits", None, Text("这次抽取已取消，没有结果。", "This draw was called off; no outcome."))
    try:
        again = draw(lists.targets, lists.inspectors, wanted=lists.wanted, team=lists.team, seed=seed)
    except PinzhiError as refusal:
        return Checked("visits", False, refusal.text)
    if plain_visits(again.visits) == document.get("visits"):
        return Checked(
            "visits", True, Text("重新抽一次，结果完全相同。", "Made again, the draw comes to exactly the same.")
        )
    return Checked("visits", False, Text("重新抽一次，结果不同。", "Made again, the draw comes to something else."))


def _rows(value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST:
        raise ValueError("expected a list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a text")
    return value


def _level(value: object) -> RiskLevel:
    if value not in _LEVELS:
        raise ValueError(f"level {value!r}")
    return value  # type: ignore[return-value]


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("expected a whole number")
    return value
