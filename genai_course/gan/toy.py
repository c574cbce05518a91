"""A GAN in one dimension, small enough to see all of it: data, networks and two updates."""

import math
from collections.abc import Callable

import torch
from torch import nn

from genai_course.gan.losses import discriminator_loss, generator_loss
from genai_course.ranges import check_batches


def normal_density(
    x: torch.Tensor, mean: float | torch.Tensor, sigma: float | torch.Tensor
) -> torch.Tensor:
    """Density of N(mean, sigma^2) at x; arguments are tensors or numbers that broadcast.

    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    scaled = (x - mean) / sigma
    return torch.exp(-0.5 * scaled**2) / (sigma * math.sqrt(2 * math.pi))


def two_bumps_density(x: torch.Tensor) -> torch.Tensor:
    """Density at x of the toy data: equal parts of N(-1, 0.5^2) and N(1, 0.5^2).

    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    return (normal_density(x, -1.0, 0.5) + normal_density(x, 1.0, 0.5)) / 2


def sample_two_bumps(count: int) -> torch.Tensor:
    """Draw `count` numbers from the toy data, shape (count, 1), by the global random generator.

    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    side = torch.randint(0, 2, (count, 1)) * 2 - 1
    return side + 0.5 * torch.randn(count, 1)


def small_network(width: int = 32) -> nn.Sequential:
    """A network from one number to one number, shape (N, 1) to (N, 1); it serves both players.

    Args:
        width: Units of its two hidden layers.

    Returns:
        A Sequential.

    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    return nn.Sequential(
        nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1)
    )


def update_discriminator(
    generator: nn.Module,
    discriminator: nn.Module,
    optimizer: torch.optim.Optimizer,
    x_real: torch.Tensor,
) -> torch.Tensor:
    """Show the discriminator one batch of each kind and let it take one step down its loss.

    Args:
        generator: Network from noise (N, 1) to samples (N, 1); it is not changed.
        discriminator: Network from samples (N, 1) to logits (N, 1).
        optimizer: Optimizer of the discriminator's weights.
        x_real: Real data, shape (N, 1).

    Returns:
        The loss before the step, in nats, a detached 0-d tensor.

    Raises:
        ValueError: If x_real are not (N, 1), or there are none.

    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    check_batches("(N, 1)", x_real=x_real)
    x_fake = generator(torch.randn_like(x_real)).detach()  # no gradient for the generator
    loss = discriminator_loss(discriminator(x_real), discriminator(x_fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


def update_generator(
    generator: nn.Module,
    discriminator: nn.Module,
    optimizer: torch.optim.Optimizer,
    count: int,
    loss_of_fakes: Callable[[torch.Tensor], torch.Tensor] = generator_loss,
) -> torch.Tensor:
    """Let the generator take one step down its loss; the discriminator is not changed.

    Args:
        generator: Network from noise (N, 1) to samples (N, 1).
        discriminator: Network from samples (N, 1) to logits (N, 1).
        optimizer: Optimizer of the generator's weights.
        count: Number of samples to draw.
        loss_of_fakes: Function of the fake logits: `generator_loss`, or the saturating one.

    Returns:
        The loss before the step, in nats, a detached 0-d tensor.

    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    fake_logits = discriminator(generator(torch.randn(count, 1)))  # afresh: the judge has changed
    loss = loss_of_fakes(fake_logits)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


def generator_density(
    generator: nn.Module, edges: torch.Tensor, count: int = 200_000
) -> torch.Tensor:
    """Share of generated samples in each bin, divided by the bin's width: a density.

    The noise is not random: it is the grid of `count` equally likely quantiles of N(0, 1), so
    the only error left is that of the bins.

    Args:
        generator: Network from noise (N, 1) to samples (N, 1).
        edges: Edges of the bins, shape (K + 1,), increasing.
        count: Number of noise values.

    Returns:
        Density in each bin, shape (K,); samples beyond the edges are not counted.

    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    levels = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    z = torch.special.ndtri(levels).float()[:, None]
    with torch.no_grad():
        x_fake = generator(z)[:, 0].contiguous()
    counts = torch.histogram(x_fake.cpu(), edges.cpu()).hist
    return counts / count / edges.diff()
