"""The triples of documents, by subject, each with the file that states it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg import vocab
from hkkg.store import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.loading import Document
    from hkkg.store import Quad, Term

_TYPE = vocab.RDF + "type"


def key(term: Term) -> str:
    """Write a term as one string: an IRI, `_:` and a blank node's name, or a literal's lexical form."""
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


class Statements:
    """Triples by subject and predicate; the objects keep the order of the files, without repetition."""

    def __init__(self) -> None:
        """Make an empty set of statements."""
        self._files: dict[str, dict[str, dict[Term, str]]] = {}

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Statements:
        """Read documents whole.

        Raises:
            SyntaxProblemError: one of them is not well-formed.
        """
        statements = cls()
        for document in documents:
            for quad in document.quads():
                statements.add(quad, document.source)
        return statements

    def add(self, quad: Quad, file: str) -> None:
        """Add one triple; the first file that states it is remembered."""
        predicates = self._files.setdefault(key(quad.subject), {})
        predicates.setdefault(quad.predicate.value, {}).setdefault(quad.object, file)

    def replaced(self, subject: str, predicate: str, old: Term, new: Term) -> Statements:
        """Return statements that differ in one object; the rest is shared."""
        copy = Statements()
        objects = {new if term == old else term: at for term, at in self._of(subject, predicate).items()}
        copy._files = {**self._files, subject: {**self._files[subject], predicate: objects}}
        return copy

    def __contains__(self, subject: object) -> bool:
        """Whether something is said about a subject."""
        return subject in self._files

    def __iter__(self) -> Iterator[str]:
        """Iterate over the subjects."""
        return iter(self._files)

    def _of(self, subject: str, predicate: str) -> dict[Term, str]:
        return self._files.get(subject, {}).get(predicate, {})

    def predicates(self, subject: str) -> list[str]:
        """List the predicates of a subject."""
        return list(self._files.get(subject, {}))

    def objects(self, subject: str, predicate: str) -> list[Term]:
        """List the objects of a subject's predicate."""
        return list(self._of(subject, predicate))

    def values(self, subject: str, predicate: str) -> list[str]:
        """List the objects as strings."""
        return [key(term) for term in self._of(subject, predicate)]

    def first(self, subject: str, predicate: str) -> str | None:
        """Return the first object as a string, if there is one."""
        return next((key(term) for term in self._of(subject, predicate)), None)

    def types(self, subject: str) -> set[str]:
        """Return the classes that a subject is said to be of."""
        return set(self.values(subject, _TYPE))

    def having(self, predicate: str) -> list[str]:
        """List the subjects that have a predicate, in the order of the files."""
        return [subject for subject, predicates in self._files.items() if predicate in predicates]

    def file_of(self, subject: str, predicate: str | None = None, obj: str | None = None) -> str | None:
        """Name the file of a statement, or of the block that types the subject."""
        for wanted in (predicate, _TYPE):
            stated = self._of(subject, wanted) if wanted else {}
            for term, file in stated.items():
                if wanted != predicate or obj is None or key(term) == obj:
                    return file
        return next(
            (file for terms in self._files.get(subject, {}).values() for file in terms.values()), None
        )

    def below(self, predicate: str, top: str) -> frozenset[str]:
        """Return a class or property and everything below it by a hierarchy's predicate."""
        children: dict[str, list[str]] = {}
        for subject in self.having(predicate):
            for parent in self.values(subject, predicate):
                children.setdefault(parent, []).append(subject)
        found, pending = {top}, [top]
        while pending:
            fresh = [child for child in children.get(pending.pop(), []) if child not in found]
            found.update(fresh)
            pending.extend(fresh)
        return frozenset(found)
