"""Every public way into the teaching packages, and the values of a call that works.

The doors are derived: all public functions, constructors and methods. What a parameter is given is
said by its name, and where that is not enough by its place.
"""

import importlib
import inspect
import pkgutil
from dataclasses import is_dataclass

import torch
from torch import nn

import genai_course
from genai_course.baselines.made import MADE
from genai_course.baselines.mixture import MixtureInPCA
from genai_course.baselines.pca import GaussianInPCA
from genai_course.baselines.pixels import IndependentPixels
from genai_course.collapse.code_space import CodeSpace
from genai_course.collapse.scoreboard import load_scoreboard
from genai_course.conditional.discriminators import ProjectionDiscriminator
from genai_course.conditional.networks import ConditionalGenerator, ConditionalVAE
from genai_course.conditional.training import new_players
from genai_course.evaluation.diversity import diversity_ratio
from genai_course.evaluation.judge import Judge
from genai_course.gan.convolutional import ConvDiscriminator, ConvGenerator
from genai_course.sequences.counting import NGram
from genai_course.sequences.transformer import GPT, CausalAttention
from genai_course.sequences.wavenet import GatedLayer, WaveNet, silence
from genai_course.vae.codebook import Codebook
from genai_course.vae.linear import LinearVAE
from genai_course.vae.networks import VAE
from genai_course.vae.vqvae import VQVAE

# Packages that run the course, show what they are given, or hold answers of learners.
ELSEWHERE = ("claims", "commands", "exercises", "plots", "training", "widgets")
WITHOUT_IMAGES = (
    "ranges",
    "pairing",
    "letters",
    "environ",
    "reproducibility",
    "progress",
    "__main__",
)
FILES = (
    "whole_files",
    "data.digits",
    "data.mnist_files",
    "data.mnist_forms",
    "data.mnist_download",
)


def doors():
    """Yield (name, callable, names of its parameters) for every public way in."""
    for found in pkgutil.walk_packages(genai_course.__path__, "genai_course."):
        short = found.name.removeprefix("genai_course.")
        if short.split(".")[0] in ELSEWHERE or short in (*WITHOUT_IMAGES, *FILES):
            continue
        for name, thing in vars(importlib.import_module(found.name)).items():
            if not name.startswith("_") and getattr(thing, "__module__", "") == found.name:
                yield from _ways_in(f"{short}.{name}", thing)


def _ways_in(name, thing):
    if inspect.isfunction(thing):
        yield name, thing, [*inspect.signature(thing).parameters]
    if not inspect.isclass(thing) or issubclass(thing, Exception):
        return
    if not issubclass(thing, nn.Module) and not is_dataclass(thing):
        yield name, thing, [*inspect.signature(thing).parameters]
    for method, function in vars(thing).items():
        if inspect.isfunction(function) and not method.startswith("_") and method != "forward":
            yield f"{name}.{method}", function, [*inspect.signature(function).parameters][1:]


def networks():
    """Yield (name, class, names of its constructor's parameters) for every public network."""
    for found in pkgutil.walk_packages(genai_course.__path__, "genai_course."):
        short = found.name.removeprefix("genai_course.")
        for name, thing in vars(importlib.import_module(found.name)).items():
            if inspect.isclass(thing) and issubclass(thing, nn.Module) and not name.startswith("_"):
                if thing.__module__ == found.name:
                    yield f"{short}.{name}", thing, [*inspect.signature(thing).parameters]


def at(door, usual, more_exactly):
    """What is said of a door: the usual, and what more exact places say instead."""
    known = dict(usual)
    for place in sorted(more_exactly, key=len):  # the most exact place has the last word
        if door == place or door.startswith(f"{place}."):
            known |= more_exactly[place]
    return known


def uniform(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(3))


def images():
    return uniform(20, 1, 28, 28)


def signed():
    return 2 * images() - 1


def plane():
    return uniform(20, 2)


def numbers():
    return uniform(20)


def labels():
    return torch.arange(20) % 2


def stepped():
    """The optimiser of LINE after a first step: it has moments."""
    nn.init.constant_(LINE.weight, 0.3)
    nn.init.constant_(LINE.bias, 0.0)
    optimizer = torch.optim.Adam(LINE.parameters())
    optimizer.zero_grad()
    LINE(plane()).sum().backward()
    optimizer.step()
    return optimizer


