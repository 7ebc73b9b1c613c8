"""Who may do what: the roles, an actor, and one predicate for each permission."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from pinzhi.engine.errors import NotAllowed
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import Membership, User

ROLES: dict[str, Text] = {
    "citizen": Text("市民", "Citizen"),
    "enterprise": Text("企业", "Enterprise"),
    "institution": Text("机构", "Institution"),
    "expert": Text("专家", "Expert"),
    "district_officer": Text("区市经办人", "District officer"),
    "city_officer": Text("市级经办人", "City officer"),
    "chair": Text("评审主席", "Chair"),
    "supervisor": Text("监督员", "Supervisor"),
    "inspector": Text("巡查员", "Inspector"),
    "steward": Text("站点专员", "Service point steward"),
    "counsellor": Text("咨询师", "Counsellor"),
    "member": Text("职工", "Member"),
    "operator": Text("平台管理员", "Operator"),
}

# Roles held for one organisation, district or service point; every other role is held for the whole city.
ORGANISATION_ROLES = frozenset({"enterprise", "institution"})
DISTRICT_ROLES = frozenset({"district_officer"})
POINT_ROLES = frozenset({"steward"})

# Roles that watch or run the platform: only operators give them, so that no officer can raise or watch himself.
GUARDED_ROLES = frozenset({"operator", "city_officer", "supervisor"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with what they hold on the day asked.

    ``organisation_codes`` are all organisations acted for; ``managed_codes`` those held by right, not by delegation.
    ``points`` are the codes of the service points looked after.
    ``key`` is what the journal keeps: ``user:17``, ``anonymous``, ``system`` or ``command:import``.
    """

    user_id: int | None
    name: str
    roles: frozenset[str] = frozenset()
    organisation_codes: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    key: str = "anonymous"
    managed_codes: frozenset[str] = frozenset()
    points: frozenset[str] = frozenset()
    trusted: bool = field(default=False, kw_only=True)  # the platform itself: nobody signs in as it

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def account_id(self) -> int:
        """The user's id, where an account is needed; nobody and the platform itself have none."""
        if self.user_id is None:
            raise _refusal("accounts.own")
        return self.user_id

    def has(self, *roles: str) -> bool:
        """Tell whether the actor holds any of these roles."""
        return not self.roles.isdisjoint(roles)


ANONYMOUS = Actor(user_id=None, name="")
SYSTEM = Actor(user_id=None, name="system", key="system", trusted=True)


def command(name: str) -> Actor:
    """Return the platform acting through a command of the terminal, such as ``import``."""
    return Actor(user_id=None, name=name, key=f"command:{name}", trusted=True)


def actor_for(user: User | AnonymousUser, on: date) -> Actor:
    """Return the actor a user is on a day: memberships in force that day, delegations among them."""
    if not isinstance(user, User) or not user.is_active:
        return ANONYMOUS
    held = [m for m in user.memberships.filter(ended_at=None) if in_force(m, on)]
    # A delegation lasts no longer than the right it came from.
    givers = {m.delegated_by_id for m in held if m.delegated_by_id}
    own_rights = _own_rights(givers, on) if givers else set()
    held = [m for m in held if not m.delegated_by_id or (m.delegated_by_id, m.organisation_code) in own_rights]
    roles = {m.role for m in held} & ROLES.keys()
    if user.is_superuser:
        roles.add("operator")
    return Actor(
        user_id=user.pk,
        name=user.name or user.email,
        roles=frozenset(roles or {"citizen"}),
        organisation_codes=frozenset(m.organisation_code for m in held if m.organisation_code),
        districts=frozenset(m.district for m in held if m.district),
        key=f"user:{user.pk}",
        managed_codes=frozenset(m.organisation_code for m in held if m.organisation_code and not m.delegated_by_id),
        points=frozenset(m.point for m in held if m.point),
    )


def in_force(membership: Membership, on: date) -> bool:
    """Tell whether a membership is held on a day; first and last day count."""
    if membership.ended_at is not None:
        return False
    return (membership.starts_on is None or membership.starts_on <= on) and (
        membership.ends_on is None or on <= membership.ends_on
    )


def _own_rights(givers: set[int], on: date) -> set[tuple[int | None, str]]:
    rows = Membership.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=on),
        Q(ends_on=None) | Q(ends_on__gte=on),
        user_id__in=givers,
        user__is_active=True,
        role__in=ORGANISATION_ROLES,
        delegated_by=None,
        ended_at=None,
    )
    return {(user_id, code) for user_id, code in rows.values_list("user_id", "organisation_code")}


def _signed_in(actor: Actor, thing: object) -> bool:
    return actor.is_signed_in


