"""Who is given a device puts there what it gives back: also where there is no GPU to see it on.

PyTorch's device "meta" holds shapes and no numbers, and is there on every machine. All public
functions and classes with a parameter `device` are found; each is asked for "meta".
"""

import importlib
import inspect
import pkgutil

import pytest
import torch

import genai_course
from genai_course.collapse.fixes import TOO_FAST
from genai_course.collapse.game import train_ensemble
from genai_course.collapse.problems import ring
from genai_course.collapse.streams import Streams
from genai_course.conditional.discriminators import ProjectionDiscriminator
from genai_course.conditional.training import new_players, random_batches
from genai_course.evaluation.judge import load_judge
from genai_course.models.pretrained import load_pretrained
from genai_course.training.checkpoints import load_checkpoint, save_checkpoint
from genai_course.widgets.conditional_generation import draw_me

META = "meta"
NO_TENSORS = {  # they say something of a device and put nothing there
    "reproducibility.check_device",
    *("training.precision.bfloat16_units", "training.precision.in_fastest"),
}


def loaded(tmp_path):
    save_checkpoint(tmp_path / "x.pt", {"a": torch.ones(3), "b": {"c": [torch.zeros(2)]}})
    found = load_checkpoint(tmp_path / "x.pt", META)
    return [found["a"], *found["b"]["c"]]


def drawn(tmp_path):
    given = []

    def draw(z, labels):
        given.extend((z, labels))
        return torch.zeros(len(z), 1, 28, 28)

    draw_me(draw, 3, META, count=2)
    return given


def streams(tmp_path):
    numbers = Streams([0, 1], META)
    return [numbers.normal(2), numbers.uniform(2), numbers.integers(3, 2)]


def trained(tmp_path):
    """There are no numbers to train with, so it stops, but not before it has come there."""
    with pytest.raises((RuntimeError, NotImplementedError), match=META):
        train_ensemble(TOO_FAST, ring(), [0], 1, num_samples=4, device=META)
    return [torch.zeros(0, device=META)]


def players(tmp_path):
    networks = new_players(ProjectionDiscriminator(2), META, width=2)
    return [weight for network in networks for weight in network.parameters()]


ASKED = {
    "training.checkpoints.load_checkpoint": loaded,
    "evaluation.judge.load_judge": lambda tmp_path: load_judge("digits", META).parameters(),
    "models.pretrained.load_pretrained": lambda tmp_path: load_pretrained("gan", META).parameters(),
    "collapse.streams.Streams": streams,
    "collapse.game.train_ensemble": trained,
    "conditional.training.random_batches": lambda tmp_path: [random_batches(5, 2, 3, META)],
    "conditional.training.new_players": players,
    "widgets.conditional_generation.draw_me": drawn,
}


def with_a_device():
    """Every public function and class that has a parameter `device`."""
    for module in pkgutil.walk_packages(genai_course.__path__, "genai_course."):
        if module.name.endswith("__main__"):
            continue
        for name, thing in vars(importlib.import_module(module.name)).items():
            own = getattr(thing, "__module__", "") == module.name and not name.startswith("_")
            if own and (inspect.isfunction(thing) or inspect.isclass(thing)):
                try:
                    known = inspect.signature(thing).parameters
                except ValueError:  # an exception of Python's own making
                    continue
                if "device" in known:
                    yield f"{module.name.removeprefix('genai_course.')}.{name}"


def test_whoever_has_a_device_is_asked():
    assert {*with_a_device()} == {*ASKED} | NO_TENSORS


@pytest.mark.parametrize("name", ASKED)
def test_what_comes_back_is_on_the_device_asked_for(name, tmp_path):
    tensors = [*ASKED[name](tmp_path)]
    assert tensors and {tensor.device.type for tensor in tensors} == {META}
