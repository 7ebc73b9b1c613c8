"""`pinzhi demo`: fill a demo city, say where it is and who may sign in, and serve it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from pinzhi.commands.follower import Follower, index_here
from pinzhi.commands.serve import require_free, serve
from pinzhi.commands.words import both
from pinzhi.engine.errors import Unavailable
from pinzhi.engine.texts import Text
from pinzhi.records import database
from pinzhi.records.accounts.demo import DemoAccount, create_demo_accounts
from pinzhi.records.assessment.demo.programmes import load_programmes
from pinzhi.records.assessment.demo.story import load_round
from pinzhi.records.attestation.demo.credentials import attest_demo
from pinzhi.records.attestation.demo.surveillance import load_surveillance
from pinzhi.records.casework.demo.points import load_points
from pinzhi.records.casework.demo.service import load_service
from pinzhi.records.casework.demo.story import load_cases
from pinzhi.records.catalog.demo.loading import Step, load_demo
from pinzhi.records.catalog.demo.sizes import SIZES
from pinzhi.records.catalog.search import store
from pinzhi.records.catalog.search.follow import follow_once
from pinzhi.records.catalog.search.state import index_state
from pinzhi.records.inspections.demo.story import SECOND, load_inspections
from pinzhi.records.publishing.demo.bulletins import Loaded, load_bulletins
from pinzhi.records.training.demo import load_training

WORKERS = 2
PORTS_TRIED = 20
_EVERY_S = 0.5  # seconds between two looks at the progress on a terminal
_LOOK_S = 0.1  # seconds between two looks at the index
_EVERY_LOGGED_S = 10.0  # the same where lines cannot be written over


@click.command(
    "demo",
    help=both(
        "装入演示城市并打开网站；演示的今天是 2024 年 1 月 4 日。可以重复运行。",
        "Load the demo city and open the site; its today is 4 January 2024. Safe to repeat.",
    ),
)
@click.option(
    "--size",
    default="small",
    show_default=True,
    type=click.Choice(list(SIZES)),
    help=both("small 约 4 万条记录；city 约 140 万条", "small: about 60,000 records; city: about 1.4 million"),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=both("监听地址", "address to listen on"))
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=both("监听端口", "port to listen on")
)
@click.option("--no-serve", is_flag=True, help=both("只装数据，不开网站", "load only, do not serve"))
def command(size: str, host: str, port: int, no_serve: bool) -> None:
    """Load the demo city and serve it; see the help above, which is in both languages."""
    database.migrate()
    accounts = create_demo_accounts()
    with _indexing():
        _load(size)
        if load_round():
            _tell(
                Text(
                    "已装入一轮演示评审：第八届市长质量奖。",
                    "A demonstration round is loaded: the 8th Mayor's Quality Award.",
                )
            )
        if played := load_programmes():
            _tell(
                Text(
                    f"已装入另外 {played} 轮演示：认证、标签、试点和博览会。",
                    f"{played} further rounds are loaded: certifications, a label, pilots and the expo.",
                )
            )
        if load_training():
            _tell(
                Text(
                    "已装入演示培训：首席质量官、首席品牌官两门课程。",
                    "Demonstration training is loaded: chief quality and chief brand officers.",
                )
            )
        if signed := attest_demo():
            _tell(
                Text(
                    f"已为虚构的荣誉和证书签发 {signed} 份凭证。", f"{signed} credentials are issued for invented ones."
                )
            )
        if load_cases():
            _tell(Text("已装入演示办件。", "Demonstration cases are loaded."))
        if load_inspections():
            _tell(
                Text(
                    f"已装入演示的现场检查；第二名检查员是 {SECOND}，密码相同。",
                    f"Inspections of the demonstration are loaded; a second inspector is {SECOND}, same password.",
                )
            )
        if load_service():
            _tell(
                Text(
                    "已装入演示的一站式服务：访问量、服务单和节约的费用。",
                    "The one-stop service of the demonstration is loaded: visits, orders and what they saved.",
                )
            )
        if load_points():
            _tell(
                Text(
                    "已装入演示的服务站点：专员、值班表和来访。",
                    "Service points of the demonstration are loaded: stewards, duty lists, visitors.",
                )
            )
        if load_surveillance():
            _tell(
                Text(
                    "已装入演示的监督：任务、不符合项和跨项目措施。",
                    "Surveillance of the demonstration is loaded: tasks, findings, measures across programmes.",
                )
            )
        _tell_of_bulletins(load_bulletins())
    if no_serve:
        _introduce(accounts, "")
        return
    port = free_port(host, port)
    _introduce(accounts, f"http://{'localhost' if host == '127.0.0.1' else host}:{port}/")
    serve(host=host, port=port, workers=WORKERS)


def _tell_of_bulletins(loaded: tuple[Loaded, ...]) -> None:
    """Say which bulletins were written, and how much of each these records bear out."""
    for one in loaded:
        _tell(
            Text(
                f"演示简报 {one.slug}：{one.parts} 处文字，{one.kept} 处写进了简报。",
                f"Demonstration bulletin {one.slug} carries {one.kept} of its {one.parts} statements.",
            )
        )


def _load(size: str) -> None:
    line = _ProgressLine()
    report = load_demo(size, progress=line.show)
    line.end()
    if report.is_new:
        seconds = f"{report.seconds:.0f}"
        _tell(Text(f"已装入演示城市：{report.rows:,} 行，用时 {seconds} 秒。",
                   f"Demo city loaded: {report.rows:,} rows in {seconds} s."))  # fmt: skip
        if report.refused:
            _tell(Text(f"其中 {report.refused:,} 行被拒绝。", f"{report.refused:,} of them were refused."))
    else:
        _tell(Text("演示城市已在库中。", "The demo city is there already."))


@contextmanager
def _indexing() -> Iterator[None]:
    """Bring the search index up to date with what is loaded; where there is none, make it meanwhile."""
    if store.current():
        yield
        follow_once()
        return
    started = time.monotonic()
    follower = Follower(index_here)
    follower.start()
    try:
        yield
        line = _ProgressLine()
        line.show(Step(Text("建检索索引", "Making the search index"), begins=True))
        while (index := index_state()).state != "ready" or index.behind:
            done = store.being_made()
            line.show(Step(Text(f"建检索索引：{done:,} 条", f"Indexing: {done:,} records")))
            time.sleep(_LOOK_S)
        line.end()
    finally:
        follower.stop()
    seconds = f"{time.monotonic() - started:.0f}"
    _tell(
        Text(
            f"检索索引已建好：{index.records:,} 条，连装入共用 {seconds} 秒。",
            f"Search index made: {index.records:,} records, {seconds} s with the loading.",
        )
    )


def free_port(host: str, wanted: int) -> int:
    """Return the port wanted or the next free one, and say so if it is another."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65_536)):
        try:
            require_free(host, port)
        except Unavailable:
            continue
        if port != wanted:
            _tell(Text(f"端口 {wanted} 已被占用，改用 {port}。", f"Port {wanted} is in use; taking {port} instead."))
        return port
    raise Unavailable(
        "demo.no_port",
        "{host} 的端口 {first} 到 {last} 都被占用。请用 --port 指定别的端口。",
        "Ports {first} to {last} of {host} are all in use. Choose another with --port.",
        host=host,
        first=wanted,
        last=wanted + PORTS_TRIED - 1,
    )


