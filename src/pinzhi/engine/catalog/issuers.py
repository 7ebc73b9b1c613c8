"""Letters before a standard's number: whose they are, and what they say of level and nature (标准代号)."""

import re
from functools import lru_cache
from typing import NamedTuple

LEVELS = ("national", "industry", "local", "group", "enterprise", "international")

# Bodies outside China. Other letters than these are Chinese where they look it (see _level).
BODIES = frozenset(
    (
        "ISO", "IEC", "ITU", "ITU-T", "ITU-R", "ETSI", "IEEE", "CIE", "OIML", "JIS", "EN", "DIN", "ANSI", "ASTM", "BS",
        "BSI", "NF", "CEN", "CENELEC", "IWA", "ASME", "API", "SAE", "UL", "IETF", "RFC", "VDE", "VDI", "GOST", "CISPR",
        "WHO", "CAC", "CODEX", "IIR", "ILAC", "IAF", "KS", "UN", "ECE", "NFPA", "AWS", "AIEE", "NEMA", "AS", "NZS",
        "CSA", "CAN", "UNI", "UNE", "SS", "SIS", "PAS", "PD", "AATCC", "MIL", "FIPS", "NIST", "CCSDS", "IMO",
    )
)  # fmt: skip
# National series that are not GB itself, then engineering and association series of more than two letters.
NATIONAL = frozenset({"GB", "GBJ", "GBN", "GBZ", "GBW", "GJB", "GSB", "JJG", "JJF", "GBZB", "GHZB", "GWKB", "GWPB"})
ENGINEERING = frozenset(
    ("JGJ", "CJJ", "JTG", "JTJ", "JTS", "TBJ", "YBB", "YBJ", "HGJ", "SHJ", "SYJ", "SDJ", "BMB", "KA", "ZB", "ZBY")
)
GROUP_SERIES = frozenset({"CECS"})
SECTORS = frozenset(
    (
        "AQ", "BB", "CB", "CH", "CJ", "CY", "DA", "DB", "DL", "DY", "DZ", "EJ", "FZ", "GA", "GC", "GD", "GH", "GM",
        "GY", "HB", "HG", "HJ", "HS", "HY", "JB", "JC", "JG", "JR", "JT", "JY", "LB", "LD", "LS", "LY", "MH", "MR",
        "MT", "MZ", "NB", "NY", "QB", "QC", "QJ", "QX", "RB", "SB", "SC", "SF", "SH", "SJ", "SL", "SN", "SW", "SY",
        "TB", "TD", "TJ", "TY", "WB", "WH", "WJ", "WM", "WS", "WW", "XB", "XF", "YB", "YC", "YD", "YJ", "YS", "YY",
        "YZ", "ZY",
    )
)  # fmt: skip
PROVINCES = frozenset("京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云滇陕甘青蒙桂藏宁新")

# Bodies that write a colon before the year.
_COLON = frozenset({"ISO", "IEC", "JIS", "CISPR", "OIML", "EN", "IWA"})
# Sectors whose numbers without /T are recommendations as well.
_EITHER_NATURE = frozenset({"HJ", "GSB", "GBW", "GJB", "JJF"})
_STAGES = frozenset(
    (
        "NP",
        "NWIP",
        "UNAPPROVED",
        "AWI",
        "WD",
        "CD",
        "CDV",
        "DIS",
        "FDIS",
        "PRF",
        "DTS",
        "DTR",
        "FDTS",
        "FDTR",
        "DPAS",
        "DP",
        "DGUIDE",
    )
)
_DRAFT_OF = {"DTS": "TS", "DTR": "TR", "FDTS": "TS", "FDTR": "TR", "DPAS": "PAS", "DGUIDE": "Guide"}
_SEPARATED = re.compile(r"[/ ]|[^/ ]+")


class Head(NamedTuple):
    """What stands before a number: as it is shown, as the family shows it, and what it says."""

    shown: str
    family: str
    issuer: str
    nature: str
    level: str

    @property
    def writes_colon(self) -> bool:
        """Tell whether the body writes a colon before the year."""
        return self.issuer.partition("/")[0] in _COLON


@lru_cache(maxsize=4096)
def chinese_head(issuer: str, suffix: str, region: str) -> Head | None:
    """Return what the letters before a number say; None for letters that are no Chinese issuer."""
    mark = {"T": "/T", " T": "/T", " Z": "/Z", "/": ""}.get(suffix, suffix)
    level = level_of(issuer, region)
    if level is None:
        # a sector that is not on our list yet shows itself by its nature
        if suffix not in ("/T", "/Z") or len(issuer) != 2 or issuer in BODIES:
            return None
        level = "industry"
    shown = f"{issuer}{mark}{region}"
    nature = {"/T": "recommended", "/Z": "guidance"}.get(mark, "")
    if not mark and level in ("national", "industry", "local") and issuer not in _EITHER_NATURE:
        nature = "mandatory"
    return Head(shown, shown, issuer, nature, level)


def level_of(issuer: str, region: str = "") -> str | None:
    """Return the level that a Chinese issuer publishes at; None for letters we do not know."""
    if issuer.startswith("T/") or issuer in GROUP_SERIES:
        return "group"
    if issuer.startswith("DB") and issuer != "DB":
        return "local"
    if issuer in NATIONAL:
        if not region:
            return "national"
        return "local" if region[1] in PROVINCES else "industry"
    return "industry" if issuer in SECTORS or issuer in ENGINEERING else None


@lru_cache(maxsize=8192)
def international_head(text: str) -> Head:
    """Return body and kind of document: ISO/TS, IEC TS, ISO/IEC Guide; a draft has the family of its standard."""
    tokens = _SEPARATED.findall(text)
    bodies = 0
    while bodies < len(tokens) and tokens[bodies] in BODIES:
        bodies += 2
    issuer = "".join(tokens[: max(bodies - 1, 0)])
    kinds = [one for one in tokens[bodies:] if one.strip("/ ")]
    if "IEEE" in issuer:
        kinds = [kind for kind in kinds if kind not in ("STD", "STD.", "STANDARD")]
    shown = [{"GUIDE": "Guide", "SUPPL.": "Suppl."}.get(kind, kind) for kind in kinds]
    family = [_DRAFT_OF.get(kind, kind) for kind in shown if kind not in _STAGES or kind in _DRAFT_OF]
    return Head(_joined(issuer, shown), _joined(issuer, family), issuer, "", "international")


def _joined(issuer: str, kinds: list[str]) -> str:
    """Join as the bodies do: ISO/TS, but IEC TS, ISO/IEC TS and ISO Guide."""
    if issuer == "ISO" and kinds and kinds[0] != "Guide":
        return "ISO/" + " ".join(kinds)
    return " ".join([issuer, *kinds] if issuer else kinds)
