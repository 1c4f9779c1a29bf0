"""Literals that are not what their datatype says, by XML Schema 1.1, the calendar included."""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks.findings import CHECK, Finding, Severity, messages, show
from hkkg.checks.property_paths import predicate
from hkkg.store import Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.checks.triples import Triples

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_BIG: Final = {"long": 63, "int": 31, "short": 15, "byte": 7}
# The least and the greatest value; None is no bound.
_RANGES: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{name: (-(2**bits), 2**bits - 1) for name, bits in _BIG.items()},
    **{"unsigned" + name.title(): (0, 2 ** (bits + 1) - 1) for name, bits in _BIG.items()},
}
_LONGEST_INTEGER: Final = 4000

_YEAR: Final = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_DAY: Final = r"(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_ZONE: Final = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_NUMBER: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DURATION_DAY: Final = r"[0-9]+D"
_DURATION_TIME: Final = r"T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?"
_NAME_START: Final = r"[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]"  # noqa: E501 - XML's own list
_NAME_REST: Final = _NAME_START[:-1] + r"0-9.\u00b7\u0300-\u036f\u203f-\u2040-]"
_BASE64: Final = r"[A-Za-z0-9+/]"

_PATTERNS: Final = {
    name: re.compile(pattern)
    for name, pattern in {
        "boolean": r"true|false|1|0",
        "decimal": _NUMBER,
        "double": rf"{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "float": rf"{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "date": rf"({_YEAR})-({_MONTH})-({_DAY}){_ZONE}?",
        "dateTime": rf"({_YEAR})-({_MONTH})-({_DAY})T{_CLOCK}{_ZONE}?",
        "dateTimeStamp": rf"({_YEAR})-({_MONTH})-({_DAY})T{_CLOCK}{_ZONE}",
        "time": rf"{_CLOCK}{_ZONE}?",
        "gYear": rf"{_YEAR}{_ZONE}?",
        "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}?",
        "gMonth": rf"--{_MONTH}{_ZONE}?",
        "gMonthDay": rf"-(-)({_MONTH})-({_DAY}){_ZONE}?",
        "gDay": rf"---{_DAY}{_ZONE}?",
        "duration": rf"-?P(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:{_DURATION_DAY})?(?:{_DURATION_TIME})?",
        "yearMonthDuration": r"-?P(?=[0-9])(?:[0-9]+Y)?(?:[0-9]+M)?",
        "dayTimeDuration": rf"-?P(?=[0-9T])(?:{_DURATION_DAY})?(?:{_DURATION_TIME})?",
        "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
        "base64Binary": rf"(?:(?:{_BASE64} ?){{4}})*(?:(?:{_BASE64} ?){{2}}(?:{_BASE64} ?=|= ?=))?",
        "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
        "normalizedString": r"[^\t\r\n]*",
        "token": r"(?:[^\s](?:[^\t\r\n ]| (?! ))*(?<! ))?",
        "NMTOKEN": rf"(?:{_NAME_REST}|:)+",
        "Name": rf"(?:{_NAME_START}|:)(?:{_NAME_REST}|:)*",
        "NCName": rf"{_NAME_START}{_NAME_REST}*",
    }.items()
}
_XSD_LENGTH: Final = len(vocab.XSD)
_ILL_FORMED: Final = CHECK + "literal"
_ANY_TEXT: Final = {"string", "anyURI"}
_OTHERS: Final = {
    "ENTITIES", "ENTITY", "ID", "IDREF", "IDREFS", "NMTOKENS", "NOTATION", "QName",
    "anyAtomicType", "anySimpleType", "anyType",
}  # fmt: skip
DATATYPES: Final = frozenset({*_RANGES, *_PATTERNS, *_ANY_TEXT, *_OTHERS})
_DATED: Final = {"date", "dateTime", "dateTimeStamp", "gMonthDay"}
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY: Final = 2
# RFC 3987: what an IRI cannot hold.
_NOT_IN_AN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})')
_ALTERNATIVES: Final = (
    "date", "dateTime", "gYear", "gYearMonth", "gMonthDay", "time", "boolean", "integer", "decimal", "double",
)  # fmt: skip


def well_formed(text: str, datatype: str) -> bool:
    """Tell whether a text is in the lexical space of an XSD datatype, named by its local name.

    A datatype that is not of XSD holds any text.
    """
    if datatype in _RANGES:
        return _INTEGER.fullmatch(text) is not None and _in_range(text, *_RANGES[datatype])
    pattern = _PATTERNS.get(datatype)
    if pattern is None:
        return True
    found = pattern.fullmatch(text)
    return found is not None and (datatype not in _DATED or _is_a_day(found[1], int(found[2]), int(found[3])))


def _in_range(text: str, least: int | None, greatest: int | None) -> bool:
    if len(text) > _LONGEST_INTEGER:
        negative = text.startswith("-")
        return least is None if negative else greatest is None
    number = int(text)
    return (least is None or number >= least) and (greatest is None or number <= greatest)


