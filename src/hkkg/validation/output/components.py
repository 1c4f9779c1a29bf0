"""What each constraint component of SHACL complains of, in Chinese; engines speak English alone."""

from __future__ import annotations

from typing import Final

from hkkg import vocab

COMPLAINTS: Final = {
    "And": ("未能符合全部所列形狀", "未能符合全部所列形状"),
    "Class": ("類別不符", "类别不符"),
    "Closed": ("形狀不容此屬性", "形状不容此属性"),
    "Datatype": ("數據類型不符", "数据类型不符"),
    "Disjoint": ("兩個屬性不應有相同的值", "两个属性不应有相同的值"),
    "Equals": ("兩個屬性的值應當相同", "两个属性的值应当相同"),
    "HasValue": ("缺少規定的值", "缺少规定的值"),
    "In": ("不在可用的值之中", "不在可用的值之中"),
    "LanguageIn": ("語言不在可用之列", "语言不在可用之列"),
    "LessThan": ("值應小於另一屬性的值", "值应小于另一属性的值"),
    "LessThanOrEquals": ("值不應大於另一屬性的值", "值不应大于另一属性的值"),
    "MaxCount": ("值太多", "值太多"),
    "MaxExclusive": ("值過大", "值过大"),
    "MaxInclusive": ("值過大", "值过大"),
    "MaxLength": ("文字過長", "文字过长"),
    "MinCount": ("值不足", "值不足"),
    "MinExclusive": ("值過小", "值过小"),
    "MinInclusive": ("值過小", "值过小"),
    "MinLength": ("文字過短", "文字过短"),
    "Node": ("未能符合所指形狀", "未能符合所指形状"),
    "NodeKind": ("節點種類不符", "节点种类不符"),
    "Not": ("符合了不應符合的形狀", "符合了不应符合的形状"),
    "Or": ("所列形狀無一符合", "所列形状无一符合"),
    "Pattern": ("格式不符", "格式不符"),
    "QualifiedMaxCount": ("符合所指形狀的值太多", "符合所指形状的值太多"),
    "QualifiedMinCount": ("符合所指形狀的值不足", "符合所指形状的值不足"),
    "UniqueLang": ("同一語言有多於一個值", "同一语言有多于一个值"),
    "Xone": ("應當恰好符合所列形狀之一", "应当恰好符合所列形状之一"),
}
_LANGUAGES: Final = {"zh-Hant": 0, "zh-Hans": 1}


def said(component: str, language: str) -> str | None:
    """Say what a component complains of; None for English and for components that SHACL's core lacks."""
    name = component.removeprefix(vocab.SH).removesuffix("ConstraintComponent")
    texts = COMPLAINTS.get(name) if component.startswith(vocab.SH) else None
    return texts[_LANGUAGES[language]] if texts and language in _LANGUAGES else None
