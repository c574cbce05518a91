"""The edges: the last image, odd heights, the end of a loop that works in parts.

All doors of `good_calls` that take tensors are found. What comes last counts: another last row of
a tensor gives another result. Who works in parts, which the source says, gives the same in parts
of any size, the last of which is smaller. Who takes images of any size loses no row of an odd one.
"""

import ast
import functools
import inspect
from pathlib import Path

import pytest
import torch
from call_results import OTHER_OBJECTS, result_of, same, told, values_of
from good_calls import ELSEWHERE, at, doors, plane, uniform
from torch import nn
from usual_values import GIVEN, Sure

import genai_course
from genai_course.collapse.causes import RING_RADIUS
from genai_course.conditional.networks import ConditionalGenerator
from genai_course.data import digits
from genai_course.data.mixtures import ring_centres

PACKAGE = Path(genai_course.__file__).parent


class Strict(Sure):
    """A judge that knows ten digits, and refuses what is white in the first pixel."""

    def forward(self, x):
        return 20 * nn.functional.one_hot((10.5 * x[:, 0, 0, 0]).long(), 11).float()


def bent():
    """A critic whose slope differs from place to place."""
    torch.manual_seed(4)
    return nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))


SIX_OF_EIGHT, ONE = [*range(6)], 6 * [0]
CLEAR = {  # values on which the last row shows
    "collapse.causes.report_over_time": {
        "samples": lambda: ring_centres(8, RING_RADIUS)[3 * SIX_OF_EIGHT + ONE].view(4, 6, 2),
    },
    "collapse.readings": {
        "decode": lambda: lambda x: x[:, :1].view(-1, 1, 1, 1).expand(-1, 1, 28, 28),
        "judge": Strict, "samples": lambda: 0.99 * uniform(3, 5, 2),
    },
    "conditional.training.sample_gan": {"generator": lambda: ConditionalGenerator(8, 2).eval()},
    "evaluation.classwise.label_accuracy": {
        "judge": Strict, "labels": lambda: (10.5 * uniform(20, 784)[:, 0]).long(),
    },
    "evaluation.disentanglement": {"bins": lambda: 3},
    "evaluation.histogram.mnist_score": {"probabilities": lambda: plane().softmax(dim=1)},
    "evaluation.judge": {"judge": Strict},
    "evaluation.memorisation": {
        "to_train": lambda: 0.48 * uniform(20), "train": lambda: 0.9 * uniform(20, 1, 28, 28),
    },
    "evaluation.modes.hopping": {"shares": lambda: torch.eye(2).repeat(3, 1)},
    "gan.augmentation": {"shifts": lambda: torch.arange(12).view(2, 3, 2)},
    "gan.penalties": {"critic": bent, "x_fake": lambda: plane() + 1},
    "sequences.sampling.pick": {"p": lambda: torch.eye(4).repeat(5, 1)},
    "sequences.text.windows": {"length": lambda: 19},
    "sequences.wavenet.play_notes": {"num_samples": lambda: 60},
    "vae.beta_vae.active_units": {"mu": lambda: nn.functional.pad(torch.ones(1, 3), (0, 0, 19, 0))},
}  # fmt: skip
UNREAD = {  # why the last row need not count
    "diffusion.predictions.predictor-alpha_bar": "it makes a function; in its own tests",
    "diffusion.schedules.signal_and_noise-x": "its shape and type count, not its values",
    "flow.guidance.guided_velocity-labels": "it makes a function; in its own tests",
    "flow.paths.per_sample-x": "its dimensions count, not its values",
    "flow.training.fresh_noise-x": "its shape and type count, not its values",
    "flow.training.fresh_noise-chosen": "kept for `train_flow`, whose other noises look at it",
    "collapse.problems.ten_images-images": "the first image of each class is taken",
    "gan.losses.check_logits-logits": "it is looked at and not computed with",
    "gan.penalties.r1_penalty-logits": "a slope, of the logits that x has become; in its own tests",
    "vae.codebook.Codebook.start_from-z_e": "it changes the codebook, in its own tests",
    "vae.codebook.Codebook.update-z_e": "it changes the codebook, in its own tests",
    "vae.codebook.Codebook.update-index": "it changes the codebook, in its own tests",
    "gan.penalties.r1_penalty-x": "a slope, of the logits that x has become; in its own tests",
}
DOORS = {door: call for door, call, _ in doors() if door not in OTHER_OBJECTS}