def _is_a_day(year: str, month: int, day: int) -> bool:
    """Tell whether a month has a day; without a year (`-`), February has 29."""
    # A year's last four digits tell, because 400 divides 10,000.
    if month == _FEBRUARY and year != "-" and not isleap(int(year[-4:])):
        return day < _DAYS[1]
    return day <= _DAYS[month - 1]


def check_literals(data: Triples) -> Iterator[Finding]:
    """Find literals that are not what their datatype says, and datatypes that XSD does not have."""
    # Most data has none, and to look at each literal once is much quicker than to make every triple.
    if not any(_may_be_wrong(*literal) for literal in data.typed_literals()):
        return
    for property_iri in data.predicates():
        for subject, value in data.pairs(property_iri):
            if isinstance(value, Literal) and value.datatype.value.startswith(vocab.XSD):
                datatype = value.datatype.value[_XSD_LENGTH:]
                finding = datatype != "string" and _wrong(value.value, datatype)
                if finding:
                    yield replace(finding, focus=subject, path=predicate(property_iri), value=value)


def untold(own: Iterable[Finding], told: Iterable[Finding]) -> list[Finding]:
    """Leave out the ill-formed literals that a shape has found as well."""
    places = {(finding.focus, str(finding.path), finding.value) for finding in told}
    return [
        finding
        for finding in own
        if finding.component != _ILL_FORMED or (finding.focus, str(finding.path), finding.value) not in places
    ]


def _may_be_wrong(text: str, datatype: str) -> bool:
    if not datatype.startswith(vocab.XSD):
        return False
    local = datatype[_XSD_LENGTH:]
    return local != "string" and ("\\" in text or _wrong(text, local) is not None)


@lru_cache(maxsize=4096)
def _wrong(text: str, datatype: str) -> Finding | None:
    """Find what is wrong with a literal, wherever it stands."""
    if datatype not in DATATYPES:
        return _no_datatype(text, datatype)
    if not well_formed(text, datatype):
        return _ill_formed(text, datatype)
    if datatype == "anyURI" and _NOT_IN_AN_IRI.search(text):
        return _no_iri(text)
    return None


def _no_datatype(text: str, datatype: str) -> Finding:
    folded = {name.lower(): name for name in DATATYPES}
    near = [folded[name] for name in get_close_matches(datatype.lower(), folded, n=1)]
    return Finding(
        Severity.VIOLATION,
        Literal(text),
        CHECK + "datatype",
        messages=messages(
            en=f"XML Schema has no datatype xsd:{datatype}.",
            zh_Hant=f"XML Schema 並無數據類型 xsd:{datatype}。",
        ),
        fix=f"xsd:{near[0]}" if near else None,
    )


def _ill_formed(text: str, datatype: str) -> Finding:
    shown = show(Literal(text))
    return Finding(
        Severity.VIOLATION,
        Literal(text),
        _ILL_FORMED,
        messages=messages(
            en=f"Write a value that xsd:{datatype} has: {shown} is none.",
            zh_Hant=f"請寫合乎 xsd:{datatype} 的值：{shown} 並非其值。",
        ),
        fix=repaired(text, datatype),
    )


def _no_iri(text: str) -> Finding:
    shown = show(Literal(text))
    right = _NOT_IN_AN_IRI.sub(lambda found: f"%{ord(found[0][0]):02X}", text.strip())
    return Finding(
        Severity.WARNING,
        Literal(text),
        CHECK + "uri",
        messages=messages(
            en=f"Write an IRI: {shown} holds what no IRI can.",
            zh_Hant=f"請寫成 IRI：{shown} 含有 IRI 不容許的字元。",
        ),
        fix=f'"{right}"^^xsd:anyURI',
    )


def repaired(text: str, datatype: str) -> str | None:
    """Guess the literal that was meant: the same value rightly written, else the datatype that it fits."""
    guesses = [
        text.strip(),
        text.strip().lower(),
        re.sub(r"(?<=[0-9])[, _](?=[0-9]{3})", "", text.strip()),
        re.sub(r"[/.]", "-", text.strip()),
        re.sub(r"(?<=[0-9]) (?=[0-9])", "T", text.strip()),
        re.sub(r"(?<![0-9])([0-9])(?![0-9])", r"0\1", re.sub(r"[/.]", "-", text.strip())),
    ]
    for guess in guesses:
        if guess and well_formed(guess, datatype):
            return f"{show(Literal(guess))}^^xsd:{datatype}"
    for other in _ALTERNATIVES:
        if well_formed(text, other) and other != datatype:
            return f"{show(Literal(text))}^^xsd:{other}"
    return None


def typed_literal(text: str, datatype: str) -> str | None:
    """Write a text with a datatype, if it is a value of it."""
    name = datatype.removeprefix(vocab.XSD)
    if name in DATATYPES and well_formed(text, name):
        return f"{show(Literal(text))}^^xsd:{name}"
    return None
