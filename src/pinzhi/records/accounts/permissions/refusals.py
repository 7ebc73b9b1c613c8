"""Who is allowed, and how to ask: the sentence of each refusal."""

from pinzhi.engine.errors import NotAllowed
from pinzhi.engine.texts import Text

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


def refusal(permission: str) -> NotAllowed:
    """Return the refusal of a permission, with who is allowed and how to ask."""
    who = WHO_MAY[permission]
    return NotAllowed(permission, who.zh, who.en, permission=permission)
