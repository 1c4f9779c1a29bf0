"""What of a text may tell which question it asks."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from hkkg.asking.lexicon import Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hkkg.asking.reading import Reading

_GAP: Final = "…"
_DATE: Final = "a date"
_AMOUNT: Final = "an amount"


def said(reading: Reading, classes: Mapping[str, frozenset[str]]) -> tuple[Term, ...]:
    """Collect what a text says: its terms, and in the place of names the classes of what they name.

    Args:
        reading: the text.
        classes: of things, by their IRIs.
    """
    gaps = _gaps(reading)
    terms = (t for t in reading.terms if not gaps.issuperset(range(t.first, t.last)))
    return (*terms, *_kinds(reading, classes))


def features(reading: Reading, says: Sequence[Term]) -> frozenset[str]:
    """Collect what a text says, its words and pairs of words, with a gap for each name, date and amount."""
    gaps = _gaps(reading)
    found = {term.name for term in says}
    found |= {kind for kind, there in ((_DATE, reading.period), (_AMOUNT, reading.amounts)) if there}
    words = [_GAP if n in gaps else atom.text for n, atom in enumerate(reading.atoms)]
    words = [word for word, _ in groupby(words)]
    pairs = {f"{first} {second}" for first, second in pairwise(["", *words, ""])}
    return frozenset({*found, *words, *pairs} - {_GAP})


def _gaps(reading: Reading) -> set[int]:
    """Number the atoms of names, dates and amounts."""
    period = reading.period
    gaps = set(reading.within(period.start, period.end) if period else ())
    gaps.update(*(reading.within(amount.start, amount.end) for amount in reading.amounts))
    gaps.update(*(range(mention.first, mention.last) for mention in reading.named))
    return gaps


def _kinds(reading: Reading, classes: Mapping[str, frozenset[str]]) -> Iterator[Term]:
    for mention in reading.named:
        kinds = {of_class for thing in mention.things for of_class in classes.get(thing, ())}
        yield from (Term(kind, mention.first, mention.last) for kind in sorted(kinds))
