"""An argument is handed on: another value gives another result.

All arguments that may be left out are found, of the doors of `good_calls`, of networks and of what
a training of small GANs consists of; and those that must be given, where `OTHER` has another value
for their name. Whoever computes the same with another value has dropped it on the way. Where it
has to be the same, `NOTHING` says why.
"""

import inspect
from dataclasses import fields, replace

import pytest
import torch
from call_results import result_of, same, told, values_of
from good_calls import at, doors, good_call, networks, uniform
from torch import nn
from torch.nn.utils.parametrize import is_parametrized
from usual_values import GIVEN

from genai_course.collapse.fixes import SMOOTHED, Recipe, spectral
from genai_course.collapse.game import one_round
from genai_course.collapse.objectives import Unrolled
from genai_course.collapse.optimizers import Adam
from genai_course.collapse.penalties import R1, Clip
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import Problem, grid, ring
from genai_course.collapse.streams import Streams
from genai_course.collapse.views import InstanceNoise, augmented
from genai_course.flow.solvers import heun_step
from genai_course.gan.losses import saturating_generator_loss
from genai_course.gan.minibatch import MinibatchStdDev


def rests(recipe, problem, players, streams, share_left):
    """A round in which nobody moves."""


NOTHING = {  # why another value has to give the same
    "device": "where something is computed, and not what",
    "rows": "how much is held in memory at once",
    "decode_at_once": "how much is held in memory at once",
    "label": "the words beside a progress bar",
    "path": "another file of the same content is read in its own tests",
    "folder": "where files lie; tested with the files",
}
KEPT = "kept for `update`; tested there"
NOTHING_EXACTLY = {
    "vae.codebook": {"decay": KEPT, "restart_below": KEPT},
    "data.images.load_images": dict.fromkeys(("name", "split"), "files; tested with them"),
    "evaluation.judge_batches.in_batches": {"batch_size": NOTHING["rows"]},
    "flow.guidance.guided_velocity": {"w": "it makes a function; in its own tests"},
    "collapse.causes.measure": {"seeds": "trains for minutes; a table is recomputed elsewhere"},
}
OTHER = {  # another value for a parameter of this name
    "activation": lambda: nn.Tanh,
    "batch_layer": lambda: MinibatchStdDev(4),
    "batch_size": lambda: 5,
    "beta": lambda: 0.7,
    "bins": lambda: 3,
    "channels": lambda: 3,
    "commitment": lambda: 1.0,
    "condition_dim": lambda: 7,
    "count": lambda: 5,
    "decay": lambda: 0.3,
    "dilations": lambda: (1, 3),
    "dims": lambda: 2,
    "distance": lambda: 2.0,
    "dropout": lambda: 0.5,
    "epsilon": lambda: 0.1,
    "eta": lambda: 0.4,
    "extra": lambda: 1,
    "fake_label": lambda: 0.3,
    "free_nats": lambda: 0.2,
    "gain": lambda: 9.0,
    "gamma": lambda: 0.3,
    "generator": lambda: torch.Generator().manual_seed(5),
    "group_size": lambda: 4,
    "half_width": lambda: 2.0,
    "heads": lambda: 2,
    "hidden": lambda: 8,
    "k": lambda: 4,
    "kernels": lambda: 3,
    "last": lambda: 2,
    "latent_dim": lambda: 3,
    "layers": lambda: 2,
    "length": lambda: 0.1,
    "loss_of_fakes": lambda: saturating_generator_loss,
    "lr": lambda: 0.05,
    "minimum_share": lambda: 0.6,
    "mix": lambda: uniform(20, 1),
    "modes": lambda: 5,
    "num_classes": lambda: 4,
    "num_components": lambda: 3,
    "num_directions": lambda: 3,
    "num_hidden": lambda: 7,
    "narrow": lambda: 8,
    "num_inputs": lambda: 9,
    "num_levels": lambda: 16,
    "num_notes": lambda: 3,
    "num_rates": lambda: 5,
    "num_rounds": lambda: 1,
    "num_samples": lambda: 3,
    "num_steps": lambda: 1,
    "pack": lambda: 2,
    "pairs": lambda: 7,
    "radius": lambda: 2.0,
    "rate": lambda: 0.3,
    "real_label": lambda: 0.5,
    "real_target": lambda: 0.6,
    "rise": lambda: 40,
    "scale": lambda: 3.0,
    "seed": lambda: 1,
    "share": lambda: 0.2,
    "share_left": lambda: 0.2,
    "side": lambda: 3,
    "sigma": lambda: 0.3,
    "smallest_deviation": lambda: 0.9,
    "spacing": lambda: 1.0,
    "spectral": lambda: True,
    "spread": lambda: 0.5,
    "std": lambda: 0.1,
    "target": lambda: 0.4,
    "threshold": lambda: 0.05,
    "told": lambda: 32,
    "tolerance": lambda: 0.9,
    "wanted_label": lambda: 0.5,
    "warm_up": lambda: 1,
    "weight": lambda: 0.6,
    "wide": lambda: 16,
    "width": lambda: 5,
    "widths": lambda: (4, 5, 6),
}
OTHER_EXACTLY = {
    "collapse.causes.uneven_ring": {"shares": lambda: (0.5,) + 7 * (0.5 / 7,)},
    "collapse.game.train_ensemble": {"snapshots": lambda: 2, "play_round": lambda: rests},
    "collapse.factorial": {"metric": lambda: "quality"},
    "collapse.scoreboard": {"metric": lambda: "quality", "smallest_deviation": lambda: 3.0},
    "collapse.statistics": {"rate": lambda: 0.001, "level": lambda: 0.2},
    "collapse.digits_report.few_images_report": {"tolerance": lambda: 0.05},
    "collapse.texture.brief_critic": {"num_steps": lambda: 3},
    "conditional.networks.ConditionalVAE": {"shape": lambda: (1, 14, 56)},
    "flow.density": {"divergence": lambda: lambda velocity, x, t: (velocity(x, t), x[:, 0])},
    "flow.guidance": {"dropped": lambda: 0.7},
    "flow.solvers": {"step": lambda: heun_step, "t": lambda: 0.7, "s": lambda: 0.2},
    "flow.steps": {"labels": lambda: torch.arange(20) % 2, "dropped": lambda: 0.7},
    "flow.training": {
        "labels": lambda: torch.arange(20) % 2,
        "dropped": lambda: 0.7,
        "noise_for": lambda: lambda x, chosen: x.flip(0) + chosen[:, None],
    },
    "gan.augmentation": {"side": lambda: 14},
    "gan.stacked": {"depth": lambda: 2},
    "models.pretrained.draw": {"labels": lambda: torch.tensor([5, 6, 7])},
    "sequences.attention": {"mask": lambda: torch.ones(5, 20).tril().bool()},
    "sequences.text": {"every": lambda: 3, "topics": lambda: {"for": "said once"}},
    "sequences.transformer.GPT": {"width": lambda: 8, "depth": lambda: 2},
    "sequences.waves.pluck": {"loss": lambda: 0.5},
    "vae.beta_vae": {"free_nats": lambda: 2.0},
}
CASES = [
    pytest.param(door, call, name, id=f"{door}-{name}")
    for door, call, names in [*doors(), *networks()]
    for name in names
    if name not in at(door, NOTHING, NOTHING_EXACTLY)
    if inspect.signature(call).parameters[name].default is not inspect.Parameter.empty
]