def letters_in_a_row(*shape):
    """Twenty letters of four, as a text or in rows."""
    return (torch.arange(20) ** 2 // 3 % 4).view(*(shape or (20,)))


def chances():
    """Twenty distributions over four letters."""
    return (4 * uniform(20, 4)).softmax(dim=1)


def sound(count=300):
    """A tone whose period is not that of its samples, with a little noise."""
    return 0.9 * (torch.arange(count) * 0.3).sin() + 0.1 * uniform(count)


with torch.random.fork_rng(devices=[]):  # the same weights in whatever order tests are collected
    torch.manual_seed(0)
    WAVENET = WaveNet(4, 3, width=4, dilations=(1, 2))
    WAVENET.notes.weight.data *= 10  # a note that is heard
LINE = nn.Linear(2, 1)


class ToldPoints(nn.Linear):
    """A velocity of points that hears a label, one of two or none, where it gets one; no time."""

    num_classes = 2

    def __init__(self):
        super().__init__(2, 2)
        self.of_label = nn.Embedding(3, 2)

    def forward(self, x_t, time, labels=None):
        moved = super().forward(x_t)
        return moved if labels is None else moved + self.of_label(labels)


def started_vqvae():
    """A VQ-VAE whose twenty entries lie among the vectors of its encoder."""
    vqvae = VQVAE(Codebook(20, 2), width=2)
    vqvae.codebook.start_from(vqvae(images())[1].detach())
    return vqvae


VALUES = {  # what a good call gives for a parameter of this name
    "image": lambda: uniform(1, 28, 28),
    "num_a": lambda: 9,
    "num_b": lambda: 9,
    "x_signed": signed,
    "x_real": signed,
    "factors": lambda: uniform(20, 3),
    "judge": lambda: Judge().eval(),
    "function": lambda: torch.square,
    "vae": lambda: VAE(latent_dim=2, hidden=4),
    "space": lambda: GaussianInPCA(images(), 2),
    "decoder": lambda: VAE(latent_dim=2, hidden=4).decoder,
    "decode": lambda: torch.sigmoid,
    "made": lambda: MADE(784, 4),
    "optimizer": lambda: torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.0),
    "generator": lambda: ConvGenerator(8, 2),
    "discriminator": lambda: ConvDiscriminator(2),
    "players": lambda: new_players(ProjectionDiscriminator(2), "cpu", width=2),
    "metric": lambda: diversity_ratio,
    "name": lambda: "logits",
    "covariance": lambda: torch.eye(3),
    "information": lambda: uniform(4, 3),
    "probabilities": lambda: torch.full((20, 10), 0.1),
    "c": lambda: uniform(20, 10),
    "conditions": lambda: uniform(20, 10),
    "z": plane,
    "k": lambda: 2,
    "count": lambda: 3,
    "sigma": lambda: 0.1,
}
VALUES |= dict.fromkeys("images real fake samples train test x before after".split(), images)
VALUES |= dict.fromkeys("labels real_labels fake_labels".split(), labels)
VALUES |= dict.fromkeys("num_steps num_samples num_completions num_epochs".split(), lambda: 2)
FEATURES = "features features_a features_b centres points codes table mu shares gradients"
VALUES |= dict.fromkeys(FEATURES.split(), plane)
VALUES |= dict.fromkeys("radii to_train to_test counts".split(), numbers)
VALUES |= dict.fromkeys("x_t x_hat v noise noise_hat start".split(), plane)
LOGITS = "logits real_logits fake_logits real_values fake_values p q d"
VALUES |= dict.fromkeys(LOGITS.split(), numbers)
VALUES |= dict.fromkeys("logvar state z_e codebook real_features fake_features".split(), plane)
IN_THE_PLANE = plane().requires_grad_()  # samples and what was made of them, with a graph
FISHER = {
    "real_values": lambda: uniform(20, 1),
    "fake_values": lambda: uniform(9, 1),
    "multiplier": lambda: 0.1,
    "rho": lambda: 0.1,
}
VALUES_EXACTLY = {
    "collapse.causes.report_over_time": {"samples": lambda: uniform(4, 20, 2)},
    "collapse.digits_report": {"real_features": lambda: uniform(20, 64)},
    "collapse.fixes.Recipe": {"x_real": None, "x_fake": None},
    "collapse.objectives": {"x_real": None, "x_fake": None},
    "collapse.views": {"x": None},
    "collapse.digits_report.few_images_report": {"images": plane, "samples": plane},
    "collapse.texture.brief_critic": {"num_steps": lambda: 1},
    "collapse.problems.ten_images": {"labels": lambda: torch.arange(20) % 10},
    "collapse.code_space.train_code_space": {"num_steps": lambda: 2, "batch_size": lambda: 9},
    "collapse.slopes.discriminator_report": {
        "discriminator": lambda: lambda x: x[..., :1] * (1 + x[..., 1:]),
        "samples": lambda: uniform(2, 20, 2),
        "centres": lambda: uniform(5, 2),
    },
    "collapse.readings.digit_shares": {
        "samples": lambda: uniform(2, 20, 2),
        "decode": lambda: lambda codes: VAE(2, 4).decoder(codes).sigmoid(),
    },
    "conditional.alarm": {"vae": lambda: ConditionalVAE(hidden=4)},
    "conditional.completion": {"vae": lambda: ConditionalVAE(392, shape=(1, 14, 28))},
    "conditional.steps": {
        "vae": lambda: ConditionalVAE(hidden=4),
        "generator": lambda: ConditionalGenerator(8, 2),
        "discriminator": lambda: ProjectionDiscriminator(2),
    },
    "conditional.training": {
        "vae": lambda: ConditionalVAE(hidden=4),
        "batch_size": lambda: 9,
    },
    "diffusion": {
        "x": plane,
        "alpha_bar": lambda: torch.linspace(1, 0.1, 5),
        "t": lambda: 4,
        "s": lambda: 1,
        "k": lambda: 30,
        "signal": lambda: torch.tensor(0.8),
        "sigma": lambda: torch.tensor(0.6),
        "width": lambda: 0.2,
        "network": lambda: lambda x_t, time: torch.ones(1, requires_grad=True) * x_t,
        "predict": lambda: lambda x_t, t: (x_t, x_t),
        "lr": lambda: 0.01,
        "batch_size": lambda: 10,
        "steps": lambda: [4, 2, 0],
        "num_steps": lambda: 2,
    },
    "diffusion.networks": {"width": lambda: 8},
    "diffusion.training.rate_at": {"num_steps": lambda: 100},
    "flow": {
        "x": plane,
        "t": lambda: 0.4,
        "s": lambda: 0.1,
        "width": lambda: 0.2,
        "w": lambda: 0.5,
        "none": lambda: 2,
        "chosen": lambda: torch.arange(20),
        "velocity": lambda: lambda x_t, t: (1 + t) * x_t.sin(),
        "network": ToldPoints,
        "lr": lambda: 0.01,
        "batch_size": lambda: 10,
    },
    "flow.paths": dict.fromkeys(("velocity", "score"), plane),
    "flow.density": {"probe": lambda: 2 * plane() - 1},
    "flow.guidance": dict.fromkeys(("v_with", "v_without"), plane),
    "flow.networks": {"width": lambda: 8, "size": lambda: 4},
    "gan.dirac": {
        "memory": lambda: uniform(4),
        "field": lambda: torch.neg,
        "lr": lambda: 0.1,
        "beta": lambda: 0.5,
    },
    "gan.penalties": {
        "critic": lambda: nn.Linear(2, 1),
        "x_real": plane,
        "x_fake": plane,
        "mix": lambda: uniform(20, 1),
        "x": lambda: IN_THE_PLANE,
        "logits": lambda: IN_THE_PLANE.square().sum(dim=1),
    },
    "gan.proposed_losses.fisher_constraint": FISHER,
    "gan.proposed_losses.fisher_critic_loss": FISHER,
    "gan.toy": {
        "x_real": lambda: uniform(20, 1),
        "generator": lambda: nn.Linear(1, 1),
        "discriminator": lambda: nn.Linear(1, 1),
    },
    "gan.unrolled": {
        "x_real": plane,
        "x_fake": plane,
        "discriminator": lambda: LINE,
        "optimizer": stepped,
    },
    "sequences": {
        "index": letters_in_a_row,
        "num_letters": lambda: 4,
        "network": lambda: GPT(4, 30, width=8, depth=1, heads=2),
        "length": lambda: 6,
        "p": chances,
        "batch_size": lambda: 10,
        "lr": lambda: 0.01,
    },
    "sequences.attention": {
        "query": lambda: uniform(5, 3),
        "key": lambda: uniform(20, 3),
        "value": lambda: uniform(20, 2),
    },
    "sequences.counting": {
        "order": lambda: 2,
        "log_p": lambda: numbers().log(),
        "keys": lambda: torch.tensor([1, 3, 4]),
        "values": lambda: uniform(3),
        "wanted": lambda: torch.arange(5),
    },
    "sequences.masked": {
        "table": lambda: chances()[:4] / 4,
        "seen": lambda: [None, 2],
        "guess": lambda: lambda seen: chances()[:3],
        "letters": lambda: [0, 2, 1],
    },
    "sequences.pitch": {
        "wave": sound,
        "num_lags": lambda: 40,
        "rate": lambda: 4000,
        "lowest": lambda: 110.0,
        "highest": lambda: 260.0,
        "frequency": lambda: 200.0,
        "target": lambda: 220.0,
    },
    "sequences.sampling": {
        "temperature": lambda: 0.5,
        "share": lambda: 0.6,
        "num_new": lambda: 3,
        "choose": lambda: lambda p: p.argmax(dim=1),
    },
    "sequences.sampling.continue_fast": {"index": lambda: letters_in_a_row(5, 4)},
    "sequences.sampling.continue_slowly": {"index": lambda: letters_in_a_row(5, 4)},
    "sequences.steps": {
        "index": lambda: letters_in_a_row(5, 4),
        "logits": lambda: uniform(5, 4, 4),
        "rows": lambda: letters_in_a_row(4, 5),
    },
    "sequences.text": {
        "text": lambda: "abracadabra",
        "letters": lambda: "abcdr",
        "sample": lambda: "a cadaver",
        "topics": lambda: {name: f"{name}\n\nsaid twice" for name in ("assert", "pass", "while")},
        "name": lambda: "assert",
    },
    "sequences.text.text_of": {"letters": lambda: "abcd"},
    "sequences.training": {
        "rows": lambda: letters_in_a_row(20, 1).repeat(1, 5),
        "stride": lambda: 3,
    },
    "sequences.transformer.CausalAttention.mix": {
        "query": lambda: uniform(2, 3, 5, 4),
        "key": lambda: uniform(2, 3, 9, 4),
        "value": lambda: uniform(2, 3, 9, 2),
    },
    "sequences.wavenet": {
        "wavenet": lambda: WAVENET,
        "notes": lambda: torch.arange(20) % 3,
        "start": letters_in_a_row,
        "queues": lambda: silence(WAVENET, 20),
        "queue": lambda: [uniform(20, 4, 1)],
        "x": lambda: uniform(20, 4, 1) - 0.5,
        "told": lambda: uniform(20, 8, 1),
    },
    "sequences.waves": {
        "wave": lambda: 2 * numbers() - 1,
        "spread": lambda: 2 * numbers() - 1,
        "length": lambda: 9,
        "num_samples": lambda: 30,
    },
    "sequences.waves.from_levels": {"num_levels": lambda: 4},
    "vae.linear": {"x": lambda: uniform(20, 3), "vae": lambda: LinearVAE(3, 2)},
    "vae.quantised": {"index": lambda: torch.arange(20)},
    "vae.codebook": {"index": lambda: torch.arange(20), "num_codes": lambda: 20},
    "vae.vqvae": {
        "vqvae": started_vqvae,
        "index": lambda: torch.arange(20 * 49).view(20, 7, 7) % 20,
    },
    "evaluation.disentanglement.mutual_information": {"factors": lambda: uniform(20, 3)},
    "evaluation.modes": {"samples": plane},
    "evaluation.neighbours": {"real": plane, "fake": plane},
    "vae.likelihoods": {"logits": images},
    "vae.quadrature": {"spacing": lambda: 2.0},
    "vae.losses": {"logits": images, "logvar": plane},
}


