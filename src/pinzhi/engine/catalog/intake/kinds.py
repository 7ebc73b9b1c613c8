"""The kinds of import files and their columns."""

from typing import Any

from pinzhi.engine.catalog import words
from pinzhi.engine.catalog.credit import check_organisation_code
from pinzhi.engine.catalog.intake import cells
from pinzhi.engine.catalog.intake.cells import Read
from pinzhi.engine.catalog.intake.columns import Column, Kind
from pinzhi.engine.catalog.intake.readers import (
    ADOPTION,
    CCS,
    ICS,
    PROVINCE,
    canonical_number,
    certificate_state,
    district,
    industry,
    own_code,
    person_code,
    scheme,
    services,
    standard_number,
    zone,
    zones,
)
from pinzhi.engine.texts import Text


def _column(name: str, zh: str, en: str, read: Read, *, fields: tuple[str, ...] = (), **more: Any) -> Column:
    return Column(name, zh, en, lambda lists: read, fields or (name,), **more)


def _text(name: str, zh: str, en: str, limit: int, **more: Any) -> Column:
    return _column(name, zh, en, cells.text(limit), **more)


def _day(name: str, zh: str, en: str, **more: Any) -> Column:
    return _column(name, zh, en, cells.first_day, empty=(None,), **more)


def _exact_or_not(name: str, zh: str, en: str, precision: str, **more: Any) -> Column:
    """A date with a second field that says how exact it is."""
    return _column(name, zh, en, cells.day, fields=(name, precision), empty=(None, "d"), **more)


def _listed(name: str, zh: str, en: str, read: Any, **more: Any) -> Column:
    """A column whose reader needs the code lists of the rulebook."""
    return Column(name, zh, en, read, (name,), **more)


_TAIL = (
    _text("source", "来源", "Source", 100),
    _column("synthetic", "演示数据", "Synthetic", cells.yes_or_no, empty=(False,), also=("演示",)),
)
# When the state in the row began; without it a differing row corrects what was recorded, for all its time.
_SINCE = _column("valid_from", "状态起始日期", "True since", cells.whole_day, empty=(None,), also=("自何时起",))

STANDARDS = Kind(
    "standards",
    Text("标准", "Standards"),
    (
        _column(
            "number", "标准号", "Number", standard_number,
            fields=("number", "canonical", "family", "level", "nature"), required=True, plain=True,
            also=("标准编号", "standard number"),
        ),
        _text("title_zh", "中文名称", "Chinese title", 1000, plain=True, also=("标准名称", "中文标题", "名称", "标题")),
        _text("title_en", "英文名称", "English title", 1000, plain=True, also=("英文标题", "title")),
        _text("title_local", "原文名称", "Title in the original language", 1000, plain=True, also=("原文标题",)),
        _exact_or_not("published_on", "发布日期", "Published on", "published_precision",
                      also=("批准日期", "published", "approval_date")),
        _day("effective_on", "实施日期", "Effective on", also=("effective_date",)),
        _day("withdrawn_on", "废止日期", "Withdrawn on"),
        _column("status", "状态", "Status", cells.word(words.STANDARD_STATUS, 有效="current", 作废="withdrawn"),
                fields=("stated",), also=("标准状态",)),
        _column("ics", "ICS分类号", "ICS", cells.several(ICS, limit=200, separators=";；|,，、"), also=("ics",)),
        _column("ccs", "中国标准分类号", "CCS", cells.several(CCS, limit=50, separators=";；|,，、"),
                also=("CCS分类号",)),
        _text("authority", "主管部门", "Authority", 200),
        _text("committee", "归口单位", "Committee", 200, also=("归口", "技术委员会")),
        _column("drafters", "起草单位", "Drafters", cells.tuple_of(cells.text(200)), empty=((),), plain=True),
        _column("adopts", "采用国际标准", "Adopts", cells.text(200), also=("采标号",)),
        _column("adoption", "采用程度", "Adoption", ADOPTION, also=("采标程度",)),
        _column("replaces", "代替标准", "Replaces", cells.tuple_of(canonical_number), empty=((),), plain=True,
                also=("全部代替标准", "代替")),
        _column("partly_replaces", "部分代替标准", "Partly replaces", cells.tuple_of(canonical_number), empty=((),),
                also=("部分代替",)),
        _column("url", "网址", "Web address", cells.address, plain=True, also=("链接", "link")),
        *_TAIL,
        _SINCE,
    ),
)  # fmt: skip

