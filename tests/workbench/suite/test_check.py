"""`make check` runs what is quick and what has changed; the table of costs; what is stored."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from genai_course.commands.notebooks import find_notebooks
from workbench.suite import check, inputs, jobs
from workbench.suite import test as test_verb
from workbench.suite.budget import cost_lines, owner_of
from workbench.suite.costs import FOLDER, TESTS, load_costs, store_costs
from workbench.suite.imports import needed
from workbench.suite.pytest_runs import Outcome

REPOSITORY = Path(__file__).parents[3]
MODULES = {
    "__init__": "",
    "data/__init__": "",
    "gan/__init__": "",
    "gan/steps": "from ..data import load\n\ndef late():\n    from genai_course import losses\n",
    "losses": "import genai_course.deep.inside.scale as scale\n",
    "deep/__init__": "",
    "deep/inside/__init__": "from .scale import factor\n",
    "deep/inside/scale": "import math\n",
    "vae": "from genai_course.data import load\n",
}
CELL = "from genai_course.gan import steps\nprint(3 + 4)"


def a_notebook(path, source=CELL, printed="7\n", text="# Title"):
    v4 = nbformat.v4
    output = v4.new_output("stream", name="stdout", text=printed)
    code = v4.new_code_cell(source, execution_count=1, outputs=[output], id="sum")
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(v4.new_notebook(cells=[v4.new_markdown_cell(text, id="a"), code]), path)


@pytest.fixture
def course(tmp_path):
    for name, text in MODULES.items():
        path = tmp_path / "genai_course" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "nbval_sanitize.cfg").write_text("regex: a\nreplace: b\n")
    (tmp_path / "genai_course" / "models" / "weights").mkdir(parents=True)
    (tmp_path / "genai_course" / "models" / "weights" / "gan.json").write_text("1")
    (tmp_path / "workbench" / "suite").mkdir(parents=True)
    (tmp_path / "workbench" / "suite" / "strict.py").touch()
    a_notebook(tmp_path / "notebooks" / "04_gan.ipynb")
    return tmp_path


# ---------------------------------------------------------------- what a notebook depends on


def test_what_is_imported_is_found_however_it_is_written(course):
    found = {path.relative_to(course / "genai_course").as_posix() for path in needed(CELL, course)}
    assert found == {f"{name}.py" for name in MODULES.keys() - {"vae"}}
    assert len(needed("this is no Python", course)) == len(MODULES)


def test_of_the_course_itself_what_is_imported_is_what_python_imports():
    code = "import sys, genai_course.gan.steps; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True)
    every = (name.replace(".", "/") for name in said.stdout.decode().split())
    loaded = {name for name in every if name.partition("/")[0] == "genai_course"}
    found = needed("import genai_course.gan.steps", REPOSITORY)
    names = {path.relative_to(REPOSITORY).with_suffix("").as_posix() for path in found}
    assert len(loaded) > 3 and loaded <= {name.removesuffix("/__init__") for name in names}


def changed_by(course, change):
    path = course / "notebooks" / "04_gan.ipynb"
    before = inputs.fingerprint(path, course)
    assert inputs.fingerprint(path, course) == before
    change(course)
    inputs.surroundings.cache_clear()
    return inputs.fingerprint(path, course) != before


def appends(name):
    return lambda course: (course / name).open("a").write("# more\n")


@pytest.mark.parametrize(
    "name",
    [
        *(f"genai_course/{name}.py" for name in MODULES if name != "vae"),
        "genai_course/models/weights/gan.json",
        "tests/nbval_sanitize.cfg",
    ],
)
def test_whatever_the_result_depends_on_changes_the_hash(course, name):
    assert changed_by(course, appends(name))


@pytest.mark.parametrize(
    "change",
    [{"source": CELL + "\n"}, {"printed": "8\n"}, {"source": "print(3 + 4)"}],
    ids=["source", "stored output", "imports"],
)
def test_a_changed_cell_changes_the_hash(course, change):
    path = course / "notebooks" / "04_gan.ipynb"
    assert changed_by(course, lambda _: a_notebook(path, **change))


def test_a_new_module_in_the_way_changes_the_hash(course):
    text = "from genai_course import losses"
    (course / "genai_course" / "vae.py").write_text(text)  # not imported yet
    assert changed_by(
        course, lambda c: (c / "genai_course/data/__init__.py").write_text("from . import vae")
    )


@pytest.mark.parametrize(
    ("name", "value"), [("GENAI_COURSE_DATASET", "digits"), ("GENAI_COURSE_DEVICE", "cuda")]
)
def test_another_data_set_or_device_changes_the_hash(course, monkeypatch, name, value):
    monkeypatch.setattr(
        "genai_course.data.find_data",
        lambda: os.environ.get("GENAI_COURSE_DATASET", "mnist"),
    )
    monkeypatch.delenv(name, raising=False)
    inputs.surroundings.cache_clear()
    assert changed_by(course, lambda _: monkeypatch.setenv(name, value))
    inputs.surroundings.cache_clear()


def test_another_version_of_a_package_changes_the_hash(course, monkeypatch):
    class Other:
        metadata, version = {"Name": "torch"}, "0.0"

    assert changed_by(
        course, lambda _: monkeypatch.setattr(inputs.metadata, "distributions", lambda: [Other])
    )
    inputs.surroundings.cache_clear()


@pytest.mark.parametrize(
    "change",
    [
        appends("genai_course/vae.py"),
        lambda course: a_notebook(course / "notebooks" / "04_gan.ipynb", text="# Other title"),
        lambda course: a_notebook(course / "notebooks" / "10_vae.ipynb"),
    ],
    ids=["a module that is not imported", "text", "another notebook"],
)
def test_what_has_no_influence_leaves_the_hash(course, change):
    assert not changed_by(course, change)


# ---------------------------------------------------------------- what is run


@pytest.fixture
def ran(monkeypatch, course):
    """Check the course with runs that are only pretended; those named in `fail` fail."""
    (course / "tests" / "test_quick.py").touch()
    (course / "tests" / "test_slow.py").touch()
    (course / "tests" / "test_mirror.py").touch()
    store_costs(
        course, TESTS, {"tests/test_slow.py": 40, "tests/workbench/notebooks/test_mirror.py": 40}
    )
    a_notebook(course / "notebooks" / "10_vae.ipynb", "import genai_course.vae\n7", "7\n")

    def run(fail=(), during=lambda: None):
        asked = []

        def pretend(name, words, root, environ, follower):
            asked.extend(word for word in words if word.endswith((".py", ".ipynb")))
            during()
            return Outcome(name, 1, int(name in fail), 0, 0.1)

        monkeypatch.setattr(test_verb, "run_pytest", pretend)
        code = check.main([], course)
        return code, sorted(Path(name).stem for name in asked)

    return run


QUICK = ["test_mirror", "test_quick"]


def test_only_what_has_changed_is_run_again(ran, course, capsys):
    assert ran() == (0, ["04_gan", "10_vae", *QUICK])
    assert ran() == (0, QUICK)
    assert "notebooks to run: none" in capsys.readouterr().out
    (course / "genai_course" / "vae.py").write_text("x = 1\n")
    assert ran() == (0, ["10_vae", *QUICK])
    (course / "genai_course" / "vae.py").write_text("from genai_course.data import load\n")
    assert ran() == (0, ["10_vae", *QUICK])  # only the last one that passed is remembered


def test_what_failed_is_not_remembered_as_good(ran, course):
    assert ran(fail=["notebooks/04_gan.ipynb"]) == (1, ["04_gan", "10_vae", *QUICK])
    assert ran(fail=["notebooks/04_gan.ipynb"]) == (1, ["04_gan", *QUICK])
    assert ran() == (0, ["04_gan", *QUICK])
    assert ran() == (0, QUICK)
    before = {"notebooks/04_gan.ipynb": inputs.passed(course)["notebooks/04_gan.ipynb"]}
    inputs.remember({"notebooks/04_gan.ipynb": False}, before, course)  # make test finds it red
    assert ran() == (0, ["04_gan", *QUICK])


def test_what_changes_while_it_runs_is_not_remembered(ran, course):
    path = course / "genai_course" / "vae.py"
    before = path.read_text()
    assert ran(during=lambda: path.write_text("x = 1\n")) == (0, ["04_gan", "10_vae", *QUICK])
    path.write_text(before)  # what passed may have been the other text
    assert ran() == (0, ["10_vae", *QUICK])


def test_a_broken_memory_runs_everything(ran, course):
    ran()
    (course / inputs.MEMORY).write_text("{")
    assert ran() == (0, ["04_gan", "10_vae", *QUICK])


def test_the_full_run_never_leaves_anything_out(ran, course):
    ran()
    assert test_verb.main([], course) == 0
    assert set(inputs.passed(course)) == {"notebooks/04_gan.ipynb", "notebooks/10_vae.ipynb"}
    asked = []

    def pretend(name, words, root, environ, follower):
        asked.extend(words)
        return Outcome(name, 1, 0, 0, 0.1)

    test_verb.run_pytest = pretend  # `ran` puts the right one back
    test_verb.main([], course)
    files = {word for word in asked if word.endswith((".py", ".ipynb"))}
    assert len(files) == 5  # three test files and both notebooks


def test_the_tests_of_form_are_always_among_the_quick_ones():
    files = {word for job in jobs.quick_tests(REPOSITORY) for word in job.words}
    assert set(jobs.ALWAYS) <= files


def test_shares_are_about_equally_long():
    costs = {"a": 100.0, "b": 60.0, "c": 50.0}
    one, two = jobs.balanced(["a", "b", "c", "new"], 2, costs)
    assert [job.words[-2:] for job in (one, two)] == [("a", "new"), ("b", "c")]
    assert one.minutes == pytest.approx(105 / 60) and two.minutes == pytest.approx(110 / 60)


# ---------------------------------------------------------------- what it costs


def test_the_table_has_the_worst_first_and_what_is_over(course):
    a_notebook(course / "notebooks" / "10_vae.ipynb")
    spent = {"notebooks/04_gan.ipynb": 100.0, "notebooks/solutions/04_gan.ipynb": 20.0}
    spent |= {"notebooks/10_vae.ipynb": 241.0, "tests/test_a.py": 7.0, "tests/test_b.py": 55.0}
    spent |= {"tests/test_c.py": 1.0, "tests/test_d.py": 2.0}
    lines = cost_lines(spent, course)
    rows = [re.sub(r" +", " ", line).strip() for line in lines[1:]]
    assert rows == [
        "241 10_vae notebook 241 OVER",
        "120 04_gan notebook 100, solutions 20",
        "55 tests/test_b.py",
        "7 tests/test_a.py",
        "3 2 test files below 5 s each",
        "426 in all: within the budget of 1800 for 2 notebooks",
    ]
    assert "OVER the budget of 1800" in cost_lines({**spent, "tests/test_e.py": 1800}, course)[-1]


def test_the_budget_grows_with_further_notebooks(course):
    for number in range(20, 34):
        a_notebook(course / "notebooks" / f"{number}_more.ipynb")
    last = cost_lines({"a.py": 2040}, course)[-1]
    assert last.endswith("within the budget of 2280 for 15 notebooks")


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("tests/genai_course/plots/test_dcgan.py", "05_dcgan"),
        ("tests/genai_course/exercises/test_elbo.py", "09_elbo"),
        ("tests/genai_course/gan/test_theory.py", "03_gan_minimax"),
        ("tests/genai_course/commands/test_commands.py", ""),
        ("notebooks/solutions/04_gan.ipynb", "04_gan"),
    ],
)
def test_a_test_file_belongs_to_the_notebook_that_shows_what_it_tests(name, owner):
    assert owner_of(name, REPOSITORY) == owner


def test_the_table_stands_before_the_last_line_and_fails_nothing(capsys, course):
    outcome = Outcome("some", 5, 0, 0, 2.0, {"notebooks/04_gan.ipynb": 9000.0})
    assert test_verb.report([outcome], 2.0, course) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "5 passed, 0 failed" and "OVER the budget" in lines[-3]


def test_recording_stores_what_test_files_cost_that_have_passed(course, monkeypatch):
    for name in ("a", "b", "new"):
        (course / "tests" / f"test_{name}.py").touch()
    store_costs(course, TESTS, {"tests/test_a.py": 1, "tests/test_b.py": 2, "tests/gone.py": 3})
    spent = {"tests/test_a.py": 8.0, "tests/test_new.py": 5.0, "pytest itself": 2.0}
    outcomes = [
        Outcome("x", 1, 0, 0, 1.0, spent),
        Outcome("y", 1, 1, 0, 1.0, {"tests/test_b.py": 99}),
    ]
    asked = []
    monkeypatch.setattr(test_verb, "run_jobs", lambda those, root: asked.extend(those) or outcomes)
    monkeypatch.setattr(test_verb, "unit_tests", lambda root: [jobs.Job("x", (), 1)])
    test_verb.main(["--record"], course)
    costs = {"tests/test_a.py": 8.0, "tests/test_b.py": 2.0, "tests/test_new.py": 5.0}
    assert load_costs(course, TESTS) == costs
    assert [("--record-costs" in job.words) for job in asked] == [False, True]


# ---------------------------------------------------------------- the stored tables


@pytest.mark.parametrize(
    "path", find_notebooks(), ids=lambda p: p.relative_to(REPOSITORY / "notebooks").as_posix()
)
def test_the_costs_of_a_notebook_are_those_of_its_cells(path):
    costs = load_costs(REPOSITORY, path.relative_to(REPOSITORY))
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    ids = [cell["id"] for cell in cells if cell["cell_type"] == "code"]
    if not costs:
        pytest.skip("not measured yet: make test N=--record")
    assert set(costs) <= set(ids), "cells that are gone: make notebooks, or make test N=--record"
    assert len(costs) >= 0.9 * len(ids), "new cells: make notebooks, or make test N=--record"
    assert all(cost >= 0.1 for cost in costs.values())


def test_no_table_is_left_of_a_notebook_that_is_gone():
    folder = REPOSITORY / FOLDER
    stored = {path.relative_to(folder) for path in folder.rglob("*.json")}
    there = {path.relative_to(REPOSITORY).with_suffix(".json") for path in find_notebooks()}
    assert stored <= there | {Path(f"{TESTS}.json")}
