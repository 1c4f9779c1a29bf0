"""Running stored questions on engines, and comparing what they answer with the stored answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from hkkg.errors import HkkgError, ParameterError, Place, QuestionFileError
from hkkg.questions.answers import differences, read_answer
from hkkg.store import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from hkkg.questions.answers import Result
    from hkkg.questions.model import Question
    from hkkg.store import EmbeddedStore
    from hkkg.store.remote import RemoteEngine

_SUFFIXES = {".tsv", ".ttl"}


class Engine(Protocol):
    """What can answer a query."""

    name: str

    def read(self, text: str, source: str) -> Result:
        """Evaluate a query and read its whole answer."""
        ...


class PyoxigraphEngine:
    """The embedded store as an engine."""

    name = "pyoxigraph"

    def __init__(self, store: EmbeddedStore) -> None:
        """Wrap a store."""
        self._store = store

    def read(self, text: str, source: str) -> Result:
        """Evaluate a query and read its whole answer."""
        return whole(self._store.query(text, source=source))


class EndpointEngine:
    """A SPARQL endpoint as an engine.

    Args:
        engine: the endpoint.
        default_graphs: IRIs of the graphs that a plain query should see, for endpoints whose default graph is
            not the union of them already.
        named_graphs: IRIs of the graphs that GRAPH should see beside them.
    """

    def __init__(
        self, engine: RemoteEngine, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
    ) -> None:
        """Wrap an endpoint; nothing is sent yet."""
        self.name = engine.name
        self._engine = engine
        self._graphs = (tuple(default_graphs), tuple(named_graphs))

    def read(self, text: str, source: str) -> Result:
        """Send a query and read its whole answer."""
        default, named = self._graphs
        return whole(self._engine.answer(text, source=source, default_graphs=default, named_graphs=named))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a question fared on an engine; right if there are no differences."""

    question: str
    engine: str
    differences: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Stored:
    path: Path
    values: tuple[tuple[str, str], ...]


def check(questions: Sequence[Question], engines: Iterable[Engine], answers: Path) -> Iterator[Outcome]:
    """Run each question on each engine, with its defaults and wherever else an answer is stored.

    Args:
        questions: what to run.
        engines: where to run it.
        answers: the folder of stored answers: NAME.tsv or NAME.ttl for the defaults, and
            NAME@PARAMETER=VALUE.tsv for other values.
    """
    stored = {question.name: _stored_answers(question, answers) for question in questions}
    for engine in engines:
        for question in questions:
            found = _differences(question, stored[question.name], engine)
            yield Outcome(question.name, engine.name, tuple(found))


def unused_answers(questions: Iterable[Question], answers: Path) -> list[Path]:
    """Find stored answers to no question."""
    names = {question.name for question in questions}
    return [path for path in sorted(answers.iterdir()) if path.stem.partition("@")[0] not in names]


def _stored_answers(question: Question, folder: Path) -> list[_Stored]:
    candidates = sorted([*folder.glob(f"{question.name}.*"), *folder.glob(f"{question.name}@*")])
    return [_Stored(path, _values(path)) for path in candidates if path.suffix in _SUFFIXES]


def _values(path: Path) -> tuple[tuple[str, str], ...]:
    """Read parameters' values from a file's name: name@parameter=value@parameter=value.tsv."""
    values = []
    for part in path.stem.split("@")[1:]:
        name, equals, value = part.partition("=")
        if not equals:
            raise QuestionFileError("after @ should be PARAMETER=VALUE.", place=Place(str(path)))
        values.append((name, value))
    return tuple(values)


def _differences(question: Question, stored: Sequence[_Stored], engine: Engine) -> Iterator[str]:
    if not any(not answer.values for answer in stored):
        yield "there is no stored answer"
    for answer in stored:
        head = [f"with {name}={value}:" for name, value in answer.values]
        found = _compared(question, answer, engine)
        yield from [*head, *found] if found else []


def _compared(question: Question, answer: _Stored, engine: Engine) -> list[str]:
    try:
        got = engine.read(question.bind(answer.values), f"{question.name}.rq")
    except ParameterError as error:
        raise QuestionFileError(error.message, place=Place(str(answer.path)), hint=error.hint) from None
    except HkkgError as error:
        return [str(error)]
    return differences(read_answer(answer.path), got, ordered=question.ordered)
