"""The layers of the software, read from its imports: each module imports only from layers below its own."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "hkkg"

LAYERS = (
    {"errors"},
    {
        "config",
        "paths",
        "formats",
        "han",
        "hosts",
        "isolation",
        "listening",
        "progress",
        "turtle_scan",
        "turtle_tokens",
        "vocab",
    },
    {"store"},
    {"catalog", "importing", "literals", "loading", "passages", "positions", "rdflib_bridge"},
    {
        "questions",
        "validation",
        "checks",
        "evidence",
        "reasoning",
        "why",
        "search",
        "reconciliation",
        "exporting",
        "stats",
        "formatting",
        "comparing",
        "describing",
        "datasets",
    },
    {"api", "asking", "graph", "publishing"},
    {"api", "graph", "publishing"},
    {"client"},
    {"generations"},
    {"workers"},
    {"mcp"},
    {"cli", "web"},
    {"__main__"},
)
WITHIN_A_LAYER = {
    ("config", "vocab"),
    ("formats", "vocab"),
    ("turtle_scan", "turtle_tokens"),
    ("loading", "catalog"),
    ("importing", "catalog"),
    ("importing", "loading"),
    ("passages", "literals"),
    ("why", "reasoning"),
    ("reconciliation", "search"),
    ("describing", "reasoning"),
    ("describing", "why"),
    ("validation", "checks"),
    ("stats", "questions"),
    ("comparing", "formatting"),
    ("datasets", "exporting"),
    ("cli", "web"),
}
ONLY_IN = {
    "pyoxigraph": {"store"},
    "fastapi": {"web"},
    "mcp": {"mcp"},
    "uvicorn": {"mcp", "web"},
    "brotli": {"workers"},
    "prometheus_client": {"web"},
    "click": {"cli"},
    "rich": {"cli"},
    "tantivy": {"search"},
    "pypinyin": {"search"},
    "opencc": {"checks", "han"},
    "pyshacl": {"validation"},
    "shifty": {"validation"},
    "urllib3": {"store"},
    "jinja2": {"web"},
    "rapidfuzz": {"asking", "reconciliation", "search"},
    "snowballstemmer": {"asking"},
    "pandas": {"client"},
    "polars": {"client"},
    "rdflib": {"client", "rdflib_bridge", "validation"},
    "yaml": {"questions"},
}


def level(part):
    return next((i for i, layer in enumerate(LAYERS) if part in layer), None)


def imports(path, package):
    """Yield each imported module's dotted name, relative imports resolved."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            if module == "hkkg":
                yield from (f"hkkg.{alias.name}" for alias in node.names)


def modules():
    for path in sorted(SOURCE.rglob("*.py")):
        relative = path.relative_to(SOURCE).with_suffix("")
        package = ["hkkg", *relative.parts[:-1]]
        yield path, relative.parts[0], package


def problems_of(path, part, package):
    for name in imports(path, package):
        root, _, rest = name.partition(".")
        if root in ONLY_IN and part not in ONLY_IN[root]:
            yield f"{path.name}: {root} belongs to {', '.join(sorted(ONLY_IN[root]))}"
        target = rest.split(".")[0]
        if root != "hkkg" or not target or target in {part, "__version__"}:
            continue
        if level(target) is None:
            yield f"{path.name}: hkkg.{target} is in no layer"
        elif level(target) > level(part):
            yield f"{path.name}: {part} imports {target} from above"
        elif level(target) == level(part) and (part, target) not in WITHIN_A_LAYER:
            yield f"{path.name}: {part} imports {target} from its own layer"


def test_every_module_is_in_a_layer():
    parts = {part for _, part, _ in modules()} - {"__init__"}
    assert parts <= set().union(*LAYERS)


def test_modules_import_only_downwards():
    problems = [
        p for path, part, package in modules() if part != "__init__" for p in problems_of(path, part, package)
    ]
    assert problems == []


def test_only_the_serve_command_starts_the_web_application():
    users = [
        path.name
        for path, part, package in modules()
        if part == "cli" and any(name.startswith("hkkg.web") for name in imports(path, package))
    ]
    assert users in ([], ["serve.py"])


@pytest.mark.parametrize(
    ("code", "part", "complaint"),
    [
        ("from hkkg.cli import main", "store", "store imports cli from above"),
        ("from hkkg import search", "evidence", "evidence imports search from its own layer"),
        ("import pyoxigraph", "reasoning", "pyoxigraph belongs to store"),
        ("from hkkg import elsewhere", "cli", "hkkg.elsewhere is in no layer"),
    ],
)
def test_a_wrong_import_is_found(tmp_path, code, part, complaint):
    path = tmp_path / "module.py"
    path.write_text(code, encoding="utf-8")
    assert [p.split(": ", 1)[1] for p in problems_of(path, part, ["hkkg", part])] == [complaint]
