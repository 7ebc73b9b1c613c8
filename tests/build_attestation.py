"""Plain builders for credentials."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from pinzhi.engine.attestation.compact import compact_of, packed
from pinzhi.engine.attestation.credentials import CONTEXTS, Issuer, build, did_web, list_address
from pinzhi.engine.attestation.key_documents import KnownIssuer, KnownKey
from pinzhi.engine.attestation.proofs import with_proof
from pinzhi.engine.attestation.statements import Statement
from pinzhi.engine.attestation.status_lists import encoded, place_of
from pinzhi.engine.periods import Moment
from pinzhi.engine.signatures import public_key_of, sign
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


ADDRESS = "https://pinzhi.example.cn"
SIGNED = datetime(2024, 1, 4, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Signer:
    """An issuer with the keys it ever had; the last one signs."""

    address: str = ADDRESS
    privates: tuple[bytes, ...] = (b"\x01" * 32,)
    since: tuple[datetime, ...] = (datetime(2023, 1, 1, tzinfo=UTC),)

    @property
    def issuer(self) -> Issuer:
        return Issuer(did_web(self.address), self.address)

    @property
    def known(self) -> KnownIssuer:
        ends = (*self.since[1:], None)
        keys = tuple(
            KnownKey(f"{self.issuer.id}#attestation-{number:04d}", public_key_of(private), start, end)
            for number, (private, start, end) in enumerate(zip(self.privates, self.since, ends, strict=True), start=1)
        )
        return KnownIssuer(self.issuer.id, self.address, keys)

    def sign(self, document: dict[str, Any], *, created: datetime = SIGNED, number: int = 0) -> dict[str, Any]:
        """Return a document with a proof by the key of a number, 1 the first; 0 the last."""
        key = self.known.keys[number - 1]
        private = self.privates[number - 1]
        bare = {name: part for name, part in document.items() if name != "proof"}
        return with_proof(bare, method=key.id, created=created, sign=lambda message: sign(private, message))

    def credential(self, statement: Statement | None = None, *, code: str = "0123456789abcdef", ticket: int = 5,
                   created: datetime = SIGNED, number: int = 0) -> dict[str, Any]:  # fmt: skip
        """Return a signed credential."""
        bare = build(statement or make_statement(), code=code, issuer=self.issuer, place=place_of(ticket))
        return self.sign(bare, created=created, number=number)

    def code(self, statement: Statement | None = None, *, ticket: int = 5, created: datetime = SIGNED) -> str:
        """Return the text of a code, signed with the last key."""
        said = compact_of(
            statement or make_statement(), key_id=f"attestation-{len(self.privates):04d}", code="0123456789abcdef",
            ticket=ticket, signed_at=created,
        )  # fmt: skip
        return packed(said, issuer=self.issuer.id, sign=lambda message: sign(self.privates[-1], message))

    def status_list(
        self, purpose: str, tickets: tuple[int, ...], *, until: str = "2024-01-06T00:00:00Z"
    ) -> dict[str, Any]:
        """Return a signed status list with the bits of these tickets set."""
        address = list_address(self.issuer, purpose, 1)
        return self.sign({
            "@context": [CONTEXTS[0]],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.issuer.id,
            "validUntil": until,
            "credentialSubject": {"type": "BitstringStatusList", "statusPurpose": purpose,
                                  "encodedList": encoded(place_of(one).index for one in tickets)},
        })  # fmt: skip
