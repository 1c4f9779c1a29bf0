"""The notebook that tells the story of the data, run headless, and kept without what it once printed."""

import ast

import nbformat
import pytest

from conftest import PROJECT
from hkkg.client import Result, Why

NOTEBOOK = PROJECT / "docs" / "tour.ipynb"


@pytest.fixture(scope="module")
def notebook():
    read = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(read)
    return read


@pytest.fixture(scope="module")
def shown(notebook):
    """What the last line of each cell of code evaluates to, all run in one namespace from top to bottom."""
    names = {}
    return [evaluated(cell.source, names) for cell in notebook.cells if cell.cell_type == "code"]


def evaluated(source, names):
    *_, last = ast.parse(source).body
    before = ast.parse(source)
    if not isinstance(last, ast.Expr):
        exec(compile(before, NOTEBOOK, "exec"), names)  # noqa: S102 - the project's own notebook
        return None
    del before.body[-1]
    exec(compile(before, NOTEBOOK, "exec"), names)  # noqa: S102 - the project's own notebook
    return eval(compile(ast.Expression(last.value), NOTEBOOK, "eval"), names)  # noqa: S307 - as said


def test_every_cell_runs_and_shows_what_its_text_promises(shown):
    assert len(shown) >= 12
    universities = next(value for value in shown if getattr(value, "columns", [""])[0] == "laboratories")
    assert universities["laboratories"].sum() == 16
    by_name = next(value for value in shown if isinstance(value, dict))
    assert set(by_name.values()) == {5}
    assert all(len(value) for value in shown if isinstance(value, Result))
    assert next(value for value in shown if isinstance(value, Why)).holds


def test_it_is_kept_without_outputs(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