def owner_of(door):
    """The object whose method a door is, or nothing."""
    if door.startswith("baselines.pixels.IndependentPixels."):
        return [IndependentPixels(images())]
    if door.startswith("baselines.pca.GaussianInPCA."):
        return [GaussianInPCA(images(), 2)]
    if door.startswith("baselines.mixture.MixtureInPCA."):
        return [MixtureInPCA(GaussianInPCA(images(), 2), images(), 2)]
    if door.startswith("baselines.made.MADE."):
        return [MADE(784, 4)]
    if door.startswith("vae.codebook.Codebook."):
        return [Codebook(20, 2)]
    if door.startswith("vae.linear.LinearVAE."):
        return [LinearVAE(3, 2)]
    if door.startswith("sequences.counting.NGram."):
        return [NGram(letters_in_a_row(), 4, 3)]
    if door.startswith("sequences.transformer.CausalAttention."):
        return [CausalAttention(12, 3)]
    if door.startswith("sequences.wavenet.GatedLayer."):
        return [GatedLayer(4, 1)]
    if door.startswith("collapse.code_space.CodeSpace."):
        return [CodeSpace(VAE(latent_dim=2, hidden=4), images())]
    if door.startswith("collapse.scoreboard.Scoreboard."):
        return [load_scoreboard()]
    return []


def good_call(door, call, name, but=()):
    """Values of all parameters that a call must give, of small ones, and of `name`, `but` some."""
    values, given = at(door, VALUES, VALUES_EXACTLY), {}
    small = at(door, {}, VALUES_EXACTLY)
    for parameter in inspect.signature(call).parameters.values():
        many = parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        if parameter.name in ("self", *but) or many:
            continue
        must = parameter.default is parameter.empty or parameter.name == name
        if must or parameter.name in small:
            given[parameter.name] = values[parameter.name]()
    return given
