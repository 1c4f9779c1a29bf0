"""A synthetic graph of any size with known errors in it: fifty of each kind of SHACL constraint.

The graph is Turtle, written block by block, the same for the same size on every machine. It speaks of
laboratories, scholars, projects, awards and figures, as hkkg does, in a vocabulary of its own, and one
record in it has at most one error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SH: Final = "http://www.w3.org/ns/shacl#"
VOCABULARY: Final = "https://example.org/lab#"
RESOURCES: Final = "https://example.org/id/"
EACH: Final = 50
_TRIPLES_OF_A_GROUP: Final = 31
_TRIPLES_OF_ERRORS: Final = 600

PREFIXES: Final = f"""\
@prefix id: <{RESOURCES}> .
@prefix lab: <{VOCABULARY}> .
@prefix sh: <{SH}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

SHAPES: Final = f"""{PREFIXES}
lab:LaboratoryShape a sh:NodeShape ;
    sh:targetClass lab:Laboratory ;
    sh:property
        [ sh:path lab:name ; sh:languageIn ( "en" "zh-Hant" ) ; sh:uniqueLang true ] ,
        [ sh:path lab:code ; sh:pattern "^SKL-[0-9]+$" ] ,
        [ sh:path lab:field ; sh:in ( lab:chemistry lab:energy lab:medicine lab:space ) ] ,
        [ sh:path lab:established ; sh:minCount 1 ; sh:maxCount 1 ] .

lab:ScholarShape a sh:NodeShape ;
    sh:targetClass lab:Scholar ;
    sh:closed true ;
    sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ) ;
    sh:property
        [ sh:path lab:worksAt ; sh:class lab:Laboratory ] ,
        [ sh:path lab:homepage ; sh:nodeKind sh:IRI ] ,
        [ sh:path lab:familyName ; sh:minLength 2 ; sh:maxLength 20 ] ,
        [ sh:path lab:post ; sh:property [ sh:path lab:grade ; sh:minCount 1 ] ] .

lab:ProjectShape a sh:NodeShape ;
    sh:targetClass lab:Project ;
    sh:property
        [ sh:path lab:approved ; sh:lessThanOrEquals lab:start ] ,
        [ sh:path lab:start ; sh:lessThan lab:end ] ,
        [ sh:path lab:lead ; sh:equals lab:contact ] ,
        [ sh:path lab:reviewer ; sh:disjoint lab:lead ; sh:node lab:PersonShape ] ;
    sh:sparql [
        a sh:SPARQLConstraint ;
        sh:message "A project's lead works at the laboratory that hosts it."@en ;
        sh:select \"\"\"
            PREFIX lab: <{VOCABULARY}>
            SELECT $this WHERE {{
                $this lab:lead ?lead ; lab:host ?host .
                FILTER NOT EXISTS {{ ?lead lab:worksAt ?host }}
            }}\"\"\" ;
    ] .

lab:PersonShape a sh:NodeShape ;
    sh:property [ sh:path lab:familyName ; sh:minCount 1 ] .

lab:FigureShape a sh:NodeShape ;
    sh:targetClass lab:Figure ;
    sh:property
        [ sh:path lab:value ; sh:datatype xsd:integer ; sh:minExclusive 0 ; sh:maxExclusive 1000000 ] ,
        [ sh:path lab:share ; sh:minInclusive 0 ; sh:maxInclusive 100 ] ,
        [ sh:path lab:unit ; sh:hasValue lab:person ] .

lab:AwardShape a sh:NodeShape ;
    sh:targetClass lab:Award ;
    sh:xone (
        [ sh:property [ sh:path lab:conferredBy ; sh:minCount 1 ] ]
        [ sh:property [ sh:path lab:selfDeclared ; sh:minCount 1 ] ]
    ) ;
    sh:property
        [ sh:path lab:title ; sh:not [ sh:pattern "^To be named" ] ] ,
        [ sh:path lab:year ; sh:and ( [ sh:minInclusive 1900 ] [ sh:maxInclusive 2100 ] ) ] ,
        [ sh:path lab:amount ; sh:or ( [ sh:datatype xsd:integer ] [ sh:datatype xsd:decimal ] ) ] ,
        [ sh:path lab:recipient ; sh:qualifiedValueShape [ sh:class lab:Scholar ] ;
          sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 2 ] .
"""