@pytest.mark.parametrize(("door", "call", "name"), CASES)
def test_another_value_gives_another_result(door, call, name):
    other = at(door, OTHER, OTHER_EXACTLY)[name]
    names = inspect.signature(call).parameters
    given = {key: one for key, one in at(door, {}, GIVEN).items() if key in names and key != name}
    usual = result_of(door, call, given, name)
    assert same(usual, result_of(door, call, given, name)), "the same call gives two results"
    changed = result_of(door, call, {**given, name: other}, name)
    assert not same(usual, changed), f"{name} does nothing"


def made_with(door, call, **given):
    """What a door to a network makes with these."""
    names, usual = inspect.signature(call).parameters, at(door, {}, GIVEN)
    values = {key: value() for key, value in usual.items() if key in names} | given
    return call(**{**good_call(door, call, "", values), **values})


def doors_with(name):
    found = [(door, call) for door, call, names in [*doors(), *networks()] if name in names]
    return pytest.mark.parametrize(("door", "call"), found, ids=[door for door, _ in found])


@doors_with("activation")
def test_every_layer_has_the_activation_that_is_wanted(door, call):
    usual = inspect.signature(call).parameters["activation"].default
    before = [type(layer) for layer in made_with(door, call).modules()]
    after = [type(layer) for layer in made_with(door, call, activation=nn.Tanh).modules()]
    assert after == [nn.Tanh if layer is usual else layer for layer in before] != before


@doors_with("spectral")
def test_every_layer_with_weights_is_spectral_where_that_is_wanted(door, call):
    for wanted in (True, False):
        layers = made_with(door, call, spectral=wanted).modules()
        weighty = [layer for layer in layers if isinstance(layer, (nn.Conv2d, nn.Linear))]
        assert weighty and all(is_parametrized(layer, "weight") == wanted for layer in weighty)


