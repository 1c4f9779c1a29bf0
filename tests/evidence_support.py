"""A small invented source with its graph, in which one thing at a time is made wrong."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from hkkg import loading
from hkkg.evidence import Checker, Statements, locate, read_source

HERE = Path(__file__).resolve().parent / "evidence"
SOURCE = HERE / "source.txt"
GRAPH = HERE / "graph.ttl"
ONTOLOGY = HERE / "ontology.ttl"
ARTICLE_DIR = Path(
    os.environ.get("HKKG_SOURCE_DIR") or Path(__file__).resolve().parents[2] / "shared" / "source"
)
ARTICLE = ARTICLE_DIR / "article.txt"
NO_ARTICLE = f"the source article is not at {ARTICLE}; set HKKG_SOURCE_DIR"


class Edited:
    """A copy of the fixture's graph with one block changed."""

    def __init__(self, block, old="", new="", *, text=None):
        text = text if text is not None else GRAPH.read_text(encoding="utf-8")
        start = text.index(f"\n{block}\n") + 1
        end = text.index("\n    .\n", start)
        assert old in text[start:end], f"{old!r} is not in {block}"
        changed = text[start:end].replace(old, new, 1) if old else text[start:end]
        self.text = text[:start] + changed + text[end:]
        self.start = start
        self.end = start + len(changed)

    def line(self, marker):
        """The line of a text within the changed block."""
        return self.text.count("\n", 0, self.text.index(marker, self.start, self.end)) + 1


def statements_of(*paths):
    return Statements.of(loading.read_document(path) for path in paths)


def findings_in(path, source=SOURCE):
    """Check a file with the fixture's ontology."""
    statements = statements_of(path, ONTOLOGY)
    return locate(Checker.of(statements, [read_source(source)]).problems(), statements)


def tsv_rows(path):
    """Read a table of tab-separated values with a header."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
