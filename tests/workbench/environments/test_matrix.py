"""Trying the course in other environments: what is made, run, counted and stored."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from genai_course.commands import Stop
from workbench.environments import confined, matrix, throwaway, trying
from workbench.environments.cases import LEFT_OUT, Case, cases, unit_tests
from workbench.environments.confined import Unavailable, confine

REPOSITORY = Path(__file__).parents[3]
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="unshare is a tool of Linux")
EVERYTHING = {case.name: case for case in cases(REPOSITORY)}


# ---------------------------------------------------------------- which cases


def test_words_choose_by_the_beginning_of_the_name():
    chosen = [case.name for case in matrix.choose(cases(REPOSITORY), ["python3.1", "home"])]
    assert chosen == ["python3.10", "python3.11", "python3.12", "python3.13", "home"]
    assert len(matrix.choose(cases(REPOSITORY), [])) == len(EVERYTHING)
    with pytest.raises(Stop, match="no environment 'moon'; there are: lowest, newest"):
        matrix.choose(cases(REPOSITORY), ["moon"])


def test_only_tests_that_exist_are_left_out_and_few_of_them():
    tests = REPOSITORY / "tests"
    there = {path.relative_to(tests) for path in tests.rglob("test_*.py")}
    kept = {Path(name).relative_to("tests") for name in unit_tests(REPOSITORY)}
    assert kept < there and len(there - kept) < len(there) / 5
    for place in LEFT_OUT:
        assert any(path.is_relative_to(place) for path in there - kept), place
    named = {word for case in EVERYTHING.values() for word in case.tests}
    assert all((REPOSITORY / word).is_file() for word in named)


def test_every_python_the_project_admits_is_tried():
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    oldest = re.search(r'requires-python = ">=([\d.]+)"', text)[1]
    assert EVERYTHING["lowest"].python == oldest and f"python{oldest}" in EVERYTHING


# ---------------------------------------------------------------- copies


def test_lower_bounds_are_those_of_the_packages_and_nothing_else():
    text = """
