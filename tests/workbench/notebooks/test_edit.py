"""The verb `edit`: a notebook as plain Python and back, and one that cannot be read."""

import nbformat
import pytest
from small_notebook import a_notebook

from genai_course.commands import Stop
from workbench.notebooks import edit


def test_edit_there_and_back(tmp_path, capsys):
    pytest.importorskip("jupytext")
    path = tmp_path / "notebooks" / "04_gan.ipynb"
    a_notebook(path, 7)
    assert edit.main(["04"], tmp_path) == 0
    text = path.with_suffix(".py")
    assert "print(3 + 4)" in text.read_text()
    text.write_text(text.read_text().replace("3 + 4", "3 + 5"))
    assert edit.main(["--back", "04"], tmp_path) == 0
    assert nbformat.read(path, as_version=4).cells[0].source == "print(3 + 5)"


def test_a_notebook_that_is_broken_is_one_sentence(tmp_path):
    path = tmp_path / "notebooks" / "04_gan.ipynb"
    path.parent.mkdir()
    path.write_text("{")
    with pytest.raises(Stop, match=r"^04_gan\.ipynb cannot be read as a notebook: ") as caught:
        edit.main(["04"], tmp_path)
    assert "\n" not in str(caught.value)
