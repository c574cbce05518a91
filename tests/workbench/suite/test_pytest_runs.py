"""One pytest process: what hangs is named, what runs is said, what broke off never counts."""

import os
import re
import signal
import threading
import time

import pytest

from workbench.suite import pytest_runs
from workbench.suite import test as test_verb
from workbench.suite.jobs import Job
from workbench.suite.pytest_runs import Follower, count, run_pytest
from workbench.suite.spending import REST
from workbench.suite.watching import Limits

PLAIN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # seconds less
WORDS = ("-q", "-p", "no:cacheprovider")
SLEEP = "import time; time.sleep(3600)"
BUSY = "import time\n    end = time.process_time() + {}\n    while time.process_time() < end: pass"
COUNTS = '<testsuites><testsuite tests="5" failures="{}" errors="{}" skipped="{}"/></testsuites>'


@pytest.fixture
def course(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    return tmp_path


def write(course, name, **tests):
    """Write a test file; each test is given by its body."""
    body = "".join(f"def test_{test}():\n    {code}\n\n" for test, code in tests.items())
    (course / f"test_{name}.py").write_text(body)


def followed(course, *files, costs=None, limits=None):
    follower = Follower(costs, limits)
    names = [f"test_{name}.py" for name in files]
    return run_pytest("some", (*WORDS, *names), course, PLAIN, follower), follower


# ---------------------------------------------------------------- what hangs


@pytest.mark.parametrize(
    ("code", "costs", "why"),
    [
        (SLEEP, {}, "for 4 seconds it has neither computed nor printed anything"),
        (BUSY.format(3600), {}, "of processor time, allowed 5"),
        (
            BUSY.format(3600),
            {"test_b.py": 0.3},
            "allowed 3; usual are 0.3",
        ),
        (f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEP!r}])", {}, "for 4"),
    ],
    ids=["sleeps", "loops", "loops longer than usual", "waits for a child that sleeps"],
)
def test_a_test_that_hangs_is_named_and_ends_the_run(course, capfd, code, costs, why):
    write(course, "a", one="pass")
    write(course, "b", two="pass", three=code, four="open('ran', 'w')")
    limits = Limits(idle=4, least=2, unknown=5)
    outcome, follower = followed(course, "a", "b", costs=costs, limits=limits)
    assert (outcome.passed, outcome.failed) == (0, 1) and not (course / "ran").exists()
    said = capfd.readouterr().out.strip().splitlines()[-1]
    assert said.startswith(f"{pytest_runs.BROKEN}: test_b.py::test_three: hung: ") and why in said
    assert set(follower.by_file) == {"test_a.py", "test_b.py"}  # what had ended before


def test_a_test_that_takes_long_but_gets_on_is_left_alone(course):
    talks = "import time\n    for i in range(12): print(i, flush=True); time.sleep(0.5)"
    write(course, "a", computes=BUSY.format(6), talks=talks)
    limits = Limits(idle=4, least=3, unknown=9)
    words = (*WORDS, "-s", "test_a.py")
    follower = Follower({"test_a.py": 2.0}, limits)
    outcome = run_pytest("some", words, course, PLAIN, follower)
    assert (outcome.passed, outcome.failed) == (2, 0)


# ---------------------------------------------------------------- what it cost


def test_no_process_builds_the_grammar_of_addresses(course):
    """`workbench/__init__.py` says why; nbval, which reads notebooks, comes along by itself."""
    code = "import sys; assert 'nbformat' in sys.modules and 'lark' not in sys.modules"
    write(course, "a", light=code)
    outcome = run_pytest("some", (*WORDS, "test_a.py"), course)
    assert (outcome.passed, outcome.failed) == (1, 0)


def test_processor_time_is_counted_by_file_children_too(course):
    child = "import time\nwhile time.process_time() < 2: pass"
    runs = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    write(course, "a", computes=BUSY.format(1), runs=runs)
    write(course, "b", sleeps="import time; time.sleep(1)")
    outcome, _ = followed(course, "a", "b")
    assert set(outcome.spent) == {"test_a.py", "test_b.py", REST}
    assert outcome.spent["test_a.py"] >= 3
    assert outcome.spent["test_b.py"] < outcome.spent["test_a.py"] / 2  # sleeping costs nothing


# ---------------------------------------------------------------- what is said meanwhile


def some_jobs(*files):
    return [Job(f"tests of {name}", (*WORDS, f"test_{name}.py"), 1) for name in files]


def test_no_long_silence(course, monkeypatch, capfd):
    monkeypatch.setattr(test_verb, "NEWS_SECONDS", 0.5)
    monkeypatch.setattr(test_verb.os, "cpu_count", lambda: 2)
    write(course, "a", quick="pass", slow=BUSY.format(6))
    write(course, "b", quick="pass")
    test_verb.run_jobs(some_jobs("a", "b"), course)
    lines = capfd.readouterr().out.splitlines()
    doing = [line for line in lines if "; running: tests of a (" in line]
    assert any(line.endswith("now test_a.py::test_slow)") for line in doing)
    seconds = [int(re.search(r"\((\d+) s of processor time", line)[1]) for line in doing]
    assert seconds == sorted(seconds) and seconds[-1] >= 3


def test_tests_are_counted_before_and_while_they_run(course):
    write(course, "a", one="pass", two="pass")
    write(course, "b", three="pass")
    _, follower = followed(course, "a", "b")
    assert follower.expected == +follower.ended == {"test_a.py": 2, "test_b.py": 1}


def test_where_something_ends_soon_nothing_more_is_said(course, capfd):
    write(course, "a", quick="pass")
    test_verb.run_jobs(some_jobs("a"), course)
    assert "running" not in capfd.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="sends a POSIX signal")
def test_one_stop_stops_what_runs_and_what_would_come(course, monkeypatch, capfd):
    monkeypatch.setattr(test_verb.os, "cpu_count", lambda: 1)
    write(course, "a", slow=f"open('began', 'w'); {SLEEP}")
    write(course, "b", quick="open('ran', 'w')")

    def interrupt():
        while not (course / "began").exists():
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        test_verb.run_jobs(some_jobs("a", "b"), course)
    assert not (course / "ran").exists()


# ---------------------------------------------------------------- counts


@pytest.mark.parametrize(
    ("xml", "code", "counts"),
    [
        (COUNTS.format(1, 1, 1), 1, (2, 2, 1)),
        (COUNTS.format(0, 0, 0), 0, (5, 0, 0)),
        (COUNTS.format(0, 0, 0), 3, (5, 1, 0)),
        (COUNTS.format(0, 0, 0).replace("5", "0"), 5, (0, 1, 0)),
        ("<testsuites><testsuite", -9, (0, 1, 0)),
        (None, 0, (0, 1, 0)),
    ],
)
def test_a_run_that_broke_off_never_counts_as_passed(tmp_path, xml, code, counts):
    if xml is not None:
        (tmp_path / "counts.xml").write_text(xml)
    assert count(tmp_path / "counts.xml", code) == counts
