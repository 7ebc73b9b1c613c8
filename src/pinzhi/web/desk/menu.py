"""What each role sees in the rail of the desk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pinzhi.records.accounts.permissions import ORGANISATION_ROLES, ROLES, Actor, may
from pinzhi.records.accounts.queries import SavedRow, own_lists
from pinzhi.records.casework.queries.quotes import open_requests
from pinzhi.records.casework.queries.savings import waiting
from pinzhi.records.notices.queries import given_up, unread_count
from pinzhi.web import access
from pinzhi.web.desk.rounds import overseer


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the rail, who sees it, and what is counted beside it."""

    address: str
    title: str | Promise
    seen_by: Callable[[Actor], bool]
    counted: Callable[[Actor], int] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together, under a small heading."""

    title: str | Promise
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Rail:
    """The rail as one person sees it on one page."""

    groups: tuple[Group, ...]
    current: str
    name: str
    roles: tuple[str, ...]
    counts: Mapping[str, int]
    lists: tuple[SavedRow, ...]


def _allowed(permission: str) -> Callable[[Actor], bool]:
    return lambda actor: may(actor, permission)


def officer_register(actor: Actor) -> bool:
    """Enterprises appoint, officers file."""
    return actor.has("enterprise", "city_officer", "district_officer")


def inspects(actor: Actor) -> bool:
    """Officers plan, inspectors and experts visit, organisations are visited."""
    return actor.has("city_officer", "district_officer", "supervisor", "inspector", "expert", *ORGANISATION_ROLES)


def _watched(actor: Actor) -> bool:
    """Who watches, who assesses, and who holds something."""
    return may(actor, "attestation.watch") or may(actor, "attestation.assess") or actor.has(*ORGANISATION_ROLES)


def _writes(actor: Actor) -> bool:
    """Who writes bulletins, and who signs them."""
    return may(actor, "publishing.edit") or may(actor, "publishing.sign")


MENU: tuple[Group, ...] = (
    Group(
        "",
        (
            Entry("/desk/", _("今天"), _allowed("desk")),
            Entry("/desk/dashboard", _("指标总览"), _allowed("publishing.dashboard")),
            Entry("/desk/cases", _("办件"), _allowed("desk")),
            Entry("/desk/inbox", _("消息"), _allowed("desk"), unread_count),
            Entry("/desk/organisation", _("我的单位"), lambda actor: actor.has(*ORGANISATION_ROLES)),
            Entry("/desk/applications", _("我的申报"), lambda actor: actor.has("citizen", *ORGANISATION_ROLES)),
        ),
    ),
    Group(
        _("一站式服务"),
        (
            Entry("/desk/points", _("服务站点"), _allowed("casework.point")),
            Entry("/desk/orders", _("服务单"), lambda actor: actor.has("city_officer", "steward", *ORGANISATION_ROLES)),
            Entry("/desk/quotes", _("报价"), lambda actor: actor.has("institution"), open_requests),
            Entry("/desk/savings", _("核实节约"), _allowed("casework.savings"), waiting),
        ),
    ),
    Group(
        _("评审"),
        (
            Entry("/desk/rounds", _("评审轮次"), overseer),
            Entry("/desk/reviews", _("我的评审"), _allowed("assessment.judge")),
        ),
    ),
    Group(
        _("培训"),
        (
            Entry("/desk/training", _("培训班"), lambda actor: actor.has("city_officer", *ORGANISATION_ROLES)),
            Entry("/desk/training/appointments", _("首席质量官"), officer_register),
            Entry("/desk/training/bank", _("题库"), _allowed("training.decide")),
            Entry("/desk/exams", _("考试和证书"), _allowed("training.sit")),
        ),
    ),
    Group(_("检查"), (Entry("/desk/inspections", _("现场检查"), inspects),)),
    Group(
        _("证书"),
        (
            Entry("/desk/surveillance", _("监督"), _watched),
            Entry("/desk/measures", _("联动措施"), _allowed("attestation.measures")),
        ),
    ),
    Group(_("发布"), (Entry("/desk/bulletins", _("简报"), _writes),)),
    Group(_("名录"), (Entry("/desk/import", _("导入"), _allowed("catalog.import")),)),
    Group(
        _("平台"),
        (
            Entry("/desk/people", _("用户和角色"), _allowed("accounts.people")),
            Entry("/desk/journal", _("审计记录"), _allowed("journal.read")),
            Entry("/desk/sources", _("上报系统"), _allowed("operate")),
            Entry("/desk/tasks", _("后台任务"), _allowed("operate"), given_up),
            Entry("/operator/", _("后台"), _allowed("operate")),
        ),
    ),
    Group(
        _("我的账号"),
        (
            Entry("/desk/account", _("资料和登录"), _allowed("accounts.own")),
            Entry("/desk/keys", _("接口密钥"), _allowed("accounts.api_key")),
            Entry("/desk/webhooks", _("推送"), _allowed("notices.webhook")),
        ),
    ),
)


def groups_for(actor: Actor) -> tuple[Group, ...]:
    """Return the groups with at least one line the actor sees."""
    seen = (Group(group.title, tuple(e for e in group.entries if e.seen_by(actor))) for group in MENU)
    return tuple(group for group in seen if group.entries)


def rail(request: HttpRequest) -> Rail:
    """Return the rail for who is asking; the longest address that begins this page's is the current line."""
    actor = access.actor(request)
    groups = groups_for(actor)
    addresses = [entry.address for group in groups for entry in group.entries]
    within = [a for a in addresses if request.path == a or (a != "/desk/" and request.path.startswith(f"{a}/"))]
    language = get_language() or "zh-hans"
    return Rail(
        groups=groups,
        current=max(within, key=len, default=""),
        name=actor.name,
        roles=tuple(text.in_language(language) for role, text in ROLES.items() if role in actor.roles),
        lists=own_lists(actor),
        counts={e.address: count for g in groups for e in g.entries if e.counted and (count := e.counted(actor))},
    )


def rail_context(request: HttpRequest) -> dict[str, Any]:
    """Let any template show the rail; it is worked out only where one does."""
    return {"rail": SimpleLazyObject(partial(rail, request))}
