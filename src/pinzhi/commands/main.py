"""The terminal's door: `pinzhi`, one verb a module, each loaded only when it is asked for."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from pinzhi.commands.failures import as_refusal
from pinzhi.commands.verbs import Verb, Verbs, with_help
from pinzhi.commands.words import both, language, warn
from pinzhi.engine.texts import Text

REFUSED = 2  # exit code of an error that a person can mend; bugs end with a traceback and 1
INTERRUPTED = 130


VERBS = {
    "demo": Verb(
        "pinzhi.commands.demo",
        Text("打开演示城市", "open the demo city"),
        environment={"PINZHI_DEMO": "1", "PINZHI_TODAY": "2024-01-04"},
    ),
    "serve": Verb("pinzhi.commands.serve", Text("运行平台", "run the platform")),
    "import": Verb("pinzhi.commands.import_", Text("导入文件", "import files")),
    "search": Verb("pinzhi.commands.search", Text("检索", "search")),
    "check": Verb(
        "pinzhi.commands.check", Text("检查设置、规则、数据库和索引", "check settings, rulebook, database and index")
    ),
    "doctor": Verb(
        "pinzhi.commands.doctor",
        Text("说明哪里有问题、怎样修复", "say what is wrong and how to mend it"),
    ),
    "daily": Verb("pinzhi.commands.daily", Text("办理到期的事", "do what is due; once a day")),
    "work": Verb("pinzhi.commands.work", Text("做后台任务", "do background work")),
    "replay": Verb(
        "pinzhi.commands.replay", Text("按另一版规则重算一轮评审", "work a round out under another edition")
    ),
    "figures": Verb(
        "pinzhi.commands.figures",
        Text("公布的数字：查看、对照、复算", "published figures: show, compare, verify"),
        works_alone=True,
    ),
    "verify": Verb("pinzhi.commands.verify", Text("离线查验证书", "check a certificate, offline"), works_alone=True),
    "certificates": Verb("pinzhi.commands.certificates", Text("签发和打印证书", "issue and print certificates")),
    "keys": Verb("pinzhi.commands.keys", Text("签发密钥", "the keys that sign certificates")),
    "draws": Verb("pinzhi.commands.draws", Text("查验随机抽取", "check a random draw, offline"), works_alone=True),
    "register": Verb(
        "pinzhi.commands.register", Text("公开登记的转储", "dumps of the public register"), works_alone=True
    ),
    "journal": Verb(
        "pinzhi.commands.journal",
        Text("审计记录：核验、封存、证明", "the journal: verify, seal, prove"),
        works_alone=True,
    ),
    "judging": Verb(
        "pinzhi.commands.judging",
        Text("评审计算：分派、一致性、汇总", "judging on its own: assign, agree, aggregate"),
        works_alone=True,
    ),
}


class Everything(Verbs):
    """All verbs."""

    verbs = VERBS


@click.group(
    cls=Everything,
    help=both(
        "品质：城市质量工作平台。每个命令都有 --help。",
        "Pinzhi, a city's quality platform. Every command has --help.",
    ),
)
@with_help
@click.version_option(package_name="pinzhi", message="pinzhi %(version)s", help="显示版本 · show the version")
def cli() -> None:
    """Group the verbs."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one verb; end with 0, with 2 and a sentence for what can be mended, or with 130 when interrupted."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        return cli.main(arguments, prog_name="pinzhi", standalone_mode=False) or 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as wrong_use:
        wrong_use.show()
        return REFUSED
    except (click.Abort, KeyboardInterrupt):
        warn(Text("已中断。", "Interrupted."))
        return INTERRUPTED
    except Exception as error:
        refusal = as_refusal(error)
        if refusal is None:
            raise
        click.echo(f"{refusal.text.in_language(language())} [{refusal.code}]", err=True)
        return REFUSED
