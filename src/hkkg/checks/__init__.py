"""What SHACL cannot say: check digits, scripts, misspelt names, and shapes that check nothing."""

from __future__ import annotations

from hkkg.checks.findings import CHECK, Finding, Severity, show
from hkkg.checks.identifiers import check_digits, valid_isni, valid_orcid, valid_ror
from hkkg.checks.linting import lint, lint_data, lint_shapes
from hkkg.checks.property_paths import PropertyPath
from hkkg.checks.rules import RULES, Rule
from hkkg.checks.terms import check_terms
from hkkg.checks.triples import Triples
from hkkg.checks.vacuous import check_parameters, check_shape_terms, check_targets

__all__ = [
    "CHECK",
    "RULES",
    "Finding",
    "PropertyPath",
    "Rule",
    "Severity",
    "Triples",
    "check_digits",
    "check_parameters",
    "check_shape_terms",
    "check_targets",
    "check_terms",
    "lint",
    "lint_data",
    "lint_shapes",
    "show",
    "valid_isni",
    "valid_orcid",
    "valid_ror",
]
