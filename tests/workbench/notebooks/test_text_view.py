"""The text view of a notebook goes out and back in without losing ids, tags or outputs."""

import subprocess
import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.notebooks.canonical import read, write
from workbench.notebooks.text_view import back, out

pytest.importorskip("jupytext", reason="the text view needs jupytext, which only writers install")


@pytest.fixture
def path(tmp_path):
    cells = [
        new_markdown_cell("# 01. Title\n\nOne $x$ of it."),
        new_code_cell("import math", id="imports"),
        new_code_cell(
            "print(math.pi)\n\n\nx = 1",
            id="show-pi",
            metadata={"tags": ["raises-exception"]},
            outputs=[new_output("stream", name="stdout", text="3.14\n")],
        ),
        new_markdown_cell("## Build it", id="build-it"),
        new_code_cell("y = [\n    1,\n]  # shape (1,)", id="list"),
    ]
    for count, cell in enumerate(c for c in cells if c.cell_type == "code"):
        cell.execution_count = count + 1
    write(new_notebook(cells=cells), tmp_path / "a.ipynb")
    return tmp_path / "a.ipynb"


def edit(path, before, after):
    text_path = out(path)
    text = text_path.read_text(encoding="utf-8")
    assert before in text
    text_path.write_text(text.replace(before, after, 1), encoding="utf-8")
    back(path)
    return read(path).cells


def ids(cells):
    return [cell["id"] for cell in cells]


def test_out_and_back_without_an_edit_gives_the_same_bytes(path):
    before = path.read_bytes()
    out(path)
    back(path)
    assert path.read_bytes() == before


def test_an_edited_cell_keeps_its_id_and_counts_as_not_executed(path):
    names = ids(read(path).cells)
    cells = edit(path, "import math", "import math as m  # quite another text than before")
    assert ids(cells) == names
    assert cells[1].execution_count is None and cells[1].outputs == []
    assert cells[2].execution_count == 2 and cells[2].outputs[0].text == "3.14\n"
    assert cells[2].metadata.tags == ["raises-exception"]


def test_an_inserted_cell_gets_a_word_and_the_others_keep_theirs(path):
    names = ids(read(path).cells)
    cells = edit(
        path, "# %% [markdown]\n# ## Build it", "# %%\nz = 0\n\n# %% [markdown]\n# ## Build it"
    )
    assert [name for name in ids(cells) if name in names] == names
    assert cells[3].source == "z = 0" and cells[3]["id"] == "title-2"
    assert cells[2].outputs


def test_a_removed_cell_takes_only_itself_away(path):
    names = ids(read(path).cells)
    cells = edit(path, "# %%\nimport math\n\n", "")
    assert ids(cells) == [name for name in names if name != "imports"]


def test_an_edit_beside_an_insertion_keeps_the_id_of_the_edited_cell(path):
    cells = edit(
        path, "import math\n", "import math, cmath\n\n# %% [markdown]\n# Why.\n\n# %%\nq = 2\n"
    )
    edited = next(c for c in cells if c.source == "import math, cmath")
    assert edited["id"] == "imports"
    assert len(set(ids(cells))) == len(cells)


def test_a_tag_written_in_the_view_arrives(path):
    cells = edit(path, "# %%\nimport math", '# %% tags=["shows-a-cross"]\nimport math')
    assert cells[1].metadata.tags == ["shows-a-cross"]


def test_a_tag_that_was_changed_or_removed_in_the_view_leaves_id_and_outputs(path):
    names = ids(read(path).cells)
    cells = edit(path, '"raises-exception"', '"shows-a-cross"')
    assert cells[2].metadata.tags == ["shows-a-cross"] and cells[2].outputs[0].text == "3.14\n"
    cells = edit(path, ' tags=["shows-a-cross"]', "")
    assert cells[2].metadata == {} and cells[2].outputs[0].text == "3.14\n"
    assert ids(cells) == names


def test_a_moved_cell_takes_its_id_tags_and_outputs_along(path):
    cells = edit(path, "# %%\nimport math\n\n", "")
    names = ids(cells)
    shown = '# %% tags=["raises-exception"]\nprint(math.pi)\n\n\nx = 1\n\n'
    text = out(path).read_text(encoding="utf-8")
    assert shown in text
    path.with_suffix(".py").write_text(text.replace(shown, "") + "\n" + shown, encoding="utf-8")
    cells = read(back(path)).cells
    assert ids(cells) == [name for name in names if name != "show-pi"] + ["show-pi"]
    assert cells[-1].outputs[0].text == "3.14\n" and cells[-1].execution_count is not None
    assert cells[-1].metadata.tags == ["raises-exception"]


@pytest.mark.parametrize(
    ("before", "after"), [("math.pi)", "math.pi )"), ("x = 1", "x = (1)"), ("x = 1", "x = '1'")]
)
def test_an_edit_of_blanks_quotes_or_brackets_is_an_edit(path, before, after):
    cells = edit(path, before, after)
    assert cells[2]["id"] == "show-pi"
    assert cells[2].execution_count is None and cells[2].outputs == []


@pytest.mark.parametrize("removed", [False, True])
def test_a_neighbour_that_came_or_went_does_not_take_the_id_of_an_edited_cell(path, removed):
    if not removed:
        cells = edit(path, "import math\n", "q = [2]\n\n# %%\nimport math as m\n")
    else:
        text = '# %%\nimport math\n\n# %% tags=["raises-exception"]\nprint(math.pi)'
        cells = edit(path, text, '# %% tags=["raises-exception"]\nprint(2 * math.pi)')
    wanted = ("show-pi", "print(2") if removed else ("imports", "import math as m")
    assert [c["id"] for c in cells if c.source.startswith(wanted[1])] == [wanted[0]]
    assert len(set(ids(cells))) == len(cells)


def test_a_view_without_a_notebook_makes_one(tmp_path):
    (tmp_path / "b.py").write_text("# %% [markdown]\n# # 02. New\n\n# %%\nx = 1\n")
    cells = read(back(tmp_path / "b.ipynb")).cells
    assert [c.cell_type for c in cells] == ["markdown", "code"]
    assert cells[1].execution_count is None


def test_an_unknown_verb_is_refused():
    command = [sys.executable, "-m", "workbench.notebooks.text_view", "over", "a.ipynb"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and "choose from" in done.stderr
