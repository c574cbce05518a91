"""Shown code is imported code: the project has no drift, and every planted drift is seen."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from workbench.notebooks.canonical import read, write
from workbench.notebooks.mirror import faults, taught_modules, write_homes

LOSSES = '''"""Losses."""

import functools


def total(values, *, scale=1.0):
    """Add up.

    Shown in: notebooks/03_one.ipynb.
    """
    # from left to right
    return scale * sum(values)


def _private(x):
    return x


class Net:
    """A net.

    It does little.

    Shown in: notebooks/03_one.ipynb.
    """

    def forward(self, x):
        """Map x to x."""
        return x  # unchanged
'''
DATA = '"""Data.\n\nPlumbing: reads files.\n"""\n\n\ndef load():\n    return 1\n'
SHOWN_TOTAL = '''def total(values, *, scale=1.0):
    """Another docstring."""
    return scale * sum(
        values
    )  # another comment'''
SHOWN_NET = "class Net:\n    def forward(self, x):\n        return x"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "genai_course" / "gan").mkdir(parents=True)
    (tmp_path / "notebooks" / "solutions").mkdir(parents=True)
    (tmp_path / "genai_course" / "gan" / "losses.py").write_text(LOSSES)
    (tmp_path / "genai_course" / "data.py").write_text(DATA)
    store(tmp_path, "03_one.ipynb", SHOWN_TOTAL, SHOWN_NET)
    return tmp_path


def store(project, name, *sources):
    cells = [new_code_cell(source, id=f"home-{i}") for i, source in enumerate(sources)]
    write(new_notebook(cells=cells), project / "notebooks" / name)


def test_the_notebooks_show_what_the_package_holds():
    found = faults()
    assert not found, "\n" + "\n".join(found)


def test_docstrings_comments_and_line_breaks_may_differ(project):
    assert faults(project) == []


ANNOTATED = (
    ("(values, *, scale=1.0):", "(values: list[float], *, scale: float = 1.0) -> float:"),
    ("def forward(self, x):", "def forward(self, x: dict[str, int]) -> dict[str, int]:"),
)


def annotate(project):
    path, text = project / "genai_course" / "gan" / "losses.py", LOSSES
    for plain, annotated in ANNOTATED:
        assert plain in text
        text = text.replace(plain, annotated)
    path.write_text(text)


def test_annotations_of_the_package_are_not_shown(project):
    annotate(project)
    assert faults(project) == []
    store(project, "03_one.ipynb", SHOWN_TOTAL.replace("scale=1.0", "scale=2.0"), SHOWN_NET)
    assert len(faults(project)) == 1


def test_what_is_written_into_a_home_has_no_annotations(project):
    path = project / "notebooks" / "03_one.ipynb"
    store(project, "03_one.ipynb", "def total():\n    pass", "class Net:\n    pass")
    assert write_homes(path, project) == ["total", "Net"]
    plain = [cell.source for cell in read(path).cells]
    annotate(project)
    store(project, "03_one.ipynb", "def total():\n    pass", "class Net:\n    pass")
    assert write_homes(path, project) == ["total", "Net"]
    assert [cell.source for cell in read(path).cells] == plain
    assert "def total(values, *, scale=1.0):\n" in plain[0] and faults(project) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sum(", "max("),
        ("scale=1.0", "scale=2.0"),
        ("*, scale", "scale"),
        ("return", "values = list(values)\n    return"),
    ],
)
def test_code_that_drifted_is_seen(project, before, after):
    store(project, "03_one.ipynb", SHOWN_TOTAL.replace(before, after), SHOWN_NET)
    assert faults(project) == [
        "03_one.ipynb, cell home-0: total differs from genai_course/gan/losses.py"
    ]


def test_a_method_that_drifted_is_seen(project):
    store(project, "03_one.ipynb", SHOWN_TOTAL, SHOWN_NET.replace("return x", "return -x"))
    assert faults(project) == [
        "03_one.ipynb, cell home-1: Net differs from genai_course/gan/losses.py"
    ]


def test_plumbing_defined_otherwise_in_a_notebook_is_seen(project):
    store(project, "04_two.ipynb", "def load():\n    return 2")
    assert faults(project) == [
        "04_two.ipynb, cell home-0: load differs from genai_course/data.py",
        "genai_course/data.py: load is called plumbing, yet 04_two.ipynb shows it",
    ]


def test_names_that_only_exercises_use_are_free(project):
    folder = project / "genai_course" / "exercises"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""E.\n\nPlumbing, its names free: for learners."""\n')
    (folder / "gan.py").write_text("def play():\n    return 1\n")
    store(project, "04_two.ipynb", "def play():\n    return 2")
    assert faults(project) == []


