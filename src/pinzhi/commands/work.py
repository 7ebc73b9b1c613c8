"""`pinzhi work`: background work, beside the web server or on machines of its own."""

import signal
import threading

import click
from django.utils import timezone

from pinzhi.commands.serve import require_tables
from pinzhi.commands.tasks import TASKS
from pinzhi.commands.words import both, say
from pinzhi.engine.texts import Text
from pinzhi.records.tasks.queue import keep_working, work


@click.command(
    "work",
    help=both(
        "做后台任务：发邮件、送推送、查文件，直到停止。可以同时运行多个；没有做完就被终止的，由别的接着做。",
        "Do background work until stopped: mail, webhooks, checks of files. Run as many as you like; what one that is"
        " killed leaves undone, another does.",
    ),
)
@click.option("--once", is_flag=True, help=both("做完到期的就结束", "end when nothing is due"))
def command(once: bool) -> None:
    """Work until stopped, or once through what is due."""
    require_tables()
    if not once:
        keep_working(TASKS, _until_stopped())
        return
    worked = work(TASKS, timezone.now)
    say(
        Text(
            f"做完 {worked.done} 件，推后 {worked.put_off} 件，其中放弃 {worked.given_up} 件",
            f"{worked.done} tasks done, {worked.put_off} put off, of these {worked.given_up} given up",
        )
    )


def _until_stopped() -> threading.Event:
    stop = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    return stop
