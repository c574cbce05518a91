"""Notebooks are stored in one form: the same bytes on every run, nothing volatile, nothing lost."""

import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.notebooks.canonical import canonical, read, write
from workbench.notebooks.execution import NotExecuted, execute
from workbench.notebooks.make import make, make_all
from workbench.suite.costs import load_costs
from workbench.suite.drawn_pictures import load_seal
from workbench.suite.watching import Limits

RICH = """import ipywidgets
import matplotlib
matplotlib.use("module://matplotlib_inline.backend_inline")
import matplotlib.pyplot as plt
from IPython.display import display
figure, axes = plt.subplots(figsize=(1, 1))
axes.plot([1, 2])
print("before")
display(ipywidgets.IntSlider(description="z"))
display(figure, metadata={"image/png": {"alt": "A line that rises."}})
plt.close(figure)
print("after")"""


def notebook_of(*sources):
    return new_notebook(cells=[new_code_cell(source) for source in sources])


def stored(notebook):
    return json.loads(canonical(notebook))


def cell_with(*outputs, count=1):
    notebook = new_notebook(cells=[new_code_cell("pass", outputs=list(outputs))])
    notebook.cells[0].execution_count = count
    return notebook


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    sources = (RICH, "1 + 1", "raise ValueError('as planned')")
    runs = []
    for _ in range(2):
        notebook = notebook_of(*sources)
        notebook.cells[2].metadata["tags"] = ["raises-exception"]
        runs.append(canonical(execute(notebook, folder)[0]))
    return runs


def test_two_runs_give_the_same_bytes(two_runs):
    assert two_runs[0] == two_runs[1]