def test_a_second_home_is_seen(project):
    store(project, "04_two.ipynb", SHOWN_NET)
    assert faults(project) == [
        "04_two.ipynb, cell home-0: Net is already shown in 03_one.ipynb; import it"
    ]


def test_teaching_code_without_a_home_is_seen(project):
    store(project, "03_one.ipynb", SHOWN_TOTAL)
    assert faults(project) == ["genai_course/gan/losses.py: Net is shown in no notebook"]


EXTRA = 'def extra():\n    """Do more.{}"""\n'
REASON = "\n\n    Plumbing: nothing to learn.\n    "


def new_package(project, package="", module="", function=""):
    """Write a package of one public function, with more words in any of the three docstrings."""
    folder = project / "genai_course" / "energy"
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").write_text(f'"""Energies.{package}"""\n')
    (folder / "sampler.py").write_text(f'"""Sample.{module}"""\n' + EXTRA.format(function))
    return faults(project)


def test_a_new_package_is_teaching_code_unless_it_says_why_it_is_not(project):
    seen = ["genai_course/energy/sampler.py: extra is shown in no notebook"]
    assert new_package(project) == seen and taught_modules(project) == {
        "gan.losses",
        "energy.sampler",
    }
    for place in ("package", "module", "function"):
        assert new_package(project, **{place: REASON}) == [], place
        assert taught_modules(project) == {"gan.losses"}
        assert new_package(project, **{place: "\n\n    Plumbing:\n    "}) == seen, place
        assert new_package(project, **{place: " No Plumbing: it is taught."}) == seen, place


def test_plumbing_that_a_notebook_shows_is_seen(project):
    store(project, "04_two.ipynb", "def extra():\n    pass")
    for place in ("package", "module", "function"):
        assert new_package(project, **{place: REASON}) == [
            "genai_course/energy/sampler.py: extra is called plumbing, yet 04_two.ipynb shows it"
        ]


def test_one_function_of_a_package_of_plumbing_may_be_taught(project):
    at_home = "\n\n    Shown in: notebooks/04_two.ipynb.\n    "
    seen = ["genai_course/energy/sampler.py: extra is shown in no notebook"]
    assert new_package(project, package=REASON, function=at_home) == seen
    store(project, "04_two.ipynb", "def extra():\n    pass")
    assert new_package(project, package=REASON, function=at_home) == []


def test_a_docstring_that_names_another_home_or_none_is_seen(project):
    path = project / "genai_course" / "gan" / "losses.py"
    sentence = (
        "genai_course/gan/losses.py: total needs the line `Shown in: notebooks/03_one.ipynb.`"
    )
    for spoilt in ("Shown in: notebooks/04_two.ipynb.", "Nothing."):
        path.write_text(LOSSES.replace("Shown in: notebooks/03_one.ipynb.", spoilt, 1))
        assert faults(project) == [f"{sentence} in its docstring"]


def test_a_solution_may_repeat_but_not_alter(project):
    store(project, "solutions/03_one.ipynb", SHOWN_NET)
    assert faults(project) == []
    store(project, "solutions/03_one.ipynb", SHOWN_NET.replace("return x", "return 0"))
    assert "solutions/03_one.ipynb, cell home-0: Net differs" in faults(project)[0]


def test_a_variable_that_hides_a_shown_name_is_seen(project):
    store(project, "04_two.ipynb", "total = lambda values: 0")
    assert "total is a name of the package" in faults(project)[0]
    store(project, "04_two.ipynb", "total: int = 0")
    assert "total is a name of the package" in faults(project)[0]


def test_the_package_can_be_written_over_a_drifted_home(project):
    path = project / "notebooks" / "03_one.ipynb"
    store(
        project,
        "03_one.ipynb",
        "x = 1\n" + SHOWN_TOTAL.replace("sum", "max") + "\ny = 2",
        SHOWN_NET,
    )
    assert write_homes(path, project) == ["total"]
    assert faults(project) == []
    source = read(path).cells[0].source
    assert source.startswith(
        'x = 1\ndef total(values, *, scale=1.0):\n    """Add up."""\n    # from'
    )
    assert source.endswith("return scale * sum(values)\ny = 2")
    assert write_homes(path, project) == []


def test_several_drifted_definitions_of_a_cell_are_written_each_in_its_place(project):
    path = project / "notebooks" / "03_one.ipynb"
    wrong = SHOWN_TOTAL.replace("sum", "max"), SHOWN_NET.replace("return x", "return -x")
    store(project, "03_one.ipynb", "\n\n\n".join((wrong[0], "x = 1", wrong[1], "y = 2")))
    assert sorted(write_homes(path, project)) == ["Net", "total"]
    assert faults(project) == []
    source = read(path).cells[0].source
    places = [source.index(part) for part in ("def total", "x = 1", "class Net", "y = 2")]
    assert places == sorted(places) and source.count("def total") == source.count("class Net") == 1
