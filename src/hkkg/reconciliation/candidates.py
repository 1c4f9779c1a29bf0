"""Candidates for a reconciliation query: scored, with features, and a match only where it is certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hkkg import vocab
from hkkg.reconciliation.identifiers import Properties, chosen, entity_id, entity_iri, term_id
from hkkg.reconciliation.values import Values
from hkkg.search import Way
from hkkg.search.index import LONGEST
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.reconciliation.known import Known
    from hkkg.reconciliation.queries import Query

NAME_FEATURE: Final = "name_similarity"
TYPE_FEATURE: Final = "type_match"
PROPERTY_FEATURE: Final = "property:"

_CERTAIN: Final = frozenset({Way.EXACT, Way.SAME_WORDS})
_MOST_LOOKED_AT: Final = 100
_PROPERTY_WEIGHT: Final = 0.4
_OTHER_TYPE: Final = 0.7
_ALL_THERE: Final = 0.95
_CONCEPT: Final = vocab.SKOS + "Concept"


@dataclass(frozen=True, slots=True)
class _Candidate:
    iri: str
    name_score: float
    is_certain: bool
    has_type: bool
    properties: tuple[tuple[str, float], ...]

    @property
    def score(self) -> float:
        score = self.name_score
        if self.properties:
            mean = sum(likeness for _, likeness in self.properties) / len(self.properties)
            score = (1 - _PROPERTY_WEIGHT) * score + _PROPERTY_WEIGHT * mean
        return 100 * score * (1 if self.has_type else _OTHER_TYPE)

    @property
    def may_match(self) -> bool:
        """Whether nothing that was asked speaks against it."""
        has_all = all(likeness >= _ALL_THERE for _, likeness in self.properties)
        return self.is_certain and self.has_type and has_all


class Reconciler:
    """Answers reconciliation queries.

    Args:
        known: what they are answered from.
    """

    def __init__(self, known: Known) -> None:
        """Take it."""
        self._store, self._index, self._language = known
        self._known = known
        self._values = Values(known)

    def candidates(self, query: Query) -> list[dict[str, Any]]:
        """Return the candidates for a query, the best first, at most as many as it wants.

        Raises:
            UnknownResourceError: a type or property of the query is not in the graph.
        """
        types = [self._index.classes.find(name) for name in query.types]
        properties = Properties(self._store) if query.properties else None
        wanted = [(properties.find(p.property), p.values) for p in query.properties] if properties else []
        found = [
            _Candidate(
                iri,
                score,
                is_certain,
                self._has_type(iri, types, query.strictness),
                self._compare(iri, wanted),
            )
            for iri, score, is_certain in self._found(query, wanted)
        ]
        if query.strictness != "should":
            found = [candidate for candidate in found if candidate.has_type]
        found = [candidate for candidate in found if types or not self._is_concept(candidate.iri)] or found
        found.sort(key=lambda candidate: (-candidate.score, candidate.iri))
        matching = [candidate.iri for candidate in found if candidate.may_match]
        match = matching[0] if len(matching) == 1 else None
        return [self._write(c, bool(types), c.iri == match) for c in found[: query.limit]]

    def _found(
        self, query: Query, wanted: Sequence[tuple[str, tuple[object, ...]]]
    ) -> Iterable[tuple[str, float, bool]]:
        """Find entities by identifier, else by name, else by the values of properties alone."""
        text = query.text.strip()
        if not text:
            return [(iri, 1.0, False) for iri in self._having(wanted)]
        iri = entity_iri(text) if len(text) <= LONGEST else None
        if iri is not None and self._index.names(iri):
            return [(iri, 1.0, True)]
        hits = self._index.search(text, limit=_MOST_LOOKED_AT)
        return [(hit.iri, hit.score, hit.way in _CERTAIN) for hit in hits]

    def _having(self, wanted: Sequence[tuple[str, tuple[object, ...]]]) -> list[str]:
        """Return the named things that have a first property at all; their values are compared later."""
        predicate, _ = wanted[0]
        quads = self._store.quads(None, NamedNode(predicate))
        things = {q.subject.value for q in quads if isinstance(q.subject, NamedNode)}
        return [iri for iri in sorted(things) if self._index.names(iri) and any(self._likeness(iri, wanted))]

    def _likeness(self, iri: str, wanted: Sequence[tuple[str, tuple[Any, ...]]]) -> list[float]:
        return [self._values.likeness(iri, predicate, values) for predicate, values in wanted]

    def _compare(
        self, iri: str, wanted: Sequence[tuple[str, tuple[Any, ...]]]
    ) -> tuple[tuple[str, float], ...]:
        ids = [term_id(predicate) for predicate, _ in wanted]
        return tuple(zip(ids, self._likeness(iri, wanted), strict=True))

    def _has_type(self, iri: str, types: list[str], strictness: str) -> bool:
        if strictness == "all":
            return all(self._index.classes.has(iri, [one]) for one in types)
        return not types or self._index.classes.has(iri, types)

    def _is_concept(self, iri: str) -> bool:
        return self._index.classes.has(iri, [_CONCEPT])

    def _write(self, candidate: _Candidate, is_typed: bool, is_match: bool) -> dict[str, Any]:  # noqa: FBT001 - two facts
        features: list[dict[str, Any]] = [
            {"id": NAME_FEATURE, "value": round(100 * candidate.name_score, 2)},
            *({"id": TYPE_FEATURE, "value": candidate.has_type} for _ in range(is_typed)),
            *(
                {"id": PROPERTY_FEATURE + name, "value": round(100 * likeness, 2)}
                for name, likeness in candidate.properties
            ),
        ]
        return {
            **summary(self._known, candidate.iri),
            "score": round(candidate.score, 2),
            "match": is_match,
            "features": features,
            "type": types_of(self._known, candidate.iri),
        }


def summary(known: Known, iri: str) -> dict[str, str]:
    """Return what tells an entity from its namesakes: identifier, name, its kinds and other names."""
    names = known.labels.names(iri)
    name = chosen(names, known.language)
    others = dict.fromkeys(text for text in names.values() if text != name)
    kinds = [kind["name"] for kind in types_of(known, iri)]
    description = " · ".join([*kinds, *others])
    return {"id": entity_id(iri), "name": name or entity_id(iri), "description": description}


def types_of(known: Known, iri: str) -> list[dict[str, str]]:
    """Return the narrowest types of an entity."""
    return [type_of(known, kind) for kind in known.labels.classes.of(iri)]


def type_with_broader(known: Known, iri: str) -> dict[str, Any]:
    """Return a type as identifier and name, and those right above it likewise."""
    above = [type_of(known, kind) for kind in known.labels.classes.above(iri)]
    return {**type_of(known, iri), **({"broader": above} if above else {})}


def type_of(known: Known, iri: str) -> dict[str, str]:
    """Return a type as identifier and name."""
    return {
        "id": term_id(iri),
        "name": chosen(known.labels.classes.labels(iri), known.language) or term_id(iri),
    }
