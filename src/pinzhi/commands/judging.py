"""`pinzhi judging`: assign experts, measure agreement, combine marks; from CSV files alone, without a database."""

import csv
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from pinzhi.commands.sheets import named, number, read_sheet, whole, yes_or_no
from pinzhi.commands.words import both, said, say, warn
from pinzhi.engine.assessment.judging.aggregation import FEWEST_TO_TRIM, METHODS, Aggregation, aggregate
from pinzhi.engine.assessment.judging.agreement import (
    alpha,
    alpha_in_words,
    beside_others,
    concordance,
    intraclass,
    intraclass_in_words,
)
from pinzhi.engine.assessment.judging.assignment import SECONDS, Assignment, assign
from pinzhi.engine.assessment.judging.core import Rules
from pinzhi.engine.assessment.judging.lot import commitment, draw_order
from pinzhi.engine.assessment.judging.marks import Mark, Marks, make_marks
from pinzhi.engine.assessment.judging.problem import (
    BadPairError,
    Entries,
    Pairs,
    Problem,
    Reviewers,
    make_problem,
)
from pinzhi.engine.assessment.judging.ranking import ranks
from pinzhi.engine.assessment.judging.severity import severity
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

T = TypeVar("T")

INFEASIBLE = 3
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_CODES = (
    "\b\n退出码 Exit codes: 0 最优 optimal · 3 无解，原因见 reason infeasible, see reason · 2 输入有误 bad input\n"
    "最后一行是一个 JSON 对象。 The last line of output is one JSON object."
)


_with_help = click.help_option("-h", "--help", help="显示帮助 · show this help")


@click.group(
    "judging",
    help=both(
        "评审的计算：分派专家、一致性、汇总分数。只读写 CSV（UTF-8），不需要数据库。",
        "Judging on its own: assign experts, agreement, combined scores. CSV files (UTF-8), no database.",
    ),
)
def command() -> None:
    """Group what judging can do without a round."""


@command.command(
    "assign",
    short_help="分派专家 · assign experts",
    help=both(
        "把专家分派给作品，总分最高并附最优证明；无解时说明缺在哪里。",
        "Assign experts to entries with the greatest total, proven; where impossible, say what is short.",
    )
    + "\n\n\b\nentries    entry,demand\nreviewers  reviewer,min_load,max_load[,employer][,senior]\n"
    + "pairs      entry,reviewer,score[,pinned]    未列出的不可分派 a pair that is absent is not allowed\n"
    + "out        entry,reviewer,score\n\n"
    + _CODES,
)
@click.option("--entries", required=True, type=_FILE, help=both("作品（单位）", "the entries"))
@click.option("--reviewers", required=True, type=_FILE, help=both("专家", "the reviewers"))
@click.option("--pairs", required=True, type=_FILE, help=both("可分派的配对和分值", "allowed pairs and scores"))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=both("结果写到这里；无解时不写", "where the result goes; not written when infeasible"),
)
@click.option("--one-per-employer", is_flag=True, help=both("同一单位至多一人", "at most one reviewer per employer"))
@click.option("--one-senior", is_flag=True, help=both("每件至少一名资深专家", "at least one senior per entry"))
@click.option(
    "--fair", is_flag=True, help=both("先使得分最低的作品尽量高", "first raise the total of the worst-off entry")
)
@click.option(
    "--fair-pairs", is_flag=True, help=both("先使最弱的配对尽量强", "first raise the score of the weakest pair")
)
@click.option(
    "--seconds",
    type=click.FloatRange(1, 86_400),
    default=SECONDS,
    show_default=True,
    help=both("分支定界最多用时", "limit for branch and bound"),
)
@_with_help
def assign_command(
    entries: Path,
    reviewers: Path,
    pairs: Path,
    out: Path,
    one_per_employer: bool,
    one_senior: bool,
    fair: bool,
    fair_pairs: bool,
    seconds: float,
) -> None:
    """Read the three tables, assign, write the fourth; see the help above."""
    if fair and fair_pairs:
        raise click.UsageError(said(Text("--fair 和 --fair-pairs 只能选一个。", "Choose --fair or --fair-pairs.")))
    problem = _problem(entries, reviewers, pairs, employer=one_per_employer, senior=one_senior)
    rules = Rules(one_per_employer, one_senior, "worst_entry" if fair else "weakest_pair" if fair_pairs else "")
    found = assign(problem, rules, seconds=seconds)
    if found.status == "optimal":
        _write(out, problem, found)
    for reason in found.made.reasons:
        warn(reason)
    click.echo(json.dumps(_told(problem, found), ensure_ascii=False))
    if found.status != "optimal":
        raise click.exceptions.Exit(INFEASIBLE)


