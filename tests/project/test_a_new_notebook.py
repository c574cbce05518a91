"""A new notebook with a package of its own touches few shared files, and none can be forgotten.

A throw-away notebook, an example with the next number, is added to a copy of the course: a package
with one taught function, its test, its planted faults, its exercises, plots and a widget. All
checks of form are green after four shared files have been changed; without any one of the parts
exactly the check that asks for it is red.
"""

import importlib.util
import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

from workbench.notebooks import form, mirror
from workbench.notebooks.canonical import write
from workbench.notebooks.stored_notebook import Page
from workbench.planted.faults import load_mutants, mutate, source_of
from workbench.planted.judges import judges_of
from workbench.planted.selection import unplanted
from workbench.suite.course_copy import copy_course

ROOT = Path(__file__).resolve().parents[2]
CHECKERS = {  # test modules whose functions are asked; loaded from the copy, they look at the copy
    "architecture": "tests/project/test_architecture.py",
    "map": "tests/genai_course/commands/test_environment.py",
    "form": "tests/workbench/notebooks/test_form.py",
    "browser": "tests/workbench/notebooks/test_browser.py",
}
NEEDED = (
    *("genai_course", "workbench/planted/lists", "notebooks", "README.md", "CONTRIBUTING.md"),
    *("tests/genai_course", *CHECKERS.values()),
)
TREES = ("workbench",)  # of these the architecture and the map want the modules as well
LAST = max(path.name[:2] for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
NEW = f"{int(LAST) + 1:02d}"
AT_MOST = 5  # shared files that a new notebook may touch beyond its own content

FUNCTION = f'''def quadratic_energy(x):
    """Energy of a spring, 0.5 x^2 for each entry.

    Shown in: notebooks/{NEW}_example.ipynb.
    """
    return 0.5 * x**2
'''
BANK = f'''"""Exercises of notebook {NEW}."""

from genai_course.exercises.engine import Exercise

EXERCISES = tuple(
    Exercise(f"{NEW}.{{k}}", "Double it", lambda attempt: {{"it": attempt(2.0)}}, lambda x: 2 * x)
    for k in (1, 2, 3)
)
'''
OWN = {  # the content of the new notebook, besides itself and its solutions
    "genai_course/example/__init__.py": '"""An example of a package."""\n',
    "genai_course/example/energy.py": f'"""Energies."""\n\n\n{FUNCTION}',
    "tests/genai_course/example/test_energy.py": (
        "from genai_course.example.energy import quadratic_energy\n\n\n"
        "def test_the_energy_of_two():\n    assert quadratic_energy(2.0) == 2.0\n"
    ),
    "workbench/planted/lists/example.txt": (
        "# example.energy\nquadratic_energy (factor): The half is missing.\n  - 0.5 * x\n  + x\n"
    ),
    "genai_course/exercises/example.py": BANK,
    "genai_course/plots/example.py": f'"""Figures of notebook {NEW}."""\n',
    "genai_course/widgets/example.py": (
        '"""A slider."""\n\nfrom genai_course.widgets.common import picture_with_sliders\n\n\n'
        'def spring(x=1.0):\n    """Pull it."""\n'
        "    return picture_with_sliders(str, {})\n"
    ),
}
SHARED = {  # what is changed in files of all: a pattern, and what it becomes
    "README.md": (
        rf"(\n\| {LAST} \| \[.*\n)",
        rf"\1| {NEW} | [An example](notebooks/{NEW}_example.ipynb) | it | 1 |\n",
    ),
    "notebooks/00_start_here.ipynb": (
        rf'(\n *"\| \[{LAST}\..*\n)',
        rf'\1    "| [{NEW}. An example]({NEW}_example.ipynb) | what is it? |\\n",\n',
    ),
    "CONTRIBUTING.md": (r"(\n  baselines/ )", r"\n  example/          energy\1"),
    "tests/project/test_architecture.py": (
        r'(\n        "baselines": )',
        r'\n        "example": (),\1',
    ),
}


def load(course, name):
    """A test module of the copy, which takes the copy for the course."""
    spec = importlib.util.spec_from_file_location(f"copied_{name}", course / CHECKERS[name])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def notebooks(course):
    """Write the new notebook and its solutions, in the form that the tests of form call right."""
    right = load(course, "form")
    notebook, solution = right.right_notebook(), right.right_solution()
    notebook.cells[0].source = f"# {NEW}. An example\n\nOne sentence of promise."
    place = next(cell for cell in notebook.cells if cell.source.startswith("## Exercises"))
    place.source += "".join(f"\n\n### {NEW}.{k} Double it" for k in (1, 2, 3))
    shown = ("from genai_course.widgets.example import spring", FUNCTION.strip())
    for place, source in zip((9, 13), shown, strict=True):
        notebook.cells[place] = new_code_cell(source, execution_count=1)
    for cell in solution.cells:
        cell.source = cell.source.replace("# 04.", f"# {NEW}.").replace(
            "Exercise 4.", f"Exercise {NEW}."
        )
    write(notebook, course / "notebooks" / f"{NEW}_example.ipynb")
    write(solution, course / "notebooks" / "solutions" / f"{NEW}_example.ipynb")


def put(course, name, text):
    path = course / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The copy with the new notebook in it, and all that belongs to it."""
    course = copy_course(ROOT, tmp_path_factory.mktemp("course"), (*NEEDED, *TREES))
    for name, text in OWN.items():
        put(course, name, text)
    for name, (before, after) in SHARED.items():
        text, count = re.subn(before, after, (course / name).read_text(encoding="utf-8"))
        assert count == 1, f"{name} has changed: {before} fits {count} times"
        put(course, name, text)
    notebooks(course)
    return course


def complains(test):
    """Whether a test without arguments fails."""
    try:
        test()
    except AssertionError:
        return True
    return False


def planted(course):
    """What is wrong with the planted faults of the example."""
    mutants = load_mutants(course / "workbench" / "planted" / "lists")
    for mutant in (m for m in mutants if m.module.startswith("example")):
        mutate(mutant, source_of(mutant.module, course)[1])
        if not judges_of(mutant.module, course):
            yield f"nobody judges {mutant.module}"
    yield from unplanted(mutants, course)


def red(course):
    """The checks that are red in the copy, {name: what they say}."""
    architecture, map_ = load(course, "architecture"), load(course, "map")
    new = [path for path in architecture.FILES if "example" in path.relative_to(course).as_posix()]
    own = (f"notebooks/{NEW}_example.ipynb", f"notebooks/solutions/{NEW}_example.ipynb")
    pages = [Page.load(course / name) for name in own if (course / name).exists()]
    found = {
        "form": [fault for page in pages for fault in form.faults(page)],
        "mirror": mirror.faults(course),
        "architecture": [
            *(
                f
                for p in new
                for f in architecture.faults(architecture.module_of(p), p.read_text())
            ),
            *filter(
                complains,
                [
                    lambda: architecture.test_the_table_names_every_part_of_a_tree_and_nothing_else(
                        "genai_course"
                    ),
                    architecture.test_imports_run_one_way,
                ],
            ),
        ],
        "map": filter(
            complains,
            [
                map_.test_the_map_names_every_module_that_there_is_and_no_other,
            ],
        ),
        "list of notebooks": form.faults(Page.load(course / "notebooks" / "00_start_here.ipynb")),
        "planted": planted(course),
        "exercises": load(course, "form").exercise_faults(course),
        "browser": load(course, "browser").untried(course),
    }
    listed = {name: list(faults) for name, faults in found.items()}
    return {name: faults for name, faults in listed.items() if faults}


def test_all_checks_are_green_after_few_shared_files_have_changed(course):
    assert red(course) == {}
    copied = (path for path in course.rglob("*") if path.is_file())
    changed = {
        name
        for name in (path.relative_to(course) for path in copied)
        if (ROOT / name).exists() and (ROOT / name).read_bytes() != (course / name).read_bytes()
    }
    assert {name.as_posix() for name in changed} == set(SHARED) and len(changed) <= AT_MOST


FORGOTTEN = {  # a file, and which check is red if it is as it was before, or not there
    "README.md": "list of notebooks",
    "notebooks/00_start_here.ipynb": "list of notebooks",
    "CONTRIBUTING.md": "map",
    "tests/project/test_architecture.py": "architecture",
    "workbench/planted/lists/example.txt": "planted",
    "tests/genai_course/example/test_energy.py": "planted",
    "genai_course/exercises/example.py": "exercises",
}


@pytest.mark.parametrize("name", FORGOTTEN)
def test_what_is_forgotten_turns_one_check_red(course, name):
    kept = (course / name).read_text(encoding="utf-8")
    try:
        if (ROOT / name).exists():
            put(course, name, (ROOT / name).read_text(encoding="utf-8"))
        else:
            (course / name).unlink()
        assert set(red(course)) == {FORGOTTEN[name]}
    finally:
        put(course, name, kept)


MORE = {  # code that nobody has shown or tried, and which check is red
    "genai_course/example/energy.py": (
        '\n\ndef other_energy(x):\n    """Not shown."""\n    return x\n',
        "mirror",
    ),
    "genai_course/widgets/example.py": (
        '\n\ndef rope():\n    """Pull it."""\n    return picture_with_sliders(str, {})\n',
        "browser",
    ),
    "genai_course/plots/examples.py": ('"""Of no notebook."""\n', "architecture"),
}


@pytest.mark.parametrize("name", MORE)
def test_what_nobody_shows_tries_or_names_turns_one_check_red(course, name):
    path, (text, check) = course / name, MORE[name]
    kept = path.read_text(encoding="utf-8") if path.exists() else None
    try:
        put(course, name, (kept or "") + text)
        assert set(red(course)) == {check}
    finally:
        path.unlink()
        if kept is not None:
            put(course, name, kept)
