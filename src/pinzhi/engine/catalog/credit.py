"""Unified social credit codes (统一社会信用代码), GB 32100-2015, with the body code of GB 11714 inside."""

import hashlib
import re
import unicodedata

from pinzhi.engine.errors import BadIdentifier

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # 3^(i-1) mod 31
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_BLANKS = re.compile(r"[\s\-]+")
TEMPORARY = "TMP-"

# First two characters: registering department and kind of organisation.
KINDS = {
    "11": "government", "12": "public_institution", "13": "association", "19": "government",
    "51": "association", "52": "association", "53": "association", "72": "school",
    "91": "enterprise", "92": "individual", "93": "cooperative",
    "N1": "cooperative", "N2": "cooperative", "N3": "cooperative",
}  # fmt: skip


def check_character(body: str) -> str:
    """Return the 18th character for the first seventeen (GB 32100-2015, 31 less the weighted sum modulo 31).

    >>> check_character("91350100M000100Y4")
    '3'
    """
    total = sum(_VALUE[character] * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total) % 31]


def check_credit_code(text: str) -> str:
    """Return the code in upper case without blanks, or raise BadIdentifier saying what is and what should be.

    Codes of townships and the armed forces begin with a letter (N, A, Y) and are as good as the others.

    >>> check_credit_code(" 91110000600037341l ")
    '91110000600037341L'
    """
    code = _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if len(code) != 18:
        raise BadIdentifier(
            "catalog.credit_code.length",
            "统一社会信用代码是 18 位，“{code}”是 {found} 位。",
            "A credit code has 18 characters; “{code}” has {found}.",
            code=code[:40],
            found=len(code),
        )
    strange = next((character for character in code if character not in _VALUE), None)
    if strange is not None:
        raise BadIdentifier(
            "catalog.credit_code.character",
            "统一社会信用代码“{code}”里有“{character}”，只能用数字和大写字母，没有 I、O、S、V、Z。",
            "The credit code “{code}” contains “{character}”; it takes digits and capitals without I, O, S, V, Z.",
            code=code,
            character=strange,
        )
    expected = check_character(code[:17])
    if code[17] != expected:
        raise BadIdentifier(
            "catalog.credit_code.check",
            "统一社会信用代码“{code}”的校验位是“{found}”，应为“{expected}”。请对照营业执照。",
            "The credit code “{code}” ends in “{found}” but its check character is “{expected}”. Compare the licence.",
            code=code,
            found=code[17],
            expected=expected,
        )
    return code


def body_code_fits(code: str) -> bool:
    """Tell whether the inner check of GB 11714 (position 17 over 9 to 16) holds; a misfit is a warning only."""
    body = code[8:16]
    total = sum(
        (int(character) if character.isdigit() else ord(character) - 55) * weight
        for character, weight in zip(body, _BODY_WEIGHTS, strict=True)
    )
    check = 11 - total % 11
    return code[16] == {10: "X", 11: "0"}.get(check, str(check))


def kind_of(code: str) -> str:
    """Return the kind of organisation that the first two characters state; ``other`` when they state none of ours."""
    return KINDS.get(code[:2], "other")


def temporary_code(name: str) -> str:
    """Return the id of a unit whose credit code is not known: the same name always gives the same id."""
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", name))
    return TEMPORARY + hashlib.sha256(plain.encode()).hexdigest()[:12].upper()


def is_temporary(code: str) -> bool:
    """Tell whether a code is one of ours, to be replaced when the credit code becomes known."""
    return code.startswith(TEMPORARY)


def check_organisation_code(text: str) -> str:
    """Return a credit code or a temporary id in its normal spelling, or raise BadIdentifier."""
    plain = text.strip().upper()
    if plain.startswith(TEMPORARY) and re.fullmatch(r"TMP-[0-9A-F]{12}", plain):
        return plain
    return check_credit_code(text)
