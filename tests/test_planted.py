"""Every error that is planted in a synthetic graph is found, and nothing besides."""

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

HKKG = Path(sys.executable).parent / "hkkg"
PLANTED = Path(__file__).resolve().parents[1] / "benchmarks" / "planted.py"
TRIPLES = 10_000


@pytest.fixture(scope="module")
def planted():
    spec = importlib.util.spec_from_file_location("planted", PLANTED)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def graph(planted, tmp_path_factory):
    return planted.plant(tmp_path_factory.mktemp("planted"), TRIPLES)


def found(data, shapes, *options):
    result = subprocess.run(
        [HKKG, "validate", data, "--shapes", shapes, "--format", "json", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (1, "")
    return json.loads(result.stdout)


def test_fifty_errors_of_each_kind_are_planted(planted, graph):
    kinds = Counter((error.component, error.path) for error in graph[2])
    assert len(kinds) == planted.KINDS == 30
    assert set(kinds.values()) == {50}
    assert planted.PLANTED == 1500


def test_the_same_size_makes_the_same_graph(planted, graph, tmp_path):
    data, shapes, errors = planted.plant(tmp_path, TRIPLES)
    assert (data.read_bytes(), shapes.read_bytes(), errors) == (
        graph[0].read_bytes(),
        graph[1].read_bytes(),
        graph[2],
    )


@pytest.mark.parametrize("engine", ["auto", "pyshifty", "pyshacl"])
def test_every_planted_error_is_found_and_none_besides(planted, graph, engine):
    data, shapes, errors = graph
    report = found(data, shapes, "--engine", engine)
    assert TRIPLES <= report["triples"] <= TRIPLES * 1.01
    errors_found = Counter(
        planted.Error(f["focus"], planted.local_name(f["path"]), f["component"]) for f in report["findings"]
    )
    assert errors_found == Counter(errors)


def test_each_planted_error_has_its_place(planted, graph):
    data, shapes, _ = graph
    lines = data.read_text(encoding="utf-8").splitlines()
    for finding in found(data, shapes)["findings"]:
        subject = f"id:{finding['focus'].removeprefix(planted.RESOURCES)} "
        above = next(line for line in reversed(lines[: finding["line"]]) if line.startswith("id:"))
        assert finding["file"] == str(data)
        assert above.startswith(subject)
