"""The project's own cases: a YAML file for each group, in the folder `groups`.

A file has the `data` of its cases, in TriG, and these mappings from the name of a case:

- `queries`, to a mapping with the `query`, and what it must give: `rows` in any order, rows in `sequence`,
  `reduced` rows, the answer to an `ask`, or the `graph` that comes of it in Turtle;
- `updates`, to a mapping with the `update`, and the `store` that it must leave, in TriG;
- `accepted` and `refused`, to the text of a query whose syntax alone matters, or of an update where the file
  says `language: update`; or to a mapping with the `text`, where there is more to say.

A case may have `data` of its own, ask for its answer `as` another format than JSON, and say for which reason
the engine is `known` to fail it, or to fail what the service has `mended`. Rows are a table: a line of
variables and a line for each solution, its cells written as in Turtle and parted by `|`; UNDEF is an unbound
variable. Data, texts and cells may use the prefixes of PREFIXES.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph
import yaml
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple

from conformance.model import Case, Contents, Data, Graph, Match, Outcome, Table, Term, Verdict
from conformance.results import MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

GROUPS: Final = Path(__file__).with_name("groups")
PREFIXES: Final = {"": "http://example.org/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
PROLOGUE: Final = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()) + "\n"
MATCHES: Final = {"rows": Match.BAG, "sequence": Match.SEQUENCE, "reduced": Match.REDUCED}
# A service resolves relative IRIs without a base against its own address, and the engine against this.
BASE: Final = "http://service.example/sparql"
UNBOUND: Final = "UNDEF"
VERDICTS: Final = {"accepted": Verdict.ACCEPTED, "refused": Verdict.REFUSED}


class StrictLoader(yaml.SafeLoader):
    """Reads YAML, and refuses a key that a mapping has twice, where one case would hide another."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - the signature of the class above
        """Read a mapping."""
        keys = [self.construct_object(key) for key, _ in node.value]
        if twice := {str(key) for key in keys if keys.count(key) > 1}:
            raise yaml.constructor.ConstructorError(None, None, f"twice: {sorted(twice)}", node.start_mark)
        return super().construct_mapping(node, deep)


@cache
def own_cases() -> tuple[Case, ...]:
    """Read all cases."""
    return tuple(case for path in sorted(GROUPS.glob("*.yaml")) for case in _of_file(path))


def _of_file(path: Path) -> Iterator[Case]:
    group = yaml.load(path.read_text(encoding="utf-8"), StrictLoader)  # noqa: S506 - a safe loader
    for name, item in group.get("queries", {}).items():
        yield _case(path.stem, name, item, group)
    for name, item in group.get("updates", {}).items():
        yield _case(path.stem, name, item, group)
    for word, verdict in VERDICTS.items():
        for name, item in group.get(word, {}).items():
            yield _of_syntax(path.stem, name, item, verdict, is_update=group.get("language") == "update")


def _of_syntax(
    group: str, name: str, item: str | dict[str, str], verdict: Verdict, *, is_update: bool
) -> Case:
    item = {"text": item} if isinstance(item, str) else item
    text = PROLOGUE + item["text"]
    return Case(group, name, text, verdict, is_update=is_update, base=BASE, **_reasons(item))


def _reasons(item: dict[str, Any]) -> dict[str, str]:
    return {word: item.get(word, "") for word in ("known", "mended")}


def _case(group: str, name: str, item: dict[str, Any], shared: dict[str, Any]) -> Case:
    is_update = "update" in item
    return Case(
        group=group,
        name=name,
        text=PROLOGUE + item["update" if is_update else "query"],
        expected=_expected(item),
        data=graph_data(item.get("data", shared.get("data", ""))),
        is_update=is_update,
        accept=MEDIA_TYPES[item.get("as", "json")],
        **_reasons(item),
    )


def _expected(item: dict[str, Any]) -> Outcome:
    for word, match in MATCHES.items():
        if word in item:
            return table(item[word], match)
    if "ask" in item:
        return bool(item["ask"])
    if "graph" in item:
        return Graph(frozenset(quad.triple for quad in quads(item["graph"])))
    return Contents(frozenset(quads(item["store"])))


def table(text: str, match: Match) -> Table:
    """Read a table of solutions."""
    header, *lines = text.splitlines()
    names = tuple(name.strip().removeprefix("?") for name in header.split("|"))
    cells = [tuple(cell.strip() for cell in line.split("|")) for line in lines]
    terms = _terms([cell for line in cells for cell in line if cell != UNBOUND])
    rows = [tuple(None if cell == UNBOUND else next(terms) for cell in line) for line in cells]
    if any(len(row) != len(names) for row in rows):
        raise ValueError(f"a line of the table has not {len(names)} cells: {text}")
    return Table(names, tuple(rows), match)


def _terms(cells: list[str]) -> Iterator[Term]:
    """Read terms written in Turtle; a blank node's label means the same node in all of them."""
    lines = "".join(f"<urn:cell> <urn:holds> {cell} .\n" for cell in cells)
    return (quad.object for quad in pyoxigraph.parse(PROLOGUE + lines, RdfFormat.TURTLE))


def quads(text: str) -> Iterator[Quad]:
    """Read TriG that uses the prefixes."""
    return pyoxigraph.parse(PROLOGUE + text, RdfFormat.TRIG)


@cache
def graph_data(text: str) -> tuple[Data, ...]:
    """Part TriG into a document for each graph."""
    graphs: dict[NamedNode | DefaultGraph, list[Triple]] = defaultdict(list)
    for quad in quads(text):
        graphs[quad.graph_name].append(quad.triple)
    return tuple(
        Data(
            graph=graph.value if isinstance(graph, NamedNode) else None,
            body=pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES),
            media_type=RdfFormat.N_TRIPLES.media_type,
        )
        for graph, triples in graphs.items()
    )
