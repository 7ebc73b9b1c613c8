"""Certificates of conformity: systems, products, services and labels; one row for each certificate."""

from datetime import date
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from pinzhi.engine.catalog.words import CERTIFICATE_STATES, PRODUCT_NATURES
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Certificate, Organisation, Product
from pinzhi.records.catalog.queries.validity import valid_on
from pinzhi.records.publishing.sources.catalog import (
    Sides,
    believed,
    believed_from,
    of_organisation,
    same_organisation,
    version_of,
)
from pinzhi.records.publishing.sources.shapes import Field, Lasting, Page, Side, Source
from pinzhi.records.publishing.times import AsOf


def _rows(at: AsOf) -> Sides:
    return believed(Certificate, at)


def _validity(side: Side) -> Lasting:
    """Return the days of ``valid_on``; a state other than active ends them on the day it is of."""
    ended: Any = Coalesce("state_on", Value(date.min))
    return Lasting(
        since=(F("issued_on"),),
        until=(F("expires_on"),),
        before=(Case(When(state="active", then=None), default=ended),),
    )


CERTIFICATES = Source(
    title=Text("证书", "Certificates"),
    unit=Text("张", "certificates"),
    sides=_rows,
    lasting=believed_from(Certificate),
    version=lambda: version_of(Certificate, Organisation, Product),
    key="number",
    page="certificate",
    columns=("number", "holder", "district", "scheme", "edition", "issued_on", "expires_on", "state"),
    order=("number",),
    fields={
        "number": Field(
            Text("证书编号", "Number"), path="number", page=Page("certificate", "number", "number")
        ),
        "scheme": Field(Text("认证项目", "Scheme"), "code", "scheme", codelist="schemes", dimension=True),
        "edition": Field(Text("年度", "Edition"), "code", "edition", dimension=True),
        "holder": Field(
            Text("持证组织", "Holder"), path="holder__code",
            page=Page("organisation", "holder__code", "holder__name"), joined=True, identity="holder_id",
        ),
        "district": Field(
            Text("区（市）", "District"), "code", value=of_organisation("holder", "district"),
            codelist="districts", dimension=True, joined=True, steady=same_organisation("holder"),
        ),
        "zones": Field(
            Text("功能区", "Zone"), "code", value=of_organisation("holder", "zones"),
            codelist="zones", dimension=True, many=True, joined=True, steady=same_organisation("holder"),
        ),
        "industry": Field(
            Text("行业", "Industry"), "code", value=of_organisation("holder", "industry"),
            codelist="industries", dimension=True, joined=True, steady=same_organisation("holder"),
        ),
        "product": Field(Text("产品", "Product"), path="product__name", joined=True),
        "brand": Field(Text("品牌", "Brand"), path="product__brand__name", joined=True),
        "nature": Field(
            Text("产品或服务", "Product or service"), "code", "product__nature", words=PRODUCT_NATURES, closed=True,
            dimension=True, joined=True,
        ),
        "model": Field(Text("型号", "Model"), path="product__model", joined=True),
        "voltage": Field(Text("额定电压", "Rated voltage"), "number", "product__voltage_kv", joined=True),
        "standard": Field(Text("标准", "Standard"), "code", "standard_number"),
        "issuer": Field(Text("认证机构", "Certification body"), path="issuer_name", dimension=True),
        "first_issued_on": Field(Text("首次发证", "First issued"), "date", "first_issued_on"),
        "issued_on": Field(Text("发证日期", "Issued on"), "date", "issued_on"),
        "expires_on": Field(Text("有效期至", "Valid until"), "date", "expires_on"),
        "state": Field(Text("登记的状态", "State recorded"), "code", "state", words=CERTIFICATE_STATES, closed=True),
        "valid": Field(
            Text("当天有效", "Valid on the day"), "flag", flag=lambda side: valid_on(side.at.on), lasting=_validity,
        ),
        "people_covered": Field(Text("覆盖人数", "People covered"), "number", "people_covered"),
        "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
    },
)  # fmt: skip