def _own(actor: Actor, thing: object) -> bool:
    """Something of the actor's own account; without a thing, having an account is enough."""
    return actor.is_signed_in and (thing is None or getattr(thing, "user_id", None) == actor.user_id)


def _city_wide(actor: Actor, thing: object) -> bool:
    return actor.has("city_officer", "operator")


def _officer_of(actor: Actor, thing: object) -> bool:
    """City officers everywhere; district officers for what lies in their district."""
    if actor.has("city_officer"):
        return True
    if not actor.has("district_officer"):
        return False
    return thing is None or _district_of(thing) in actor.districts


def _district_of(thing: object) -> str | None:
    """Return the district of a record, or of the organisation it belongs to."""
    own = getattr(thing, "district", None)
    return own if isinstance(own, str) else getattr(getattr(thing, "organisation", None), "district", None)


def _may_give_role(actor: Actor, thing: object) -> bool:
    """The thing is the role to give or to end."""
    return actor.has("operator") or (actor.has("city_officer") and thing not in GUARDED_ROLES)


def _manager_of(actor: Actor, thing: object) -> bool:
    """The thing is the organisation's code; whoever acts by delegation cannot pass it on."""
    return bool(actor.managed_codes) if thing is None else thing in actor.managed_codes


def _journal_reader(actor: Actor, thing: object) -> bool:
    return actor.has("supervisor", "operator")


def _operator(actor: Actor, thing: object) -> bool:
    return actor.has("operator")


def _applicant_of(actor: Actor, thing: object) -> bool:
    """The thing is an entry or an organisation's code: its organisation's people, or who made it alone."""
    if thing is None:
        return actor.is_signed_in
    if isinstance(thing, str):
        return thing in actor.organisation_codes
    code = getattr(thing, "organisation_code", "")
    own = getattr(thing, "created_by_id", None)
    return code in actor.organisation_codes if code else own is not None and own == actor.user_id


def _issuer_of(actor: Actor, thing: object) -> bool:
    return actor.has("institution") and getattr(thing, "issuer_code", None) in actor.organisation_codes


def _watcher_of(actor: Actor, thing: object) -> bool:
    """Officers for what lies in their district, and the body that issued it."""
    if thing is None:
        return actor.has("city_officer", "district_officer", "institution")
    return _officer_of(actor, thing) or _issuer_of(actor, thing)


def _state_changer(actor: Actor, thing: object) -> bool:
    """Who watches it; giving it up is for its holder, and for nobody who acts by delegation only."""
    if getattr(thing, "to", "") == "cancelled":
        return getattr(thing, "holder_code", None) in actor.managed_codes
    return _watcher_of(actor, thing)


def _assessor_of(actor: Actor, thing: object) -> bool:
    """The thing is a task of surveillance: who was given it."""
    if thing is None:
        return actor.has("expert", "inspector", "institution")
    return actor.user_id is not None and getattr(thing, "assessor_id", None) == actor.user_id


def _trainer_of(actor: Actor, thing: object) -> bool:
    """City officers everywhere; training bodies for sessions that are theirs."""
    if actor.has("city_officer"):
        return True
    if not actor.has("institution"):
        return False
    return thing is None or getattr(thing, "body_code", "") in actor.organisation_codes


def _enroller_of(actor: Actor, thing: object) -> bool:
    """The thing is an organisation's code: its own people enrol, appoint and follow."""
    return bool(actor.organisation_codes) if thing is None else thing in actor.organisation_codes


def _registrar_of(actor: Actor, thing: object) -> bool:
    """Officers file appointments of their district, nobody those of his own organisation."""
    own = getattr(thing, "organisation_code", "") in actor.organisation_codes
    return _officer_of(actor, thing) and not own


def _steward_of(actor: Actor, thing: object) -> bool:
    """The thing is a service point: who looks after it, and the officers above."""
    if thing is None and actor.points:
        return True
    return getattr(thing, "code", None) in actor.points or _officer_of(actor, thing)


def _receiver(actor: Actor, thing: object) -> bool:
    """The thing is the code of an organisation: its managers; operators for the city, whose code is empty."""
    if thing == "":
        return actor.has("operator")
    if thing is None and actor.has("operator"):
        return True
    return actor.has(*ORGANISATION_ROLES) and _manager_of(actor, thing)


def _role(*roles: str) -> Callable[[Actor, object], bool]:
    return lambda actor, thing: actor.has(*roles)


