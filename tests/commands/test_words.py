"""The terminal speaks the language that the locale asks for."""

import pytest

from pinzhi.commands.words import language


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"PINZHI_LANG": "zh", "LC_ALL": "en_GB.UTF-8"}, "zh"),
    ],
)
def test_language_follows_the_locale(environment: dict[str, str], expected: str) -> None:
    assert language(environment) == expected