class Error(NamedTuple):
    """What a validator should report: the focus node, the path, and the constraint component."""

    focus: str
    path: str | None
    component: str


class Kind(NamedTuple):
    """A kind of error: the property at fault, the component that finds it, and the text that changes."""

    path: str | None
    component: str
    old: str
    new: str


def _laboratory(n: int) -> str:
    return f"""\
id:laboratory-{n} a lab:Laboratory ;
    lab:name "Laboratory {n}"@en , "實驗室{n}"@zh-Hant ;
    lab:code "SKL-{n}" ;
    lab:field lab:{("chemistry", "energy", "medicine", "space")[n % 4]} ;
    lab:established {1990 + n % 30} .
"""


def _scholar(n: int) -> str:
    return f"""\
id:scholar-{n} a lab:Scholar ;
    lab:worksAt id:laboratory-{n} ;
    lab:familyName "Chan {n}" ;
    lab:homepage <https://example.org/people/{n}> ;
    lab:post id:post-{n} .
id:post-{n} lab:grade {1 + n % 9} .
"""


def _project(n: int) -> str:
    return f"""\
id:project-{n} a lab:Project ;
    lab:approved "2020-{1 + n % 12:02}-01"^^xsd:date ;
    lab:start "2021-{1 + n % 12:02}-01"^^xsd:date ;
    lab:end "2024-{1 + n % 12:02}-01"^^xsd:date ;
    lab:lead id:scholar-{n} ;
    lab:contact id:scholar-{n} ;
    lab:reviewer id:scholar-{max(n - 1, 0) or 2} ;
    lab:host id:laboratory-{n} .
"""


def _figure(n: int) -> str:
    return f"""\
id:figure-{n} a lab:Figure ;
    lab:about id:project-{n} ;
    lab:value {1 + n % 5000} ;
    lab:share {n % 100}.5 ;
    lab:unit lab:person .
"""


def _award(n: int) -> str:
    return f"""\
id:award-{n} a lab:Award ;
    lab:title "Award {n}" ;
    lab:year {1990 + n % 30} ;
    lab:amount {1000 + n}.5 ;
    lab:conferredBy id:laboratory-{n} ;
    lab:recipient id:scholar-{n} .
"""


