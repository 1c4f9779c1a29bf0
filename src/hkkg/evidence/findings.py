"""What is wrong with the evidence of a graph, where, and what the passage would give."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hkkg import vocab

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.evidence.statements import Statements
    from hkkg.positions import Positions


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a resource, before its place is looked up.

    Args:
        resource: the IRI of the passage, record or entity.
        code: the kind of problem, for programs.
        message: what is wrong, in one sentence.
        would_be: what the passage gives instead, if it gives something.
        predicate: the IRI of the predicate at fault.
        object: the object at fault, an IRI or a literal's lexical form.
    """

    resource: str
    code: str
    message: str
    would_be: str = ""
    predicate: str | None = None
    object: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with its place."""

    file: str
    line: int | None
    resource: str
    code: str
    message: str
    would_be: str

    def __str__(self) -> str:
        """Write the finding in one line, as compilers do."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        gives = f" (the passage gives {self.would_be})" if self.would_be else ""
        return f"{place}: {self.resource}: {self.message}{gives}"

    def as_dict(self) -> dict[str, str | int | None]:
        """Return the parts by name, for JSON."""
        return asdict(self)


def locate(problems: Iterable[Problem], statements: Statements) -> tuple[Finding, ...]:
    """Look up each problem's file and line, and put them in that order."""
    positions = _Files()
    found = [_locate(problem, statements, positions) for problem in dict.fromkeys(problems)]
    return tuple(sorted(found, key=lambda f: (f.file, f.line or 0, f.resource, f.code, f.message)))


class _Files(dict[str, "Positions"]):
    """The positions of each file, read when first asked for."""

    def __missing__(self, file: str) -> Positions:
        # rdflib takes 0.2 s to import, and is wanted only when something is wrong.
        from hkkg.positions import Positions  # noqa: PLC0415

        self[file] = Positions.of_file(Path(file))
        return self[file]


def _locate(problem: Problem, statements: Statements, positions: _Files) -> Finding:
    file = statements.file_of(problem.resource, problem.predicate, problem.object) or "the graph"
    line = positions[file].line(problem.resource, problem.predicate, problem.object)
    name = vocab.curie(problem.resource)
    return Finding(file, line, name, problem.code, problem.message, problem.would_be)
