"""Worked cases beside a rulebook file: read by their shape, compared with what was worked out."""

import tomllib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import ValidationError

from pinzhi.engine.rulebook.check import bad, expectation
from pinzhi.engine.rulebook.shapes import Shape
from pinzhi.engine.texts import Text

S = TypeVar("S", bound=Shape)


def read_cases(path: str, text: str, shape: type[S]) -> S:
    """Read the cases of an ``.examples.toml`` file; BadRulebook names the key of the first that cannot be read."""
    try:
        return shape.model_validate(_frozen(tomllib.loads(text, parse_float=Decimal)))
    except tomllib.TOMLDecodeError as error:
        raise bad(path, "", zh=f"不是正确的 TOML：{error}。", en=f"This is not TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        zh, en = expectation(first["type"], first["msg"], first.get("input"), first.get("ctx") or {})
        raise bad(path, ".".join(map(str, first["loc"])), zh=zh, en=en) from None


def agree(path: str, cases: Iterable[tuple[Text, object, object]]) -> int:
    """Compare name, result and expectation of each case; BadRulebook for the first that comes out otherwise."""
    count = 0
    for name, found, expected in cases:
        if found != expected:
            raise bad(
                path,
                name.en,
                zh=f"（{name.zh}）算得 {found}，例子写的是 {expected}。",
                en=f"The case says {expected}; worked out it is {found}.",
            )
        count += 1
    return count


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in value.items()}
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
