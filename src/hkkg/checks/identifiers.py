"""Check digits of outside identifiers: a mistyped one must not point at somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stdnum import isni
from stdnum.iso7064 import mod_97_10

from hkkg import vocab
from hkkg.checks.findings import CHECK, Finding, Severity, messages
from hkkg.checks.property_paths import predicate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hkkg.checks.triples import Triples

_CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR: Final = "https://ror.org/"
_ROR_LENGTH: Final = 9
_ORCID: Final = "https://orcid.org/"


def valid_ror(identifier: str) -> bool:
    """Tell whether a ROR address's last two digits check the rest.

    A ROR identifier is 0, six characters of Crockford's base 32 and two check digits: those that
    ISO/IEC 7064 MOD 97-10 gives for the number that the first seven characters are in base 32.
    """
    local = identifier.removeprefix(_ROR)
    body, digits = local[:-2], local[-2:]
    if len(local) != _ROR_LENGTH or not digits.isdecimal() or any(c not in _CROCKFORD for c in body):
        return False
    number = 0
    for character in body:
        number = number * len(_CROCKFORD) + _CROCKFORD.index(character)
    return bool(mod_97_10.calc_check_digits(str(number)) == digits)


def valid_isni(identifier: str) -> bool:
    """Tell whether an ISNI's last character checks the rest."""
    return bool(isni.is_valid(identifier))


def valid_orcid(identifier: str) -> bool:
    """Tell whether an ORCID iD's last character checks the rest; ORCID iDs are ISNIs."""
    return bool(isni.is_valid(identifier.removeprefix(_ORCID)))


_CHECKS: Final[dict[str, tuple[str, Callable[[str], bool]]]] = {
    vocab.HKKG + "isni": ("ISNI", valid_isni),
    vocab.HKKG + "orcid": ("ORCID", valid_orcid),
    vocab.HKKG + "ror": ("ROR", valid_ror),
}


def check_digits(data: Triples) -> Iterator[Finding]:
    """Find identifiers whose check digits do not fit."""
    for property_iri, (name, is_valid) in _CHECKS.items():
        for subject, value in data.pairs(property_iri):
            text = getattr(value, "value", "")
            if not is_valid(text):
                yield Finding(
                    Severity.VIOLATION,
                    subject,
                    CHECK + "check-digits",
                    predicate(property_iri),
                    value,
                    messages=messages(
                        en=f"Copy the {name} identifier again: the check digits of {text} do not fit.",
                        zh_Hant=f"請重新抄錄 {name} 識別碼：{text} 的校驗碼不符。",
                    ),
                )
