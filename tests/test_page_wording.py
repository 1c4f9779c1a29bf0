"""Sentences, times and figures as pages about things write them, in three languages."""

import re
from decimal import Decimal

import pytest

from hkkg import vocab
from hkkg.store import EmbeddedStore, Literal, NamedNode, Quad
from hkkg.web.views.amounts import large
from hkkg.web.views.figures import figure
from hkkg.web.views.reader import Reader
from hkkg.web.views.records import record
from hkkg.web.views.sentence_patterns import SENTENCES
from hkkg.web.views.term_names import BACKWARDS, NAMES
from hkkg.web.views.times import Moment, date_words

RECORDS = """
PREFIX hkkg: <https://w3id.org/hkkg/ontology#>
SELECT DISTINCT ?record { ?record a hkkg:Record }
"""
PSEUDO = {"figure"}
TITLE = (
    "Strong support from the State, over 5,200 start-ups, unique advantages at work: innovation and "
    "technology in Hong Kong has staying power"
)


def hk(slug):
    return NamedNode(vocab.HK + slug)


def said(store, slug, language):
    return "".join(word.text for word in record(Reader(store, language), hk(slug)).sentence)


def concepts(*names):
    return tuple(vocab.CONCEPT + name for name in names)


@pytest.mark.parametrize(
    ("date", "qualifiers", "en", "hant"),
    [
        ("2024", (), "in 2024", "2024年"),
        ("2025-08", (), "in August 2025", "2025年8月"),
        ("2026-09-08", (), "on 8 September 2026", "2026年9月8日"),
        ("--09-08", (), "on 8 September", "9月8日"),
        ("---08", ("recent",), "recently (the 8th of a month)", "近日（8日）"),
        ("2024", ("year-end",), "at the end of 2024", "2024年底"),
        ("2026", ("as-of", "mid-year"), "as of the middle of 2026", "截至2026年中"),
        ("2032", ("by",), "by 2032", "到2032年"),
        ("2030", ("before",), "before 2030", "2030年之前"),
        ("2026", ("within",), "within 2026", "2026年內"),
        ("2025", ("for-the-year",), "for the year 2025", "2025年度"),
        ("", ("yearly",), "every year", "每年"),
        ("", ("coming-years",), "in the coming years", "未來數年"),
        ("", (), "", ""),
    ],
)
def test_a_time_is_as_precise_as_its_source(date, qualifiers, en, hant):
    moment = Moment(date, concepts(*qualifiers))
    assert moment.words("en") == en
    assert moment.words("zh-Hant") == hant


@pytest.mark.parametrize(
    ("date", "qualifiers", "en", "hant"),
    [
        ("2025-08", (), "August 2025", "2025年8月"),
        ("--07-01", (), "1 July", "7月1日"),
        ("2025-13", (), "13 2025", "2025年13月"),
        ("2026", ("as-of", "mid-year"), "as of the middle of 2026", "截至2026年中"),
        ("2025", ("recent",), "recently (2025)", "近日（2025年）"),
        ("", ("current",), "at present", "現時"),
        ("soon", (), "soon", "soon"),
        ("", (), "", ""),
    ],
)
def test_a_time_that_stands_by_itself_takes_no_preposition(date, qualifiers, en, hant):
    moment = Moment(date, concepts(*qualifiers))
    assert moment.label("en") == en
    assert moment.label("zh-Hant") == hant


@pytest.mark.parametrize("date", ["soon", "", "12", "2024年"])
def test_what_is_no_date_is_written_as_it_is(date):
    assert date_words(date, "en") == (date, "")


@pytest.mark.parametrize(
    ("number", "en", "hant"),
    [
        ("20000000", "20 million", "2,000萬"),
        ("73000000000", "73 billion", "730億"),
        ("2920000", "2.92 million", "292萬"),
        ("123457", "123,457", "123,457"),
        ("36", "36", "36"),
    ],
)
def test_a_round_sum_is_written_short_and_no_digit_is_lost(number, en, hant):
    assert large(Decimal(number), "en") == en
    assert large(Decimal(number), "zh-Hant") == hant


@pytest.mark.parametrize(
    ("slug", "en", "hant", "hans"),
    [
        ("annual-funding-per-state-key-laboratory", "HK$20 million", "2,000萬港元", "2,000万港元"),
        ("number-of-hong-kong-start-ups-2025", "more than 5,200", "逾5,200家", "逾5,200家"),
        ("hong-kong-global-innovation-index-rank-2025", "15th", "第15位", "第15位"),
        ("sandy-ridge-data-facility-cluster-target-multiple-of-hong-kong", "36 times", "36倍", "36倍"),
        (
            "sandy-ridge-data-facility-cluster-target-computing-power",
            "180,000 PFLOPS",
        )
        + ("180,000 PFLOPS",) * 2,
        ("growth-of-hong-kong-start-ups-2025", "11%", "11%", "11%"),
        ("number-of-scholars-of-awarded-projects-2025", "4", "4位", "4位"),
    ],
)
def test_a_figure_has_its_comparator_and_its_unit(packaged, slug, en, hant, hans):
    written = [figure(Reader(packaged, language), hk(slug)) for language in ("en", "zh-Hant", "zh-Hans")]
    assert written == [en, hant, hans]