PERMISSIONS: dict[str, Callable[[Actor, object], bool]] = {
    "desk": _signed_in,
    "accounts.own": _own,
    "accounts.api_key": _own,
    "accounts.people": _city_wide,
    "accounts.roles": _may_give_role,
    "accounts.delegate": _manager_of,
    "catalog.import": _city_wide,
    "catalog.edit": _officer_of,
    "people.personal_data": _officer_of,
    "assessment.apply": _applicant_of,
    "assessment.recommend": _officer_of,
    "assessment.run": _role("city_officer"),
    "assessment.judge": _role("expert"),
    "assessment.decide": _role("chair", "city_officer"),
    "assessment.vote": _signed_in,  # being a member of the round's committee is checked with the motion
    "assessment.oversee": _role("city_officer", "chair", "supervisor"),
    "attestation.watch": _watcher_of,
    "attestation.assess": _assessor_of,
    "attestation.state": _state_changer,
    "attestation.measures": _officer_of,
    "casework.point": _steward_of,
    "casework.savings": _officer_of,
    "inspections.plan": _officer_of,
    "training.enrol": _enroller_of,
    "training.run": _trainer_of,
    "training.decide": _role("city_officer"),
    "training.sit": _signed_in,  # whose sitting it is is checked with the sitting
    "training.file": _registrar_of,
    "publishing.dashboard": _role("city_officer", "chair"),
    "publishing.read-internal": _role("city_officer", "district_officer", "chair", "supervisor", "operator"),
    "publishing.edit": _role("city_officer", "district_officer"),
    "publishing.sign": _role("city_officer", "chair"),
    "notices.webhook": _receiver,
    "journal.read": _journal_reader,
    "operate": _operator,
}

