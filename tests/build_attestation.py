"""Plain builders for credentials."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from pinzhi.engine.attestation.statements import Statement
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text

WHEN = Moment(datetime(2024, 1, 4, 2, 21, tzinfo=UTC), date(2024, 1, 4))


def make_statement(**changes: Any) -> Statement:
    """The statement of an invented award; what is given replaces its fields."""
    return replace(
        Statement(
            kind="honour",
            key="mayor-8-08-017",
            number="08-017",
            holder_name="青岛示例精工有限公司",
            holder_code="91370212MA0000015Y",
            holder_kind="organisation",
            title=Text("第八届青岛市市长质量奖", "The 8th Qingdao Mayor's Quality Award"),
            grade=Text("质量奖", "Quality Award"),
            scheme_id="mayor",
            edition="8",
            scope=Text("精密减速机的设计、生产和服务", "Design, production and service of precision reducers"),
            issuer=Text("青岛市人民政府", "Qingdao Municipal Government"),
            basis="青岛市市长质量奖管理办法 第二十条",
            granted_on=date(2024, 1, 4),
            valid_from=date(2024, 1, 4),
            valid_until=date(2029, 1, 3),
            synthetic=True,
            marks=(("总得分率", "71.25"),),
        ),
        **changes,
    )
