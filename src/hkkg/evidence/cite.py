"""Making a citation: finding a text in a source, and writing its passage's block of Turtle."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import PassageError, Place
from hkkg.evidence.figures import any_figure
from hkkg.evidence.layout import kind_at, section_at, sections
from hkkg.evidence.passages import LONGEST_KEY_WORD, PASSAGE
from hkkg.evidence.source import digest, match_texts
from hkkg.evidence.texts import beyond_a_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.evidence.source import SourceText
    from hkkg.evidence.statements import Statements

_SHOWN: Final = 20
_SPAN = re.compile(r"(\d+)-(\d+)")
_LABELS: Final = tuple(vocab.SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel"))
_TAG: Final = "zh-Hant"


@dataclass(frozen=True, slots=True)
class Citation:
    """Blocks of Turtle for a text's passage and for those that it is read with, unless the graph has them."""

    iri: str
    blocks: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to cite.

    Args:
        text: a sentence at the most, exactly as the source has it.
        start: its offset, when it occurs more than once.
        keys: key words; without any, a name and a figure are sought.
        read_with: spans such as `12-34` that it cannot be read without.
    """

    text: str
    start: int | None = None
    keys: tuple[str, ...] = ()
    read_with: tuple[str, ...] = ()


def cite(statements: Statements, source: SourceText, wish: Wish) -> Citation:
    """Cite a text from a source, whose name and sections the graph says.

    Raises:
        PassageError: the text is not to be found, or not once, or too long, or has no key word.
        SourceMismatchError: the graph cites no such source.
    """
    name = next(iter(match_texts(statements, [source])))
    at = _locate(source, wish.text, wish.start)
    main = (at, at + len(wish.text))
    read_with = [_span(source, written) for written in wish.read_with]
    spans = dict.fromkeys([main, *read_with])
    new = sorted(span for span in spans if _iri(name, span) not in statements)
    writer = _Writer(statements, source.text, name)
    return Citation(
        _iri(name, main),
        tuple(writer.block(s, wish.keys, read_with) if s == main else writer.block(s) for s in new),
        tuple(_iri(name, span) for span in spans if span not in new),
    )


def _iri(source: str, span: tuple[int, int]) -> str:
    return f"{vocab.PASSAGE}{source.removeprefix(vocab.HK)}.{span[0]}-{span[1]}"


def _locate(source: SourceText, text: str, start: int | None) -> int:
    """Find where a text stands, and refuse one that cannot be a passage."""
    place = Place(source.path)
    if not text.strip():
        raise PassageError("there is nothing to cite.", place=place)
    if text != text.strip():
        raise PassageError("the text begins or ends with a space.", place=place, hint="Cite it without.")
    offsets = [found.start() for found in re.finditer(f"(?={re.escape(text)})", source.text)]
    if not offsets:
        raise _not_found(source, text)
    if beyond_a_sentence(text):
        raise PassageError("the text is longer than a sentence.", place=place, hint="Cite a part of it.")
    if start is not None:
        if start not in offsets:
            shown = ", ".join(str(offset) for offset in offsets)
            raise PassageError(f"the text is not at offset {start}, but at {shown}.", place=place)
        return start
    if len(offsets) > 1:
        lines = "\n".join(f"  --start {offset}: {_context(source.text, offset, text)}" for offset in offsets)
        raise PassageError(
            f"the text occurs {len(offsets)} times.", place=place, hint=f"Say which, or cite more:\n{lines}"
        )
    return offsets[0]


def _context(text: str, start: int, cited: str) -> str:
    end = start + len(cited)
    around = text[max(0, start - _SHOWN) : start], cited, text[end : end + _SHOWN]
    return "{}【{}】{}".format(*(part.replace("\n", "⏎") for part in around))


def _not_found(source: SourceText, text: str) -> PassageError:
    """Show the place of the longest part that the source and the text share."""
    shared = SequenceMatcher(None, source.text, text, autojunk=False).find_longest_match()
    place = Place(source.path)
    if not shared.size:
        return PassageError("the text is not in the source, nor anything like it.", place=place)
    first = max(0, shared.a - shared.b)
    nearest = source.text[first : first + len(text)].replace("\n", "⏎")
    return PassageError(
        "the text is not in the source.", place=place, hint=f"Nearest, at offset {first}: {nearest}"
    )


def _span(source: SourceText, written: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(written)
    if found is None:
        raise PassageError(f"{written!r} is no span.", hint="Write a span as START-END, such as 12-34.")
    start, end = int(found[1]), int(found[2])
    if not start < end <= len(source.text):
        raise PassageError(
            f"{written} is not within the text.", hint=f"Offsets go from 0 to {len(source.text)}."
        )
    if beyond_a_sentence(source.text[start:end]):
        raise PassageError(f"the span {written} is longer than a sentence.", hint="Read with a part of it.")
    return start, end


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes blocks for spans of one source."""

    statements: Statements
    text: str
    source: str

    def block(
        self, span: tuple[int, int], keys: Sequence[str] = (), read_with: Iterable[tuple[int, int]] = ()
    ) -> str:
        start, end = span
        cited = self.text[start:end]
        return passage_block(
            self.source.removeprefix(vocab.HK),
            start,
            end,
            self.text,
            section=section_at(sections(self.statements, self.source), start, self.source),
            kind=kind_at(self.text, start),
            keys=_checked_keys(keys, cited) or _guess(self.statements, cited),
            read_with=read_with,
        )


