"""A worker: one process, one generation of the graph, one call after the other."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Protocol

from hkkg import isolation
from hkkg.config import QUERY_STACK
from hkkg.errors import HkkgError, MemoryExceededError, defect
from hkkg.workers.calls import FunctionCall, GraphCall, QueryCall, StreamCall, read_call
from hkkg.workers.engine import chosen_format
from hkkg.workers.frames import receive
from hkkg.workers.output import Output

if TYPE_CHECKING:
    import socket

    from hkkg.config import Limits, Settings
    from hkkg.search import LabelIndex, WholeNames
    from hkkg.store import Answer, EmbeddedStore
    from hkkg.store.remote_answer import RemoteAnswer
    from hkkg.workers.calls import Call


class Engine(Protocol):
    """Evaluates calls over one generation."""

    reaches_out: bool
    """Whether it opens connections of its own."""

    @property
    def store(self) -> EmbeddedStore | None:
        """The graph, if it is here."""

    @property
    def labels(self) -> LabelIndex | None:
        """Its labels, to be searched."""

    @property
    def index(self) -> LabelIndex | None:
        """The index of its labels, if it is kept."""

    @property
    def names(self) -> WholeNames | None:
        """What is called by which whole name, if that is kept."""

    def answer(self, call: QueryCall) -> Answer | RemoteAnswer:
        """Answer a query."""

    def graph(self, call: GraphCall, output: Output) -> None:
        """Answer with a graph."""


Functions = Mapping[str, Callable[..., object]]
"""What a `FunctionCall` or a `StreamCall` may name.

Each takes the engine first; one that writes takes the stream next.
"""


def work(connection: socket.socket, engine: Engine, functions: Functions, settings: Settings) -> None:
    """Answer calls until the other end closes the connection. It never returns: the process ends."""
    gc.freeze()
    isolation.run_afresh(lambda: _work(connection, engine, functions, settings), QUERY_STACK)
    os._exit(1)


def _work(connection: socket.socket, engine: Engine, functions: Functions, settings: Settings) -> None:
    status, limits = 1, settings.limits
    try:
        isolation.bound_memory(limits.query_bytes)
        isolation.use_small_pages()
        isolation.keep_freed_memory()
        with nullcontext() if engine.reaches_out else isolation.opening_nothing():
            for _, number, payload in receive(connection):
                call = read_call(payload)
                output = Output(connection, number, getattr(call, "encoding", ""), settings)
                _answer(call, output, engine, functions, limits)
        status = 0
    except (BrokenPipeError, ConnectionResetError):
        status = 0  # whoever asked is gone
    except BaseException:  # noqa: BLE001 - the process must not run on into what its parent does
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def out_of_memory(limits: Limits) -> MemoryExceededError:
    """Make the error of a call that took too much memory."""
    return MemoryExceededError(
        f"the query needed more than {limits.query_bytes // 1_000_000:,} MB of memory.",
        hint="Ask for less at a time: sort, group or join fewer rows.",
    )


def _answer(
    call: Call,
    output: Output,
    engine: Engine,
    functions: Functions,
    limits: Limits,
) -> None:
    try:
        match call:
            case QueryCall():
                _write(engine.answer(call), call, output)
                output.end()
            case GraphCall():
                engine.graph(call, output)
                output.end()
            case FunctionCall():
                output.end_value(functions[call.function](engine, *call.arguments))
            case StreamCall():
                functions[call.function](engine, output, *call.arguments)
                output.end()
    except HkkgError as error:
        output.fail(error)
    except MemoryError:
        output.fail(out_of_memory(limits))
    except OSError:
        raise
    except Exception:  # noqa: BLE001 - the worker can answer the next call, and this one's client is told
        traceback.print_exc()
        output.fail(defect())


def _write(answer: Answer | RemoteAnswer, call: QueryCall, output: Output) -> None:
    target = chosen_format(call, answer)
    output.format = target.name
    output.is_table = not answer.is_graph and answer.boolean is None
    answer.write(target, output)
