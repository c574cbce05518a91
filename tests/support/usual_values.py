"""Values of calls, beyond those of `good_calls`, on which every argument and every sample shows."""

import torch
from good_calls import plane, uniform
from torch import nn

from genai_course.collapse.factorial import load_factorial
from genai_course.collapse.fixes import Recipe
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import ring
from genai_course.collapse.streams import Streams
from genai_course.conditional.discriminators import ProjectionDiscriminator
from genai_course.conditional.networks import ConditionalGenerator
from genai_course.gan.convolutional import ConvDiscriminator
from genai_course.vae.codebook import Codebook

SMALL_GAME = {
    "recipe": Recipe,
    "problem": lambda: ring(),
    "seeds": lambda: [0, 1],
    "num_steps": lambda: 2,
}
DISCRIMINATOR = {
    "problem": lambda: ring(),
    "streams": lambda: Streams([0, 1]),
    "pack": lambda: 1,
}


class TimeBlind(nn.Linear):
    """A denoiser of points, of one layer, that does not look at the time."""

    def __init__(self):
        super().__init__(2, 2)

    def forward(self, x_t, time):
        return super().forward(x_t)


class Sure(nn.Module):
    """A judge that knows from the first pixel which of three digits it sees."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def features(self, x):
        return x.flatten(1)[:, :64]

    def forward(self, x):
        return 20 * nn.functional.one_hot((3 * x[:, 0, 0, 0]).long(), 11).float()


GIVEN = {  # what is given besides, so that the argument shows
    "baselines.made.MaskedLinear": {"mask": lambda: torch.ones(3, 4)},
    "collapse.discriminators.StackedSpectralNorm": {"weight": lambda: uniform(2, 6, 4)},
    "gan.stacked.StackedLinear": {
        "num_networks": lambda: 2, "inputs": lambda: 2, "outputs": lambda: 3,
    },
    "layers.ResidualBlock": {"width": lambda: 3},
    "vae.linear.LinearVAE": {"data_dim": lambda: 3, "latent_dim": lambda: 2},
    "baselines.mixture.MixtureInPCA": {
        "num_components": lambda: 6, "images": lambda: uniform(60, 1, 28, 28),
    },
    "collapse.causes.train_with_memory": SMALL_GAME | {"snapshots": lambda: 1},
    "collapse.digits_report.few_images_report": {
        "samples": lambda: 0.7 * uniform(4, 784) + 0.2, "images": lambda: uniform(4, 784),
    },
    "collapse.discriminators.plain": DISCRIMINATOR,
    "collapse.fixes.Recipe.discriminator": DISCRIMINATOR,
    "collapse.game.train_ensemble": SMALL_GAME,
    "collapse.game.one_round": {
        "recipe": Recipe, "problem": lambda: ring(), "streams": lambda: Streams([0, 1]),
        "players": lambda: make_players(Recipe(), ring(), Streams([0, 1])),
    },
    "collapse.problems.few_images": {"images": lambda: uniform(4, 784)},
    "collapse.factorial": {
        "cells": lambda: load_factorial(), "method": lambda: "R1", "rates": lambda: "both 1e-3",
    },
    "collapse.scoreboard": {"row": lambda: "R1", "column": lambda: "ring_fast"},
    "collapse.statistics": {
        "ours": lambda: [1.0, 2.0, 3.5], "theirs": lambda: [2.0, 2.5, 3.0],
        "p_values": lambda: {"a": 0.02, "b": 0.03},
        "gain": lambda: 1.0, "deviation": lambda: 2.0, "seeds": lambda: 5,
    },
    "collapse.texture": {
        "z": lambda: uniform(20, 2), "steps": lambda: [0, 2],
        "critic": lambda: ConvDiscriminator(2),
    },
    "conditional.training.new_players": {
        "discriminator": lambda: ProjectionDiscriminator(2), "device": lambda: "cpu",
    },
    "conditional.training.settled": {"average": lambda: ConditionalGenerator(8, 2)},
    "conditional.training.sample_gan": {"generator": lambda: ConditionalGenerator(8, 2)},
    "data.mixtures": {"n": lambda: 9},
    "data.shuffling": {"batch_size": lambda: 6},
    "diffusion.training.train_denoiser": {"network": lambda: TimeBlind()},
    "evaluation.diversity": {"real": lambda: uniform(30, 1, 28, 28)[10:].square()},
    "evaluation.judge": {"judge": lambda: Sure()},
    "divergences": {
        "log_p": lambda: plane().log(), "log_q": lambda: (1 - plane()).log(),
        "spacing": lambda: 0.5,
    },
    "evaluation.frechet.gaussian_frechet": {
        "mean_a": lambda: uniform(3), "covariance_a": lambda: uniform(3, 9).cov(),
        "mean_b": lambda: uniform(3) / 2, "covariance_b": lambda: uniform(3, 8).cov(),
    },
    "evaluation.kernel": {"a": plane, "b": lambda: plane()[:9] + 0.5},
    "evaluation.neighbours.precision_recall": {"fake": lambda: plane()[:12] + 0.5},
    "evaluation.neighbours.density_coverage": {"fake": lambda: plane()[:12] + 0.2},
    "evaluation.neighbours.expected_coverage": {"num_real": lambda: 9, "num_fake": lambda: 9},
    "flow.steps": {"labels": lambda: torch.arange(20) % 2},
    "flow.training.train_flow": {"labels": lambda: torch.arange(20) % 2},
    "flow.transport": {"noise": lambda: 1 - plane()},
    "gan.augmentation.rotate_pairs": {"x": lambda: uniform(5, 4), "angles": lambda: uniform(5, 1)},
    "gan.augmentation": {
        "x": lambda: uniform(2, 3, 784), "shifts": lambda: torch.ones(2, 3, 2).long(),
    },
    "gan.minibatch.MinibatchDiscrimination": {"num_networks": lambda: 2, "width": lambda: 6},
    "gan.spectral.SpectralNorm": {"weight": lambda: uniform(6, 4)},
    "gan.stacked.StackedDiscriminator": {"num_networks": lambda: 2, "inputs": lambda: 2},
    "gan.stacked.stacked_mlp": {"num_networks": lambda: 2, "sizes": lambda: [2, 5, 5, 1]},
    "gan.toy.generator_density": {
        "generator": nn.Identity, "edges": lambda: torch.linspace(-2, 2, 9),
    },
    "gan.unrolled.adam_update": {
        "weights": lambda: {"a": uniform(3)}, "slopes": lambda: [uniform(3)],
        "moments": lambda: {"a": (uniform(3), uniform(3))}, "step": lambda: 2,
        "rate": lambda: 0.1, "betas": lambda: (0.5, 0.9),
    },
    "gan.unrolled.look_ahead": {"x_fake": lambda: plane() + 1},
    "layers.initialise_weights": {"network": lambda: nn.Linear(4, 4)},
    "models.pretrained.draw": {
        "model": lambda: ConditionalGenerator(8, 2), "num_images": lambda: 3,
    },
    "sequences.transformer": {"width": lambda: 12, "heads": lambda: 3},
    "sequences.wavenet.GatedLayer": {"width": lambda: 4, "dilation": lambda: 2},
    "vae.beta_vae.active_units": {"mu": lambda: uniform(20, 3) * 0.7},
    "vae.importance.iwae_bound": {"log_w": lambda: uniform(6, 5), "k": lambda: 2},
    "vae.importance.mean_and_error": {"values": lambda: uniform(20)},
    "vae.linear": {"weight": lambda: uniform(3, 2), "noise_variance": lambda: 0.3},
    "vae.sampling.interpolate": {"z_start": lambda: uniform(3), "z_end": lambda: -uniform(3)},
    "vae.vqvae.VQVAE": {"codebook": lambda: Codebook(6, 3)},
    "vae.quantised": {"codebook": lambda: uniform(40, 2)[20:]},
}  # fmt: skip