SPECTRAL = [door for door in networks() if door[0].startswith("conditional.discriminators.")]


@pytest.mark.parametrize(("door", "call", "names"), SPECTRAL, ids=[door[0] for door in SPECTRAL])
def test_a_conditional_discriminator_is_spectral_all_through(door, call, names):
    """The docstring of its module says so: only the place of the label may differ."""
    layers = [m for m in call().modules() if isinstance(m, (nn.Conv2d, nn.Linear, nn.BatchNorm2d))]
    assert len(layers) == 4 and all(is_parametrized(layer, "weight") for layer in layers)


# ------------------------------------------------------------------ recipes and problems of GANs


def noisy(x, problem, streams, share_left):
    return InstanceNoise(0.5)(x, problem, streams, share_left)


OTHER_FIELDS = {
    "rate_generator": 0.02, "rate_discriminator": 0.02, "decay": 0.9, "discriminator_steps": 2,
    "pack": 2, "optimizer": Adam(0.0), "discriminator": spectral, "see_real": noisy,
    "see_fake": noisy, "losses": SMOOTHED, "penalties": (R1(0.5),), "after_step": Clip(0.01),
    "judge": Unrolled(1),
    "draw": grid().draw, "augment": lambda x, streams: -x, "data_dim": 3, "latent_dim": 3,
    "width_generator": 5, "width_discriminator": 5, "depth_generator": 1, "depth_discriminator": 2,
    "batch_size": 8, "data_scale": 2.0, "activation": nn.Tanh,
}  # fmt: skip


PARTS = [(Problem, field.name) for field in fields(Problem)]
PARTS += [(Recipe, field.name) for field in fields(Recipe)]


def played(recipe, problem):
    """The players after two rounds, and the samples that they would give."""
    streams = Streams([0, 1])
    players = make_players(recipe, problem, streams)
    for _ in range(2):
        one_round(recipe, problem, players, streams, share_left=0.3)
    return told([players.generator, players.discriminator])


@pytest.mark.parametrize(
    ("part", "name"), PARTS, ids=[f"{part.__name__}-{name}" for part, name in PARTS]
)
def test_another_recipe_or_problem_is_another_training(part, name):
    # all that a problem has is used: samples are turned and shown under noise
    recipe = Recipe(see_real=noisy) if name == "data_scale" else Recipe()
    recipe = Recipe(see_real=augmented) if name == "augment" else recipe
    problem, other = ring(), {name: OTHER_FIELDS[name]}
    if part is Problem:
        changed = recipe, replace(problem, **other)
    else:
        changed = replace(recipe, **other), problem
    if name == "data_dim":
        changed[1].__dict__["draw"] = lambda streams, n: streams.normal(n, 3)
    usual = played(recipe, problem)
    assert same(usual, played(recipe, problem))
    assert not same(usual, played(*changed))


# ---- what a network is built of: each part that knows an argument gets it ----


OF_PARTS = {"num_networks": lambda: 3}  # another value of what must be given
OTHER_MEANING = {("gan.stacked.StackedDiscriminator", "inputs", "head")}  # its own are `width`


def shape_of(module):
    """Shapes of the weights, and plain attributes, of a module and its parts."""
    plain = [
        {k: v for k, v in vars(part).items() if isinstance(v, (bool, int, float, str, tuple))}
        for part in module.modules()
    ]
    return {k: tuple(v.shape) for k, v in module.state_dict().items()}, plain


def parts_with(network, name):
    """The direct parts of a network, of the course's own, whose constructors know `name` too."""
    for place, part in network.named_children():
        kind = type(part)
        if kind.__module__.startswith("genai_course."):
            if name in inspect.signature(kind).parameters:
                yield place, part


def shared_arguments():
    """Yield (door, class, argument, part) where a network and a part share an argument's name."""
    for door, kind, names in networks():
        given = values_of(door, kind)
        for name in names if given is not None else ():
            for place, _ in parts_with(kind(**given), name):
                if (door, name, place) not in OTHER_MEANING:
                    yield pytest.param(door, kind, name, place, id=f"{door}-{name}-{place}")


PARTS = [*shared_arguments()]


def test_there_are_networks_made_of_parts():
    assert len(PARTS) >= 8


@pytest.mark.parametrize(("door", "kind", "name", "place"), PARTS)
def test_another_value_reaches_every_part_that_knows_it(door, kind, name, place):
    other = {**OF_PARTS, **at(door, OTHER, OTHER_EXACTLY)}[name]()
    usual, changed = kind(**values_of(door, kind)), kind(**{**values_of(door, kind), name: other})
    before, after = (shape_of(getattr(network, place)) for network in (usual, changed))
    assert before != after, f"{name} does not reach {place}"
