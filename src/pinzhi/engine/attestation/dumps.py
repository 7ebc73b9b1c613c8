"""A dump of the public register: a signed list of files with their digests, and checking it without us."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pinzhi.engine.attestation.credentials import Issuer
from pinzhi.engine.attestation.means import Means
from pinzhi.engine.attestation.moments import moment_text
from pinzhi.engine.attestation.origins import issuer_of, key_of
from pinzhi.engine.attestation.proofs import proof_holds, with_proof
from pinzhi.engine.attestation.reports import Check, failed, not_checked, passed
from pinzhi.engine.errors import BadInput

TYPE = "RegisterDump"
_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_MOST_FILES = 1000


@dataclass(frozen=True, slots=True)
class DumpedFile:
    """A file of a dump: plain name, size, number of rows, SHA-256 in hexadecimal."""

    name: str
    size: int
    rows: int
    sha256: str


def manifest(
    files: tuple[DumpedFile, ...], *, issuer: Issuer, key_id: str, on: date, at: datetime,
    sign: Callable[[bytes], bytes], synthetic: bool,
) -> dict[str, Any]:  # fmt: skip
    """Return the signed list of a dump's files. ``on`` is the day that the states of its rows are those of."""
    listed: dict[str, Any] = {
        "@context": [_CONTEXT],
        "type": [TYPE],
        "issuer": issuer.id,
        "asOf": on.isoformat(),
        "created": moment_text(at),
        "synthetic": synthetic,
        "files": [{"name": one.name, "size": one.size, "rows": one.rows, "sha256": one.sha256} for one in files],
    }
    return with_proof(listed, method=f"{issuer.id}#{key_id}", created=at, sign=sign)


def files_of(listed: Mapping[str, Any]) -> tuple[DumpedFile, ...]:
    """Return the files that a list names; BadInput for no list of a dump, or one naming a file outside its folder."""
    try:
        if TYPE not in listed["type"] or len(listed["files"]) > _MOST_FILES:
            raise ValueError(TYPE)
        files = tuple(DumpedFile(one["name"], int(one["size"]), int(one["rows"]), one["sha256"])
                      for one in listed["files"])  # fmt: skip
        if any("/" in one.name or "\\" in one.name or one.name.startswith(".") or not one.name for one in files):
            raise ValueError("name")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            "attestation.dump",
            "这不是登记转储的清单（manifest.json）。",
            "This is not the list of a register dump (manifest.json).",
        ) from error
    return files


def check_dump(listed: Mapping[str, Any], digests: Mapping[str, str], means: Means) -> tuple[Check, ...]:
    """Return the checks of a dump: who signed, and each file's digest; ``digests`` are of the files at hand."""
    files = files_of(listed)
    issuer, known = issuer_of(listed, means)
    key, in_use = key_of(listed, issuer, means)
    checks = [known, in_use]
    if key is None:
        checks.append(not_checked("signature", "没有可用的密钥", "there is no key to check it with"))
    elif proof_holds(listed, key.public):
        checks.append(passed("signature", "清单与签名相符", "the list fits its signature"))
    else:
        checks.append(failed("signature", "清单与签名不符", "the list does not fit its signature"))
    for one in files:
        found = digests.get(one.name)
        if found is None:
            checks.append(not_checked("file", "{file} 不在手头", "{file} is not at hand", file=one.name))
        elif found == one.sha256:
            checks.append(passed("file", "{file}，{rows} 行", "{file}, {rows} rows", file=one.name, rows=one.rows))
        else:
            checks.append(failed("file", "{file} 与清单不符", "{file} differs from the list", file=one.name))
    return tuple(checks)
