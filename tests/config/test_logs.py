"""What a line of the log may hold."""

import logging

from pinzhi.config.logs import on_one_line


def test_address_with_a_line_break_cannot_forge_a_line() -> None:
    told = on_one_line(logging.getLogger(), "info", {"event": "refused GET /a\n2024-01-04 [info] 全部\x1b[2J正常"})

    assert told["event"] == "refused GET /a\\n2024-01-04 [info] 全部\\x1b[2J正常"
