"""The closed vocabularies of the catalogue in both languages, and the shape each state is drawn with."""

from typing import Literal

from pinzhi.engine.texts import Text

Shape = Literal["ok", "run", "wait", "warn", "stop", "bad", "past"]
Words = dict[str, Text]

KINDS: Words = {
    "standard": Text("标准", "Standards"),
    "organisation": Text("企业和组织", "Organisations"),
    "institution": Text("机构", "Institutions"),
    "certificate": Text("证书", "Certificates"),
    "product": Text("产品", "Products"),
    "place": Text("地点", "Places"),
    "document": Text("文件公告", "Documents"),
}
STANDARD_STATUS: Words = {
    "draft": Text("制定中", "In preparation"),
    "upcoming": Text("即将实施", "Upcoming"),
    "current": Text("现行", "Current"),
    "replaced": Text("被代替", "Replaced"),
    "withdrawn": Text("废止", "Withdrawn"),
}
LEVELS: Words = {
    "international": Text("国际和国外标准", "International and foreign"),
    "national": Text("国家标准", "National"),
    "industry": Text("行业标准", "Industry"),
    "local": Text("地方标准", "Local"),
    "group": Text("团体标准", "Group"),
    "enterprise": Text("企业标准", "Enterprise"),
}
NATURES: Words = {
    "mandatory": Text("强制性", "Mandatory"),
    "recommended": Text("推荐性", "Recommended"),
    "guidance": Text("指导性", "Guidance"),
}
CERTIFICATE_STATES: Words = {
    "active": Text("有效", "Valid"),
    "suspended": Text("暂停", "Suspended"),
    "withdrawn": Text("撤销", "Withdrawn"),
    "cancelled": Text("注销", "Cancelled"),
    "expired": Text("过期", "Expired"),
    "upcoming": Text("未生效", "Not yet valid"),
}
ORGANISATION_STATES: Words = {
    "active": Text("存续", "Active"),
    "deregistered": Text("注销", "Deregistered"),
    "revoked": Text("吊销", "Licence revoked"),
}
ORGANISATION_KINDS: Words = {
    "enterprise": Text("企业", "Enterprise"),
    "individual": Text("个体工商户", "Sole trader"),
    "cooperative": Text("合作社", "Cooperative"),
    "government": Text("机关", "Government body"),
    "public_institution": Text("事业单位", "Public institution"),
    "association": Text("社会组织", "Association"),
    "school": Text("学校", "School"),
    "other": Text("其他", "Other"),
}
SIZES: Words = {
    "large": Text("大型", "Large"),
    "medium": Text("中型", "Medium"),
    "small": Text("小型", "Small"),
    "micro": Text("微型", "Micro"),
}
CATEGORIES: Words = {
    "metrology": Text("计量", "Metrology"),
    "standards": Text("标准", "Standards"),
    "testing": Text("检验检测", "Inspection and testing"),
    "certification": Text("认证", "Certification"),
    "accreditation": Text("认可", "Accreditation"),
    "training": Text("培训", "Training"),
}
INSTITUTION_STATES: Words = {
    "applied": Text("已申请", "Applied"),
    "verified": Text("已核实", "Verified"),
    "listed": Text("已入驻", "Listed"),
    "suspended": Text("暂停", "Suspended"),
    "delisted": Text("已退出", "Delisted"),
}
APPROVALS: Words = {
    "CMA": Text("检验检测机构资质认定（CMA）", "Testing body approval (CMA)"),
    "CNAS": Text("实验室认可（CNAS）", "Laboratory accreditation (CNAS)"),
    "CNCA": Text("认证机构批准（CNCA）", "Certification body approval (CNCA)"),
    "statutory": Text("法定计量授权", "Statutory metrology licence"),
}
PLACE_KINDS: Words = {
    "city": Text("市", "City"),
    "district": Text("区（市）", "District"),
    "zone": Text("功能区", "Functional zone"),
    "park": Text("园区", "Park"),
    "centre": Text("质量服务中心", "Quality service centre"),
    "station": Text("质量服务驿站", "Quality service station"),
}
HOST_KINDS: Words = {
    "park": Text("特色园区", "Park"),
    "supervision_office": Text("市场监管所", "Market supervision office"),
    "association": Text("协会", "Association"),
    "firm": Text("企业", "Firm"),
}
HONOUR_STATES: Words = {
    "notice": Text("公示中", "On public notice"),
    "announced": Text("已公布", "Announced"),
    "in_force": Text("有效", "In force"),
    "suspended": Text("暂停", "Suspended"),
    "revoked": Text("撤销", "Revoked"),
    "cancelled": Text("注销", "Given up"),
}
DOCUMENT_KINDS: Words = {
    "policy": Text("政策文件", "Policy"),
    "announcement": Text("公告", "Announcement"),
    "notice": Text("公示", "Public notice"),
    "call": Text("征集", "Call"),
    "event": Text("会议活动", "Conference or event"),
}
PRODUCT_NATURES: Words = {
    "product": Text("产品", "Product"),
    "service": Text("服务", "Service"),
}
ADOPTIONS: Words = {
    "IDT": Text("等同采用（IDT）", "identical (IDT)"),
    "MOD": Text("修改采用（MOD）", "modified (MOD)"),
    "NEQ": Text("非等效（NEQ）", "not equivalent (NEQ)"),
}

# The same word always has the same shape and colour (design.md, status words).
SHAPES: dict[str, dict[str, Shape]] = {
    "standard": {
        "draft": "wait",
        "upcoming": "wait",
        "current": "ok",
        "replaced": "past",
        "withdrawn": "past",
    },
    "certificate": {
        "active": "ok",
        "suspended": "stop",
        "withdrawn": "bad",
        "cancelled": "past",
        "expired": "past",
        "upcoming": "wait",
    },
    "organisation": {"active": "ok", "deregistered": "past", "revoked": "bad"},
    "institution": {"applied": "wait", "verified": "run", "listed": "ok", "suspended": "stop", "delisted": "past"},
    "honour": {
        "notice": "run",
        "announced": "ok",
        "in_force": "ok",
        "suspended": "stop",
        "revoked": "bad",
        "cancelled": "past",
    },
}
