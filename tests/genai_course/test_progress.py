"""The bar shows while a loop runs and leaves nothing behind, however the loop ends."""

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from genai_course.progress import WIDGET_VIEW, track
from workbench.notebooks.canonical import canonical
from workbench.notebooks.execution import execute

LOOP = """print("before")
for item in track(range(3), total=3, label="l"):
    pass
print("after", item)"""
FAIL = """for item in track(range(3), total=3, label="l"):
    1 / 0"""
BREAK = """for item in track(range(3), total=3, label="l"):
    break"""
OPEN_BARS = """from ipywidgets import IntProgress
from ipywidgets.widgets.widget import _instances
sum(isinstance(w, IntProgress) and w.comm is not None for w in _instances.values())"""


@pytest.fixture(scope="module")
def kernel_run(tmp_path_factory):
    """Run the loops in a real kernel; keep the messages that its front end would get."""
    sources = ("from genai_course.progress import track", LOOP, FAIL, BREAK, OPEN_BARS)
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    notebook.cells[2].metadata["tags"] = ["raises-exception"]
    messages = []
    plain = NotebookClient.process_message

    def spy(client, message, cell, index):
        messages.append((index, message["msg_type"], message["content"]))
        return plain(client, message, cell, index)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NotebookClient, "process_message", spy)
        execute(notebook, tmp_path_factory.mktemp("run"))
    return notebook, messages


def test_the_bar_is_shown_and_the_cell_keeps_only_what_it_printed(kernel_run):
    notebook, messages = kernel_run
    shown = [c for i, kind, c in messages if i == 1 and kind == "display_data"]
    assert [list(content["data"]) for content in shown] == [
        [WIDGET_VIEW]
    ]  # seen, with no text form
    kept = [o for o in notebook.cells[1].outputs if o.get("data", "stream")]
    assert "".join(o.text for o in kept) == "before\nafter 2\n"
    assert WIDGET_VIEW not in canonical(notebook)


@pytest.mark.parametrize("index", [1, 2, 3], ids=["whole loop", "error in the body", "break"])
def test_the_bar_is_taken_away_however_the_loop_ends(kernel_run, index):
    _, messages = kernel_run
    opened = [c for i, kind, c in messages if i == index and kind == "display_data"]
    updates = [c for i, kind, c in messages if i == index and kind == "update_display_data"]
    assert len(opened) == 1
    assert [u["data"] for u in updates] == [{}]
    assert updates[0]["transient"] == opened[0]["transient"]


def test_no_bar_stays_open(kernel_run):
    notebook, _ = kernel_run
    assert notebook.cells[4].outputs[0].data["text/plain"] == "0"


def test_outside_a_notebook_there_is_no_bar(capsys):
    assert list(track(iter("abc"), total=3)) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")


def test_an_error_of_the_iterable_arrives():
    def broken():
        yield 1
        raise ValueError("planted")

    with pytest.raises(ValueError, match="planted"):
        list(track(broken(), total=2))