@pytest.mark.parametrize(
    ("slug", "en", "hant"),
    [
        (
            "hetao-hong-kong-park-opening",
            "Hong Kong Park of the Hetao Co-operation Zone opened in December 2025.",
            "2025年12月，河套深港科技創新合作區香港園區開幕。",
        ),
        (
            "hkstp-sensetime-computing-centre-first-phase-completion",
            "First phase of the HKSTP–SenseTime computing centre is expected to be completed within 2026.",
            "2026年內，國產智算中心首階段預計完成。",
        ),
        (
            "annual-funding-per-state-key-laboratory",
            "Annual funding per laboratory of State Key Laboratories in Hong Kong: HK$20 million.",
            "在港全國重點實驗室的每所實驗室每年資助額為2,000萬港元。",
        ),
        (
            "article-authored-by-guo-rujia",
            f"Guo Rujia wrote “{TITLE}”.",
            "「國家大力支持 初創企業突破5200家 發揮獨特優勢 香港創科後勁足」由郭如佳撰寫。",
        ),
    ],
)
def test_a_record_is_a_sentence(packaged, slug, en, hant):
    assert said(packaged, slug, "en") == en
    assert said(packaged, slug, "zh-Hant") == hant


@pytest.mark.parametrize("language", vocab.LANGUAGES)
def test_every_record_of_the_graph_has_a_sentence_of_its_own(packaged, language):
    reader = Reader(packaged, language)
    stop = "." if language == "en" else "。"
    for (node,) in packaged.query(RECORDS).table().rows:
        words = record(reader, node).sentence
        text = "".join(word.text for word in words)
        assert text.endswith(stop), text
        assert text.rstrip(stop) != reader.name(node)[0], "its label stood in for a sentence"
        assert not re.search(r"[{}\[\]]", text), text


def test_patterns_name_properties_that_the_ontology_has(packaged):
    for patterns in SENTENCES.values():
        for name, pattern in patterns.items():
            for part in set(re.findall(r"\{(\w+)\}", pattern)) - PSEUDO:
                known = next(packaged.quads(NamedNode(vocab.HKKG + part)), None)
                assert known, f"{name}: there is no hkkg:{part}"


@pytest.mark.parametrize("table", [SENTENCES, NAMES, BACKWARDS])
def test_every_language_has_the_same_words(table):
    english = table["en"]
    for language in vocab.LANGUAGES:
        assert table[language].keys() == english.keys()
    for name, text in english.items():
        if table is SENTENCES:
            wanted = set(re.findall(r"\{\w+\}", text))
            others = [set(re.findall(r"\{\w+\}", table[lang][name])) for lang in vocab.LANGUAGES]
            assert others == [wanted] * len(others), name


def test_a_record_without_a_pattern_is_told_by_its_label():
    store = EmbeddedStore()
    node, graph = NamedNode("http://example.org/r"), NamedNode("http://example.org/g")
    label = Quad(node, NamedNode(vocab.RDFS + "label"), Literal("A label"), graph)
    store.add([label], in_union=True)
    assert "".join(w.text for w in record(Reader(store, "en"), node).sentence) == "A label"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E999999", "-1E999999", "9" * 5000, "3.5", "", "many"])
@pytest.mark.parametrize("word", ["第", "倍", "家"])
def test_a_value_that_cannot_be_written_out_stands_as_it_is(value, word):
    store = EmbeddedStore()
    node, indicator, graph = hk("figure"), hk("indicator"), NamedNode("http://example.org/g")
    facts = (
        (node, vocab.HKKG + "value", Literal(value)),
        (node, vocab.HKKG + "indicator", indicator),
        (node, vocab.QUDT + "hasUnit", NamedNode(vocab.PREFIXES["unit"] + "CCY_HKD")),
        (indicator, vocab.HKKG + "unitWord", Literal(word)),
        (node, vocab.HKKG + "date", Literal("9" * 5000)),
        (node, vocab.HKKG + "formula", Literal("a" * 100_000)),
    )
    store.add([Quad(s, NamedNode(p), o, graph) for s, p, o in facts], in_union=True)
    for language in vocab.LANGUAGES:
        assert value in figure(Reader(store, language), node).replace("HK$", "")
        assert record(Reader(store, language), node).sentence