def _checked_keys(keys: Sequence[str], text: str) -> list[str]:
    for word in keys:
        if word not in text:
            raise PassageError(f"the key word {word!r} is not in the text.")
        if not 0 < len(word) <= LONGEST_KEY_WORD:
            raise PassageError(f"the key word {word!r} is not of 1 to {LONGEST_KEY_WORD} characters.")
    return list(keys)


def _guess(statements: Statements, text: str) -> list[str]:
    """Take the longest name and figure as key words, or the text itself if it is short."""
    labels = (
        label
        for predicate in _LABELS
        for subject in statements.having(predicate)
        for label in statements.values(subject, predicate)
    )
    names = [label for label in labels if 1 < len(label) <= LONGEST_KEY_WORD and label in text]
    name = max(names, key=lambda label: (len(label), label), default=None)
    figure = any_figure(text)
    found = [word for word in (name, figure) if word and word in text and len(word) <= LONGEST_KEY_WORD]
    if not found and len(text) <= LONGEST_KEY_WORD:
        found = [text]
    if not found:
        raise PassageError(
            f"no name or figure is known in {text!r}.", hint="Give a key word: --key WORD, found in the text."
        )
    return found


def passage_block(  # noqa: PLR0913 - a block has so many parts
    source: str,
    start: int,
    end: int,
    text: str,
    *,
    section: str,
    kind: str,
    keys: Iterable[str],
    read_with: Iterable[tuple[int, int]] = (),
) -> str:
    """Write a passage's block of Turtle.

    Args:
        source: the source's slug.
        start: the offset of the first code point.
        end: the offset after the last one.
        text: the whole text of the source.
        section: the section's IRI.
        kind: the kind's name, such as `body`.
        keys: key words.
        read_with: spans that it is read with.
    """
    prefix = f"passage:{source}"
    lines = [
        f"{prefix}.{start}-{end}",
        f"    a {vocab.curie(PASSAGE)} ;",
        f"    dcterms:isPartOf {vocab.curie(section)} ;",
        f'    hkkg:digest "{digest(text[start:end])}" ;',
        *(f'    hkkg:keyWord "{_escaped(word)}"@{_TAG} ;' for word in sorted(set(keys))),
        f"    hkkg:passageKind concept:{kind} ;",
        *(f"    hkkg:readWith {prefix}.{first}-{last} ;" for first, last in sorted(set(read_with))),
        "    oa:hasSelector [",
        "        a oa:TextPositionSelector ;",
        f"        oa:end {end} ;",
        f"        oa:start {start} ;",
        "    ] ;",
        f"    oa:hasSource hk:{source} ;",
        "    .",
    ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
