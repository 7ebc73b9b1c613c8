"""A rulebook of a test's own figures over the shipped one, so that a figure is a text and nothing else."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings as _settings

from pinzhi.records.publishing.times import AsOf

SHIPPED = Path(_settings.RULEBOOK)
HEAD = """
id = "{id}"
title = {{ zh = "数字", en = "Figure" }}
unit = {{ zh = "个", en = "things" }}
definition = {{ zh = "是什么", en = "What it is" }}
excludes = {{ zh = "不是什么", en = "What it is not" }}
owner = {{ zh = "某处", en = "A division" }}
theme = "awards"
source = "a test"
checked_on = 2026-11-29
"""
D = AsOf(date(2023, 12, 31))


def make_figures(settings: Any, folder: Path, **bodies: str) -> None:
    """Let the platform use a rulebook whose figures are these: id and everything after the common head."""
    book = folder / f"rulebook-{len(list(folder.iterdir()))}"  # a rulebook is read once: another one is another folder
    shutil.copytree(SHIPPED, book, ignore=shutil.ignore_patterns("demo", "figures"))
    place = book / "qingdao" / "figures" / "tests"
    place.mkdir(parents=True)
    for name, body in bodies.items():
        (place / f"{name}.toml").write_text(HEAD.format(id=name) + body, encoding="utf-8")
    settings.RULEBOOK = book