def test_writing_what_was_read_changes_nothing(two_runs, tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(two_runs[0], encoding="utf-8", newline="\n")
    assert canonical(read(path)) == two_runs[0]
    nbformat.validate(nbformat.read(path, as_version=4))


def test_outputs_are_kept_and_what_is_volatile_is_not(two_runs):
    rich, result, error = json.loads(two_runs[0])["cells"]
    streams = [o["text"] for o in rich["outputs"] if o["output_type"] == "stream"]
    widget, figure = [o for o in rich["outputs"] if o["output_type"] == "display_data"]
    assert streams == [["before\n"], ["after\n"]]
    assert list(widget["data"]) == ["text/plain"]  # the view names a model that is gone
    assert figure["data"]["text/plain"] == ["<Figure size 100x100 with 1 Axes>"]
    assert figure["data"]["image/png"].startswith("iVBOR")
    assert figure["metadata"] == {"image/png": {"alt": "A line that rises."}}
    assert result["outputs"][0]["execution_count"] == 2
    assert result["outputs"][0]["data"] == {"text/plain": ["2"]}
    assert error["outputs"][0]["traceback"] == ["ValueError: as planned"]
    assert error["metadata"] == {"tags": ["raises-exception"]}


def test_notebook_and_cell_metadata_are_fixed():
    notebook = notebook_of("1")
    notebook.metadata = {"widgets": {"state": {}}, "language_info": {"version": "3.11.7"}}
    notebook.cells[0].metadata = {"collapsed": True, "execution": {"start": 1}, "tags": ["b", "a"]}
    whole = stored(notebook)
    assert whole["metadata"]["language_info"] == {"name": "python"}
    assert set(whole["metadata"]) == {"kernelspec", "language_info"}
    assert whole["cells"][0]["metadata"] == {"tags": ["a", "b"]}


def test_executed_cells_are_counted_in_order_and_the_others_have_no_count():
    notebook = notebook_of("a", "b", "c")
    notebook.cells.insert(1, new_markdown_cell("text"))
    notebook.cells[0].execution_count, notebook.cells[3].execution_count = 7, 9
    counts = [c.get("execution_count", "text") for c in stored(notebook)["cells"]]
    assert counts == [1, "text", None, 3]


def test_pieces_of_one_stream_are_joined():
    out = [new_output("stream", name="stdout", text=text) for text in ("a\n", "b\n")]
    assert stored(cell_with(*out))["cells"][0]["outputs"][0]["text"] == ["a\n", "b\n"]


def test_an_output_that_was_only_a_widget_view_is_dropped():
    view = new_output(
        "display_data", data={"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    )
    assert stored(cell_with(view))["cells"][0]["outputs"] == []
    texts = [new_output("stream", name="stdout", text=text) for text in ("a\n", "b\n")]
    between = cell_with(texts[0], view, texts[1])
    assert len(stored(between)["cells"][0]["outputs"]) == 1  # else the next writing would join them


def test_text_is_stored_as_utf8_with_unix_line_ends(tmp_path):
    write(notebook_of("print('✓')\r\nx = 1"), tmp_path / "a.ipynb")
    data = (tmp_path / "a.ipynb").read_bytes()
    assert "✓".encode() in data and b"\r" not in data and b"\\r" not in data
    assert data.endswith(b"}\n")


def test_ids_are_words_after_the_heading_above_and_unique():
    cells = [new_markdown_cell("# 04. A GAN"), new_code_cell("1"), new_markdown_cell("## Build it")]
    cells += [new_code_cell("2"), new_code_cell("3"), new_markdown_cell("## Build it")]
    names = [c["id"] for c in stored(new_notebook(cells=cells))["cells"]]
    assert names == ["a-gan", "a-gan-2", "build-it", "build-it-2", "build-it-3", "build-it-4"]


def test_ids_stay_when_the_text_changes_and_a_second_use_is_renamed():
    notebook = notebook_of("1", "2")
    for cell in notebook.cells:
        cell["id"] = "home-generator"
    names = [c["id"] for c in stored(notebook)["cells"]]
    assert names == ["home-generator", "top"]
    again = nbformat.reads(canonical(notebook), as_version=4)
    again.cells[0].source = "something else"
    again.cells.insert(0, new_markdown_cell("## New"))
    assert [c["id"] for c in stored(again)["cells"]] == ["new", "home-generator", "top"]


def test_a_failing_cell_leaves_the_old_file_and_is_named(tmp_path, capsys):
    bad, good = tmp_path / "bad.ipynb", tmp_path / "good.ipynb"
    write(new_notebook(cells=[new_code_cell("1 / 0", id="divide")]), bad)
    write(notebook_of("print(1)"), good)
    before = bad.read_bytes()
    assert make_all([bad, good]) == 1
    printed = capsys.readouterr()
    assert "bad.ipynb not made: cell divide: ZeroDivisionError: division by zero" in printed.err
    assert "good.ipynb: " in printed.out
    assert bad.read_bytes() == before
    assert read(good).cells[0].outputs[0].text == "1\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.ipynb", "good.ipynb"]


def test_a_cell_that_writes_to_stderr_or_kills_its_kernel_is_refused(tmp_path):
    noisy = new_notebook(cells=[new_code_cell("import sys\nsys.stderr.write('hm')", id="noisy")])
    with pytest.raises(NotExecuted, match="cell noisy: wrote to stderr: hm"):
        execute(noisy, tmp_path)
    dead = new_notebook(cells=[new_code_cell("import os\nos._exit(1)", id="dead")])
    with pytest.raises(NotExecuted, match="cell dead: DeadKernelError"):
        execute(dead, tmp_path)


@pytest.mark.parametrize(
    ("source", "stored", "why"),
    [
        ("import time; time.sleep(3600)", {}, "neither computed nor printed"),
        ("while True: pass", {"hangs": 0.1}, "of processor time, allowed 3; usual are 0.1"),
    ],
)
def test_a_cell_that_hangs_is_named_with_the_reason(tmp_path, source, stored, why):
    notebook = new_notebook(cells=[new_code_cell("1"), new_code_cell(source, id="hangs")])
    with pytest.raises(NotExecuted, match=f"cell hangs: Hung: .*{why}"):
        execute(notebook, tmp_path, Limits(idle=3, least=3, unknown=60), stored)


def test_making_a_notebook_stores_what_its_cells_cost_and_seals_its_figures(tmp_path):
    path = tmp_path / "notebooks" / "01_work.ipynb"
    path.parent.mkdir()
    work = "import time\nstart = time.process_time()\nwhile time.process_time() - start < 3: pass"
    draw = "import genai_course.plots.common as p\np.show(p.new_figure()[0], alt='Empty axes.')"
    sources = {
        "before": "1",
        "busy": work,
        "after": "2",
        "draw": draw,
    }  # what drawing costs, imports
    codes = [new_code_cell(source, id=name) for name, source in sources.items()]  # decide alone
    write(new_notebook(cells=[new_markdown_cell("# Work"), *codes]), path)
    make(path, tmp_path)
    costs = load_costs(tmp_path, "notebooks/01_work.ipynb")
    assert list(costs) == ["before", "busy", "after", "draw"]
    (figure,) = load_seal(tmp_path, "notebooks/01_work.ipynb")["draw"]
    assert figure["alt"] == "Empty axes." and len(figure["greys"]) == 16
    assert costs["busy"] > 2.9 > max(costs["before"], costs["after"])


def test_what_is_no_notebook_is_said(tmp_path, capsys):
    path = tmp_path / "x.ipynb"
    path.write_text("not json")
    assert make_all([path, tmp_path / "absent.ipynb"]) == 1
    assert capsys.readouterr().err.count("not made") == 2


def test_an_interrupted_write_leaves_the_old_file_and_no_part(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    write(notebook_of("1"), path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "replace", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(notebook_of("2"), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.ipynb"]


def _interrupt(*_):
    raise KeyboardInterrupt
