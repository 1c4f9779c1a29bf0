"""The project's Turtle is formatted like code: sorted prefixes, one block per subject, one triple a line."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted([*ROOT.glob("data/*/*.ttl"), *ROOT.glob("ontology/**/*.ttl")])

PREFIX = re.compile(r"@prefix ([\w-]+): <[^>]+> \.")
LONG_STRING = re.compile(r'""".*?"""', re.DOTALL)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>')


def problems(text):
    """Yield what departs from the style."""
    head, _, body = LONG_STRING.sub('""', text).partition("\n\n")
    names = [match[1] if (match := PREFIX.fullmatch(line)) else line for line in head.splitlines()]
    if names != sorted(names):
        yield "prefixes are not sorted"
    bare = STRING.sub("", body)
    yield from (f"prefix {name}: is not used" for name in names if not re.search(rf"\b{name}:", bare))
    blocks = body.rstrip("\n").split("\n\n")
    subjects = [block.split("\n", 1)[0] for block in blocks]
    yield from (
        f"{subject} has two blocks" for subject in sorted({s for s in subjects if subjects.count(s) > 1})
    )
    for subject, block in zip(subjects, blocks, strict=True):
        yield from (f"{subject}: {problem}" for problem in block_problems(block))


def block_problems(block):
    """Yield what is wrong in one subject's block."""
    _, *lines = block.split("\n")
    if not lines or lines[-1] != "    .":
        yield "the block does not end with a full stop on a line of its own"
        return
    yield from (f"trailing space: {line}" for line in lines if line != line.rstrip())
    statements = [line for line in lines[:-1] if re.match(r"    \S", line) and line[4] not in "])"]
    predicates = [line.split()[0] for line in statements]
    if predicates != sorted(predicates, key=lambda p: (p != "a", p)):
        yield "predicates are not sorted"
    yield from (
        f"more than one object: {line}" for line in statements if ", " in STRING.sub("", line).split("(")[0]
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_in_style(path):
    assert list(problems(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "@prefix b: <http://b/> .\n@prefix a: <http://a/> .\n\na:x\n    a b:c ;\n    .\n",
            "prefixes are not sorted",
        ),
        (
            "@prefix a: <http://a/> .\n@prefix b: <http://b/> .\n\na:x\n    a a:c ;\n    .\n",
            "prefix b: is not used",
        ),
        (
            "@prefix a: <http://a/> .\n\na:x\n    a a:c ;\n    .\n\na:x\n    a a:d ;\n    .\n",
            "a:x has two blocks",
        ),
        (
            "@prefix a: <http://a/> .\n\na:x\n    a a:c .\n",
            "a:x: the block does not end with a full stop on a line of its own",
        ),
        (
            "@prefix a: <http://a/> .\n\na:x\n    a:q 1 ;\n    a:p 1 ;\n    .\n",
            "a:x: predicates are not sorted",
        ),
        (
            "@prefix a: <http://a/> .\n\na:x\n    a:p 1, 2 ;\n    .\n",
            "a:x: more than one object:     a:p 1, 2 ;",
        ),
    ],
)
def test_a_departure_from_the_style_is_found(text, problem):
    assert list(problems(text)) == [problem]
