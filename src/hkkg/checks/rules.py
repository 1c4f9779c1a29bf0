"""The rules of hkkg's own: what each finds beyond SHACL, how bad that is, and whether a fix is offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hkkg.checks.findings import CHECK, Severity

DATA: Final = "data"
SHAPES: Final = "shapes"
TEXT: Final = "text"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        id: its name, the last part of the IRI that its findings have as their component.
        severity: how bad its findings are, at the worst.
        about: what it reads: data, shapes or the text of a file.
        en: what it finds, in English.
        zh_hant: the same in traditional Chinese.
        fix: what it offers as the fix, in English; empty if nothing.
    """

    id: str
    severity: Severity
    about: str
    en: str
    zh_hant: str
    fix: str = ""

    @property
    def iri(self) -> str:
        """The IRI that its findings have as their component."""
        return CHECK + self.id


RULES: Final = (
    Rule(
        "check-digits",
        Severity.VIOLATION,
        DATA,
        "The check digits of a ROR, ISNI or ORCID identifier do not fit.",
        "ROR、ISNI 或 ORCID 識別碼的校驗碼不符。",
    ),
    Rule(
        "datatype",
        Severity.VIOLATION,
        DATA,
        "A datatype in XML Schema's namespace that XML Schema does not have.",
        "XML Schema 名稱空間中並無此數據類型。",
        "the nearest datatype",
    ),
    Rule(
        "literal",
        Severity.VIOLATION,
        DATA,
        "A literal that is not a value of its XSD datatype: ranges and the calendar included.",
        "文字值不屬於其 XSD 數據類型，包括數值範圍及曆法。",
        "the value rightly written, or the datatype that it fits",
    ),
    Rule(
        "import",
        Severity.WARNING,
        DATA,
        "An `owl:imports` that no local file meets. Nothing is fetched.",
        "`owl:imports` 所指並無本地檔案；不會從網絡下載。",
    ),
    Rule(
        "language-tag",
        Severity.VIOLATION,
        TEXT,
        "A language tag that is not well-formed by BCP 47 (RFC 5646).",
        "語言標籤不合 BCP 47（RFC 5646）語法。",
        "the longest part of it that is well-formed",
    ),
    Rule(
        "language-tag-case",
        Severity.INFO,
        TEXT,
        "A language tag in another letter case than the one that BCP 47 recommends.",
        "語言標籤的大小寫並非 BCP 47 所建議者。",
        "the tag in that case",
    ),
    Rule(
        "no-target",
        Severity.WARNING,
        SHAPES,
        "A shape with a target that nothing in the data is: a class without instances, an unused property.",
        "形狀的目標在數據中並不存在：類別無實例，或屬性未用。",
    ),
    Rule(
        "script",
        Severity.VIOLATION,
        DATA,
        "A label in another script than its language tag promises: Han in `@en`, simplified in `@zh-Hant`.",
        "標籤的文字與語言標籤不符：`@en` 含漢字、`@zh-Hant` 含簡體字等。",
        "the text in the promised script, or the tag that its own script has",
    ),
    Rule(
        "shacl-parameter",
        Severity.VIOLATION,
        SHAPES,
        "A property of SHACL's namespace that SHACL does not have; engines pass over it in silence.",
        "SHACL 名稱空間中並無此屬性；引擎會略過而不作聲。",
        "the nearest parameter",
    ),
    Rule(
        "shape-deactivated",
        Severity.INFO,
        SHAPES,
        "A shape that is deactivated.",
        "形狀已停用。",
    ),
    Rule(
        "shape-never-fails",
        Severity.WARNING,
        SHAPES,
        "A shape without a constraint, or with such alone as everything meets (`sh:minCount 0`).",
        "形狀沒有約束，或只有任何數據均符合的約束（如 `sh:minCount 0`）。",
    ),
    Rule(
        "shape-never-passes",
        Severity.VIOLATION,
        SHAPES,
        "A shape that no value can meet: crossed bounds, an empty `sh:in`, contradictory kinds or datatypes.",
        "無任何值能符合的形狀：上下限顛倒、`sh:in` 為空、種類或數據類型互相矛盾。",
    ),
    Rule(
        "shape-term",
        Severity.VIOLATION,
        SHAPES,
        "A class or property in a shape that the ontology of its namespace does not define.",
        "形狀所用的類別或屬性，在其名稱空間的本體中並無定義。",
        "the nearest term",
    ),
    Rule(
        "shape-undefined",
        Severity.VIOLATION,
        SHAPES,
        "A reference to a shape that is not there, which everything conforms to.",
        "所引用的形狀並不存在，故任何數據均符合。",
        "the nearest shape",
    ),
    Rule(
        "shape-unused",
        Severity.WARNING,
        SHAPES,
        "A shape without a target that no other shape refers to.",
        "形狀既無目標，亦無其他形狀引用。",
    ),
    Rule(
        "undefined-term",
        Severity.VIOLATION,
        DATA,
        "A term in a namespace whose ontology is loaded, or a standard one, that is not defined there. "
        "A warning where the ontology's header is not loaded and a term is spelt nearly the same.",
        "術語所屬名稱空間的本體已載入（或屬標準詞彙），但其中並無定義。"
        "若未載入本體標頭而有拼寫相近的術語，則只作警告。",
        "the nearest term",
    ),
    Rule(
        "uri",
        Severity.WARNING,
        DATA,
        "An `xsd:anyURI` with characters that no IRI can hold.",
        "`xsd:anyURI` 含有 IRI 不容許的字元。",
        "the IRI with them escaped",
    ),
)
_HEADINGS: Final = {
    "en": ("Rule", "Severity", "What it finds", "Fix that it offers"),
    "zh-Hant": ("規則", "嚴重程度", "所查問題", "所提修正"),
}


def table(language: str = "en") -> str:
    """Write the rules as a table in Markdown."""
    heading = _HEADINGS[language]
    rows = [heading, ("---",) * len(heading)]
    for rule in RULES:
        what = rule.zh_hant if language == "zh-Hant" else rule.en
        rows.append((f"`{rule.id}`", rule.severity.name.lower(), what, rule.fix or "—"))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