ORGANISATIONS = Kind(
    "organisations",
    Text("组织", "Organisations"),
    (
        _column("code", "统一社会信用代码", "Unified social credit code", check_organisation_code, plain=True,
                also=("信用代码", "uscc")),
        _text("name", "名称", "Registered name", 200, required=True, plain=True,
              also=("单位名称", "企业名称", "机构名称", "组织名称")),
        _text("name_en", "英文名称", "English name", 300),
        _column("former_names", "曾用名", "Former names", cells.several(cells.text(200), limit=600)),
        _column("short_names", "简称", "Short names", cells.several(cells.text(100), limit=300), plain=True),
        _column("kind", "类型", "Kind", cells.word(words.ORGANISATION_KINDS), empty=("enterprise",),
                also=("单位类型", "组织类型")),
        _column("state", "状态", "State", cells.word(words.ORGANISATION_STATES, 在业="active", 开业="active"),
                empty=("active",), also=("登记状态", "经营状态")),
        _listed("district", "区划代码", "District", district, also=("区市", "所在区市", "行政区划")),
        _listed("zones", "功能区", "Zones", zones),
        _listed("industry", "行业代码", "Industry", industry, also=("行业",)),
        _column("size", "规模", "Size", cells.word(words.SIZES), also=("企业规模",)),
        _exact_or_not("established_on", "成立日期", "Established on", "established_precision", also=("注册日期",)),
        _day("dissolved_on", "注销日期", "Dissolved on"),
        _text("address", "地址", "Address", 300, plain=True, also=("住所", "注册地址")),
        _column("website", "网址", "Web site", cells.address, also=("网站",)),
        _text("phone", "电话", "Public telephone", 60, also=("联系电话",)),
        *_TAIL,
        _SINCE,
    ),
)  # fmt: skip

INSTITUTIONS = Kind(
    "institutions",
    Text("质量基础设施机构", "Quality-infrastructure institutions"),
    (
        _text("organisation", "组织", "Organisation", 200, required=True, also=("单位", "机构", "机构名称")),
        _column("categories", "服务类别", "Categories",
                cells.several(cells.word(words.CATEGORIES), limit=100, separators=";；|,，、"), required=True,
                also=("类别",)),
        _column("state", "入驻状态", "State", cells.word(words.INSTITUTION_STATES), empty=("listed",), also=("状态",)),
        _text("services_zh", "服务内容", "Services in Chinese", 1000),
        _text("services_en", "服务内容（英文）", "Services in English", 1000),
        _text("contact", "联系方式", "Contact", 200),
        *_TAIL,
        _SINCE,
    ),
)  # fmt: skip

CAPABILITIES = Kind(
    "capabilities",
    Text("机构能力", "Capabilities of institutions"),
    (
        _text("organisation", "组织", "Organisation", 200, required=True, also=("单位", "机构", "机构名称")),
        _column("category", "类别", "Category", cells.word(words.CATEGORIES), required=True, also=("服务类别",)),
        _text("scope_zh", "能力范围", "Scope in Chinese", 300, required=True, plain=True, also=("范围",)),
        _text("scope_en", "能力范围（英文）", "Scope in English", 300, plain=True),
        _column("standard", "依据标准", "Standard", canonical_number, fields=("standard_number",),
                also=("标准号", "检测标准")),
        _column("approval", "资质", "Approval", cells.word(words.APPROVALS, 资质认定="CMA", 法定="statutory"),
                also=("资质种类",)),
        _text("approval_number", "资质编号", "Approval number", 60),
        _column("valid_from", "有效期起", "Valid from", cells.first_day, empty=(None,)),
        _column("valid_to", "有效期止", "Valid to", cells.first_day, empty=(None,), also=("有效期至",)),
    ),
)  # fmt: skip