# Who is allowed, and how to ask: the sentence of a refusal.
WHO_MAY: dict[str, Text] = {
    "desk": Text(
        "工作台要登录后才能用。没有账号，可以先注册。", "The desk needs you to sign in. You can sign up first."
    ),
    "accounts.own": Text("只有账号本人能看和改这些内容。", "Only the owner of the account can see and change this."),
    "accounts.api_key": Text(
        "接口密钥只能由本人建立和撤销。请登录自己的账号。",
        "API keys are made and revoked by their owner. Sign in to your own account.",
    ),
    "accounts.people": Text(
        "只有市级经办人和平台管理员能看用户名单。要查用户，请联系平台管理员。",
        "Only city officers and operators see the list of users. Ask an operator.",
    ),
    "accounts.roles": Text(
        "角色由市级经办人授予；市级经办人、监督员和平台管理员这三种，只有平台管理员能授予。要角色，请联系他们。",
        "City officers give roles; those of city officer, supervisor and operator only an operator gives. Ask them.",
    ),
    "accounts.delegate": Text(
        "只有本单位的负责人能委托和收回。请找本单位负责人；受托的人不能再转托。",
        "Only the organisation's own manager delegates and takes back. Ask the manager; a delegate cannot pass it on.",
    ),
    "catalog.import": Text(
        "只有市级经办人和平台管理员能导入名录。有数据要导入，请交给市级经办人。",
        "Only city officers and operators import into the catalogue. Hand your file to a city officer.",
    ),
    "catalog.edit": Text(
        "名录由市级经办人修改，区市经办人只改本区的。发现错误，请告诉所在区的经办人。",
        "City officers edit the catalogue; district officers edit what is in their district. Tell yours what is wrong.",
    ),
    "people.personal_data": Text(
        "个人信息只给经办人看：市级经办人看全市的，区市经办人看本区的，每次都留记录。确有需要，请联系经办人。",
        "Personal data are for officers: city officers everywhere, district officers in their district. Each look is"
        " recorded. If you need them, ask an officer.",
    ),
    "assessment.apply": Text(
        "只有申报单位的人，或申报者本人，能看和改这份申报。要参与，请本单位负责人委托你。",
        "Only the applicant's people see and change this application. Ask its manager to delegate to you.",
    ),
    "assessment.recommend": Text(
        "推荐由所在区市的经办人办理。有疑问，请联系本区经办人。",
        "The district's officers recommend. Ask those of your district.",
    ),
    "assessment.run": Text("评审的组织由市级经办人办理。有事请联系他们。", "City officers run the round. Ask them."),
    "assessment.judge": Text(
        "评审材料只给分到这一申报的专家看。", "Only the experts given an application see it for review."
    ),
    "assessment.decide": Text(
        "审议由评审主席和市级经办人主持。", "The chair and city officers conduct the deliberation."
    ),
    "assessment.vote": Text("表决的是评审委员会委员。", "Members of the committee vote."),
    "assessment.oversee": Text(
        "评审的总表给市级经办人、评审主席和监督员看。", "City officers, the chair and supervisors see the whole round."
    ),
    "attestation.watch": Text(
        "监督由经办人和发证机构安排：市级经办人管全市，区市经办人管本区，发证机构管自己发的证书。有事请联系他们。",
        "Officers and issuing bodies arrange surveillance: city officers everywhere, district officers in their"
        " district, bodies for what they issued. Ask them.",
    ),
    "attestation.assess": Text(
        "监督任务只给承担它的人看。要接任务，请联系安排监督的经办人或发证机构。",
        "A task of surveillance is for who was given it. Ask the officers or the issuing body for one.",
    ),
    "attestation.state": Text(
        "证书和称号由经办人或发证机构暂停、恢复和撤销；注销由获证单位的负责人申请。",
        "Officers and issuing bodies suspend, restore and withdraw; the holder's own manager gives up what it holds.",
    ),
    "attestation.measures": Text(
        "联动措施由经办人决定：市级经办人管全市，区市经办人管本区。",
        "Officers decide on measures: city officers everywhere, district officers in their district.",
    ),
    "casework.point": Text(
        "服务站点的工作台给站点专员和经办人用：专员管自己的站点，区市经办人管本区，市级经办人管全市。",
        "The desk of a service point is for its stewards, and for officers: of its district, and of the city.",
    ),
    "casework.savings": Text(
        "节约的费用由经办人核实：市级经办人管全市，区市经办人管本区。有疑问，请联系他们。",
        "Officers verify what was saved: city officers everywhere, district officers in their district. Ask them.",
    ),
    "inspections.plan": Text(
        "检查计划、名录和抽取由经办人办理：市级经办人管全市，区市经办人管本区。",
        "Officers keep plans, registers and draws of inspections: city officers everywhere, district officers in their"
        " district.",
    ),
    "training.enrol": Text(
        "报名和任职由本单位的人办理。要办，请本单位负责人委托你。",
        "An organisation's own people enrol and appoint. Ask its manager to delegate to you.",
    ),
    "training.run": Text(
        "培训班由办班的培训机构和市级经办人办理。有事请联系他们。",
        "The training body and city officers run a session. Ask them.",
    ),
    "training.decide": Text(
        "题库、成绩确认和证书由市级经办人办理；题目不给别人看。",
        "City officers keep the question bank and confirm results; nobody else sees the questions.",
    ),
    "training.sit": Text(
        "参加考试要先登录。没有账号，可以先注册。", "Sign in to sit an examination. You can sign up first."
    ),
    "training.file": Text(
        "任职备案由市级经办人和本区经办人办理；本单位的由别的经办人办。",
        "City officers and those of the district file appointments; nobody files those of his own organisation.",
    ),
    "publishing.edit": Text(
        "简报由市级和区市经办人编写。有内容要发，请联系他们。",
        "City and district officers write bulletins. Ask them to carry yours.",
    ),
    "publishing.sign": Text(
        "简报由市级经办人和评审主席签发、更正和撤回，而且不能是编写它的人。",
        "City officers and the chair sign, correct and withdraw bulletins, and never those who wrote them.",
    ),
    "publishing.dashboard": Text(
        "指标总览给市级经办人和评审主席看。", "City officers and chairs see the dashboard of targets."
    ),
    "publishing.read-internal": Text(
        "内部数字的记录只给经办人、评审主席和监督员看。要看，请联系市级经办人。",
        "Records behind internal figures are for officers, the chair and supervisors. Ask a city officer.",
    ),
    "notices.webhook": Text(
        "推送由本单位的负责人设置，全市的由平台管理员设置。请找他们。",
        "Webhooks are set up by the organisation's own manager, those of the city by operators. Ask them.",
    ),
    "journal.read": Text(
        "审计记录只给监督员和平台管理员看。想查一件事，请联系监督员。",
        "The journal is for supervisors and operators. To have something looked up, ask a supervisor.",
    ),
    "operate": Text(
        "只有平台管理员能进入后台。有事请联系平台管理员。", "Only operators enter the back office. Ask an operator."
    ),
}


def may(actor: Actor, permission: str, thing: object = None) -> bool:
    """Tell whether the actor is allowed; an unknown permission is a bug and raises KeyError."""
    return PERMISSIONS[permission](actor, thing) or actor.trusted


def require(actor: Actor, permission: str, thing: object = None) -> None:
    """Raise NotAllowed, saying who is allowed and how to ask, unless the actor may."""
    if may(actor, permission, thing):
        return
    raise _refusal(permission)


def _refusal(permission: str) -> NotAllowed:
    who = WHO_MAY[permission]
    return NotAllowed(permission, who.zh, who.en, permission=permission)
