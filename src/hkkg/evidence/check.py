"""The whole check of a graph's evidence against the texts of its sources."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from hkkg import catalog, loading
from hkkg.catalog import Kind
from hkkg.evidence.derived import derived_problems
from hkkg.evidence.findings import Finding, Problem, locate
from hkkg.evidence.model import ORDINAL, STATED_IN, VALUE, Evidence, Model
from hkkg.evidence.observations import figure_problems
from hkkg.evidence.parties import named_things, needs_statement, party_problems, statedness_problems
from hkkg.evidence.passages import read_passages
from hkkg.evidence.periods import date_problems, dates_of, qualifier_problems
from hkkg.evidence.source import match_sources
from hkkg.evidence.statements import Statements
from hkkg.evidence.wording import classifier_problems, flag_problems, modality_problems, printed_form_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hkkg.evidence.source import SourceText
    from hkkg.loading import Document


_NAMES: Final = {
    "passages": ("passage", "passages"),
    "figures": ("figure", "figures"),
    "dates": ("date", "dates"),
    "parties": ("party", "parties"),
    "entities": ("entity", "entities"),
    "derived": ("derived figure", "derived figures"),
    "discrepancies": ("discrepancy", "discrepancies"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was verified."""

    passages: int
    figures: int
    dates: int
    parties: int
    entities: int
    derived: int
    discrepancies: int

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """Name the counts in one line."""
        return ", ".join(f"{number} {_NAMES[name][number != 1]}" for name, number in self.as_dict().items())


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a check, and how much was looked at."""

    findings: tuple[Finding, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Checker:
    """A graph whose sources are at hand: checks one resource, or all."""

    evidence: Evidence
    sources: Mapping[str, SourceText]

    @classmethod
    def of(cls, statements: Statements, texts: Iterable[SourceText]) -> Checker:
        """Match the texts with the sources that the graph cites, and read all passages.

        Raises:
            SourceMismatchError: a text is not one that the graph cites, or a cited source has no text.
        """
        sources = match_sources(statements, texts)
        passages = read_passages(statements, sources)
        return cls(Evidence(statements, passages, Model.of(statements)), sources)

    def with_statements(self, statements: Statements) -> Checker:
        """Return a checker of other records over the same passages and ontology."""
        return replace(self, evidence=replace(self.evidence, statements=statements))

    def resources(self) -> list[str]:
        """List what must have evidence: whatever cites passages, or says what only a source can say."""
        statements, model = self.evidence.statements, self.evidence.model
        cited = statements.having(STATED_IN)
        derived = [name for name in statements if self.evidence.is_a(name, model.derived)]
        bare = [name for name in statements if needs_statement(self.evidence, name)]
        return list(dict.fromkeys([*cited, *derived, *bare]))

    def problems_of(self, resource: str) -> Iterator[Problem]:
        """Check one record or entity."""
        evidence = self.evidence
        if evidence.is_a(resource, evidence.model.derived):
            yield from derived_problems(evidence, resource)
            return
        yield from statedness_problems(evidence, resource)
        yield from party_problems(evidence, resource)
        yield from figure_problems(evidence, resource)
        yield from date_problems(evidence, resource)
        yield from qualifier_problems(evidence, resource)
        yield from modality_problems(evidence, resource)
        yield from classifier_problems(evidence, resource)
        yield from flag_problems(evidence, resource, self.sources)
        yield from printed_form_problems(evidence, resource)

    def problems(self) -> list[Problem]:
        """Check everything."""
        found = list(self.evidence.passages.problems)
        for resource in self.resources():
            found.extend(self.problems_of(resource))
        return found

    def counts(self) -> Counts:
        """Count what a check verifies."""
        evidence = self.evidence
        statements, model = evidence.statements, evidence.model
        cited = statements.having(STATED_IN)
        things = [(name, thing) for name in cited for thing in named_things(evidence, name)]
        return Counts(
            passages=len(evidence.passages.by_iri),
            entities=sum(name == thing for name, thing in things),
            parties=sum(name != thing for name, thing in things),
            figures=sum(len(statements.values(name, p)) for name in cited for p in (VALUE, ORDINAL)),
            dates=sum(len(dates_of(evidence, name)) for name in cited),
            derived=sum(evidence.is_a(name, model.derived) for name in statements),
            discrepancies=sum(evidence.is_a(name, model.notes) for name in cited),
        )


def read_statements(documents: Sequence[Document]) -> Statements:
    """Read documents, or the packaged data without any; the packaged ontology is always read with them."""
    ontology = catalog.of_kind(Kind.ONTOLOGY)
    packaged = ontology if documents else (*catalog.of_kind(Kind.DATA), *ontology)
    files = [loading.read_document(file.path, graph=file.graph) for file in packaged]
    return Statements.of([*documents, *files])


def check(documents: Sequence[Document], texts: Iterable[SourceText]) -> Report:
    """Verify a graph's evidence: the documents', or the packaged data's without any.

    Raises:
        SourceMismatchError: a text is not one that the graph cites, or a cited source has no text.
        SyntaxProblemError: a document is not well-formed.
    """
    statements = read_statements(documents)
    checker = Checker.of(statements, texts)
    return Report(locate(checker.problems(), statements), checker.counts())