def _introduce(accounts: list[DemoAccount], address: str) -> None:
    _tell(
        Text("演示账号（每个角色一个，密码相同）：", "Demo accounts (one for each role, all with the same password):")
    )
    width = max(len(account.email) for account in accounts)
    for account in accounts:
        click.echo(f"  {account.email:<{width}}  {account.password}  {account.role_text.zh} · {account.role_text.en}")
    if address:
        _tell(Text(f"网址：{address}　　按 Ctrl-C 停止。", f"Address: {address}   Stop with Ctrl-C."))
    else:
        _tell(Text("没有打开网站。运行 pinzhi demo 打开。", "Not served. Run pinzhi demo to open the site."))


def _tell(text: Text) -> None:
    """Say it in both languages: nobody who tries the demo has been asked for one yet."""
    click.echo(f"{text.zh}\n{text.en}")


class _ProgressLine:
    """One line that is written over on a terminal; elsewhere a line now and then."""

    def __init__(self) -> None:
        self._over = sys.stderr.isatty()
        self._last = time.monotonic()

    def show(self, step: Step) -> None:
        """Show how far it is."""
        now = time.monotonic()
        if not step.begins and now - self._last < (_EVERY_S if self._over else _EVERY_LOGGED_S):
            return
        self._last = now
        share = f" {step.share:.0%}" if step.share else ""
        text = f"{step.text.zh} · {step.text.en}{share}"
        click.echo(f"\r\x1b[K{text}" if self._over else text, err=True, nl=not self._over)

    def end(self) -> None:
        """Leave the line empty for what comes next."""
        if self._over:
            click.echo("\r\x1b[K", err=True, nl=False)
