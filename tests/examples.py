"""Code that a page of the documentation gives to its readers, taken from the page to be tried."""

import re
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def from_page(page: str, name: str) -> Any:
    """Return a function that stands in the Python examples of a page."""
    found = re.findall(r"(?m)^( *)```python\n(.*?)^\1```", (ROOT / page).read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    for _, code in found:
        exec(textwrap.dedent(code), names)  # noqa: S102  the page's own example
    return names[name]
