"""Where the desk begins: what is there to do, by role."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pinzhi.records.accounts.permissions import ROLES, Actor
from pinzhi.records.casework.queries import desk
from pinzhi.records.casework.queries.filters import Filter
from pinzhi.web import access
from pinzhi.web.access import guard


@dataclass(frozen=True, slots=True)
class Task:
    """One thing a role can do now, or will find here later; without an address it is not there yet."""

    title: str | Promise
    says: str | Promise
    address: str = ""


TASKS: dict[str, tuple[Task, ...]] = {
    "citizen": (Task(_("查询"), _("标准、企业、机构、证书和服务点，一个框里都能查。"), "/search"),),
    "enterprise": (
        Task(_("我的单位"), _("看名录里怎样写本单位，看谁能代表本单位办事，委托同事。"), "/desk/organisation"),
        Task(_("申报"), _("写申报、交材料、看走到哪一步；先做自评也可以。"), "/desk/applications"),
        Task(_("培训和考试"), _("报名、看成绩和证书，任命和变更首席质量官、首席品牌官。"), "/desk/training"),
    ),
    "institution": (
        Task(
            _("我的机构"), _("看名录里本机构的服务范围和资质，看谁能代表本机构办事，委托同事。"), "/desk/organisation"
        ),
        Task(_("培训班"), _("录取、点名、设考试、看现场。"), "/desk/training"),
        Task(_("报价"), _("企业来询价的服务单，报价或回绝。"), "/desk/quotes"),
    ),
    "expert": (Task(_("评审"), _("请你参加的评审，先回答回避声明，再看申报材料。"), "/desk/reviews"),),
    "district_officer": (
        Task(_("本区名录"), _("查看本区的企业、机构和证书。"), "/search"),
        Task(_("现场检查"), _("本区的检查计划、抽取和记录。"), "/desk/inspections"),
    ),
    "city_officer": (
        Task(_("导入名录"), _("上传一个文件，先看会改什么，再导入。"), "/desk/import"),
        Task(_("用户和角色"), _("授予和结束角色。"), "/desk/people"),
        Task(_("评审轮次"), _("各奖项走到哪一步，下一步谁办。"), "/desk/rounds"),
    ),
    "chair": (Task(_("合议"), _("评审组交来的合议，表决和签署。"), "/desk/rounds"),),
    "supervisor": (Task(_("审计记录"), _("谁在什么时候对什么做了什么，可以筛选和下载。"), "/desk/journal"),),
    "inspector": (Task(_("现场检查"), _("派给你的检查，没有网络也能填。"), "/desk/inspections"),),
    "steward": (
        Task(_("服务站点"), _("登记来访、叫号、转服务单，排值班表。"), "/desk/points"),
        Task(_("服务单"), _("站点转来的服务单办到哪一步。"), "/desk/orders"),
    ),
    "counsellor": (Task(_("预约"), _("当天的预约和回访会列在这里。现在没有预约。")),),
    "member": (Task(_("问卷和课程"), _("请你填的问卷和报了名的课程会列在这里。现在没有问卷。")),),
    "operator": (
        Task(_("用户和角色"), _("授予和结束角色，查看账号。"), "/desk/people"),
        Task(_("审计记录"), _("谁在什么时候对什么做了什么，可以筛选和下载。"), "/desk/journal"),
        Task(_("后台"), _("查看账号、密钥和登录失败记录。"), "/operator/"),
    ),
}


def tasks_for(actor: Actor) -> tuple[Task, ...]:
    """Return what the actor's roles find here, each thing once, in the order of the roles."""
    return tuple(dict.fromkeys(task for role in ROLES if role in actor.roles for task in TASKS[role]))


@guard("desk")
def home(request: HttpRequest) -> HttpResponse:
    """Show the day of whoever is signed in: what is overdue and due of his cases, what waits, what else he can do."""
    actor, on = access.actor(request), access.today()
    board, tasks = desk.board(actor, Filter(), on), tasks_for(actor)
    overdue, due_today, *_others = board
    context = {
        "board": board,
        "overdue": overdue.count,
        "due_today": due_today.count,
        "open": sum(one.count for one in board),
        "first": [*overdue.lines, *due_today.lines],
        "open_tasks": [task for task in tasks if task.address],
        "later_tasks": [task for task in tasks if not task.address],
    }
    return render(request, "desk/home.html", context)
