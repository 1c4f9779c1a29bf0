"""The wheel holds the graph and works outside the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RUN = "import sys; from hkkg.cli import main; sys.argv[0] = 'hkkg'; main()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel and install it, alone, into a folder."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("hkkg-*.whl")
    target = folder / "site"
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", target, wheel],
        check=True,
        capture_output=True,
    )
    return wheel, target


def run(target, *arguments):
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=target.parent,
        env={"PYTHONPATH": str(target), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_every_file_of_the_graph(installed):
    wheel, _ = installed
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = [
        p.relative_to(ROOT) for kind in ("data", "ontology", "queries") for p in (ROOT / kind).rglob("*.*")
    ]
    assert len(wanted) > 100
    assert [str(p) for p in wanted if f"hkkg/graph_files/{p.as_posix()}" not in names] == []


@pytest.mark.needs_node
def test_the_wheel_holds_the_editor_as_built_and_not_its_source(installed):
    built = [path.name for path in (ROOT / "src/hkkg/web/static/editor").glob("*")]
    if not built:
        pytest.skip("the editor is not built: make install, with npm")
    names = set(zipfile.ZipFile(installed[0]).namelist())
    assert {f"hkkg/web/static/editor/{name}" for name in ("editor.js", "editor.css", "licences.txt")} <= names
    assert not [name for name in names if name.startswith("hkkg/web/editor/")]


def test_the_installed_graph_is_its_own(installed):
    _, target = installed
    code = "from hkkg.paths import graph_root; print(graph_root())"
    env = {"PYTHONPATH": str(target)}
    found = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()) == target / "hkkg" / "graph_files"


def test_the_installed_command_validates_and_answers(installed):
    _, target = installed
    assert run(target, "validate").returncode == 0
    answer = run(target, "query", "laboratories-by-university", "--format", "csv")
    assert "university-of-hong-kong,The University of Hong Kong,5,1" in answer.stdout


def test_the_wheel_understands_questions_in_words(installed):
    _, target = installed
    done = run(target, "ask", "labs at CUHK", "--format", "csv")
    assert (done.returncode, "skl-agrobiotechnology" in done.stdout) == (0, True), done.stderr
