"""The Reconciliation Service API 0.2 over a graph: matching columns of names with its entities.

<https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/>
"""

from hkkg.reconciliation.candidates import Reconciler
from hkkg.reconciliation.extension import extend, preview, propose
from hkkg.reconciliation.known import Known
from hkkg.reconciliation.manifest import BATCH_SIZE, MOST_EXTENDED, manifest
from hkkg.reconciliation.queries import Extension, Query, read_batch, read_extension, read_json, read_query
from hkkg.reconciliation.suggestions import KINDS, Typed, flyout, suggest

__all__ = [
    "BATCH_SIZE",
    "KINDS",
    "MOST_EXTENDED",
    "Extension",
    "Known",
    "Query",
    "Reconciler",
    "Typed",
    "extend",
    "flyout",
    "manifest",
    "preview",
    "propose",
    "read_batch",
    "read_extension",
    "read_json",
    "read_query",
    "suggest",
]
