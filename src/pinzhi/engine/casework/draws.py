"""Random draws of targets and inspectors (双随机) that anybody can make again from the published seed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pinzhi.engine.assessment.judging.lot import draw_order
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.signatures import canonical, sha256

RiskLevel = Literal["general", "larger", "major"]  # 一般, 较大, 重大


@dataclass(frozen=True, slots=True)
class Target:
    """A unit in the register that is drawn from; ``district`` is where it lies."""

    key: str
    level: RiskLevel
    district: str = ""


@dataclass(frozen=True, slots=True)
class Inspector:
    """Somebody who may be drawn; ``bars`` are the targets he is tied to."""

    key: str
    bars: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Visit:
    """A target that was drawn and the inspectors drawn for it, in the order of the lot."""

    target: str
    level: RiskLevel
    inspectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """The outcome, with the digest of everything it was drawn from: the same input and seed give the same draw."""

    seed: str
    digest: str
    visits: tuple[Visit, ...]


def draw_digest(
    targets: Collection[Target], inspectors: Collection[Inspector], wanted: Mapping[RiskLevel, int], team: int
) -> str:
    """Return the SHA-256 of what is drawn from, the same for any order; it is published with the seed's commitment."""
    content = {
        "targets": sorted([one.key, one.level, one.district] for one in targets),
        "inspectors": sorted([one.key, *sorted(one.bars)] for one in inspectors),
        "wanted": {level: wanted[level] for level in sorted(wanted)},
        "team": team,
    }
    return sha256(canonical(content)).hex()


def draw(
    targets: Sequence[Target],
    inspectors: Sequence[Inspector],
    *,
    wanted: Mapping[RiskLevel, int],
    team: int = 2,
    seed: str,
) -> Draw:
    """Draw so many targets of each level and a team for each, or refuse.

    The targets of a level are put into the lot's order of ``seed/level`` and the first taken. Then, in the order of
    the lot ``seed/targets`` over all drawn, each gets the ``team`` inspectors with the fewest visits so far who are
    not tied to it, the earlier in the lot ``seed/inspectors`` where they are equal.

    Raises BadInput for doubled keys, an empty seed, or more targets wanted than there are; Conflict where ties leave
    too few inspectors for a target, naming it.
    """
    _check(targets, inspectors, wanted, team, seed)
    by_level: dict[RiskLevel, list[str]] = defaultdict(list)
    levels = {one.key: one.level for one in targets}
    for target in targets:
        by_level[target.level].append(target.key)
    drawn = [key for level in sorted(wanted) for key in draw_order(by_level[level], f"{seed}/{level}")[: wanted[level]]]
    places = {key: place for place, key in enumerate(draw_order([one.key for one in inspectors], f"{seed}/inspectors"))}
    bars = {one.key: one.bars for one in inspectors}
    load: Counter[str] = Counter()
    visits = []
    for key in draw_order(drawn, f"{seed}/targets"):
        free = sorted((who for who in places if key not in bars[who]), key=lambda who: (load[who], places[who]))
        if len(free) < team:
            raise Conflict(
                "casework.draw.team",
                "给“{target}”抽不出 {team} 名检查人员：回避后只剩 {left} 名。",
                "No team of {team} can be drawn for “{target}”: {left} inspectors are left after recusals.",
                target=key,
                team=team,
                left=len(free),
            )
        load.update(free[:team])
        visits.append(Visit(key, levels[key], tuple(free[:team])))
    return Draw(seed, draw_digest(targets, inspectors, wanted, team), tuple(visits))


def _check(
    targets: Sequence[Target],
    inspectors: Sequence[Inspector],
    wanted: Mapping[RiskLevel, int],
    team: int,
    seed: str,
) -> None:
    keys = Counter([one.key for one in targets]) + Counter([f"\0{one.key}" for one in inspectors])
    doubled = sorted(key.lstrip("\0") for key, times in keys.items() if times > 1)
    if doubled:
        raise BadInput("casework.draw.doubled", "“{key}”出现了两次。", "“{key}” stands there twice.", key=doubled[0])
    if not seed.strip() or team < 1:
        raise BadInput(
            "casework.draw.seed",
            "要有种子，每组至少一人。",
            "A draw takes a seed, and a team of at least one.",
        )
    there = Counter(one.level for one in targets)
    for level, count in wanted.items():
        if not 0 <= count <= there[level]:
            raise BadInput(
                "casework.draw.wanted",
                "“{level}”这一级有 {there} 家，不能抽 {wanted} 家。",
                "There are {there} of level “{level}”; {wanted} cannot be drawn.",
                level=level,
                there=there[level],
                wanted=count,
            )