def _told(problem: Problem, found: Assignment) -> dict[str, object]:
    is_optimal = found.status == "optimal"
    return {
        "status": found.status,
        "total": found.total if is_optimal else None,
        "worst_entry_total": found.worst_entry_total,
        "reason": " ".join(said(reason) for reason in found.made.reasons),
        "shortages": [
            {key: value for key, value in asdict(one).items() if key != "text"} | {"short": one.short}
            for one in found.shortages
        ],
        "bound": found.bound if is_optimal else None,
        "proof": found.proof,
        "prices": dict(zip(problem.reviewers, found.prices, strict=True)) if found.prices else {},
        "pairs": len(found.taken),
        "method": found.made.method,
        "version": found.made.version,
        "solver": found.made.solver,
        "input": found.made.input_hash,
    }


@command.command(
    "agree",
    short_help="一致性 · agreement of judges",
    help=both(
        "评委之间的一致性：组内相关（评委不全也可）、肯德尔 W、克里彭多夫 α。",
        "Agreement of judges: intraclass correlation (gaps allowed), Kendall's W, Krippendorff's alpha.",
    )
    + "\n\n\b\nSCORES  entry,judge,score\n最后一行是一个 JSON 对象；算不出的为 null 并说明原因。\n"
    + "The last line is one JSON object; what is undefined is null, with its reason.",
)
@click.argument("scores", type=_FILE)
@_with_help
def agree_command(scores: Path) -> None:
    """Measure the agreement of the judges of one file."""
    marks = _marks(scores)
    table = marks.table()
    reasons: dict[str, str] = {}
    icc = _tried(reasons, "icc", lambda: intraclass(marks))
    w = _tried(reasons, "kendall_w", lambda: concordance(table))
    alphas = {one: _tried(reasons, f"alpha_{one}", partial(alpha, table, one)) for one in ("interval", "ordinal")}
    if icc is not None:
        say(
            Text("ICC(2,1) {v:.4f}（{w}）", "ICC(2,1) {v:.4f} ({w})").filled(
                v=icc.single, w=said(intraclass_in_words(icc.single))
            )
        )
    interval = alphas["interval"]
    if interval is not None:
        say(Text("α {v:.4f}（{w}）", "alpha {v:.4f} ({w})").filled(v=interval, w=said(alpha_in_words(interval))))
    result = {
        "entries": len(marks.entries),
        "judges": len(marks.judges),
        "marks": len(marks.marks),
        "icc": None if icc is None else asdict(icc),
        "kendall_w": None if w is None else asdict(w),
        **{f"alpha_{one}": value for one, value in alphas.items()},
        "judges_beside_others": [asdict(one) for one in beside_others(marks)],
        "undefined": reasons,
        "input": marks.digest(),
    }
    click.echo(json.dumps(result, ensure_ascii=False))


def _tried(reasons: dict[str, str], name: str, work: Callable[[], T]) -> T | None:
    """Return what the work gives; where it is refused, None, and the reason under its name."""
    try:
        return work()
    except BadInput as refusal:
        reasons[name] = said(refusal.text)
        return None


@command.command(
    "aggregate",
    short_help="汇总分数 · combine marks",
    help=both(
        "把各位评委的分数汇总成每件一个分数：去掉最高最低分的平均、评委宽严校正、标准分、中位数等。",
        "Combine judges' marks into one score per entry: trimmed mean, judge severity, z-scores, median, …",
    )
    + "\n\n\b\nSCORES  entry,judge,score\n最后一行是一个 JSON 对象；\n方法用不了时 results 为空，"
    + "reason 说明原因，退出码 3。\n"
    + "The last line is one JSON object; where the method cannot answer, results are empty, reason says why,"
    + " and the exit code is 3.",
)
@click.argument("scores", type=_FILE)
@click.option("--method", required=True, type=click.Choice(METHODS), help=both("方法", "the method"))
@click.option(
    "--digits",
    type=click.IntRange(0, 9),
    default=2,
    show_default=True,
    help=both(
        "保留小数位，四舍五入一次；名次按未舍入的分数", "decimals, rounded half up once; ranks use unrounded scores"
    ),
)
@click.option(
    "--fewest",
    type=click.IntRange(4, 99),
    default=FEWEST_TO_TRIM,
    show_default=True,
    help=both("至少几个分数才去掉最高最低分", "marks an entry needs before any is dropped"),
)
@_with_help
def aggregate_command(scores: Path, method: str, digits: int, fewest: int) -> None:
    """Combine the marks of one file."""
    marks = _marks(scores)
    try:
        found = aggregate(marks, method, digits=digits, fewest=fewest)
    except BadInput as refusal:  # what was given is in order, and the method has no answer for it
        warn(refusal.text)
        told = {"method": method, "results": [], "reason": said(refusal.text), "code": refusal.code}
        click.echo(json.dumps(told | {"input": marks.digest()}, ensure_ascii=False))
        raise click.exceptions.Exit(INFEASIBLE) from refusal
    for warning in found.made.warnings:
        warn(warning)
    places = ranks({one.entry: one.exact for one in found.scores})
    for one in sorted(found.scores, key=lambda one: (places[one.entry], one.entry)):
        click.echo(f"{places[one.entry]}\t{one.entry}\t{one.score}")
    click.echo(json.dumps(_combined(marks, found, places, method), ensure_ascii=False))


