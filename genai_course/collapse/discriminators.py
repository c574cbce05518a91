"""Kinds of discriminators: functions of `problem`, `streams` and `pack` that build S of them.

Whatever a kind draws at random it draws last, so that all else is drawn as without it.
"""

import torch
from torch.nn.utils import parametrize

from genai_course.collapse.problems import Problem
from genai_course.collapse.streams import Streams
from genai_course.gan.minibatch import MinibatchDiscrimination, MinibatchStdDev
from genai_course.gan.stacked import StackedDiscriminator, StackedLinear, draw_weights

KERNELS = 8  # of minibatch discrimination


def plain(
    problem: Problem,
    streams: Streams,
    pack: int,
    batch_layer: torch.nn.Module | None = None,
    extra: int = 0,
) -> StackedDiscriminator:
    """Build discriminators of the problem's sizes that look at `pack` samples at once.

    Args:
        problem: The `Problem`.
        streams: Random numbers of the S networks.
        pack: Samples that are judged together.
        batch_layer: Layer before the head that may look at the batch, or None.
        extra: Features that this layer adds.

    Returns:
        A `StackedDiscriminator`.
    """
    discriminator = StackedDiscriminator(
        len(streams),
        problem.data_dim,
        width=problem.width_discriminator,
        depth=problem.depth_discriminator,
        pack=pack,
        batch_layer=batch_layer,
        extra=extra,
        activation=problem.activation,
    )
    draw_weights(discriminator, streams.generators)
    return discriminator


def with_deviation(problem: Problem, streams: Streams, pack: int) -> StackedDiscriminator:
    """Build discriminators that see how much the features vary within groups of 8."""
    return plain(problem, streams, pack, MinibatchStdDev(group_size=8), extra=1)


def with_closeness(problem: Problem, streams: Streams, pack: int) -> StackedDiscriminator:
    """Build discriminators that see how close the other samples of the batch are."""
    width = problem.width_discriminator
    layer = MinibatchDiscrimination(len(streams), width, kernels=KERNELS, dims=3)
    discriminator = plain(problem, streams, pack, layer, extra=KERNELS)
    with torch.no_grad():
        layer.projection.copy_(streams.normal(*layer.projection.shape[1:]) * width**-0.5)
    return discriminator


def spectral(problem: Problem, streams: Streams, pack: int) -> StackedDiscriminator:
    """Build discriminators whose layers all have a spectral norm of about 1."""
    discriminator = plain(problem, streams, pack)
    for layer in [m for m in discriminator.modules() if isinstance(m, StackedLinear)]:
        parametrize.register_parametrization(layer, "weight", StackedSpectralNorm(layer.weight))
    return discriminator


class StackedSpectralNorm(torch.nn.Module):
    """Divide each weight matrix of a stack by an estimate of its largest singular value.

    One step of power iteration at each use while training; notebook 05 derives it.

    Args:
        weight: Weights to start from, shape (S, inputs, outputs).

    Source:
        Miyato et al. (2018), arXiv:1802.05957, Algorithm 1.
    """

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__()
        ones = torch.ones(weight.shape[0], weight.shape[2], 1)
        self.register_buffer("v", ones / ones.norm(dim=1, keepdim=True))
        self.register_buffer("u", torch.zeros(weight.shape[0], weight.shape[1], 1))
        for _ in range(10):
            self._iterate(weight)

    @torch.no_grad()
    def _iterate(self, weight):
        self.u = torch.nn.functional.normalize(weight @ self.v, dim=1)
        self.v = torch.nn.functional.normalize(weight.mT @ self.u, dim=1)

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Map a weight (S, inputs, outputs) to one of spectral norm about 1."""
        if self.training:
            self._iterate(weight)
        return weight / (self.u.mT @ weight @ self.v)