CERTIFICATES = Kind(
    "certificates",
    Text("证书", "Certificates"),
    (
        _text("number", "证书编号", "Certificate number", 100, required=True, plain=True, also=("证书号",)),
        _listed("scheme", "认证制度", "Scheme", scheme, required=True, also=("认证项目", "方案")),
        _text("holder", "获证组织", "Holder", 200, required=True, plain=True, also=("持证单位", "获证单位")),
        _text("product", "产品", "Product", 300, also=("产品名称",)),
        _column("standard", "认证依据", "Standard", canonical_number, fields=("standard_number",), also=("依据标准",)),
        _text("scope_zh", "认证范围", "Scope in Chinese", 1000, also=("范围",)),
        _text("scope_en", "认证范围（英文）", "Scope in English", 1000),
        _text("issuer", "发证机构", "Issuer", 200, fields=("issuer_name",), also=("认证机构",)),
        _text("edition", "届次", "Edition", 20, also=("年度",)),
        _day("first_issued_on", "初次发证日期", "First issued on"),
        _day("issued_on", "发证日期", "Issued on", also=("颁证日期",)),
        _day("expires_on", "有效期至", "Expires on", also=("到期日期",)),
        _column("state", "证书状态", "State", certificate_state, empty=("active",), also=("状态",)),
        _day("state_on", "状态日期", "State since"),
        _text("state_ground", "状态原因", "Ground of the state", 300),
        _day("last_audit_on", "最近审核日期", "Last audit on"),
        _column("people_covered", "覆盖人数", "People covered", cells.count, empty=(None,)),
        *_TAIL,
        _SINCE,
    ),
)  # fmt: skip

PRODUCTS = Kind(
    "products",
    Text("产品和服务", "Products and services"),
    (
        _text("organisation", "组织", "Organisation", 200, required=True, also=("单位", "企业名称")),
        _text("name", "产品名称", "Product name", 300, required=True, plain=True, also=("名称",)),
        _text("name_en", "英文名称", "English name", 300, plain=True),
        _column("nature", "性质", "Nature", cells.word(words.PRODUCT_NATURES), empty=("product",)),
        _text("model", "型号", "Model", 100, also=("规格型号",)),
        _column("voltage_kv", "额定电压", "Rated voltage", cells.kilovolts, empty=(None,), also=("额定电压（kV）",)),
        _text("brand", "品牌", "Brand", 200),
        *_TAIL,
        _SINCE,
    ),
)

BRANDS = Kind(
    "brands",
    Text("品牌", "Brands"),
    (
        _text("owner", "所有者", "Owner", 200, required=True, also=("组织", "单位", "企业名称")),
        _text("name", "品牌名称", "Brand name", 200, required=True, plain=True, also=("名称", "品牌")),
        _text("name_en", "英文名称", "English name", 200, plain=True),
        _text("trademark_number", "商标注册号", "Trademark number", 40),
        *_TAIL,
        _SINCE,
    ),
)

PEOPLE = Kind(
    "people",
    Text("人员", "People"),
    (
        _column("code", "人员代码", "Person code", person_code, plain=True),
        _text("name", "姓名", "Name", 100, required=True, plain=True),
        _text("organisation", "组织", "Organisation", 200, also=("单位", "工作单位")),
        _text("post", "职务", "Post", 200),
        _text("phone", "电话", "Telephone", 60, plain=True, also=("手机",)),
        _text("email", "电子邮箱", "E-mail", 200, plain=True, also=("邮箱",)),
        _column("id_number", "身份证号码", "Citizen's number", cells.citizen_id, plain=True, also=("身份证号",)),
        *_TAIL,
        _SINCE,
    ),
)