def given_to(door):
    """Functions that make what a door is given besides a good call."""
    names = inspect.signature(DOORS[door]).parameters
    given = {**at(door, {}, GIVEN), **at(door, {}, CLEAR)}
    return {name: value for name, value in given.items() if name in names}


def tensors_of(door):
    """The tensors that a call of this door is given, by name."""
    values = {**(values_of(door, DOORS[door]) or {})}
    if values:
        values |= {name: value() for name, value in given_to(door).items()}
    return {name: v for name, v in values.items() if isinstance(v, torch.Tensor) and v.ndim}


@functools.cache
def usual_result(door):
    return result(door, {})


def result(door, values):
    """What a call gives that is given these values."""
    values = {name: lambda value=value: value for name, value in values.items()}
    return result_of(door, DOORS[door], given_to(door) | values)[0]


def with_another_last(values):
    """Yield copies with another last row: mirrored, all lowest, all highest, like the first."""
    low, high = values.detach().aminmax()
    for last in (low + high - values[-1], low, high, values[0]):
        changed = values.detach().clone()
        changed[-1] = last
        yield changed


CASES = [f"{door}-{name}" for door in DOORS for name in tensors_of(door)]


@pytest.mark.parametrize("case", sorted({*CASES} - {*UNREAD}))
def test_the_last_row_counts(case):
    door, name = case.split("-")
    for other in with_another_last(tensors_of(door)[name]):
        try:
            if not same(usual_result(door), result(door, {name: other})):
                return
        except ValueError:  # no such row is allowed
            continue
    pytest.fail(f"{name}: another last row gives the same")


def test_nothing_is_excused_that_is_not_there():
    assert {*UNREAD} <= {*CASES}


# ------------------------------------------------------------------------------ in parts


def few_redrawn(patch):
    """The offline training images, were there 20 of them."""
    patch.setattr(digits, "NUM_TRAIN", 20)
    return digits._build.__wrapped__("train")


IN_PARTS = {  # who works in parts, and by which door
    "collapse.code_space._means": "collapse.code_space.CodeSpace.encode",
    "conditional.training.sample_gan": "conditional.training.sample_gan",
    "data.digits._build": few_redrawn,
    "evaluation.diversity.mean_pairwise_distance": "evaluation.diversity.mean_pairwise_distance",
    "evaluation.judge_batches.in_batches": "evaluation.judge.class_probabilities",
    "evaluation.kernel.kernel_sum": "evaluation.kernel.kernel_sum",
    "evaluation.memorisation.nearest_distances": "evaluation.memorisation.nearest_distances",
    "evaluation.neighbours.count_in_balls": "evaluation.neighbours.count_in_balls",
    "models.pretrained.draw": "models.pretrained.draw",
    "vae.aggregate.aggregate_log_density": "vae.aggregate.aggregate_log_density",
    "vae.importance.importance_weights_of": "vae.importance.importance_weights_of",
    "vae.vqvae.images_to_indices": "vae.vqvae.images_to_indices",
    "vae.vqvae.indices_to_logits": "vae.vqvae.indices_to_logits",
}
NOT_ONE_THING_IN_PARTS = {
    "data.shuffling._slices": "the slices are what is asked for; in its own tests",
    "evaluation.negatives.blurred": "each part is blurred otherwise",
    "evaluation.negatives._smooth_field": "each part has another size of detail",
    "evaluation.neighbours.neighbour_radii": "asked for 611 points in its own tests",
    "flow.straightness.path_bend": "it counts steps, from noise on",
    "gan.dirac.momentum_step": "two halves of a state",
}