def _combined(marks: Marks, found: Aggregation, places: dict[str, int], method: str) -> dict[str, object]:
    told: dict[str, object] = {
        "method": method,
        "version": found.made.version,
        "results": [
            {
                "entry": one.entry,
                "score": str(one.score),
                "rank": places[one.entry],
                "marks": one.marks,
                "range": str(one.spread),
                "dropped": [{"judge": mark.judge, "score": str(mark.score)} for mark in one.dropped],
            }
            for one in found.scores
        ],
        "reason": "",
        "warnings": [said(warning) for warning in found.made.warnings],
        "input": found.made.input_hash,
    }
    if method == "severity":
        fitted = severity(marks)
        told["judges"] = [asdict(judge) for judge in fitted.judges]
        told["residual_sd"] = fitted.residual_sd
    return told


@command.command(
    "lot",
    short_help="抽签 · draw a lot",
    help=both(
        "用公布的种子重算一次抽签：编号按公布的方法排出先后。",
        "Draw a lot again from its published seed: the numbers in the order in which they come.",
    )
    + "\n\n\b\n最后一行是一个 JSON 对象，commitment 应与启动时公布的承诺相同。\n"
    + "The last line is one JSON object; its commitment must be the one published with the call.",
)
@click.argument("seed")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_with_help
def lot_command(seed: str, ids: tuple[str, ...]) -> None:
    """Print the ids in the order of the lot."""
    if len(set(ids)) != len(ids):
        raise click.UsageError(said(Text("每个编号只写一次。", "Write each id once.")))
    order = draw_order(ids, seed)
    for one in order:
        click.echo(one)
    click.echo(json.dumps({"order": order, "commitment": commitment(seed)}, ensure_ascii=False))


def _problem(entries: Path, reviewers: Path, pairs: Path, *, employer: bool, senior: bool) -> Problem:
    needed = [name for name, asked in (("employer", employer), ("senior", senior)) if asked]
    sheets = {
        "entries": read_sheet(entries, ["entry", "demand"]),
        "reviewers": read_sheet(reviewers, ["reviewer", "min_load", "max_load", *needed], ["employer", "senior"]),
        "pairs": read_sheet(pairs, ["entry", "reviewer", "score"], ["pinned"]),
    }
    first, second, third = sheets.values()
    try:
        return make_problem(
            Entries(first.columns["entry"], first.read("demand", whole)),
            Reviewers(
                second.columns["reviewer"],
                second.read("min_load", whole),
                second.read("max_load", whole),
                second.columns.get("employer", ()),
                second.read("senior", yes_or_no) if "senior" in second.columns else (),
            ),
            Pairs(
                third.columns["entry"],
                third.columns["reviewer"],
                third.read("score", whole),
                third.read("pinned", yes_or_no) if "pinned" in third.columns else (),
            ),
        )
    except BadPairError as refusal:
        raise sheets[refusal.table].refusal(refusal, refusal.place, refusal.column) from refusal


def _marks(file: Path) -> Marks:
    sheet = read_sheet(file, ["entry", "judge", "score"])
    for name in ("entry", "judge"):
        sheet.read(name, named)
    seen: dict[tuple[str, str], int] = {}
    scores = sheet.read("score", number)
    marks = [Mark(*row) for row in zip(sheet.columns["entry"], sheet.columns["judge"], scores, strict=True)]
    for place, mark in enumerate(marks):
        if seen.setdefault((mark.entry, mark.judge), place) != place:
            try:
                make_marks([mark, mark])
            except BadInput as refusal:
                raise sheet.refusal(refusal, place, "judge") from refusal
    return make_marks(marks)


def _write(out: Path, problem: Problem, found: Assignment) -> None:
    """Write the assignment beside its place and move it there, so that a reader never meets half of it."""
    entries, reviewers = problem.entries, problem.reviewers
    half = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with half.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(["entry", "reviewer", "score"])
            for place in found.taken:
                pair = entries[problem.entry[place]], reviewers[problem.reviewer[place]]
                writer.writerow([*pair, int(problem.score[place])])
        half.replace(out)
    finally:
        half.unlink(missing_ok=True)
