"""What the platform needs to run well, examined one thing at a time; `check` and `doctor` both tell it."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.core import checks
from django.db import DatabaseError
from django.utils import timezone

from pinzhi.engine.assessment.examples import run_all
from pinzhi.engine.attestation.measures import run_measures
from pinzhi.engine.casework.examples import run_case_types
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.texts import Text
from pinzhi.engine.training.examples import run_courses
from pinzhi.records import database
from pinzhi.records.casework.queries.editions import stranded_cases
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.catalog.search.build import rebuild
from pinzhi.records.catalog.search.state import index_state
from pinzhi.records.journal.queries import standing
from pinzhi.records.journal.sealing import seal
from pinzhi.records.journal.verification import newest_faults
from pinzhi.records.publishing.definitions import check_figures
from pinzhi.records.tasks.state import states

LITTLE_BYTES = 2 * 2**30  # an index is built beside the old one: both must fit
TOO_LITTLE_BYTES = 200 * 2**20
CLOCKS_APART_S = 5.0
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
MANY_BEHIND = 10_000  # outbox entries; the follower takes some seconds for so many
UNSEALED_S = 600  # the follower seals within seconds; lines that wait so long wait for somebody

Grade = Literal["good", "doubtful", "bad"]


@dataclass(frozen=True)
class Finding:
    """One thing examined: how it stands, and what to do. ``mend`` does it where that is safe to do unasked."""

    grade: Grade
    text: Text
    remedy: Text | None = None
    mend: Callable[[], object] | None = None


def findings() -> Iterator[Finding]:
    """Examine everything; what rests on a database that does not answer is left out."""
    yield home_folder()
    yield disk_space()
    yield from settings_checks()
    yield rules()
    yield translations()
    answering = database_answers()
    yield answering
    if answering.grade == "bad":
        return
    yield clock()
    tables = tables_up_to_date()
    yield tables
    if tables.grade == "good":
        yield search_index()
        yield background_work()
        yield rules_of_open_cases()
        yield journal()


def home_folder() -> Finding:
    """Examine whether the home folder can be written and keeps its secrets."""
    home, key = settings.HOME, settings.HOME / "secret-key"
    if not os.access(home, os.W_OK | os.X_OK):
        return Finding(
            "bad",
            Text(f"无法写入数据目录 {home}", f"The home folder {home} cannot be written"),
            Text("把目录交给运行平台的用户，或设置 PINZHI_HOME", "Give it to the platform's user, or set PINZHI_HOME"),
        )
    if key.exists() and key.stat().st_mode & 0o077:
        return Finding(
            "bad",
            Text(f"其他用户可以读取密钥 {key}", f"Other users can read the secret key {key}"),
            Text("把权限改为 600", "Set its mode to 600"),
            lambda: key.chmod(0o600),
        )
    return Finding("good", Text(f"数据目录 {home}", f"Home folder {home}"))


def disk_space() -> Finding:
    """Examine whether the disk has room for a second index and the database's growth."""
    free = shutil.disk_usage(settings.HOME).free
    text = Text(f"磁盘剩余 {free / 2**30:.1f} GiB", f"{free / 2**30:.1f} GiB of disk free")
    if free >= LITTLE_BYTES:
        return Finding("good", text)
    return Finding(
        "bad" if free < TOO_LITTLE_BYTES else "doubtful",
        text,
        Text("腾出空间：重建索引时新旧两份要同时放下", "Free some: while the index is rebuilt, both must fit"),
    )


def settings_checks() -> Iterator[Finding]:
    """Run Django's own checks, those for public machines too where the site is reached by https."""
    https = settings.ENVIRONMENT.https
    if not https and not set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS:
        yield Finding(
            "doubtful",
            Text(
                "网站没有使用 https，密码和会话会被截取", "The site is not reached by https: passwords can be overheard"
            ),
            Text("配置 https 代理并设置 PINZHI_HTTPS=true", "Put an https proxy in front and set PINZHI_HTTPS=true"),
        )
    messages = [m for m in checks.run_checks(include_deployment_checks=https) if m.level >= checks.WARNING]
    for message in messages:
        if not message.is_silenced():
            grade: Grade = "bad" if message.level >= checks.ERROR else "doubtful"
            text = f"{message.msg} [{message.id}]"
            yield Finding(
                grade,
                Text(f"设置：{text}", f"Settings: {text}"),
                Text(message.hint, message.hint) if message.hint else None,
            )
    if all(message.is_silenced() for message in messages):
        yield Finding("good", Text("设置无误", "Settings are in order"))


