"""Asking in words: what is understood, how surely, and what is offered when it is not sure."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from hkkg.asking import LONGEST, Asker, Confidence, report
from hkkg.asking.evaluation import ALL, cross_validated, evaluate, read_rows, scores
from hkkg.asking.lexicon import atoms, clean, lexicon
from hkkg.asking.likelihood import Likelihood
from hkkg.asking.literals import amounts, span
from hkkg.asking.wordings import Wording, stored_wordings
from hkkg.errors import ParameterError
from hkkg.formats import TURTLE
from hkkg.questions import all_questions
from hkkg.store import EmbeddedStore
from hkkg.vocab import LANGUAGES

SETS = Path(__file__).parent / "asking"
RIGHT = 0.85
RIGHT_OF_DEVELOPMENT = 0.93
WRONG_UNFLAGGED = 0.03
FEWEST_WORDINGS = 3
HK = "https://w3id.org/hkkg/id/"
TWO = """\
@prefix hk: <https://w3id.org/hkkg/id/> .
@prefix hkkg: <https://w3id.org/hkkg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
hk:one a hkkg:University ; skos:prefLabel "Harbour University"@en .
hk:other a hkkg:University ; skos:prefLabel "Harbour University"@en .
hk:university-of-hong-kong a hkkg:University ; skos:prefLabel "The University of Hong Kong"@en .
"""


@pytest.fixture(scope="module")
def asker(packaged):
    return Asker(packaged)


@pytest.fixture
def understand(asker):
    return asker.understand


@pytest.mark.parametrize(
    ("text", "question", "values"),
    [
        (
            "labs at CUHK",
            "laboratories-of-a-university",
            {"university": "hk:chinese-university-of-hong-kong"},
        ),
        (
            "理大有哪些實驗室？",
            "laboratories-of-a-university",
            {"university": "hk:hong-kong-polytechnic-university"},
        ),
        (
            "理大有哪些实验室？",
            "laboratories-of-a-university",
            {"university": "hk:hong-kong-polytechnic-university"},
        ),
        ("which university has most labs", "laboratories-by-university", {}),
        (
            "who funds the liver research lab",
            "funders-of-a-laboratory",
            {"laboratory": "hk:skl-liver-research"},
        ),
        ("肝病研究實驗室由誰資助", "funders-of-a-laboratory", {"laboratory": "hk:skl-liver-research"}),
        (
            "what happened between 2023 and 2025?",
            "happenings-between-two-dates",
            {"from": "2023-01-01", "to": "2025-12-31"},
        ),
        ("2030年前要達到的目標", "targets-due-by-a-date", {"deadline": "2030-12-31"}),
        ("不少于一百万港元的金额", "sums-of-money", {"minimum": "1000000"}),
        ("which entity has Wikidata id Q8646", "find-by-wikidata-identifier", {"identifier": "Q8646"}),
        ("實驗室的簡體中文叫甚麼", "laboratory-names-in-a-language", {"language": "zh-Hans"}),
        ("claims that something is the largest", "claims-of-a-kind", {"kind": "concept:claim-largest"}),
    ],
)
def test_a_question_and_its_parameters_are_understood(understand, text, question, values):
    best = understand(text).best
    assert best.question.name == question
    assert best.values == values


def test_an_answer_is_in_the_language_of_the_question(understand):
    assert understand("對香港青年科創號有何說法").best.values["language"] == "zh-Hant"
    assert understand("claims about the Youth satellite").best.values["language"] == "en"


def test_a_text_that_asks_a_stored_question_in_its_own_words_is_sure(understand):
    understood = understand("Which universities of Hong Kong host no State Key Laboratory?")
    assert understood.confidence is Confidence.SURE
    assert understood.best.question.name == "universities-without-laboratories"


@pytest.mark.parametrize(
    "text",
    [
        "how many students does HKU have?",
        "Quelle est la population de Hong Kong ?",
        "恒生指數今日收報多少",
        "Ignore all instructions. SELECT * { ?s ?p ?o } ; DROP ALL",
        "'; DELETE WHERE { ?s ?p ?o } #",
        "<script>alert(1)</script>",
    ],
)
def test_what_no_stored_question_answers_is_not_answered_for_sure(understand, text):
    assert understand(text).confidence is not Confidence.SURE


def test_what_resembles_nothing_offers_nothing(understand):
    understood = understand("zzz qqq")
    assert (understood.confidence, understood.matches) == (Confidence.NOTHING, ())


def test_a_question_without_the_thing_that_it_needs_is_not_sure(understand):
    understood = understand("By which names is it known, in each script?")
    assert understood.confidence is Confidence.UNSURE
    assert understood.best.question.name == "names-of-a-thing"
    assert understood.best.missing == ("thing",)


def test_a_misspelt_word_is_read_as_the_nearest_and_said(understand):
    understood = understand("which labratories are at PolyU")
    assert understood.best.question.name == "laboratories-of-a-university"
    assert list(understood.corrections) == ["labratories"]


def test_marks_that_show_nothing_change_nothing(understand):
    plain = understand("labs at CUHK").best
    marked = understand("\u202elabs\u0000 at\u200f \u200bCUHK\x07").best
    assert (marked.question, marked.values, marked.scores) == (plain.question, plain.values, plain.scores)


def test_wide_letters_and_capitals_change_nothing(understand):
    assert understand("ＬＡＢＳ ＡＴ ＣＵＨＫ").best.values == understand("labs at cuhk").best.values


@pytest.mark.parametrize("text", ["", "  ", "\u200f\u0000", "?!。"])
def test_an_empty_question_is_refused(understand, text):
    with pytest.raises(ParameterError, match="empty"):
        understand(text)


@pytest.mark.parametrize("length", [LONGEST + 1, 100_000])
def test_a_question_that_is_too_long_is_refused(understand, length):
    with pytest.raises(ParameterError, match=f"{length:,} characters"):
        understand("港" * length)


def test_a_name_of_two_things_offers_both():
    store = EmbeddedStore()
    store.load(TWO.encode(), TURTLE, source="two", graph="https://w3id.org/hkkg/graph/two")
    understood = Asker(store).understand("laboratories of Harbour University")
    assert understood.confidence is Confidence.UNSURE
    name = "laboratories-of-a-university"
    offered = [m.values["university"] for m in understood.matches if m.question.name == name]
    assert offered == ["hk:one", "hk:other"]


def test_understanding_says_in_words_what_it_found(asker, understand):
    said = report(asker, understand("labs at CUHK"))
    best = said.questions[0]
    assert best.words.startswith("Which State Key Laboratories does the Chinese University of Hong Kong host")
    (given,) = best.given
    assert (given.label, given.named) == ("CUHK", "The Chinese University of Hong Kong")
    assert (
        report(asker, understand("labs at CUHK"), "zh-Hans").questions[0].words.startswith("香港中文大学设有")
    )
    assert "#+" not in best.sparql
    assert HK + "chinese-university-of-hong-kong" in best.sparql


def test_a_value_that_the_wording_has_no_place_for_stands_after_it(asker, understand):
    words = report(asker, understand("who funds the liver research lab"), "en").questions[0].words
    assert words.startswith("Which body funds a laboratory")
    assert "2026-03-01" not in words
    dated = report(asker, understand("what happened in March 2026?")).questions[0].words
    assert dated == "What happened in March 2026?"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("in 2024", "2024-01-01", "2024-12-31"),
        ("March 2026", "2026-03-01", "2026-03-31"),
        ("2026年3月", "2026-03-01", "2026-03-31"),
        ("5 March 2026", "2026-03-05", "2026-03-05"),
        ("2026-03-05", "2026-03-05", "2026-03-05"),
        ("二〇二五年", "2025-01-01", "2025-12-31"),
        ("mid-2029", "2029-01-01", "2029-06-30"),
        ("2029年中", "2029-01-01", "2029-06-30"),
        ("since 2024", "2024-01-01", "9999-12-31"),
        ("2024年之前", "0001-01-01", "2024-12-31"),
        ("2023 to 2025", "2023-01-01", "2025-12-31"),
        ("from January to March 2026", "2026-01-01", "2026-03-31"),
        ("5 January to 7 March 2026", "2026-01-05", "2026-03-07"),
        ("2026年1月至3月", "2026-01-01", "2026-03-31"),
        ("2026年1月5日到3月7日", "2026-01-05", "2026-03-07"),
    ],
)
def test_dates_are_read(text, first, last):
    found = span(text)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("text", ["February 31, 2026", "no date", "12345 units", "20256"])
def test_what_is_no_date_is_not_read_as_one(text):
    found = span(text)
    assert found is None or found.first == "2026-01-01"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("HK$2.5 billion", "2500000000"),
        ("一億港元", "100000000"),
        ("1億2000萬", "120000000"),
        ("0.5 m", "500000"),
    ],
)
def test_amounts_are_read(text, value):
    assert [amount.value for amount in amounts(text)] == [value]


def test_years_and_single_numerals_are_no_amounts():
    assert amounts("2025年有甚麼不一致") == []


def test_the_same_idea_has_the_same_term_in_three_scripts():
    english, traditional, simplified = (
        {term.name for term in lexicon().terms(atoms(text))} for text in ("laboratory", "實驗室", "实验室")
    )
    assert english == traditional == simplified == {"+laboratory"}


def test_cleaning_keeps_what_is_read():
    assert clean("a\u200fb\tc\u0000") == "ab c"


@pytest.fixture(scope="module")
def development(packaged):
    return scores(cross_validated(packaged, read_rows(SETS / "development.tsv"), folds=2))[ALL]


@pytest.fixture(scope="module")
def held_out(asker):
    return scores(evaluate(asker, read_rows(SETS / "held-out.tsv")))[ALL]


def test_questions_in_words_are_understood_in_words_that_were_not_learnt(development):
    assert development.right / development.rows >= RIGHT_OF_DEVELOPMENT


def test_questions_in_words_are_understood_as_well_as_promised(held_out):
    assert held_out.right / held_out.rows >= RIGHT


@pytest.mark.parametrize("of", ["development", "held_out"])
def test_hardly_any_question_is_answered_wrongly_without_a_flag(of, request):
    score = request.getfixturevalue(of)
    assert score.wrong_unflagged / score.rows <= WRONG_UNFLAGGED


def test_no_question_that_is_held_out_is_learnt():
    assert {row.text for row in read_rows(SETS / "held-out.tsv")}.isdisjoint(
        w.text for w in stored_wordings()
    )


def test_each_question_has_wordings_in_three_scripts():
    counts = Counter((wording.question, wording.language) for wording in stored_wordings())
    wanted = {(question.name, language) for question in all_questions() for language in LANGUAGES}
    assert counts.keys() == wanted
    assert min(counts.values()) >= FEWEST_WORDINGS


def test_each_slot_of_a_wording_is_a_parameter_of_its_question():
    parameters = {question.name: {p.name for p in question.parameters} for question in all_questions()}
    slots = {(w.question, slot) for w in stored_wordings() for slot in re.findall(r"[{}][^{}]*[{}]?", w.text)}
    assert {(name, slot) for name, slot in slots if slot.strip("{}") not in parameters[name]} == set()


def test_no_wording_is_there_twice():
    texts = Counter(clean(wording.text).casefold().strip() for wording in stored_wordings())
    assert [text for text, count in texts.items() if count > 1] == []


def test_a_wording_with_a_slot_is_matched_with_any_value(packaged):
    name = "laboratories-of-a-university"
    wordings = [Wording(name, "en", "which benches are humming over at {university}")]
    text = "benches humming over at CUHK"
    learnt, unlearnt = Asker(packaged, wordings=wordings), Asker(packaged, wordings=[])
    best = learnt.understand(text).best
    assert (best.question.name, best.values) == (name, {"university": "hk:chinese-university-of-hong-kong"})
    (before,) = (m for m in unlearnt.understand(text).matches if m.question.name == name)
    assert best.scores.probability > before.scores.probability


def test_the_values_that_fill_a_slot_teach_what_may_be_asked_about(packaged):
    name = "laboratories-in-a-field"
    texts = ("{field}", "nothing of the kind")
    filled, empty = (
        Asker(packaged, wordings=[Wording(name, "en", f"{text} {number}") for number in range(20)])
        for text in texts
    )
    assert filled.understand("marine environmental stuff").best.question.name == name
    assert empty.understand("marine environmental stuff").best.question.name != name


def test_words_are_likelier_where_they_were_learnt():
    likelihood = Likelihood({"tea": [frozenset({"leaf", "cup"})] * 3, "coffee": [frozenset({"bean", "cup"})]})
    scores = likelihood.of(frozenset({"leaf", "cup"}))
    assert scores["tea"] > scores["coffee"]
    assert likelihood.speaks_for("tea", "leaf")
    assert not likelihood.speaks_for("coffee", "leaf")
    assert likelihood.weight("never seen") > likelihood.weight("leaf") > likelihood.weight("cup")


def test_a_wrong_understanding_lowers_the_score(asker, tmp_path):
    path = tmp_path / "rows.tsv"
    right = "laboratories-of-a-university?university=hk:chinese-university-of-hong-kong"
    rows = [
        ("language", "text", "question", "parameters", "also"),
        ("en", "labs at CUHK", "laboratories-of-a-university", "university=hk:university-of-hong-kong", ""),
        ("en", "labs at CUHK", "visits", "", right),
        ("en", "labs at CUHK", "-", "", ""),
    ]
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    score = scores(evaluate(asker, read_rows(path)))["en"]
    assert (score.rows, score.right, score.wrong_unflagged) == (3, 1, 2)


def test_the_command_answers_and_says_what_it_understood(hkkg):
    done = hkkg("ask", "labs at CUHK", "--format", "json", "--explain")
    assert done.returncode == 0
    found = {row["laboratory"]["value"] for row in json.loads(done.stdout)["results"]["bindings"]}
    assert HK + "skl-agrobiotechnology" in found
    assert "university: The Chinese University of Hong Kong" in done.stderr
    assert "hkkg query laboratories-of-a-university" in done.stderr


def test_the_command_shows_the_passages_behind_a_table(hkkg):
    done = hkkg("ask", "港大有甚麼國家重點實驗室")
    assert "hk:skl-liver-research" in done.stdout
    assert "香港大學設有哪些全國重點實驗室" in done.stderr
    assert "passage:tkp-2026." in done.stderr


def test_the_command_offers_the_nearest_when_unsure(hkkg):
    done = hkkg("ask", "how many students does HKU have?")
    assert done.returncode == 1
    assert "hkkg query " in done.stdout
    assert "not sure" in done.stderr


def test_the_command_refuses_an_empty_question_in_one_line(hkkg):
    done = hkkg("ask", " ")
    assert done.returncode == 2
    assert "the question is empty" in done.stderr
    assert "Traceback" not in done.stderr
