"""Every rule beyond SHACL, run from one place."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from hkkg.checks.identifiers import check_digits
from hkkg.checks.imports import check_imports
from hkkg.checks.language_tags import check_language_tags
from hkkg.checks.literals import check_literals
from hkkg.checks.shape_sense import (
    check_deactivated,
    check_idle_shapes,
    check_impossible_shapes,
    check_undefined_shapes,
    check_unused_shapes,
)
from hkkg.checks.terms import check_terms, vocabulary
from hkkg.checks.vacuous import check_parameters, check_shape_terms, check_targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.checks.findings import Finding
    from hkkg.checks.terms import Vocabulary
    from hkkg.checks.triples import Triples
    from hkkg.importing import Unresolved
    from hkkg.loading import Document


def lint(  # noqa: PLR0913 - each is a thing of its own that rules read
    data: Triples,
    known: Triples,
    shapes: Triples,
    *,
    documents: Iterable[Document] = (),
    unresolved: Iterable[Unresolved] = (),
    whole: bool = True,
) -> Iterator[Finding]:
    """Find what SHACL cannot say.

    Args:
        data: what is validated.
        known: the same, with all that it may refer to: context, imports, the ontology.
        shapes: the shapes.
        documents: the files whose text is read, of data and of shapes.
        unresolved: the imports that no local file meets.
        whole: whether the data is all that the shapes are for, so that a target without instances is
            a finding.
    """
    words = vocabulary(known)
    yield from lint_shapes(shapes, known, words)
    if whole:
        yield from check_targets(shapes, known)
    yield from lint_data(data, known, words)
    for document in documents:
        yield from check_language_tags(document)
    yield from check_imports(unresolved)


def lint_data(data: Triples, known: Triples, words: Vocabulary | None = None) -> Iterator[Finding]:
    """Run the rules about data."""
    yield from check_literals(data)
    yield from check_digits(data)
    # OpenCC's dictionaries load only where labels are checked.
    yield from import_module("hkkg.checks.scripts").check_scripts(data)
    yield from check_terms(data, known, words)


def lint_shapes(shapes: Triples, known: Triples, words: Vocabulary | None = None) -> Iterator[Finding]:
    """Run the rules about shapes, those that need no data."""
    yield from check_parameters(shapes)
    yield from check_idle_shapes(shapes)
    yield from check_deactivated(shapes)
    yield from check_unused_shapes(shapes)
    yield from check_undefined_shapes(shapes)
    yield from check_impossible_shapes(shapes)
    yield from check_shape_terms(shapes, known, words)