def rules() -> Finding:
    """Examine the rulebook by reading all of it and working out the cases beside its files."""
    try:
        book = rulebook()
        cases = run_all(book) + run_courses(book) + run_case_types(book) + run_measures(book)
        counted = check_figures(book)
    except PinzhiError as refusal:
        return Finding("bad", Text(f"规则库：{refusal.text.zh}", f"Rulebook: {refusal.text.en}"))
    return Finding(
        "good",
        Text(
            f"规则库 {settings.CITY}，{cases} 个算例都对，{counted} 个数字的定义都成立",
            f"Rulebook {settings.CITY}, all of its {cases} worked cases hold, and {counted} figures are well defined",
        ),
    )


def rules_of_open_cases() -> Finding:
    """Examine whether every open case still has the rules it was opened under."""
    lost = stranded_cases()
    if not lost:
        return Finding("good", Text("在办的办件都有立案时的规则", "Every open case has the rules it was opened under"))
    return Finding(
        "bad",
        Text("；".join(one.text.zh for one in lost), "; ".join(one.text.en for one in lost)),
        Text(
            "把立案时的文件放回规则库；要改规则，另加一个版次的文件",
            "Put the files back as they were; to change the rules, add a file with another edition",
        ),
    )


def translations() -> Finding:
    """Examine whether the English texts were compiled; without them English pages show Chinese."""
    sources = [file for folder in settings.LOCALE_PATHS for file in Path(folder).glob("*/LC_MESSAGES/*.po")]
    missing = [file for file in sources if not file.with_suffix(".mo").exists()]
    if not missing:
        return Finding("good", Text("英文译文已编译", "English texts are compiled"))
    return Finding(
        "doubtful",
        Text(f"英文译文未编译：{missing[0]}", f"English texts are not compiled: {missing[0]}"),
        Text("在源码目录运行 ./run setup", "Run ./run setup in the checkout"),
    )


def database_answers() -> Finding:
    """Examine whether the database can be reached."""
    where = "PostgreSQL" if database.vendor() == "postgresql" else f"SQLite {settings.DATABASES['default']['NAME']}"
    try:
        database.ask()
    except DatabaseError as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        return Finding(
            "bad",
            Text(f"数据库不应答（{where}）：{reason}", f"The database does not answer ({where}): {reason}"),
            Text("检查 PINZHI_DATABASE_URL 和数据库服务", "Check PINZHI_DATABASE_URL and the server"),
        )
    return Finding("good", Text(f"数据库 {where}", f"Database {where}"))


def tables_up_to_date() -> Finding:
    """Examine whether the tables are those of this version."""
    pending = database.pending_migrations()
    if not pending:
        return Finding("good", Text("数据库结构是最新的", "Tables are up to date"))
    return Finding(
        "bad",
        Text(
            f"有 {len(pending)} 项数据库变更未执行：{pending[0]} 等", f"{len(pending)} migrations wait: {pending[0]} …"
        ),
        Text("先备份，再运行 pinzhi doctor --fix", "Back up, then run pinzhi doctor --fix"),
        database.migrate,
    )


def clock() -> Finding:
    """Examine the clock against the database server's, and against files that would lie in the future."""
    there = database.now_there()
    apart_s = abs((timezone.now() - there).total_seconds()) if there else _future_s(settings.HOME)
    if apart_s <= CLOCKS_APART_S:
        return Finding("good", Text("时钟一致", "The clock agrees"))
    return Finding(
        "doubtful",
        Text(f"时钟相差 {apart_s:.0f} 秒", f"The clock is {apart_s:.0f} seconds off"),
        Text("打开时间同步：timedatectl set-ntp true", "Switch time synchronisation on: timedatectl set-ntp true"),
    )


