"""Several kernels at once: what they need is measured, and trouble is not overlooked."""

import asyncio
import json
import os
from pathlib import Path

import nbformat
import pytest

from genai_course.commands import doctor_checks as checks
from workbench.environments import classroom
from workbench.verbs import WORKBENCH

REPOSITORY = Path(__file__).parents[3]
BIG = "block = bytearray(300_000_000)\ndel block\nprint('✓ fine')"


def a_notebook(path, *sources):
    """Store a notebook; a source that starts with # is text."""
    v4 = nbformat.v4
    cells = [(v4.new_markdown_cell if s[0] == "#" else v4.new_code_cell)(s) for s in sources]
    nbformat.write(v4.new_notebook(cells=cells), path)


@pytest.fixture
def course(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "workbench" / "results").mkdir(parents=True)
    a_notebook(tmp_path / "notebooks" / "00_some.ipynb", BIG)
    a_notebook(tmp_path / "notebooks" / "04_more.ipynb", "1", "## Train it\n", "1 / 0")
    return tmp_path


def test_two_learners_are_measured_and_stored(course, capsys):
    assert classroom.main(["2"], course) == 0
    stored = json.loads((course / classroom.STORED).read_text())
    first, second = stored["lessons"]
    assert len(first["kernels"]) == 2 and stored["learners"] == 2
    assert all(0.3 < kernel["peak_gib"] < 0.6 for kernel in first["kernels"])  # though it is freed
    assert 0.02 < second["peak_gib"] < 0.3 and second["trouble"] == []
    said = capsys.readouterr().out
    assert "04_more until Train it" in said and said.rstrip().endswith("the limit is 1.5 GiB")


@pytest.mark.parametrize(
    ("source", "sentence"), [("1 / 0", "ZeroDivision"), ("print('✗ two is one')", "✗ two is one")]
)
def test_a_cell_that_fails_and_a_cross_are_trouble(course, source, sentence):
    path = course / "notebooks" / "00_some.ipynb"
    a_notebook(path, source)
    lesson = asyncio.run(classroom.teach(path, None, 1))
    assert len(lesson["trouble"]) == 1 and sentence in lesson["trouble"][0]


@pytest.mark.parametrize(("peak", "trouble", "code"), [(1.6, [], 1), (1.0, ["x"], 1), (1.0, [], 0)])
def test_too_much_memory_or_trouble_fails_and_is_not_stored(
    course, monkeypatch, peak, trouble, code
):
    async def teach(path, heading, learners):
        return {
            "seconds": 1,
            "peak_gib": peak,
            "together_gib": 1.0,
            "trouble": trouble,
            "kernels": [],
        }

    monkeypatch.setattr(classroom, "teach", teach)
    assert classroom.main(["2"], course) == code
    assert (course / classroom.STORED).exists() == (code == 0)


def test_a_process_that_has_ended_needs_no_memory():
    peak, own = classroom.memory_of(os.getpid())
    assert peak >= own > 0.01
    assert classroom.memory_of(2**22 + 1) == (0.0, 0.0)


def test_the_stored_class_of_eight_stayed_within_the_limit():
    if not (REPOSITORY / classroom.STORED).exists():
        pytest.skip("not measured yet: make classroom")
    stored = json.loads((REPOSITORY / classroom.STORED).read_text(encoding="utf-8"))
    assert stored["learners"] >= WORKBENCH.read("classroom", []).learners
    assert [(x["notebook"][:2], x["until"]) for x in stored["lessons"]] == [
        (number, heading or "the end") for number, heading in classroom.LESSONS
    ]
    for lesson in stored["lessons"]:
        assert lesson["trouble"] == [] and lesson["peak_gib"] < classroom.LIMIT
        assert len(lesson["kernels"]) == stored["learners"]
    assert classroom.LIMIT * classroom.GIBIBYTE <= checks.KERNEL_GIGABYTES * 1.01e9
