"""Write the pages of docs/reference that can be read off the code, and .env.example: `./run docs`.

A test compares the pages with what this module would write, so that none of them can be out of date.
"""

import ast
import importlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import django

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "pinzhi"
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
HAN = re.compile(r"[\u4e00-\u9fff]")
WIDTH = 110
GENERATED = "<!-- Written by `./run docs` from {source}; change it there. -->"


def pages() -> dict[Path, str]:
    """Return every generated file with its text."""
    reference = ROOT / "docs" / "reference"
    return {
        ROOT / ".env.example": env_example(),
        reference / "settings.md": settings_page(),
        reference / "commands.md": commands_page(),
        reference / "errors.md": errors_page(),
        reference / "import-columns.md": columns_page(),
    }


def settings_page() -> str:
    """List what an operator may set."""
    lines = [
        "# Settings",
        GENERATED.format(source="`src/pinzhi/config/environment.py`"),
        "",
        "Each is an environment variable, or a line of the file `.env` in the folder where the platform is started.",
        "An unknown or odd value stops the start with a sentence that names the variable.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    lines += [f"| `{name}` | {f'`{default}`' if default else ''} | {text} |" for name, default, text in _settings()]
    lines += [
        "",
        "Not a setting of the platform but read by its terminal: `PINZHI_LANG` (`zh` or `en`) chooses the language of",
        "messages; without it `LC_ALL`, `LC_MESSAGES` and `LANG` decide. The tests read `PINZHI_TEST_POSTGRES`, the",
        "address of a PostgreSQL server on which they may create and drop databases.",
    ]
    return "\n".join(lines) + "\n"


def env_example() -> str:
    """Give every setting as a line to copy."""
    lines = ["# Copy to .env and keep what differs; docs/reference/settings.md says more. Written by `./run docs`.", ""]
    for name, default, text in _settings():
        lines += [f"# {text}", f"# {name}={default}", ""]
    return "\n".join(lines[:-1]) + "\n"


def _settings() -> Iterator[tuple[str, str, str]]:
    fields = importlib.import_module("pinzhi.config.environment").Environment.model_fields
    for name, field in fields.items():
        default = None if field.default_factory else field.default  # a factory works it out at the start
        shown = "" if default is None else str(default).lower() if isinstance(default, bool) else str(default)
        yield f"PINZHI_{name.upper()}", shown, field.description or ""


def commands_page() -> str:
    """Give the help of every verb of the command line."""
    main = importlib.import_module("pinzhi.commands.main")
    lines = [
        "# Command line",
        GENERATED.format(source="`src/pinzhi/commands/`"),
        "",
        "`pinzhi` is installed into the virtual environment; `./run pinzhi …` sets that up first. A refusal that a",
        "person can mend prints a sentence with its code (errors.md) and ends with 2; an interrupted command with 130.",
    ]
    lines += ["", "## pinzhi", "", *_help(main.cli, "pinzhi")]
    for name in main.VERBS:
        verb = main.cli.get_command(click.Context(main.cli), name)
        lines += ["", f"## pinzhi {name}", "", *_help(verb, f"pinzhi {name}")]
    return "\n".join(lines) + "\n"


def _help(command: click.Command, name: str) -> list[str]:
    context = click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    text = command.get_help(context)
    return ["```text", *(line.rstrip() for line in text.splitlines()), "```"]


def errors_page() -> str:
    """List every coded refusal of the platform with its sentence in both languages."""
    found: dict[str, set[tuple[str, str]]] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        for code, zh, en in _refusals(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(code, set()).add((zh, en))
    lines = [
        "# Error codes",
        GENERATED.format(source="the refusals raised under `src/pinzhi/`"),
        "",
        "A code never changes its meaning and is the same on pages, in the API (`problem+json`, member `code`), in",
        "rejects files and in the terminal. Names in braces are filled with the facts of the case.",
        "",
        "| code | 中文 | English |",
        "|---|---|---|",
    ]
    for code, texts in sorted(found.items()):
        lines += [f"| `{code}` | {_cell(zh)} | {_cell(en)} |" for zh, en in sorted(texts)]
    return "\n".join(lines) + "\n"


def _refusals(tree: ast.AST) -> Iterator[tuple[str, str, str]]:
    """Find calls that are given a code and a sentence in Chinese and English, by place or as code=, zh=, en=."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        named = {word.arg: word.value for word in node.keywords}
        parts = [*node.args, *(named[key] for key in ("code", "zh", "en") if key in named)]
        texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        for code, zh, en in zip(texts, texts[1:], texts[2:], strict=False):
            if CODE.fullmatch(code) and HAN.search(zh):
                yield code, zh, en


def columns_page() -> str:
    """List the columns of every kind of import file."""
    kinds = importlib.import_module("pinzhi.engine.catalog.intake.kinds").KINDS
    lines = [
        "# Columns of import files",
        GENERATED.format(source="`src/pinzhi/engine/catalog/intake/kinds.py`"),
        "",
        "CSV (also gzip'd), XLSX or Parquet; headers in either language, in any order; unknown columns are left alone.",
        "Several values in a cell are separated by `;`. Dates: `2015`, `2015-06`, `2015-06-30`, `2015/6/30`,",
        "`20150630`.",
        "`organisation`, `holder`, `owner` and `issuer` take a credit code or a registered name.",
    ]
    for kind in kinds.values():
        lines += [
            "",
            f"## {kind.name} · {kind.label.zh} · {kind.label.en}",
            "",
            "| column | 表头 | needed |",
            "|---|---|---|",
        ]
        lines += [f"| `{c.name}` | {c.zh} | {'yes' if c.required else ''} |" for c in kind.columns]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> None:
    """Write what differs and say what was written."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"PINZHI_HOME": home, "DJANGO_SETTINGS_MODULE": "pinzhi.config.settings"}
        django.setup()
        for file, text in pages().items():
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
                print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()
