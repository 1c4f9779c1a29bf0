"""What results say where the shape has no message: the same in three languages, whichever engine ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg import vocab
from hkkg.checks import show
from hkkg.store import BlankNode, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.checks import Triples
    from hkkg.store import Term

_SH: Final = vocab.SH
_LANGUAGES: Final = ("en", "zh-Hans", "zh-Hant")
_LISTS: Final = {"in", "languageIn", "and", "or", "xone"}
_MOST_NAMED: Final = 12


class Complaint(NamedTuple):
    """What a constraint component complains of, with places for the parameters of the shape, in order."""

    parameters: tuple[str, ...]
    en: str
    zh_hans: str
    zh_hant: str

    @property
    def texts(self) -> tuple[str, str, str]:
        """The texts, in the order of their languages' tags."""
        return self.en, self.zh_hans, self.zh_hant


COMPLAINTS: Final = {
    "And": Complaint(("and",), "Must conform to all of {}.", "应符合全部形状：{}。", "應符合全部形狀：{}。"),
    "Class": Complaint(("class",), "Must be of the class {}.", "应属类别 {}。", "應屬類別 {}。"),
    "Closed": Complaint(
        (), "The shape does not allow this property.", "形状不容此属性。", "形狀不容此屬性。"
    ),
    "Datatype": Complaint(
        ("datatype",), "Must have the datatype {}.", "数据类型应为 {}。", "數據類型應為 {}。"
    ),
    "Disjoint": Complaint(
        ("disjoint",), "Must not be a value of {} too.", "不应同为 {} 的值。", "不應同為 {} 的值。"
    ),
    "Equals": Complaint(
        ("equals",), "Must have the same values as {}.", "应与 {} 的值相同。", "應與 {} 的值相同。"
    ),
    "HasValue": Complaint(("hasValue",), "Must have the value {}.", "应有值 {}。", "應有值 {}。"),
    "In": Complaint(("in",), "Must be one of {}.", "应为下列之一：{}。", "應為下列之一：{}。"),
    "LanguageIn": Complaint(
        ("languageIn",),
        "Must be in one of the languages {}.",
        "语言应为下列之一：{}。",
        "語言應為下列之一：{}。",
    ),
    "LessThan": Complaint(
        ("lessThan",), "Must be less than the values of {}.", "应小于 {} 的值。", "應小於 {} 的值。"
    ),
    "LessThanOrEquals": Complaint(
        ("lessThanOrEquals",), "Must not exceed the values of {}.", "不应大于 {} 的值。", "不應大於 {} 的值。"
    ),
    "MaxCount": Complaint(
        ("maxCount",), "Too many values: at most {} allowed.", "值太多：至多 {} 个。", "值太多：至多 {} 個。"
    ),
    "MaxExclusive": Complaint(("maxExclusive",), "Must be less than {}.", "应小于 {}。", "應小於 {}。"),
    "MaxInclusive": Complaint(("maxInclusive",), "Must be at most {}.", "不应大于 {}。", "不應大於 {}。"),
    "MaxLength": Complaint(
        ("maxLength",), "Too long: at most {} characters allowed.", "过长：至多 {} 字。", "過長：至多 {} 字。"
    ),
    "MinCount": Complaint(
        ("minCount",), "Too few values: at least {} wanted.", "值不足：至少 {} 个。", "值不足：至少 {} 個。"
    ),
    "MinExclusive": Complaint(("minExclusive",), "Must be greater than {}.", "应大于 {}。", "應大於 {}。"),
    "MinInclusive": Complaint(("minInclusive",), "Must be at least {}.", "不应小于 {}。", "不應小於 {}。"),
    "MinLength": Complaint(
        ("minLength",),
        "Too short: at least {} characters wanted.",
        "过短：至少 {} 字。",
        "過短：至少 {} 字。",
    ),
    "Node": Complaint(("node",), "Must conform to {}.", "应符合形状 {}。", "應符合形狀 {}。"),
    "NodeKind": Complaint(("nodeKind",), "Must be of the kind {}.", "节点种类应为 {}。", "節點種類應為 {}。"),
    "Not": Complaint(("not",), "Must not conform to {}.", "不应符合形状 {}。", "不應符合形狀 {}。"),
    "Or": Complaint(
        ("or",),
        "Must conform to one of {} at least.",
        "应至少符合下列形状之一：{}。",
        "應至少符合下列形狀之一：{}。",
    ),
    "Pattern": Complaint(("pattern",), "Must match the pattern {}.", "应符合格式 {}。", "應符合格式 {}。"),
    "QualifiedMaxCount": Complaint(
        ("qualifiedValueShape", "qualifiedMaxCount"),
        "Too many values conform to {}: at most {} allowed.",
        "符合 {} 的值太多：至多 {} 个。",
        "符合 {} 的值太多：至多 {} 個。",
    ),
    "QualifiedMinCount": Complaint(
        ("qualifiedValueShape", "qualifiedMinCount"),
        "Too few values conform to {}: at least {} wanted.",
        "符合 {} 的值不足：至少 {} 个。",
        "符合 {} 的值不足：至少 {} 個。",
    ),
    "UniqueLang": Complaint(
        (), "There is more than one value in a language.", "同一语言有多于一个值。", "同一語言有多於一個值。"
    ),
    "Xone": Complaint(
        ("xone",),
        "Must conform to exactly one of {}.",
        "应恰好符合下列形状之一：{}。",
        "應恰好符合下列形狀之一：{}。",
    ),
}
_NOT_MET: Final = Complaint((), "The constraint is not met.", "未能符合约束。", "未能符合約束。")
_UNNAMED: Final = Complaint((), "a shape without a name", "未命名的形状", "未命名的形狀")


def of_component(shapes: Triples, shape: Term | None, component: str) -> tuple[tuple[str, str], ...]:
    """Say what a constraint component of SHACL's core complains of, as pairs of language tag and text.

    Args:
        shapes: the shapes.
        shape: the source shape, whose parameters are named.
        component: the IRI of the component; one of another namespace gets nothing.
    """
    name = component.removeprefix(_SH).removesuffix("ConstraintComponent")
    complaint = COMPLAINTS.get(name) if component.startswith(_SH) else None
    if complaint is None or shape is None:
        return ()
    terms = [_parameter(shapes, shape, parameter) for parameter in complaint.parameters]
    return tuple(
        (language, text.format(*(_named(values, number) for values in terms)))
        for number, (language, text) in enumerate(zip(_LANGUAGES, complaint.texts, strict=True))
    )


def not_met() -> tuple[tuple[str, str], ...]:
    """Say that a constraint without a message is not met, as pairs of language tag and text."""
    return tuple(zip(_LANGUAGES, _NOT_MET.texts, strict=True))


def _parameter(shapes: Triples, shape: Term, name: str) -> list[Term]:
    """Read what a shape gives a parameter: the members of a list, else each value."""
    values = shapes.values(shape, _SH + name)
    return shapes.members(values[0]) if name in _LISTS and values else values


def _named(terms: Iterable[Term], language: int) -> str:
    """Write terms for people: a blank one, which is a shape, once and without its label."""
    unnamed = _UNNAMED.texts[language]
    names = list(dict.fromkeys(unnamed if isinstance(term, BlankNode) else _shown(term) for term in terms))
    more = ", …" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _shown(term: Term) -> str:
    return vocab.curie(term.value) if isinstance(term, NamedNode) else show(term)