[build-system]
requires = ["setuptools>=77"]
[project]
requires-python = ">=3.10"
dependencies = ["torch>=2.4", "jupyterlab>=4.2,<5", "nbval==0.11.*", "scikit-learn>=1.4"]
[project.optional-dependencies]
test = ["ruff>=0.6"]
[tool.other]
more = ["numpy>=9"]
"""
    wanted = [("torch", "2.4"), ("jupyterlab", "4.2"), ("scikit-learn", "1.4"), ("ruff", "0.6")]
    assert throwaway.lower_bounds(text) == wanted


@pytest.mark.parametrize(
    ("pins", "said"), [("tried", "torch==9\n"), ("lowest", "torch==2.4\n"), ("newest", "")]
)
def test_versions_are_chosen_by_the_constraints_of_the_copy(tmp_path, pins, said):
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["torch>=2.4"]\n')
    (tmp_path / "constraints.txt").write_text("torch==9\n")
    throwaway.choose_versions(tmp_path, pins)
    assert (tmp_path / "constraints.txt").read_text() == said


def test_a_python_is_found_by_version_and_a_missing_one_is_none():
    here = ".".join(map(str, sys.version_info[:2]))
    found = throwaway.find_python(here)
    done = subprocess.run(
        [found, "-c", "import sys; print(*sys.version_info[:2], sep='.')"],
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == here
    assert throwaway.find_python("3.1") is None


def test_variables_that_mislead_another_interpreter_are_dropped(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "x")
    monkeypatch.setenv("MPLCONFIGDIR", "x")
    environ = throwaway.clean_environ({"LC_ALL": "C"}, ("MPLCONFIGDIR",))
    assert environ["LC_ALL"] == "C" and "PATH" in environ
    assert "PYTHONPATH" not in environ and "MPLCONFIGDIR" not in environ


# ---------------------------------------------------------------- confinement


@ON_LINUX
def test_the_network_is_cut_and_a_kernel_can_still_be_reached(tmp_path):
    code = (
        "import socket; from workbench.environments.confined import NOWHERE, can_reach\n"
        "s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())\n"
        "print('local', can_reach(NOWHERE))"
    )
    said = _confined(confined.NETWORK, [sys.executable, "-c", code])
    assert said == "local False\n"


@ON_LINUX
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounts need root")
def test_a_locked_folder_can_be_read_but_not_even_root_writes_there(tmp_path):
    (tmp_path / "x").write_text("old")
    code = f"import os; print(open(r'{tmp_path}/x').read(), os.access(r'{tmp_path}', os.W_OK))"
    assert _confined(str(tmp_path), [sys.executable, "-c", code]) == "old False\n"
    (tmp_path / "x").write_text("new")  # outside nothing has changed


def _confined(cut, command):
    try:
        words = confine(sys.executable, cut, command)
    except Unavailable as reason:
        pytest.skip(str(reason))
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_machine_without_unshare_says_so(monkeypatch):
    monkeypatch.setattr(confined.shutil, "which", lambda name: None)
    with pytest.raises(Unavailable, match="unshare"):
        confine(sys.executable, "network", ["true"])


# ---------------------------------------------------------------- runs


@pytest.mark.parametrize(
    ("said", "code", "counts"),
    [
        ("ok notebooks/00\n\n41 passed, 0 failed\n", 0, (41, 0)),
        ("40 passed, 1 failed\n", 1, (40, 1)),
        ("41 passed, 0 failed\n", 3, (41, 1)),
        ("Traceback: 41 passed, 0 failed, I think\n", 0, (0, 1)),
        ("", 0, (0, 1)),
    ],
)
def test_a_run_that_does_not_end_with_its_counts_has_failed(said, code, counts):
    assert trying.count_last_line(said, code) == counts


@pytest.fixture
def tiny(tmp_path):
    """A course of two tests, one of which fails in locale C."""
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tmp_path / "tests").mkdir()
    test = "import os\ndef test_a(): pass\ndef test_b(): assert os.environ['LC_ALL'] != 'C'\n"
    (tmp_path / "tests" / "test_tiny.py").write_text(test)
    return tmp_path


def test_a_case_counts_its_failures_and_keeps_what_was_said(tiny):
    plain = ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # seconds less
    case = Case("x", "x", ("tests/test_tiny.py",), (), environ=(plain, ("LC_ALL", "C")))
    result = trying.run_case(case, tiny)
    assert (result.verdict, result.passed, result.failed) == (trying.FAILED, 1, 1)
    assert "test_b" in result.why and dict(result.versions)["python"] in sys.version
    good = trying.run_case(Case("y", "y", case.tests, (), environ=(plain, ("LC_ALL", "X"))), tiny)
    assert (good.verdict, good.passed, good.why) == (trying.OK, 2, "")


def test_a_missing_python_is_not_a_failure_and_a_broken_set_up_is(tiny, monkeypatch):
    case = Case("x", "x", ("tests/test_tiny.py",), (), python="3.1")
    assert trying.run_case(case, tiny).verdict == trying.NOT_HERE
    monkeypatch.setattr(throwaway, "find_python", lambda version: Path(sys.executable))
    monkeypatch.setattr(throwaway, "set_up", lambda course, python: (None, "no such build"))
    monkeypatch.setattr(throwaway, "choose_versions", lambda course, pins: None)
    result = trying.run_case(case, tiny)
    assert result.verdict == trying.FAILED and result.why == "no such build"
    assert not (tiny / throwaway.SCRATCH / "x").exists()


@pytest.mark.parametrize("name", ["network", "home"])
def test_a_new_home_holds_neither_data_nor_settings(monkeypatch, name):
    monkeypatch.setenv("GENAI_COURSE_DATA", "x")
    monkeypatch.setenv("MPLCONFIGDIR", "x")
    environ = trying.environ_of(EVERYTHING[name], Path("new"))
    assert environ["HOME"] == "new" and not {"GENAI_COURSE_DATA", "MPLCONFIGDIR"} & set(environ)
    assert trying.environ_of(EVERYTHING["locale"], Path("new"))["MPLCONFIGDIR"] == "x"


# ---------------------------------------------------------------- table and store


def test_what_was_not_tried_keeps_its_stored_line_and_failures_make_the_code(
    tmp_path, monkeypatch, capsys
):
    results = {
        "a": trying.Result(trying.OK, 5, 0, 2.4, (("python", "3.12.1"), ("torch", "2.9"))),
        "b": trying.Result(trying.NOT_HERE, why="no Python 3.1 on this machine"),
    }
    monkeypatch.setattr(matrix, "cases", lambda root: [Case(n, f"case {n}") for n in results])
    monkeypatch.setattr(matrix, "run_case", lambda case, root: results[case.name])
    assert matrix.main([], tmp_path) == 0
    said = capsys.readouterr().out
    assert re.search(r"case a +ok +5 +0 +2  torch 2.9, Python 3.12.1", said)
    assert re.search(r"case b +not here .* no Python 3.1", said)
    results["a"] = trying.Result(trying.FAILED, 4, 1, 2.0, (), "why " * 3)
    assert matrix.main(["a"], tmp_path) == 1
    assert "why why why" in capsys.readouterr().out
    stored = json.loads((tmp_path / matrix.STORED).read_text())["cases"]
    assert list(stored) == ["a"] and stored["a"]["failed"] == 1


def test_a_case_that_breaks_off_does_not_cost_the_one_before(tmp_path, monkeypatch):
    def run_case(case, root):
        if case.name == "second":
            raise KeyboardInterrupt
        return trying.Result(trying.OK, 5)

    monkeypatch.setattr(matrix, "cases", lambda root: [Case("first", ""), Case("second", "")])
    monkeypatch.setattr(matrix, "run_case", run_case)
    with pytest.raises(KeyboardInterrupt):
        matrix.main([], tmp_path)
    assert list(json.loads((tmp_path / matrix.STORED).read_text())["cases"]) == ["first"]


def test_stored_cases_exist_and_nothing_failed():
    text = (REPOSITORY / matrix.STORED).read_text(encoding="utf-8")
    stored = json.loads(text)["cases"]
    assert stored and set(stored) <= set(EVERYTHING)
    for name, case in stored.items():
        assert case["what"] == EVERYTHING[name].what
        assert case["verdict"] == "ok" and case["passed"] > 5 and case["failed"] == 0


def test_the_lowest_versions_stored_are_those_of_the_project_file():
    stored = json.loads((REPOSITORY / matrix.STORED).read_text(encoding="utf-8"))["cases"]
    if "lowest" not in stored:
        pytest.skip("not tried yet: make matrix N=lowest")
    lowest = throwaway.lower_bounds((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    versions = stored["lowest"]["versions"]
    for name, bound in lowest:
        assert name not in versions or (versions[name] + ".").startswith(bound + ".")


@pytest.mark.parametrize(("name", "left_out"), [("lowest", 1), ("newest", 1), ("python3.12", 0)])
def test_only_other_pins_leave_out_the_test_of_the_pins(name, left_out):
    units, *_ = trying.commands(EVERYTHING[name], "python")
    asked = [word.partition("=")[2] for word in units if word.startswith("--deselect=")]
    assert len(asked) == left_out
    for path, _, test in (word.partition("::") for word in asked):
        assert f"def {test}(" in (REPOSITORY / path).read_text(encoding="utf-8")
