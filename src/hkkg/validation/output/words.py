"""What is said of a finding beside its message, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.checks import Severity, show
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from hkkg.checks import Finding
    from hkkg.store import Term
    from hkkg.validation.report import Report

_STOPS: Final = {"", *".!?。！？"}
LANGUAGES: Final = ("en", "zh-Hant", "zh-Hans")

_WORDS: Final = {
    "en": {
        "found": " Found {}.",
        "fix": "Fix: {}",
        "conforms": "conforms: ",
        "checked": "{} triples against {} shapes, by {}",
        "violation": "{} violation",
        "violations": "{} violations",
        "warning": "{} warning",
        "warnings": "{} warnings",
        "info": "{} info",
        "infos": "{} info",
        "and": ", ",
        "colon": ": ",
        "old": "{} old, in the baseline",
        "nothing": "nothing new",
        "problem": "{} problem in the input",
        "problems": "{} problems in the input",
        "unusable": "Unusable input",
        "elsewhere": "Without a place in a file",
        "valid": "conforms",
    },
    "zh-Hant": {
        "found": "現為 {}。",
        "fix": "改法：{}",
        "conforms": "合規：",
        "checked": "以 {1} 個形狀驗證 {0} 個三元組，引擎為 {2}",
        "violation": "{} 項違規",
        "violations": "{} 項違規",
        "warning": "{} 項警告",
        "warnings": "{} 項警告",
        "info": "{} 項提示",
        "infos": "{} 項提示",
        "and": "、",
        "colon": "：",
        "old": "{} 項舊問題，已在基線中",
        "nothing": "沒有新問題",
        "problem": "輸入有 {} 處無法使用",
        "problems": "輸入有 {} 處無法使用",
        "unusable": "輸入無法使用",
        "elsewhere": "文件中無位置",
        "valid": "合規",
    },
    "zh-Hans": {
        "found": "现为 {}。",
        "fix": "改法：{}",
        "conforms": "合规：",
        "checked": "以 {1} 个形状验证 {0} 个三元组，引擎为 {2}",
        "violation": "{} 项违规",
        "violations": "{} 项违规",
        "warning": "{} 项警告",
        "warnings": "{} 项警告",
        "info": "{} 项提示",
        "infos": "{} 项提示",
        "and": "、",
        "colon": "：",
        "old": "{} 项旧问题，已在基线中",
        "nothing": "没有新问题",
        "problem": "输入有 {} 处无法使用",
        "problems": "输入有 {} 处无法使用",
        "unusable": "输入无法使用",
        "elsewhere": "文件中无位置",
        "valid": "合规",
    },
}


def say(name: str, language: str, *values: object) -> str:
    """Say something in a language, else in English."""
    return _WORDS.get(language, _WORDS["en"])[name].format(*values)


def message(finding: Finding, language: str) -> str:
    """Say what to do, and which value is wrong."""
    shown = isinstance(finding.value, NamedNode | Literal) and finding.value != finding.focus
    found = say("found", language, show(finding.value)) if finding.value is not None and shown else ""
    text = _text(finding, language)
    stop = "." if found and text[-1:] not in _STOPS else ""
    return f"{text}{stop}{found}"


def _text(finding: Finding, language: str) -> str:
    """Choose the message in a language, else in its neighbour, else in whichever there is."""
    texts = dict(finding.messages)
    neighbours = {"zh-Hans": "zh-Hant", "zh-Hant": "zh-Hans"}
    own = texts.get(language) or texts.get(neighbours.get(language, language))
    return own or finding.message(language)


def headline(finding: Finding, language: str) -> str:
    """Write `focus (path): message`."""
    path = f" ({finding.path})" if finding.path else ""
    return f"{show(finding.focus)}{path}: {message(finding, language)}"


def line(finding: Finding, language: str) -> str:
    """Write a finding as `file:line:column: severity: focus (path): message`.

    The severity is not translated, so that it can be searched for.
    """
    place = f"{finding.place}: " if finding.place else ""
    return f"{place}{finding.severity.name.lower()}: {headline(finding, language)}"


def fix(finding: Finding, language: str) -> str | None:
    """Say what would be right, if it is known."""
    return say("fix", language, finding.fix) if finding.fix else None


def rule(finding: Finding) -> str:
    """Name the shape that a finding is of, else its constraint component or check."""
    return finding.shape or finding.component or "https://w3id.org/hkkg/check/unnamed"


def rule_name(iri: str) -> str:
    """Shorten a rule's IRI to the part that people know it by."""
    local = iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2]
    return local.removesuffix("ConstraintComponent") or iri


def summary(report: Report, language: str = "en") -> str:
    """Say in one line what was done and found."""
    checked = say("checked", language, report.triples, report.shapes, report.engine)
    if report.conforms:
        return say("conforms", language) + checked
    counts = [
        say(severity.name.lower() + ("s" if number > 1 else ""), language, number)
        for severity in sorted(Severity, reverse=True)
        if (number := sum(finding.severity is severity for finding in report.new))
    ]
    if len(report.new) < len(report.findings):
        counts = counts or [say("nothing", language)]
        counts.append(say("old", language, len(report.findings) - len(report.new)))
    if report.problems:
        number = len(report.problems)
        counts.append(say("problems" if number > 1 else "problem", language, number))
    said = say("and", language).join(counts)
    return said + say("colon", language) + checked if report.engine else said


def plain(term: Term | None) -> str | None:
    """Write a term for a program: an IRI in full, anything else as N-Triples does."""
    if term is None:
        return None
    return term.value if isinstance(term, NamedNode) else str(term)
