"""Sentences about records, made of the patterns of their classes."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg import vocab
from hkkg.store import NamedNode
from hkkg.web.views.figures import INDICATOR, VALUE, figure
from hkkg.web.views.model import Word, Words
from hkkg.web.views.sentence_patterns import SENTENCES
from hkkg.web.views.times import Moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.store import Term
    from hkkg.web.views.reader import Reader

DATE: Final = vocab.HKKG + "date"
PERIOD: Final = vocab.HKKG + "referencePeriod"
QUALIFIER: Final = vocab.HKKG + "dateQualifier"
ASSERTION: Final = vocab.HKKG + "assertion"
_TOKEN: Final = re.compile(r"\[(?P<optional>[^\]]*)\]|\{(?P<name>\w+)\}|(?P<text>[^\[{]+)")
_YEARLY: Final = vocab.CONCEPT + "yearly"
_FIGURE: Final = "figure"
_TIME: Final = frozenset({DATE, PERIOD, QUALIFIER})
_FIGURED: Final = frozenset({VALUE})
_AND: Final = {"en": (", ", " and "), "zh-Hant": ("、", "、"), "zh-Hans": ("、", "、")}
_STOP: Final = {"en": ".", "zh-Hant": "。", "zh-Hans": "。"}
_COMMA: Final = {"zh-Hant": "，", "zh-Hans": "，"}
_QUOTES: Final = {"en": "“{}”", "zh-Hant": "「{}」", "zh-Hans": "“{}”"}
_OPENING: Final = ("《", "「", "“")
_QUOTED: Final = tuple(vocab.HKKG + name for name in ("Source", "ResearchProject", "Record"))
_STOPS: Final = (".", "。", "!", "！", "?", "？", ".”", "。」")


class Sentence(NamedTuple):
    """A sentence, and the properties of the record that it has said."""

    words: Words
    said: frozenset[str]


class Token(NamedTuple):
    """A part of a pattern: text, a property's name, or a group that may be left out."""

    text: str = ""
    name: str = ""
    optional: tuple[Token, ...] = ()


@cache
def tokens(pattern: str) -> tuple[Token, ...]:
    """Read a pattern."""
    return tuple(
        Token(optional=tokens(match["optional"]))
        if match["optional"] is not None
        else Token(match["text"] or "", match["name"] or "")
        for match in _TOKEN.finditer(pattern)
    )


def moment(reader: Reader, record: NamedNode) -> Moment:
    """When a record holds, as its source says."""
    date = reader.literal(record, PERIOD) or reader.literal(record, DATE)
    return Moment(date, tuple(node.value for node in reader.resources(record, QUALIFIER)))


def sentence(reader: Reader, record: NamedNode, kind: str) -> Sentence:
    """Word a record: what it asserts, or by the pattern of its class, or else its label."""
    asserted = reader.said(record, ASSERTION)
    if asserted:
        return Sentence(asserted[:1], frozenset({ASSERTION}))
    for pattern in _patterns(reader, record, kind):
        said: set[str] = set()
        words = _fill(reader, record, tokens(pattern), said)
        if words:
            return _finished(reader, record, words, said)
    return Sentence((Word(*_label(reader, record)),), frozenset())


def _label(reader: Reader, record: NamedNode) -> tuple[str, str, str]:
    text, lang = reader.name(record)
    return text, "", lang


def _patterns(reader: Reader, record: NamedNode, kind: str) -> Iterator[str]:
    """The patterns that may fit: of its class first, with a concept of its own before without one."""
    known = SENTENCES[reader.language]
    above = sorted(
        reader.vocabulary.above.get(kind, ()), key=lambda c: -len(reader.vocabulary.above.get(c, ()))
    )
    values = {f.object for facts in reader.facts(record).values() for f in facts}
    concepts = sorted(
        v.value.removeprefix(vocab.CONCEPT)
        for v in values
        if isinstance(v, NamedNode) and v.value.startswith(vocab.CONCEPT)
    )
    for name in (kind, *above):
        short = name.removeprefix(vocab.HKKG)
        yield from (known[f"{short}/{concept}"] for concept in concepts if f"{short}/{concept}" in known)
        if short in known:
            yield known[short]


def _fill(reader: Reader, record: NamedNode, pattern: tuple[Token, ...], said: set[str]) -> list[Word]:
    """Fill in a pattern; nothing if a value that it needs is missing."""
    words: list[Word] = []
    for token in pattern:
        if token.optional:
            words.extend(_fill(reader, record, token.optional, said))
        elif token.name:
            values = _values(reader, record, token.name, said)
            if not values:
                return []
            words.extend(values)
        else:
            words.append(Word(token.text))
    return words


def _values(reader: Reader, record: NamedNode, name: str, said: set[str]) -> list[Word]:
    if name == _FIGURE:
        said.update(_FIGURED)
        text = figure(reader, record)
        return [Word(text)] if text else []
    said.add(vocab.HKKG + name)
    words = [_value(reader, term) for term in reader.objects(record, vocab.HKKG + name)]
    return list(joined(words, reader.language))


def _value(reader: Reader, term: Term) -> Word:
    """Name a value; titles and what other records say stand between quotation marks."""
    word = reader.term(term)
    if not isinstance(term, NamedNode) or word.text.startswith(_OPENING):
        return word
    if any(reader.is_a(term, name) for name in _QUOTED):
        return word._replace(text=_QUOTES[reader.language].format(word.text))
    return word


def joined(words: list[Word], language: str) -> Iterator[Word]:
    """Write a list: a, b and c."""
    comma, last = _AND[language]
    for position, word in enumerate(words):
        if position:
            yield Word(last if position == len(words) - 1 else comma)
        yield word


def _finished(reader: Reader, record: NamedNode, words: list[Word], said: set[str]) -> Sentence:
    language = reader.language
    when = "" if _is_doubled(reader, record) else moment(reader, record).words(language)
    if when and language == "en":
        words.append(Word(f", {when}" if VALUE in said else f" {when}", is_time=True))
    elif when:
        words.insert(0, Word(when + _COMMA[language], is_time=True))
    if language == "en":
        words[0] = _capital(words[0])
    if not words[-1].text.endswith(_STOPS):
        words.append(Word(_STOP[language]))
    return Sentence(tuple(words), frozenset(said) | (_TIME if when else frozenset()))


def _is_doubled(reader: Reader, record: NamedNode) -> bool:
    """Whether an indicator is yearly by its name, so that the time need not say so again."""
    qualifiers = [node.value for node in reader.resources(record, QUALIFIER)]
    return qualifiers == [_YEARLY] and bool(reader.resources(record, INDICATOR))


def _capital(word: Word) -> Word:
    text = word.text
    if word.lang or not text[:1].islower() or text[1:2].isupper():
        return word
    return word._replace(text=text[0].upper() + text[1:])
