"""One stop stops: the rest of its cell does not train, and the message says what comes next."""

import ast
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

import genai_course
from genai_course.training.stopping import Stopped, finish_before_stopping

PACKAGE = Path(genai_course.__file__).parent
WORKBENCH = PACKAGE.parent / "workbench"

# The global hook counts the updates of every optimiser, and stops at one of them.
SETUP = """import os, signal, sys
import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook
from genai_course.collapse import causes
from genai_course.collapse.code_space import train_code_space
from genai_course.collapse.problems import ring
from genai_course.collapse.fixes import TOO_FAST
from genai_course.collapse.game import train_ensemble
from genai_course.conditional import training as loops
from genai_course.conditional.discriminators import ConcatenationDiscriminator
from genai_course.conditional.networks import ConditionalVAE, one_hot
from genai_course.diffusion.networks import PointDenoiser
from genai_course.diffusion.schedules import cosine_schedule
from genai_course.diffusion.training import train_denoiser
from genai_course.flow.training import train_flow
from genai_course.sequences.training import train_sequences
from genai_course.sequences.transformer import GPT
from workbench.pretraining.judge import train_judge
from genai_course.training.resuming import Checkpoint
from genai_course.training import fit

torch.set_num_threads(1)
causes.NUM_STEPS = causes.TEN_IMAGES_STEPS = 15
images, labels = torch.rand(64, 1, 28, 28), torch.arange(64) % 10
updates, stop_at, presses = 0, None, 1


def press(*_):
    global updates
    updates += 1
    if updates == stop_at:
        for _ in range(presses):
            os.kill(os.getpid(), signal.SIGINT)


hook = register_optimizer_step_post_hook(press)


def step(x):
    loss = network(x).square().mean()
    adam.zero_grad()
    loss.backward()
    adam.step()
    return {"loss": loss}


def small(recipe, **options):
    return train_ensemble(recipe, ring(), [0], 6, num_samples=20, **options)


network = nn.Sequential(nn.Flatten(), nn.Linear(784, 1))
adam = torch.optim.Adam(network.parameters())
players = loops.new_players(ConcatenationDiscriminator(), "cpu", width=2)
vae = ConditionalVAE(hidden=4)
"""
# Function: how a cell calls it, and what the message says of running that cell again.
ANEW, ON = "it begins anew", "it trains the same networks on, or new ones where it builds them"
CALLS = {
    "training.fit": ("fit(step, images, num_epochs=2, batch_size=16)", ON),
    "training.fit with a checkpoint": (
        "fit(step, images, num_epochs=2, batch_size=16, "
        "checkpoint=Checkpoint('run.pt', network=network, adam=adam))",
        "it goes on from run.pt",
    ),
    "conditional.training.train_vae": (
        "loops.train_vae(vae, images, one_hot(labels), 4, batch_size=8)",
        ON,
    ),
    "conditional.training.train_gan": (
        "loops.train_gan(players, images, labels, 4, batch_size=8)",
        ON,
    ),
    "diffusion.training.train_denoiser": (
        "train_denoiser(PointDenoiser(4), torch.rand(64, 2), cosine_schedule(20), 2, 16, 1e-3)",
        ON,
    ),
    "flow.training.train_flow": (
        "train_flow(PointDenoiser(4), torch.rand(64, 2), 2, 16, 1e-3)",
        ON,
    ),
    "sequences.training.train_sequences": (
        "train_sequences(GPT(4, 5, width=8, depth=1), torch.randint(4, (64, 6)), 2, 16, 1e-3)",
        ON,
    ),
    "workbench.pretraining.judge.train_judge": (
        "train_judge(images, labels, num_epochs=1, batch_size=16)",
        ON,
    ),
    "collapse.game.train_ensemble": ("small(TOO_FAST)", ANEW),
    "collapse.code_space.train_code_space": (
        "train_code_space(images, num_steps=4, batch_size=32)",
        ANEW,
    ),
    "collapse.causes.train_with_memory": (
        "causes.train_with_memory(TOO_FAST, ring(), [0], 6, 1, num_samples=20)",
        ANEW,
    ),
    "collapse.causes.measure": ("causes.measure('both 3e-4', [0])", ANEW),
    "collapse.causes.measure_ten_images": (
        "causes.measure_ten_images('gradient penalty', torch.rand(10, 784))",
        ANEW,
    ),
}
NOT_CALLED = {"workbench.pretraining.judge.main"}  # a script: it loads real data and stores weights


def functions_that_train():
    """Return module.name of every public function that comes, by any way, to the stopper."""
    calls = {}
    for path in sorted([*PACKAGE.rglob("*.py"), WORKBENCH / "pretraining" / "judge.py"]):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        module = ".".join(parts).removeprefix("genai_course.").removesuffix(".__init__")
        calls |= calls_in(module, ast.parse(path.read_text(encoding="utf-8")))
    found = {"training.stopping.finish_before_stopping"}
    while more := {name for name, called in calls.items() if called & found} - found:
        found |= more
    public = {name for name in found if not name.rpartition(".")[2].startswith("_")}
    return public - {"training.stopping.finish_before_stopping"}


