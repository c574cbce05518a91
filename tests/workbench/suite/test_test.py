"""The verb `test`: what it runs, how many at once, and what it calls a failure."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from small_notebook import a_notebook

from workbench.suite import jobs
from workbench.suite import test as test_verb
from workbench.suite.pytest_runs import Outcome

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def small_course(tmp_path):
    tests = tmp_path / "tests"
    tests.mkdir()
    shutil.copy(REPOSITORY / "tests" / "nbval_sanitize.cfg", tests)
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tests / "test_sum.py").write_text("def test_sum():\n    assert 3 + 4 == 7\n")
    a_notebook(tmp_path / "notebooks" / "01_good.ipynb", 7)
    return tmp_path


def test_a_course_without_a_difference_passes(small_course, capfd):
    assert test_verb.main([], small_course) == 0
    said = capfd.readouterr().out
    assert said.splitlines()[-1] == "2 passed, 0 failed"
    assert re.search(r"ok +notebooks/01_good.ipynb +1 passed +0 failed +\d+\.\d s", said)


def test_one_difference_fails_and_is_shown(small_course, capfd):
    a_notebook(small_course / "notebooks" / "solutions" / "02_changed.ipynb", 8)
    assert test_verb.main(["2"], small_course) == 1
    said = capfd.readouterr().out
    assert said.splitlines()[-1] == "0 passed, 1 failed"
    assert re.search(r"FAILED +notebooks/solutions/02_changed.ipynb", said)
    assert "test_sum" not in said and "mismatch 'stdout'" in said


def test_a_unit_test_that_fails_is_counted(small_course, capfd):
    wrong = "def test_wrong():\n    assert 3 + 4 == 8\n"
    (small_course / "tests" / "test_wrong.py").write_text(wrong)
    shutil.rmtree(small_course / "notebooks")
    assert test_verb.main([], small_course) == 1
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"


@pytest.fixture
def pretended(monkeypatch):
    """Runs that only take a moment; what ran beside each, with how many threads, in which order."""
    seen = SimpleNamespace(running=set(), beside={}, threads={}, order=[], words=[])

    def pretend(name, words, root, environ, follower):
        seen.order.append(name)
        seen.words.append(words)
        seen.running.add(name)
        time.sleep(0.3)  # long enough for another one to be seen
        seen.beside[name] = set(seen.running) - {name}
        seen.threads[name] = dict(environ)["OMP_NUM_THREADS"]
        seen.running.discard(name)
        return Outcome(name, 1, 0, 0, 0.3)

    monkeypatch.setattr(test_verb, "run_pytest", pretend)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    return seen


def some_jobs(*minutes):
    return [jobs.Job(f"job {number}", (), length) for number, length in enumerate(minutes)]


@pytest.mark.parametrize(("cores", "at_once", "threads"), [(1, 1, "1"), (2, 2, "1"), (8, 4, "2")])
def test_as_many_at_once_as_there_are_cores(pretended, monkeypatch, cores, at_once, threads):
    monkeypatch.setattr(test_verb.os, "cpu_count", lambda: cores)
    outcomes = test_verb.run_jobs(some_jobs(0.1, 1, 3, 2, 5, 0.5), Path())
    assert [outcome.name for outcome in outcomes] == [f"job {n}" for n in range(6)]
    assert max(len(others) for others in pretended.beside.values()) == at_once - 1
    assert set(pretended.threads.values()) == {threads}
    if cores == 1:
        assert pretended.order == ["job 4", "job 2", "job 3", "job 1", "job 5", "job 0"]


def test_one_long_notebook_gets_all_cores(pretended, monkeypatch):
    monkeypatch.setattr(test_verb.os, "cpu_count", lambda: 2)
    test_verb.run_jobs(some_jobs(3, 0.1), Path())
    assert not any(pretended.beside.values()) and set(pretended.threads.values()) == {"2"}
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # a choice of one's own is kept
    test_verb.run_jobs(some_jobs(3, 0.1), Path())
    assert set(pretended.threads.values()) == {"1"}


def test_notebooks_run_once_and_solutions_share_two_processes(pretended, monkeypatch, tmp_path):
    monkeypatch.setattr(test_verb.os, "cpu_count", lambda: 2)
    names = ["01_a", "02_b", "03_c"]
    for name in names:
        a_notebook(tmp_path / "notebooks" / f"{name}.ipynb", 1)
        a_notebook(tmp_path / "notebooks" / "solutions" / f"{name}.ipynb", 1)
    assert test_verb.main([], tmp_path) == 0
    asked = [word for words in pretended.words for word in words if word.endswith(".ipynb")]
    folders = ("notebooks", "notebooks/solutions")
    assert sorted(asked) == sorted(f"{folder}/{name}.ipynb" for folder in folders for name in names)
    assert len(pretended.words) == 5 and all("--nbval" in words for words in pretended.words)
    pretended.words.clear()
    assert test_verb.main(["2"], tmp_path) == 0
    assert [words[-1] for words in pretended.words] == [f"{f}/02_b.ipynb" for f in folders]


def test_browser_tests_have_a_process_and_every_file_runs_once(
    pretended, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(test_verb.os, "cpu_count", lambda: 2)
    folder = tmp_path / "tests"
    (tmp_path / jobs.BROWSER).parent.mkdir(parents=True)
    names = [f"test_{letter}.py" for letter in "abcde"]
    for name in (*names, "conftest.py"):
        (folder / name).touch()
    (tmp_path / jobs.BROWSER).touch()
    a_notebook(tmp_path / "notebooks" / "01_some.ipynb", 7)
    *parts, browser = jobs.unit_tests(tmp_path)
    asked = [word for job in parts for word in job.words if word.endswith(".py")]
    assert len(parts) == 2 and sorted(asked) == [f"tests/{name}" for name in names]
    assert [w for w in browser.words if w.endswith(".py")] == [
        "tests/workbench/notebooks/test_browser.py"
    ]
    assert test_verb.main([], tmp_path) == 0
    table = capsys.readouterr().out.split("All runs")[1]
    rows = (
        "tests, part 1",
        "tests, part 2",
        "tests/workbench/notebooks/test_browser.py",
        "notebooks/01_some.ipynb",
    )
    assert [table.index(row) for row in rows] == sorted(table.index(row) for row in rows)


def test_the_card_of_a_notebook_says_how_long_it_takes(tmp_path):
    path = tmp_path / "04_gan.ipynb"
    path.write_text("- **Time** 60 minutes of reading; about 3 minutes of computing on two cores")
    assert jobs.likely_minutes(path) == 3
    path.write_text("- **Time** 60 minutes of reading; a minute of computing")
    assert jobs.likely_minutes(path) == 0.5
    (tmp_path / "solutions").mkdir()
    assert jobs.likely_minutes(tmp_path / "solutions" / "04_gan.ipynb") < 0.5
    long = [jobs.likely_minutes(path) for path in (REPOSITORY / "notebooks").glob("*.ipynb")]
    assert sum(minutes >= 1 for minutes in long) >= 8  # the pattern still fits the cards


def test_nothing_run_is_not_a_pass(capsys):
    assert test_verb.report([], 0.0) == 1


def test_the_strict_plugin_is_loaded():
    assert "workbench.suite.strict" in jobs.STRICT and "--nbval" in jobs.STRICT


def test_what_is_started_hears_an_interrupt_though_a_shell_had_it_ignored():
    child = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    code = (
        "import signal, subprocess, sys\n"
        "from workbench.suite.test import hear_interrupts\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        f"ask = lambda: subprocess.check_output([sys.executable, '-c', {child!r}], text=True)\n"
        "before = ask()\n"
        "hear_interrupts()\n"
        "print(before, ask())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True", "False"], done.stderr
