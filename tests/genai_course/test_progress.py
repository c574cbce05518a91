"""The bar shows while a loop runs and leaves nothing behind, however the loop ends."""

import ast
import importlib
from pathlib import Path

import pytest
import torch
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

import genai_course
from genai_course.collapse.code_space import train_code_space
from genai_course.collapse.fixes import TOO_FAST
from genai_course.collapse.game import train_ensemble
from genai_course.collapse.problems import ring
from genai_course.progress import WIDGET_VIEW, track
from genai_course.training import fit
from genai_course.training.resuming import Checkpoint
from workbench.notebooks.canonical import canonical
from workbench.notebooks.execution import execute

PACKAGE = Path(genai_course.__file__).parent

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


# ---- the bar ends full: whoever opens one says how many steps there will be ----


def a_fit(tmp_path):
    fit(lambda x: {"loss": x.sum()}, torch.zeros(13, 1), num_epochs=3, batch_size=4)


def a_fit_that_goes_on(tmp_path):
    layer = torch.nn.Linear(1, 1)
    for epochs in (2, 5):
        checkpoint = Checkpoint(tmp_path / "run.pt", every=2, layer=layer)
        images = torch.zeros(13, 1)
        fit(
            lambda x: {"loss": x.sum()},
            images,
            num_epochs=epochs,
            batch_size=4,
            checkpoint=checkpoint,
        )


def an_ensemble(tmp_path):
    train_ensemble(TOO_FAST, ring(), [0], 6, snapshots=3, num_samples=20)


def a_code_space(tmp_path):
    train_code_space(torch.rand(20, 1, 28, 28), latent_dim=2, num_steps=3, batch_size=9)


TRAININGS = {  # by the module that opens the bar
    "training": (a_fit, a_fit_that_goes_on),
    "collapse.game": (an_ensemble,),
    "collapse.code_space": (a_code_space,),
}


def who_opens_a_bar():
    """The modules of the package that call `track`."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "track":
                parts = path.relative_to(PACKAGE).with_suffix("").parts
                yield ".".join(parts).removesuffix(".__init__")


def test_every_bar_is_tried():
    assert set(who_opens_a_bar()) == {*TRAININGS}


@pytest.mark.parametrize(
    ("module", "train"), [(module, train) for module, those in TRAININGS.items() for train in those]
)
def test_a_bar_is_full_when_the_training_ends(module, train, tmp_path, monkeypatch):
    bars = []

    def counted(iterable, *, total, label="training"):
        bars.append([total, 0])
        for item in iterable:
            bars[-1][1] += 1
            yield item

    monkeypatch.setattr(importlib.import_module(f"genai_course.{module}"), "track", counted)
    train(tmp_path)
    assert bars and all(total == done > 0 for total, done in bars), bars
