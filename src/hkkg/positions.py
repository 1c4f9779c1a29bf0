"""Where in a file subjects and triples stand, found by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.turtle_scan import Scan

if TYPE_CHECKING:
    from pathlib import Path

    from hkkg.turtle_scan import Position

FORMATS: Final = frozenset({"turtle", "ntriples", "trig", "nquads"})
_EXTENSIONS: Final = {".ttl", ".nt", ".trig", ".nq"}


class Positions:
    """The positions of a file's subjects and triples, by their names."""

    def __init__(self, scan: Scan | None = None) -> None:
        """Index what was read."""
        self._subjects: dict[str, Position] = {}
        self._predicates: dict[tuple[str, str], Position] = {}
        self._triples: dict[tuple[str, str, str], Position] = {}
        if scan is not None:
            self._index(scan)

    def _index(self, scan: Scan) -> None:
        for subject, predicate, obj in zip(scan.subjects, scan.predicates, scan.objects, strict=True):
            names = scan.name(subject), scan.name(predicate), scan.name(obj)
            if names[0] is None or names[1] is None:
                continue
            here = scan.position(obj)
            self._note_subject(names[0], scan.position(subject))
            self._predicates.setdefault((names[0], names[1]), here)
            if names[2] is not None:
                self._triples.setdefault((names[0], names[1], names[2]), here)

    def _note_subject(self, name: str, here: Position) -> None:
        """Keep the first: a subject's triples come after those of the blank nodes inside it."""
        held = self._subjects.get(name)
        if held is None or here < held:
            self._subjects[name] = here

    @classmethod
    def of_file(cls, path: Path) -> Positions:
        """Read the positions in a file of Turtle's family; another file has none.

        A broken or missing file has none either: to say so is the loading layer's work.
        """
        if path.suffix.lower() not in _EXTENSIONS or not path.is_file():
            return cls()
        return cls.of_text(path.read_bytes().decode("utf-8", "replace"))

    @classmethod
    def of_text(cls, text: str) -> Positions:
        """Read the positions in a Turtle document, as far as it is well-formed."""
        return cls(Scan(text.removeprefix("\ufeff")))

    def position(self, subject: str, predicate: str | None = None, obj: str | None = None) -> Position | None:
        """Find a triple, else its predicate's first, else the subject's first line.

        Args:
            subject: an IRI.
            predicate: an IRI.
            obj: an IRI, or a literal's lexical form.
        """
        if predicate is not None and obj is not None and (subject, predicate, obj) in self._triples:
            return self._triples[subject, predicate, obj]
        if predicate is not None and (subject, predicate) in self._predicates:
            return self._predicates[subject, predicate]
        return self._subjects.get(subject)

    def line(self, subject: str, predicate: str | None = None, object: str | None = None) -> int | None:  # noqa: A002 - RDF's own word
        """Return the line of a triple or subject, if the file has it."""
        found = self.position(subject, predicate, object)
        return found.line if found else None
