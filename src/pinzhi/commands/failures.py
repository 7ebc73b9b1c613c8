"""What can go wrong outside the program, turned into a refusal that says how to mend it."""

import errno
from typing import Any

from pinzhi.engine.errors import BadInput, PinzhiError, Unavailable

_FULL = {errno.ENOSPC, errno.EDQUOT}


def as_refusal(error: BaseException) -> PinzhiError | None:
    """Return the refusal that explains this error, or None when it is a bug and must show its traceback.

    Kinds are told by name, so that a command which needs neither Django nor pydantic does not load them to fail.
    """
    if isinstance(error, PinzhiError):
        return error
    if isinstance(error, OSError):
        return _of_system(error)
    kinds = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(error).__mro__}
    if kinds & {"django.OperationalError", "django.ProgrammingError"}:
        return _of_database(error)
    if kinds & {"pydantic_core.ValidationError", "pydantic_settings.SettingsError"}:
        return _of_settings(error)
    return None


def _of_system(error: OSError) -> PinzhiError | None:
    place = error.filename or "?"
    if error.errno in _FULL:
        return Unavailable(
            "platform.disk_full",
            "磁盘已满（{place}），没有写入任何半截数据。请腾出空间后重新运行。",
            "The disk is full ({place}); nothing was left half-written. Free some space and run this again.",
            place=place,
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return Unavailable(
            "platform.not_permitted",
            "没有权限访问 {place}。请检查它的所有者和权限，或用 PINZHI_HOME 指定别处。",
            "No permission for {place}. Check its owner and mode, or point PINZHI_HOME elsewhere.",
            place=place,
        )
    if error.errno == errno.EADDRINUSE:
        return Unavailable(
            "platform.address_in_use",
            "地址已被占用。请停止占用它的程序，或用 --port 指定别的端口。",
            "The address is in use. Stop the program that holds it, or choose another with --port.",
        )
    return None


def _of_database(error: BaseException) -> PinzhiError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "no such table" in reason or "no such column" in reason or "does not exist" in reason:
        return Unavailable(
            "platform.migrations_pending",
            "数据库结构不是最新的（{reason}）。请运行 pinzhi doctor --fix。",
            "The tables are not up to date ({reason}). Run: pinzhi doctor --fix",
            reason=reason,
        )
    if "disk is full" in reason or "No space left" in reason:
        return Unavailable(
            "platform.disk_full",
            "磁盘已满（{place}），没有写入任何半截数据。请腾出空间后重新运行。",
            "The disk is full ({place}); nothing was left half-written. Free some space and run this again.",
            place=reason,
        )
    return Unavailable(
        "platform.database",
        "数据库无法使用：{reason}。请检查 PINZHI_DATABASE_URL 和数据库服务，或运行 pinzhi doctor。",
        "The database cannot be used: {reason}. Check PINZHI_DATABASE_URL and the server, or run: pinzhi doctor",
        reason=reason,
    )


def _of_settings(error: BaseException) -> PinzhiError:
    problems: list[dict[str, Any]] = getattr(error, "errors", list)()
    reason = "; ".join(
        f"PINZHI_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in problems if one["loc"]
    )
    return BadInput(
        "platform.settings",
        "设置有误：{reason}。各项设置见 docs/reference/settings.md。",
        "A setting is wrong: {reason}. The settings are listed in docs/reference/settings.md.",
        reason=reason or str(error),
    )
