"""Things that a parameter names: by IRI, CURIE or slug, or by any label in any script.

By SPARQL, so that it is the same for the graph in this process and for an endpoint. Where the labels of the
graph are kept, whoever asks may say what is called by a name, since a query looks at all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import nlargest
from typing import TYPE_CHECKING, Final

from hkkg import han, vocab
from hkkg.errors import ParameterError
from hkkg.questions.terms import SLUG
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from hkkg.questions.model import Parameter, Question
    from hkkg.store import Table

    Ask = Callable[[str], Table]
    """Answers a SELECT query with a table."""
    Called = Callable[[str], Iterable[tuple[str, str]]]
    """Returns the things that have a name in any letter case and script, each with that name."""

LONGEST_NAME: Final = 500
"""Characters of a name; no label is longer."""

_PREFIXES: Final = f"PREFIX skos: <{vocab.SKOS}>\nPREFIX rdfs: <{vocab.RDFS}>\n"
_LABEL: Final = "skos:prefLabel|skos:altLabel|skos:hiddenLabel|rdfs:label"
_NAMED: Final = f"""\
{_PREFIXES}SELECT DISTINCT ?thing ?label {{{{
    ?thing {_LABEL} ?label
    FILTER(LCASE(STR(?label)) IN ({{texts}}))
}}}}
"""
_KNOWN: Final = """\
SELECT (
    EXISTS {{ {iri} ?p ?o }} || EXISTS {{ ?s ?q {iri} }} || EXISTS {{ GRAPH {iri} {{ ?x ?y ?z }} }}
    AS ?known
) {{}}
"""
_LABELS: Final = f"{_PREFIXES}SELECT ?thing ?label {{{{ ?thing {{properties}} ?label }}}} LIMIT 20000"
_EVERY: Final = _LABELS.format(properties=_LABEL)
_NAMES: Final = _LABELS.format(properties="skos:prefLabel|skos:altLabel|skos:hiddenLabel")
_MOST_NEAR: Final = 3
_MOST_COMPARED: Final = 30
_LEAST_ALIKE: Final = 0.6
_MOST_OFFERED: Final = 10
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Named:
    """A thing and the label by which it was found."""

    iri: str
    label: str

    def __str__(self) -> str:
        """Write it as an error offers it."""
        return f"{vocab.curie(self.iri)} ({self.label})"


def resolve(
    question: Question, values: Iterable[tuple[str, str]], ask: Ask, called: Called | None = None
) -> list[tuple[str, str]]:
    """Put IRIs in the place of what names things in the values of a question's parameters.

    Args:
        question: whose parameters they are.
        values: by name.
        ask: the graph.
        called: what is called by a name, if it is known without asking.

    Raises:
        ParameterError: a parameter is unknown or repeated, or a value names nothing that the graph speaks of,
            or more than one thing; those that it may mean are offered.
    """
    return [(each.name, _resolved(each, value, ask, called)) for each, value in question.given(values)]


def _resolved(parameter: Parameter, value: str, ask: Ask, called: Called | None) -> str:
    if parameter.type != "iri":
        return value
    return f"<{find(value, ask, f'the parameter {parameter.name}', called).value}>"


def find(text: str, ask: Ask, what: str, called: Called | None = None) -> NamedNode:
    """Find the thing that a text names.

    Args:
        text: an IRI, a CURIE, a name after `hk:`, or a label in any script.
        ask: the graph.
        what: what errors call the text.
        called: what is called by a name, if it is known without asking.

    Raises:
        ParameterError: it names nothing that the graph speaks of, or more than one thing.
    """
    wanted = _CONTROL.sub("", text).strip()
    if not wanted:
        raise ParameterError(f"{what} is empty.", hint="Give an IRI, a CURIE or a name.")
    if len(wanted) > LONGEST_NAME:
        message = f"{what} has {len(wanted):,} characters."
        raise ParameterError(message, hint=f"A name has {LONGEST_NAME} at most.")
    iri = _iri(wanted, what)
    if iri is not None and _is_known(iri, ask):
        return iri
    if iri is not None and not SLUG.match(wanted):
        raise _unknown(wanted, list(_rows(ask(_NAMES))), what)
    return _by_label(wanted, ask, what, called)


def _iri(text: str, what: str) -> NamedNode | None:
    written = vocab.HK + text if SLUG.match(text) else vocab.expand(text)
    if written is None:
        return None
    try:
        return NamedNode(written)
    except ValueError:
        hint = "Write a well-formed IRI, such as hk:university-of-hong-kong, or a name."
        raise ParameterError(f"{what} cannot be {text!r}.", hint=hint) from None


def _is_known(iri: NamedNode, ask: Ask) -> bool:
    ((known,),) = ask(_KNOWN.format(iri=iri)).rows
    return isinstance(known, Literal) and known.value in {"true", "1"}


def _by_label(text: str, ask: Ask, what: str, called: Called | None) -> NamedNode:
    known = None if called is None else [Named(iri, label) for iri, label in called(text)]
    found = _named(text, ask, known)
    if not found and known is None:
        found = _folded(text, _rows(ask(_EVERY)))
    if not found:
        raise _unknown(text, list(_rows(ask(_NAMES))), what)
    if len(found) > 1:
        message = f"{what}: {text!r} names {len(found)} things."
        offered = ", ".join(map(str, found[:_MOST_OFFERED]))
        raise ParameterError(message, hint=f"Give one of: {offered}.")
    return NamedNode(found[0].iri)


def _named(text: str, ask: Ask, known: Sequence[Named] | None) -> list[Named]:
    """Find everything that has a label, in any letter case, as it is written or in simplified characters.

    Where anything is called exactly so, nothing else is found; where nothing is, and labels in traditional
    characters are known, those are.
    """
    forms = sorted({text.lower(), _fold(text)})
    if known is None:
        rows = list(_rows(ask(_NAMED.format(texts=", ".join(str(Literal(form)) for form in forms)))))
    else:
        rows = [row for row in known if row.label.lower() in forms]
    exact = [row for row in rows if row.label == text]
    return _each_once(exact or rows or known or [])


def _folded(text: str, every: Iterable[Named]) -> list[Named]:
    """Find likewise by labels in traditional characters, which no query can fold."""
    wanted = _fold(text)
    same = (row for row in every if len(row.label) == len(text) and _fold(row.label) == wanted)
    return _each_once(same)


def _fold(text: str) -> str:
    return han.simplified(text).lower()


def _rows(table: Table) -> Iterator[Named]:
    for thing, label in table.rows:
        if isinstance(thing, NamedNode) and isinstance(label, Literal):
            yield Named(thing.value, label.value)


def _each_once(found: Iterable[Named]) -> list[Named]:
    return sorted({named.iri: named for named in found}.values(), key=lambda named: named.iri)


def _unknown(text: str, every: Sequence[Named], what: str) -> ParameterError:
    pool: dict[str, Named] = {}
    for near in every:
        for form in (near.label.lower(), _local_name(near.iri)):
            pool.setdefault(form, near)
    wanted = _local_name(text) if vocab.expand(text) else text.lower()
    pairs = _pairs(wanted)
    likely = nlargest(_MOST_COMPARED, pool, key=lambda form: len(pairs & _pairs(form)))
    close = get_close_matches(wanted, likely, n=_MOST_NEAR, cutoff=_LEAST_ALIKE)
    offered = list({pool[form].iri: str(pool[form]) for form in close}.values())
    hint = f"The nearest: {', '.join(offered)}." if offered else "Search for a part of its name."
    return ParameterError(f"{what}: the graph knows nothing called {text!r}.", hint=hint)


def _local_name(iri: str) -> str:
    return re.split("[/#:]", iri.rstrip(">"))[-1]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
