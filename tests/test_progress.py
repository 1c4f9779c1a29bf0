import io
from contextlib import suppress
from pathlib import Path

from hkkg import progress
from hkkg.cli.progress import bar
from hkkg.errors import InputUnreadableError
from hkkg.loading import read_document


class Terminal(io.StringIO):
    def isatty(self):
        return True


def work(stream, size):
    with bar(stream):
        for name in ("reading", "validating", "checking", "locating"):
            progress.step(name, size)
    return stream.getvalue()


def test_a_terminal_shows_the_steps_of_long_work():
    assert "locating" in work(Terminal(), 10_000_000)


def test_short_work_shows_nothing():
    assert work(Terminal(), 1000) == ""


def test_a_file_or_pipe_gets_nothing():
    assert work(io.StringIO(), 10_000_000) == ""


def test_a_step_without_a_listener_is_silent(capsys):
    progress.step("reading", 10_000_000)
    assert capsys.readouterr() == ("", "")


def test_the_bar_is_taken_away_after_an_error():
    terminal = Terminal()
    with suppress(InputUnreadableError), bar(terminal):
        progress.step("reading", 10_000_000)
        read_document(Path("nowhere.ttl"))
    progress.step("validating", 10_000_000)
    assert "validating" not in terminal.getvalue()