# {n} stands for the record's number.
_RECORDS: Final[tuple[tuple[str, Callable[[int], str], tuple[Kind, ...]], ...]] = (
    (
        "laboratory",
        _laboratory,
        (
            Kind("name", "LanguageIn", '"@zh-Hant', '"@fr'),
            Kind("name", "UniqueLang", '"@zh-Hant', '"@zh-Hant , "另一實驗室"@zh-Hant'),
            Kind("code", "Pattern", '"SKL-', '"KSL-'),
            Kind("field", "In", "lab:field lab:", "lab:field lab:un"),
            Kind("established", "MinCount", "lab:established", "lab:closedIn"),
            Kind("established", "MaxCount", "lab:established", "lab:established 1980 ,"),
        ),
    ),
    (
        "scholar",
        _scholar,
        (
            Kind("worksAt", "Class", "worksAt id:", "worksAt id:project-{n} , id:"),
            Kind("homepage", "NodeKind", "<https://example.org/people/{n}>", '"people/{n}"'),
            Kind("familyName", "MinLength", '"Chan {n}"', '"C"'),
            Kind("familyName", "MaxLength", '"Chan {n}"', '"Chan of the {n} family names"'),
            Kind("grade", "MinCount", "lab:grade", "lab:rank"),
            Kind("nickname", "Closed", "    lab:post", '    lab:nickname "C." ;\n    lab:post'),
        ),
    ),
    (
        "project",
        _project,
        (
            Kind("approved", "LessThanOrEquals", '"2020-', '"2022-'),
            Kind("start", "LessThan", '"2021-', '"2025-'),
            Kind("lead", "Equals", "lab:contact ", "lab:contact id:press , "),
            Kind("reviewer", "Disjoint", "lab:reviewer id:", "lab:reviewer id:scholar-{n} , id:"),
            Kind("reviewer", "Node", "lab:reviewer id:scholar", "lab:reviewer id:laboratory"),
            Kind(None, "SPARQL", "lab:host id:laboratory-{n}", "lab:host id:laboratory-{n}0000000"),
        ),
    ),
    (
        "figure",
        _figure,
        (
            Kind("value", "Datatype", "lab:value ", "lab:value 0.5 , "),
            Kind("value", "MinExclusive", "lab:value ", "lab:value 0 , "),
            Kind("value", "MaxExclusive", "lab:value ", "lab:value 1000000 , "),
            Kind("share", "MinInclusive", "lab:share ", "lab:share -1"),
            Kind("share", "MaxInclusive", "lab:share ", "lab:share 1000"),
            Kind("unit", "HasValue", "lab:unit lab:person", "lab:unit lab:laboratory"),
        ),
    ),
    (
        "award",
        _award,
        (
            Kind(None, "Xone", "    lab:conferredBy", "    lab:selfDeclared true ;\n    lab:conferredBy"),
            Kind("title", "Not", '"Award', '"To be named'),
            Kind("year", "And", "lab:year ", "lab:year 1"),
            Kind("amount", "Or", ".5 ;", ".5e0 ;"),
            Kind("recipient", "QualifiedMinCount", "recipient id:scholar", "recipient id:laboratory"),
            Kind("recipient", "QualifiedMaxCount", "nt id:", "nt id:scholar-1 , id:scholar-2 , id:"),
        ),
    ),
)  # fmt: skip
KINDS: Final = sum(len(kinds) for _, _, kinds in _RECORDS)
PLANTED: Final = KINDS * EACH


def blocks(triples: int) -> Iterator[tuple[str, Error | None]]:
    """Yield the records of a graph of about so many triples, each with its error."""
    groups = (triples - _TRIPLES_OF_ERRORS) // _TRIPLES_OF_A_GROUP
    step = groups // EACH
    for number in range(3, groups + 3):
        turn, place = divmod(number - 3, step)
        for name, write, kinds in _RECORDS:
            kind, rest = divmod(place, step // len(kinds))
            text = write(number)
            if turn >= EACH or rest or kind >= len(kinds):
                yield text, None
            else:
                yield _spoilt(text, name, number, kinds[kind])


def _spoilt(text: str, name: str, number: int, kind: Kind) -> tuple[str, Error]:
    old, new = (part.replace("{n}", str(number)) for part in (kind.old, kind.new))
    if text.count(old) != 1:
        raise ValueError(f"{old!r} should be in the {name} once")
    component = f"{SH}{kind.component}ConstraintComponent"
    focus = f"{RESOURCES}{'post' if kind.path == 'grade' else name}-{number}"
    return text.replace(old, new), Error(focus, kind.path, component)


def plant(folder: Path, triples: int) -> tuple[Path, Path, set[Error]]:
    """Write the graph and its shapes into a folder; return both files and the errors in the graph."""
    data, shapes, errors = folder / f"data-{triples}.ttl", folder / "shapes.ttl", set()
    shapes.write_text(SHAPES, encoding="utf-8")
    with data.open("w", encoding="utf-8") as file:
        file.write(PREFIXES)
        file.writelines(_scholar(number) + _laboratory(number) for number in (1, 2))
        for text, error in blocks(triples):
            file.write(text)
            errors |= {error} if error else set()
    return data, shapes, errors


def local_name(path: str | None) -> str | None:
    """Return the name of a path's predicate, however the path is written: as an IRI, bare or in brackets."""
    return path.strip("<>").rpartition("#")[2].rpartition(":")[2] if path else None