HONOURS = Kind(
    "honours",
    Text("荣誉", "Honours"),
    (
        _column("code", "荣誉代码", "Honour code", own_code(60), required=True, plain=True),
        _listed("scheme", "奖项", "Scheme", scheme, required=True, also=("荣誉",)),
        _text("edition", "届次", "Edition", 20, required=True, also=("年度",)),
        _text("grade", "等级", "Grade", 40, required=True),
        _text("category", "类别", "Category", 40),
        _text("title_zh", "荣誉名称", "Title in Chinese", 200, required=True, also=("中文名称", "名称")),
        _text("title_en", "英文名称", "Title in English", 300),
        _text("organisation", "组织", "Organisation", 200, also=("单位",)),
        _text("person", "个人", "Person", 100, also=("人员", "姓名")),
        _text("team", "班组", "Team", 100, also=("团队",)),
        _text("recipient", "获奖者", "Recipient", 200),
        _text("issuer", "授予机关", "Issuer", 100, required=True, also=("颁发机构",)),
        _exact_or_not("awarded_on", "授予日期", "Awarded on", "awarded_precision", also=("获奖日期",)),
        _column("state", "荣誉状态", "State", cells.word(words.HONOUR_STATES), empty=("in_force",), also=("状态",)),
        _listed("region", "地区代码", "Region", lambda lists: cells.listed(
            dict(lists.get("regions", {})) | dict(lists.get("districts", {})), PROVINCE + r"(?:\d{2}){0,2}",
            code="import.region", zh="应为两位、四位或六位区划代码（GB/T 2260）或其名称。",
            en="Expected a division code of two, four or six digits (GB/T 2260), or its name.",
        ), also=("地区",)),
        *_TAIL,
        _SINCE,
    ),
)  # fmt: skip

PLACES = Kind(
    "places",
    Text("地点", "Places"),
    (
        _column("code", "地点代码", "Place code", own_code(60), required=True, plain=True),
        _column("kind", "地点类型", "Kind", cells.word(words.PLACE_KINDS), required=True, also=("类型",)),
        _text("name_zh", "中文名称", "Name in Chinese", 200, required=True, plain=True, also=("名称",)),
        _text("name_en", "英文名称", "Name in English", 300, plain=True),
        _listed("district", "区划代码", "District", district, also=("区市", "所在区市")),
        _listed("zone", "功能区", "Zone", zone),
        _column("host_kind", "承办单位类型", "Kind of host", cells.word(words.HOST_KINDS)),
        _text("host_zh", "承办单位", "Host in Chinese", 200),
        _text("host_en", "承办单位（英文）", "Host in English", 300),
        _text("address_zh", "地址", "Address in Chinese", 300),
        _text("address_en", "地址（英文）", "Address in English", 300),
        _column("latitude", "纬度", "Latitude", cells.degrees(90), empty=(None,)),
        _column("longitude", "经度", "Longitude", cells.degrees(180), empty=(None,)),
        _text("hours_zh", "服务时间", "Hours in Chinese", 200),
        _text("hours_en", "服务时间（英文）", "Hours in English", 200),
        _listed("services", "服务项目", "Services", services),
        _text("phone", "电话", "Public telephone", 60),
        _day("opened_on", "启用日期", "Opened on"),
        _day("closed_on", "停用日期", "Closed on"),
        *_TAIL,
        _SINCE,
    ),
)

DOCUMENTS = Kind(
    "documents",
    Text("文件公告", "Documents"),
    (
        _column("code", "文件代码", "Document code", own_code(80), required=True, plain=True),
        _column("kind", "文件类型", "Kind", cells.word(words.DOCUMENT_KINDS), required=True, also=("类型",)),
        _text("title_zh", "标题", "Title in Chinese", 300, required=True, plain=True, also=("中文标题", "名称")),
        _text("title_en", "英文标题", "Title in English", 400, plain=True),
        _text("issuer_zh", "发文机关", "Issuer in Chinese", 100, required=True),
        _text("issuer_en", "发文机关（英文）", "Issuer in English", 200),
        _text("number", "文号", "Document number", 60),
        _exact_or_not("issued_on", "发文日期", "Issued on", "issued_precision", also=("发布日期",)),
        _day("closes_on", "截止日期", "Closes on"),
        _text("summary_zh", "摘要", "Summary in Chinese", 4000, plain=True),
        _text("summary_en", "英文摘要", "Summary in English", 6000, plain=True),
        _column("url", "网址", "Web address", cells.address, plain=True, also=("链接",)),
        *_TAIL,
        _SINCE,
    ),
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        STANDARDS,
        ORGANISATIONS,
        INSTITUTIONS,
        CAPABILITIES,
        CERTIFICATES,
        PRODUCTS,
        BRANDS,
        PEOPLE,
        HONOURS,
        PLACES,
        DOCUMENTS,
    )
}
