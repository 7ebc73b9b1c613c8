"""Whether it still holds: what the register says, or the status lists at hand, or that nobody could be asked."""

from collections.abc import Mapping
from typing import Any

from pinzhi.engine.attestation.credentials import ENTRY, PURPOSES
from pinzhi.engine.attestation.means import Means
from pinzhi.engine.attestation.moments import moment_from
from pinzhi.engine.attestation.origins import issuer_of, key_of
from pinzhi.engine.attestation.proofs import proof_holds
from pinzhi.engine.attestation.reports import Check, Said, Standing, failed, not_checked, passed
from pinzhi.engine.attestation.status_lists import decoded, is_set, place_of
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

STATES: dict[str, Text] = {
    "active": Text("有效", "in force"),
    "suspended": Text("暂停", "suspended"),
    "withdrawn": Text("已撤销", "withdrawn"),
    "cancelled": Text("已注销", "cancelled"),
    "expired": Text("已过期", "expired"),
    "upcoming": Text("尚未生效", "not yet valid"),
    "replaced": Text("已换发", "replaced by a later one"),
}


def from_register(
    code: str, document: Mapping[str, Any] | None, said: Said, means: Means
) -> tuple[Standing, tuple[Check, ...]]:
    """Return what the register says of a credential; whoever calls has made sure that there is one to ask."""
    if means.ask is None:
        raise ValueError("no register to ask")
    standing = means.ask(code, document, said)
    if not standing.is_issued:
        zh = "登记里没有签发过这一份：签名密钥可能泄露，请告诉我们"
        en = "the register never issued this one: a signing key may have leaked, please tell us"
        asked = not_checked("status", "登记里没有它", "the register does not have it")
        return standing, (failed("register", zh, en), asked)
    issued = passed("register", "登记的就是这一份", "this very one is in the register")
    state = "replaced" if standing.replaced_by else standing.state
    check = (passed if state == "active" else failed)("status", "登记为{state}", "{state} in the register",
                                                      state=STATES[state])  # fmt: skip
    return standing, (issued, check)


def from_lists(
    document: Mapping[str, Any] | None, ticket: int, means: Means
) -> tuple[Standing | None, tuple[Check, ...]]:
    """Return what the status lists at hand say; what they cannot say is said to be unchecked."""
    apart = not_checked("register", "没有联网，没有比对登记", "not compared with the register, without the network")
    set_for: list[str] = []
    entries = _entries(document, ticket, means)
    for purpose, address, index in entries:
        problem, bits = _bits(address, purpose, means)
        if problem is None and index >= len(bits) * 8:
            problem = Text("状态列表没有这一项", "the status list has no such entry")
        if problem is not None:
            return None, (apart, Check("status", "not_checked", problem))
        if is_set(bits, index):
            set_for.append(purpose)
    if not entries:
        return None, (apart, not_checked("status", "没有写明状态列表", "it names no status list"))
    state = "withdrawn" if "revocation" in set_for else "suspended" if set_for else "active"
    standing = Standing(True, state, None, "", "", means.at)
    check = (failed if set_for else passed)("status", "状态列表标为{state}", "{state} by the status lists",
                                            state=STATES[state])  # fmt: skip
    return standing, (apart, check)


def _entries(document: Mapping[str, Any] | None, ticket: int, means: Means) -> list[tuple[str, str, int]]:
    """Return purpose, address and place of each status entry: as a file names them, or worked out for a code."""
    if document is None:
        place = place_of(max(ticket, 1))
        return [(purpose, f"{one.address}/status/{purpose}-{place.list_number}", place.index)
                for one in means.issuers[:1] for purpose in PURPOSES]  # fmt: skip
    listed = document.get("credentialStatus")
    return [
        (str(one.get("statusPurpose")), str(one.get("statusListCredential")), int(one["statusListIndex"]))
        for one in (listed if isinstance(listed, list) else [listed])
        if isinstance(one, Mapping) and one.get("type") == ENTRY and _is_place(one.get("statusListIndex"))
    ]


def _is_place(index: object) -> bool:
    return isinstance(index, str) and index.isascii() and index.isdigit() and len(index) < 12


def _bits(address: str, purpose: str, means: Means) -> tuple[Text | None, bytes]:
    """Return the bits of a status list that its issuer signed and that still runs; else why there are none."""
    listed = means.lists.get(address)
    if listed is None:
        zh = f"手头没有状态列表 {address}，不知道此后是否暂停或撤销"
        return Text(zh, f"without the status list {address} nobody knows whether it was suspended or withdrawn"), b""
    try:
        issuer, _named = issuer_of(listed, means)
        key, in_use = key_of(listed, issuer, means)
        if key is None or in_use.outcome != "passed" or not proof_holds(listed, key.public):
            return Text("状态列表不是签发方签的", "the status list is not signed by the issuer"), b""
        subject = listed["credentialSubject"]
        if listed["id"] != address or subject["statusPurpose"] != purpose:
            return Text("这是另一份状态列表", "this is another status list"), b""
        if moment_from(listed["validUntil"]) < means.at:
            return Text("状态列表已经过时，请取新的", "the status list has run out: get a new one"), b""
        return None, decoded(subject["encodedList"])
    except (KeyError, TypeError, ValueError, BadInput):
        return Text("状态列表读不出来", "the status list cannot be read"), b""