def search_index() -> Finding:
    """Examine this node's search index."""
    state = index_state()
    if state.state != "ready":
        words = {
            "absent": Text("检索索引不存在", "There is no search index"),
            "stale": Text("检索索引属于另一个数据库", "The search index belongs to another database"),
            "broken": Text("检索索引已损坏", "The search index is damaged"),
        }
        remedy = Text("由数据库重建：pinzhi doctor --fix", "Rebuild it from the database: pinzhi doctor --fix")
        return Finding("bad", words[state.state], remedy, rebuild)
    if state.behind > MANY_BEHIND:
        return Finding(
            "doubtful",
            Text(f"检索索引落后 {state.behind} 条变更", f"The search index is {state.behind} changes behind"),
            Text("平台（pinzhi serve）是否在运行？", "Is the platform (pinzhi serve) running?"),
        )
    return Finding("good", Text(f"检索索引：{state.records} 条", f"Search index: {state.records} records"))


def background_work() -> Finding:
    """Examine whether background work is being done and whether any was given up."""
    kinds = states(timezone.now())
    waiting, dead = sum(one.waiting for one in kinds), sum(one.dead for one in kinds)
    if late := min((one.late_since for one in kinds if one.late_since), default=None):
        since = timezone.localtime(late)
        return Finding(
            "bad",
            Text(
                f"后台任务停住了，最早的 {since:%Y-%m-%d %H:%M} 到期",
                f"Background work stands still since {since:%Y-%m-%d %H:%M}",
            ),
            Text("运行 pinzhi serve 或 pinzhi work", "Run pinzhi serve or pinzhi work"),
        )
    if dead:
        return Finding(
            "doubtful",
            Text(f"有 {dead} 件后台任务试了一天没有做成", f"{dead} background tasks were given up after a day"),
            Text("原因和重做：/desk/tasks", "Why, and once more: /desk/tasks"),
        )
    return Finding("good", Text(f"后台任务：{waiting} 件在等", f"Background work: {waiting} waiting"))


def journal() -> Finding:
    """Examine the journal: its newest head, how old it is, what waits for the next, and whether its lines hold."""
    now = standing()
    head, waiting = now.head, now.waiting
    if faults := newest_faults():
        return Finding(
            "bad",
            Text(f"审计记录：{faults[0].text.zh}", f"Journal: {faults[0].text.en}"),
            Text(
                "不要清空或恢复任何东西；运行 pinzhi journal verify 查明（docs/how-to/check-the-journal.md）",
                "Clear and restore nothing; run pinzhi journal verify (docs/how-to/check-the-journal.md)",
            ),
        )
    age_s = (timezone.now() - datetime.fromisoformat(head.at)).total_seconds() if head else 0.0
    if head is None:
        text = Text(f"审计记录还没有封存过，{waiting} 行待封存", f"No journal line is sealed yet, {waiting} wait")
    else:
        age = _age(age_s)
        text = Text(
            f"审计记录：{head.size} 行，第 {head.number} 个签名头是{age.zh}前的，最新一批核验无误，{waiting} 行待封存",
            f"Journal: {head.size} lines, head {head.number} is {age.en} old and its batch holds, {waiting} lines wait",
        )
    if not waiting or (head is not None and age_s < UNSEALED_S):
        return Finding("good", text)
    remedy = Text(
        "平台（pinzhi serve）是否在运行？没有运行时：pinzhi journal seal",
        "Is the platform (pinzhi serve) running? If it is not meant to: pinzhi journal seal",
    )
    return Finding("doubtful", text, remedy, lambda: seal(timezone.now()))


def _age(seconds: float) -> Text:
    """Say a time in its largest whole unit."""
    for unit_s, zh, en in ((86_400, "天", "d"), (3_600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= unit_s:
            count = int(seconds // unit_s)
            return Text(f" {count} {zh}", f"{count} {en}")
    return Text("不到一分钟", "less than a minute")


def _future_s(home: Path) -> float:
    """Return by how many seconds the newest file at the top of a folder lies in the future."""
    newest = max((file.stat().st_mtime for file in home.iterdir()), default=0.0)
    return max(0.0, newest - time.time())
