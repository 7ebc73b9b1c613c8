"""Logs for operators: one event a line, readable on a terminal or as JSON for a collector."""

from typing import Any, Literal

import structlog
from structlog.typing import EventDict, WrappedLogger

LogFormat = Literal["text", "json"]


def logging_settings(level: str, log_format: LogFormat) -> dict[str, Any]:
    """Return Django's LOGGING: everything goes through structlog to standard error, in one form."""
    before = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
        structlog.processors.StackInfoRenderer(),
        on_one_line,
    ]
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if log_format == "json":
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        last += [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "event": {"()": structlog.stdlib.ProcessorFormatter, "processors": last, "foreign_pre_chain": before}
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "propagate": True},
            "axes": {"level": "WARNING"},
            "_granian": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "granian.access": {"handlers": ["console"], "level": "INFO", "propagate": False},
        },
    }


def on_one_line(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Write out what would move the cursor: an address asked for (%0A) must not make a line that looks like ours."""
    text = str(event.get("event", ""))
    if not text.isprintable():
        event["event"] = "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
    return event
