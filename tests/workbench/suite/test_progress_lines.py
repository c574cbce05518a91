"""No long silence, by a pretended clock: what is done, what runs, what is left, how it is said."""

import io
from collections import Counter
from types import SimpleNamespace

import pytest

from workbench.suite import progress_lines
from workbench.suite.costs import TESTS, store_costs
from workbench.suite.jobs import Job
from workbench.suite.progress_lines import Progress, Teller, announce, in_words, usual_costs
from workbench.suite.pytest_runs import Follower
from workbench.suite.test import NEWS_SECONDS

NOTEBOOK = Job("04", ("-q", "--nbval", "notebooks/04.ipynb"), 3)
UNITS = Job("tests, part 1 of 1", ("-q", "tests/test_a.py", "tests/test_b.py"), 1)
PROMISED = 30.0  # seconds without a line, at most


class Clock:
    """A clock that stands still unless somebody waits."""

    shows = 1000.0

    def __call__(self):
        return self.shows


class Out(io.StringIO):
    """A log, or a terminal, that knows when each line came."""

    def __init__(self, clock, terminal=False):
        super().__init__()
        self.dial, self.terminal, self.moments = clock, terminal, []

    def isatty(self):
        return self.terminal

    def write(self, text):
        self.moments.append(self.dial())
        return super().write(text)


class Future(SimpleNamespace):
    """A job that ends at a time of the pretended clock."""

    __hash__ = object.__hash__

    def result(self):
        return f"ok {self.name}"

    def running(self):
        return self.dial() < self.ends


def pretended_wait(clock):
    def wait(futures, seconds, return_when):
        first = min(future.ends for future in futures)
        clock.shows = min(max(first, clock.shows), clock.shows + seconds)
        done = {future for future in futures if future.ends <= clock.shows}
        return done, futures - done

    return wait


@pytest.fixture
def root(tmp_path):
    """Two test files that cost 30 and 10 seconds, a notebook of cells of 1, 20 and 40 seconds."""
    store_costs(tmp_path, TESTS, {"tests/test_a.py": 30.0, "tests/test_b.py": 10.0})
    store_costs(tmp_path, "notebooks/04.ipynb", {"a": 1.0, "b": 20.0, "c": 40.0})
    return tmp_path


def progress_of(root, clock, at_once=2):
    return Progress({job: Follower() for job in (UNITS, NOTEBOOK)}, root, at_once, clock)


def told(root, terminal=False, seconds=NEWS_SECONDS):
    clock = Clock()
    out, progress = Out(clock, terminal), progress_of(root, clock)
    pending = {
        Future(name="units", ends=clock.shows + 61, dial=clock): UNITS,
        Future(name="04", ends=clock.shows + 600, dial=clock): NOTEBOOK,
    }
    start = clock.shows
    announce(pending, progress, Teller(out), seconds, pretended_wait(clock))
    assert progress.ended == {UNITS, NOTEBOOK} and clock.shows == start + 600
    return out, start


def longest_silence(out, start):
    return max(b - a for a, b in zip([start, *out.moments], out.moments, strict=False))


def test_a_log_is_never_silent_for_as_long_as_promised(root):
    out, start = told(root)
    assert longest_silence(out, start) == NEWS_SECONDS == PROMISED - 10
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("0 of 2 done, about a minute left; running: tests, part 1 of 1 (")
    assert "ok units" in lines and lines[-1] == "ok 04" and "\r" not in out.getvalue()
    assert all("tests, part" not in line for line in lines[lines.index("ok units") :])


def test_the_old_silence_would_be_seen(root):
    out, start = told(root, seconds=60.0)
    assert longest_silence(out, start) == 60.0


def test_a_terminal_has_one_line_that_is_written_over(root, monkeypatch):
    size = SimpleNamespace(columns=40)
    monkeypatch.setattr(progress_lines.shutil, "get_terminal_size", lambda: size)
    out, start = told(root, terminal=True)
    assert longest_silence(out, start) == progress_lines.LIVE_SECONDS
    assert out.getvalue().count("\n") == 2  # the outcomes stay, all else is written over
    versions = out.getvalue().split("\r")[1:]
    assert len(versions) > 500
    assert all(len(text.replace(progress_lines.CLEAR, "").rstrip("\n")) < 40 for text in versions)


# ---------------------------------------------------------------- how much is left


def test_what_is_left_is_counted_by_cells_and_by_tests(root):
    clock = Clock()
    progress = progress_of(root, clock)
    assert progress.seconds_left() == 61  # the notebook, longer than half of all
    units, notebook = progress.followers[UNITS], progress.followers[NOTEBOOK]
    notebook.ended["notebooks/04.ipynb"] = 1
    assert progress.seconds_left() == 60
    units.expected, units.ended = {"tests/test_a.py": 6}, Counter({"tests/test_a.py": 3})
    notebook.ended["notebooks/04.ipynb"] = 2  # 36 of 101 seconds are done, 40 are one cell
    clock.shows += 36  # as fast on the clock as two processes side by side can be slow
    assert progress.seconds_left() == 2 * 40
    progress.ended.add(NOTEBOOK)  # 25 left of 101, done at 76 in 36 seconds
    assert round(progress.seconds_left(), 6) == round(36 * 2 / 76 * 25, 6)
    progress.ended.add(UNITS)
    assert progress.seconds_left() == 0


def test_where_nothing_is_stored_the_card_and_a_guess_stand_in(tmp_path):
    assert usual_costs(NOTEBOOK, tmp_path) == {"notebooks/04.ipynb": [180]}
    assert usual_costs(UNITS, tmp_path) == {"tests/test_a.py": [5.0], "tests/test_b.py": [5.0]}
    assert progress_of(tmp_path, Clock()).seconds_left() == 180


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (31, "about a minute"),
        (91, "about 2 minutes"),
        (600, "about 10 minutes"),
    ],
)
def test_seconds_in_words(seconds, words):
    assert in_words(seconds) == words


def test_a_follower_says_which_cell_and_which_test_of_how_many():
    follower = Follower()
    assert str(follower) == "0 s of processor time, now starting"
    follower.now, follower.expected = "notebooks/04.ipynb::Cell 2", {"notebooks/04.ipynb": 40}
    follower.ended["notebooks/04.ipynb"] = 2
    assert str(follower) == "0 s of processor time, cell 3 of 40 of notebooks/04.ipynb"
    follower.now, follower.expected = "tests/test_a.py::test_x", {"a": 6, "b": 4}
    assert str(follower) == "0 s of processor time, 2 of 10 tests, now tests/test_a.py::test_x"