def places_in_parts():
    """Return the functions that split a tensor or step through one, by their source."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        if module.split(".")[0] in ELSEWHERE:
            continue
        functions = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                     if isinstance(n, ast.FunctionDef)]  # fmt: skip
        found |= {f"{module}.{function.name}" for function in functions if _splits(function)}
    return found


def _splits(function):
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and node.args:
            text = isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
            if isinstance(node.func, ast.Attribute) and node.func.attr == "split" and not text:
                return True
            if ast.unparse(node.func) == "range" and len(node.args) == 3:
                return True
    return False


def test_everybody_who_works_in_parts_is_asked():
    assert places_in_parts() == {*IN_PARTS} | {*NOT_ONE_THING_IN_PARTS}


def halves(shape, dtype, device):
    return torch.full(shape, 0.5, dtype=dtype, device=device)


def in_parts(door, size, monkeypatch):
    """The result where no part has more than `size` rows, and all that is drawn is one half."""
    with monkeypatch.context() as patch:
        whole = torch.Tensor.split
        patch.setattr(torch.Tensor, "split", lambda self, rows: whole(self, min(size, len(self))))
        patch.setattr("torch.distributions.normal._standard_normal", halves)
        return told(door(patch)) if callable(door) else result(door, {})


@pytest.mark.parametrize("place", IN_PARTS)
def test_parts_of_any_size_give_the_same(place, monkeypatch):
    whole = in_parts(IN_PARTS[place], 10**6, monkeypatch)
    for size in (1, 7, 19):  # of 20 rows
        assert close(in_parts(IN_PARTS[place], size, monkeypatch), whole), size


def close(a, b):
    """Whether results are the same but for rounding."""
    if isinstance(a, list):
        return len(a) == len(b) and all(map(close, a, b))
    a, b = (torch.as_tensor(x) for x in (a, b))
    return a.shape == b.shape and torch.allclose(a.double(), b.double(), rtol=1e-4, atol=1e-5)


# ------------------------------------------------------------------------------ odd sizes

ODD = (20, 1, 27, 25)
ANY_SIZE = {  # who takes images of any size; the others refuse
    *("baselines.pca.GaussianInPCA", "baselines.pixels.IndependentPixels"),
    *("collapse.texture.still_recognised", "conditional.completion.split_halves"),
    *("data.images.to_signed_range", "data.shuffling.batches", "divergences.log_two_bumps"),
    *("evaluation.classwise.class_by_class", "evaluation.diversity.diversity_ratio"),
    *("evaluation.diversity.mean_pairwise_distance", "evaluation.diversity.within_class_diversity"),
    *("evaluation.memorisation.memorisation", "evaluation.memorisation.nearest_distances"),
    *("evaluation.negatives.gaussian_blur", "gan.toy.two_bumps_density", "vae.losses.elbo"),
    *("vae.binarise.binarise", "vae.likelihoods.continuous_bernoulli_loss"),
    *("vae.likelihoods.log_normaliser", "vae.losses.reconstruction_loss"),
}
NO_LINE_MOVES_IT = ("collapse.texture.still_recognised",)  # a share of best matches
LAST_LINES = {"row": (..., -1, slice(None)), "column": (..., -1)}


def odd_images(door):
    """Images of an odd size in place of all the images that a door is usually given."""
    usual = {name: v for name, v in tensors_of(door).items() if v.shape[1:] == (1, 28, 28)}
    low = {name: min(0, v.detach().min().floor()) for name, v in usual.items()}
    return {
        name: low[name] + (1 - low[name]) * uniform(*ODD) ** i for i, name in enumerate(usual, 1)
    }


WITH_IMAGES = [door for door in DOORS if odd_images(door) and f"{door}-images" not in UNREAD]


@pytest.mark.parametrize("door", WITH_IMAGES)
def test_no_pixel_of_an_odd_image_is_lost(door):
    images = odd_images(door)
    try:
        usual = result(door, images)
    except (ValueError, RuntimeError):
        usual = None
    assert (usual is not None) == (door in ANY_SIZE)
    for name, value in images.items() if door in ANY_SIZE - {*NO_LINE_MOVES_IT} else ():
        for line, place in LAST_LINES.items():
            changed = value.clone()
            changed[place] = changed[place].flip(0) / 2
            other = result(door, images | {name: changed})
            assert not same(usual, other), f"{name}: the last {line} does nothing"
