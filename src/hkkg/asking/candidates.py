"""What a parameter of a question may take: what the question's pattern finds, and others of its class."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.asking.lexicon import terms_of
from hkkg.errors import QueryEvaluationError, QuerySyntaxError
from hkkg.store import NamedNode
from hkkg.store.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.asking.names import Name, Names
    from hkkg.questions import Parameter, Question
    from hkkg.store import EmbeddedStore
    from hkkg.store.tokens import Token

_PLACE: Final = frozenset({"+hong-kong"})
_FLAT: Final = 1.0
_MANY: Final = 40


def values(store: EmbeddedStore, names: Names, question: Question, parameter: Parameter) -> frozenset[str]:
    """Compute the things that a parameter may take.

    They are those which the question's pattern binds when nothing is given, and all others that are stated to
    be of the default's class: about them the answer is known to be empty.
    """
    default = vocab.read_iri(parameter.default) or vocab.HK + parameter.default
    namespace = next((n for n in (vocab.CONCEPT, vocab.HK) if default.startswith(n)), default)
    found = {iri for iri in _bound(store, question, parameter) if iri.startswith(namespace)}
    own = names.classes.get(default, frozenset())
    if namespace == vocab.HK:
        found |= {
            thing for thing, classes in names.classes.items() if classes & own and thing.startswith(namespace)
        }
    return frozenset(found | {default})


def _bound(store: EmbeddedStore, question: Question, parameter: Parameter) -> set[str]:
    query = _open_query(question.text, parameter)
    try:
        rows = store.query(query).table().rows
    except (QueryEvaluationError, QuerySyntaxError):
        return set()
    return {term.value for (term,) in rows if isinstance(term, NamedNode)}


def _open_query(text: str, parameter: Parameter) -> str:
    """Write the query that asks for a parameter's values: its own pattern with the parameter left open."""
    start, end = parameter.span
    found = list(tokens(text))
    first = next(
        token
        for token in found
        if token.kind == "word" and token.text.upper() in {"SELECT", "ASK", "CONSTRUCT"}
    )
    opening, closing = _outermost(found, first)
    pattern = f"{text[opening:start]}UNDEF{text[end : closing + 1]}"
    return f"{text[: first.start]}SELECT DISTINCT ?{parameter.name} {pattern}"


def _outermost(found: list[Token], first: Token) -> tuple[int, int]:
    """Find the braces of the pattern, which are the last outermost ones of a query."""
    level, opening, closing = 0, 0, 0
    for token in found:
        if token.start < first.start:
            continue
        if token.text == "{":
            opening = token.start if level == 0 else opening
            level += 1
        elif token.text == "}":
            level -= 1
            closing = token.start
    return opening, closing


def _kind(thing: str, names: Names) -> frozenset[str]:
    """Return the terms that name the kind of a thing, and not the thing."""
    classes = names.classes.get(thing, ())
    return frozenset().union(*(terms_of(names.preferred(of_class, "en")) for of_class in classes))


class Candidates:
    """The things that a parameter may take, by the terms of their names.

    A term weighs more the fewer of the things have it: of "State Key Laboratory of Liver Research", "liver"
    says which laboratory is meant, and "laboratory" says next to nothing.
    """

    def __init__(self, things: frozenset[str], names: Names, *, are_records: bool = False) -> None:
        """Index the names of the things.

        Args:
            things: what the parameter may take.
            names: of everything.
            are_records: whether records are meant rather than what they are about.
        """
        self.are_records = are_records
        self.things = things
        self.ordered = tuple(sorted(things))
        self.names = names
        self._names: list[tuple[Name, frozenset[str]]] = []
        self._kinds = {thing: _kind(thing, names) for thing in things}
        self._having: dict[str, list[int]] = {}
        # Where nearly anything may be meant, only a whole name will do; but nobody calls records by names.
        resembled = things if len(things) <= _MANY else things & names.records
        for thing in sorted(resembled):
            # A name of both Chinese scripts has the same terms, and needs to be known once.
            different = {terms_of(name.text): name for name in reversed(names.of.get(thing, ()))}
            for terms, name in different.items():
                self._add(name, terms)
        self._weights = self._weigh()
        self._masses = [sum(self._weights[t] for t in terms) for _, terms in self._names]

    def _add(self, name: Name, terms: frozenset[str]) -> None:
        if not terms or any(len(term) == 1 for term in terms):
            return  # an abbreviation of single characters is a name only as a whole
        for term in terms:
            self._having.setdefault(term, []).append(len(self._names))
        self._names.append((name, terms))

    def _weigh(self) -> Mapping[str, float]:
        if len(self.things) == 1:
            return dict.fromkeys(self._having, _FLAT)
        having = {
            term: len({self._names[n][0].thing for n in numbers}) for term, numbers in self._having.items()
        }
        return {term: log(1 + len(self.things) / number) - log(2) + 0.05 for term, number in having.items()}

    def resembling(self, terms: Iterable[str]) -> dict[str, tuple[float, float, Name, frozenset[str]]]:
        """Find the things whose names have some of the terms.

        Returns:
            For each thing how much of the best name is there, from 0 to 1, what that weighs, the name, and
            the terms.
        """
        wanted = set(terms)
        shared: dict[int, set[str]] = {}
        for term in wanted:
            for number in self._having.get(term, ()):
                shared.setdefault(number, set()).add(term)
        best: dict[str, tuple[float, float, Name, frozenset[str]]] = {}
        for number, common in shared.items():
            name, _ = self._names[number]
            mass = sum(self._weights[t] for t in common)
            share = mass / self._masses[number]
            kind = self._kinds[name.thing]
            if common & kind and common <= kind | _PLACE:
                continue
            known = best.get(name.thing)
            if known is None or (share * mass, name.text) > (known[0] * known[1], known[2].text):
                best[name.thing] = (share, mass, name, frozenset(common))
        return best
