"""What is to be learnt: a mixture in the plane, codes of digits, or ten digits in pixels."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from genai_course.collapse.streams import Streams
from genai_course.data import grid_centres, ring_centres
from genai_course.gan.augmentation import rotate_pairs, shift_pixels
from genai_course.ranges import check_images, check_points, check_signed


@dataclass(frozen=True)
class Problem:
    """Data to learn and networks of a fitting size.

    Attributes:
        draw: Function of (streams, n) that gives real data, shape (S, n, data_dim).
        augment: Function of (x, streams) that changes samples at random, shape kept.
        data_scale: Typical size of a coordinate; instance noise is measured in it.
    """

    draw: Callable
    augment: Callable
    data_dim: int
    latent_dim: int = 2
    width_generator: int = 64
    width_discriminator: int = 64
    depth_generator: int = 2
    depth_discriminator: int = 3
    batch_size: int = 64
    data_scale: float = 1.0
    activation: type[nn.Module] = nn.ReLU


def mixture(centres: torch.Tensor, sigma: float, **sizes: Any) -> Problem:
    """Return the problem of learning equal Gaussians of deviation sigma at the centres, shape (K,
    2); sizes are those of the `Problem` that differ from the usual.

    Raises:
        ValueError: If centres are not (K, 2) or not finite.
    """
    check_points(centres)

    def draw(streams, n):
        mode = streams.integers(len(centres), n)
        return centres.to(streams.device)[mode] + sigma * streams.normal(n, 2)

    return Problem(draw, turn, data_dim=2, **sizes)


RING_RADIUS, RING_SIGMA = 2.0, 0.05
GRID_SIGMA = 0.05


def ring(**sizes: Any) -> Problem:
    """Return the ring of 8 Gaussians of notebook 07: radius 2, sigma 0.05; sizes as in
    `mixture`.
    """
    return mixture(ring_centres(8, RING_RADIUS), RING_SIGMA, **sizes)


def grid(**sizes: Any) -> Problem:
    """Return the grid of 25 Gaussians: spacing 2, sigma 0.05; sizes as in `mixture`."""
    return mixture(grid_centres(5, 2.0), GRID_SIGMA, **{"data_scale": 3.0, **sizes})


def codes(table: torch.Tensor, **sizes: Any) -> Problem:
    """Return the problem of learning a table of codes, shape (N, latent_dim), given as data.

    On a GPU let the table be there already, else it is copied at every step.

    Args:
        table: The codes, shape (N, latent_dim).
        sizes: Sizes that differ from the usual.

    Raises:
        ValueError: If the table has another shape or is not finite.
    """
    check_points(table)
    usual = {"latent_dim": 16, "depth_discriminator": 2, "activation": _leaky}

    def draw(streams, n):
        return table.to(streams.device)[streams.integers(len(table), n)]

    return Problem(draw, turn, data_dim=table.shape[1], **{**usual, **sizes})


def few_images(images: torch.Tensor, sigma: float = 0.1, **sizes: Any) -> Problem:
    """Return the problem of learning a few images plus pixel noise, in [-1, 1], as vectors.

    Args:
        images: Shape (K, 784).
        sigma: Standard deviation of the noise on each pixel.
        sizes: Sizes that differ from the usual.

    Raises:
        ValueError: If images are not in [-1, 1].
    """
    check_signed(images)
    usual = {
        "latent_dim": 16,
        "width_generator": 128,
        "width_discriminator": 128,
        "depth_discriminator": 2,
        "activation": _leaky,
    }

    def draw(streams, n):
        chosen = images.to(streams.device)[streams.integers(len(images), n)]
        return chosen + sigma * streams.normal(n, images.shape[1])

    def move(x, streams):
        return shift_pixels(x, streams.integers(5, x.shape[1], 2) - 2)

    return Problem(draw, move, data_dim=images.shape[1], **{**usual, **sizes})


def turn(x: torch.Tensor, streams: Streams) -> torch.Tensor:
    """Turn each sample of x (S, N, d) by an angle that streams draw, of at most 0.3 radians, in
    each pair of coordinates.
    """
    return rotate_pairs(x, 0.6 * streams.uniform(x.shape[1], 1) - 0.3)


def _leaky():
    return nn.LeakyReLU(0.2)


def ten_images(images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Choose for each class the image nearest to the mean of its first 2,000, shape (10, 784).

    Args:
        images: Shape (N, 1, 28, 28) in [0, 1].
        labels: Shape (N,), 0 to 9.

    Returns:
        Ten images as vectors in [-1, 1], in the order of the classes.

    Raises:
        ValueError: If images are not in [0, 1].
    """
    check_images(images)
    chosen = []
    for digit in range(10):
        own = images[labels == digit][:2000].flatten(1)
        chosen.append(own[(own - own.mean(dim=0)).square().sum(dim=1).argmin()])
    return torch.stack(chosen) * 2 - 1