def calls_in(module, tree):
    """Return, for each function of a module, what it calls by a bare name, as module.name."""
    own = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    names = {node.name: f"{module}.{node.name}" for node in own}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("genai_course.", "workbench.")
        ):
            start = node.module.removeprefix("genai_course.")
            names |= {alias.asname or alias.name: f"{start}.{alias.name}" for alias in node.names}
    return {
        names[function.name]: {
            names.get(node.func.id)
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        for function in own
    }


def test_every_function_that_trains_is_tried():
    tried = {name.partition(" ")[0] for name in CALLS}
    assert functions_that_train() == tried | NOT_CALLED


def cells_of(call):
    """Five cells: stopped, what is left, run again, interrupted twice, and what is left."""
    again = f"first = {call}\nsecond = {call}\nprint(updates)"
    return [
        f"first = second = None\nupdates, stop_at, presses = 0, 3, 1\n{again}",
        "kept = getattr(sys.last_value, 'kept', None)\nprint(updates, first is None, second, "
        "kept is not None, isinstance(sys.last_value, KeyboardInterrupt))",
        f"updates, stop_at = 0, None\n{again}",
        f"updates, stop_at, presses = 0, 3, 2\n{again}",
        "print(updates, type(sys.last_value).__name__)",
    ]


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Run all these cells in one real kernel, as a learner would; return the cells by function."""
    sources = {name: cells_of(call) for name, (call, _) in CALLS.items()}
    cells = [new_code_cell(source) for own in sources.values() for source in own]
    find = f"import sys\nsys.path.insert(0, {str(WORKBENCH.parent)!r})"
    notebook = new_notebook(cells=[new_code_cell(f"{find}\n{SETUP}"), *cells])
    resources = {"metadata": {"path": str(tmp_path_factory.mktemp("stopped"))}}
    NotebookClient(notebook, allow_errors=True, resources=resources).execute()
    assert error(notebook.cells[0]) is None, "\n".join(error(notebook.cells[0]).traceback)
    return {name: notebook.cells[1 + 5 * i : 6 + 5 * i] for i, name in enumerate(CALLS)}


def printed(cell):
    return "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout")


def error(cell):
    return next((o for o in cell.outputs if o.output_type == "error"), None)


@pytest.mark.parametrize("name", CALLS)
def test_after_a_stop_the_rest_of_the_cell_does_not_train(ran, name):
    stopped, left, again, _, _ = ran[name]
    assert error(stopped) and printed(stopped) == "", "the cell went on"
    updates, *rest = printed(left).split()
    assert int(updates) <= 4, "it did not stop after the running step, or trained once more"
    assert rest == ["True", "None", "True", "True"], "assigned, not kept, or no interrupt"
    assert error(again) is None, "\n".join(error(again).traceback)
    assert int(printed(again)) > 4


@pytest.mark.parametrize("name", CALLS)
def test_the_message_says_what_running_the_cell_again_does(ran, name):
    shown = error(ran[name][0]).traceback
    assert len(shown) == 1 and "\n" not in shown[0], "the learner sees a traceback"
    assert f"run again, {CALLS[name][1]}" in shown[0] and "sys.last_value.kept" in shown[0]


@pytest.mark.parametrize("name", [name for name in CALLS if "checkpoint" not in name])  # finished
def test_a_second_interrupt_stops_at_once(ran, name):
    updates, kind = printed(ran[name][4]).split()
    assert (int(updates), kind) == (3, "KeyboardInterrupt")


# ---- without a kernel ----


def press(times=1):
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)  # the interpreter notices it between two lines


def test_the_first_interrupt_lets_the_step_finish_and_the_second_stops():
    done = []
    with pytest.raises(Stopped, match="so far is sys.last_value.kept") as stopped:
        with finish_before_stopping() as stop:
            for step in range(5):
                if step == 2:
                    press()
                done.append(step)
                if stop.is_set():
                    break
            stop.keep(done)
    assert done == [0, 1, 2] and stopped.value.kept is done
    with pytest.raises(KeyboardInterrupt) as second, finish_before_stopping():
        press(times=2)
    assert second.type is KeyboardInterrupt
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_was_not_kept_is_not_promised():
    with pytest.raises(Stopped, match="run again, it begins anew$") as stopped:
        with finish_before_stopping():
            press()
    assert stopped.value.kept is None


def test_without_an_interrupt_nothing_happens():
    with finish_before_stopping() as stop:
        assert not stop.is_set() and stop.keep(3) == 3


def test_another_thread_leaves_the_interrupts_to_the_main_one():
    seen = []

    def work():
        with finish_before_stopping() as stop:
            seen.append((stop.is_set(), signal.getsignal(signal.SIGINT)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(False, signal.default_int_handler)]


def sources():
    """Yield (where, source) of every module but the verbs, and of every cell of a notebook."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "commands" not in path.parts:
            yield path.name, path.read_text(encoding="utf-8")
    for path in sorted((PACKAGE.parent / "notebooks").rglob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for cell in cells:
            if cell["cell_type"] == "code":
                yield f"{path.name}, cell {cell['id']}", "".join(cell["source"])


def swallows(source):
    """Whether a piece of code catches interrupts and does not raise them again."""
    handlers = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ExceptHandler))
    for handler in handlers:
        caught = ast.unparse(handler.type) if handler.type else "BaseException"
        wide = "BaseException" in caught or "KeyboardInterrupt" in caught
        if wide and not isinstance(handler.body[-1], ast.Raise):
            return True
    return False


def test_nobody_but_a_verb_of_the_command_line_swallows_an_interrupt():
    found = list(sources())
    assert len(found) > 500 and [where for where, source in found if swallows(source)] == []


@pytest.mark.parametrize("caught", ["", " BaseException", " (ValueError, KeyboardInterrupt)"])
def test_whoever_swallows_an_interrupt_is_seen(caught):
    attempt = f"try:\n    train()\nexcept{caught}:\n    "
    assert swallows(f"{attempt}pass") and not swallows(f"{attempt}tidy()\n    raise")
    assert not swallows("try:\n    train()\nexcept Exception:\n    pass")
