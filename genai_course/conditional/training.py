"""The loops of notebooks 05 and 10 with a condition, and drawing from what they have trained.

Plumbing: notebooks 05 and 10 show these loops without the condition.
"""

import copy

import torch

from genai_course.conditional.networks import ConditionalGenerator, ConditionalVAE, one_hot
from genai_course.conditional.steps import (
    conditional_discriminator_step,
    conditional_generator_step,
    conditional_vae_step,
)
from genai_course.layers import initialise_weights
from genai_course.ranges import check_images, check_signed
from genai_course.training import fit
from genai_course.training.averaging import renew_statistics, update_average
from genai_course.training.inputs import check_integer

# generator, discriminator, averaged generator
GANPlayers = tuple[ConditionalGenerator, torch.nn.Module, ConditionalGenerator]


def random_batches(
    count: int, num_steps: int, batch_size: int, device: torch.device | str
) -> torch.Tensor:
    """Random indices below `count` for `fit`, as many as so many batches need.

    Args:
        count: Number of images.
        num_steps: Batches wanted.
        batch_size: Indices in a batch.
        device: Where to put them.

    Returns:
        Integers, shape (num_steps * batch_size,).

    Raises:
        TypeError, ValueError: If num_steps or batch_size is no integer above 0.
    """
    check_integer("num_steps", num_steps, 1)
    check_integer("batch_size", batch_size, 1)
    return torch.randint(count, (num_steps * batch_size,), device=device)


def train_vae(
    vae: ConditionalVAE,
    x: torch.Tensor,
    conditions: torch.Tensor,
    num_steps: int,
    batch_size: int = 128,
    lr: float = 2e-3,
) -> dict[str, torch.Tensor]:
    """Train a conditional VAE with Adam and a falling rate.

    Args:
        vae: A `ConditionalVAE`.
        x: What is to be drawn, shape (N, ...), in [0, 1].
        conditions: Shape (N, condition_dim), row by row those of x.
        num_steps: Steps.
        batch_size: Images in a step.
        lr: Adam's rate at the start.

    Returns:
        History as of `training.fit`.

    Raises:
        ValueError: If x are not images in [0, 1].
    """
    check_images(x)
    optimizer = torch.optim.Adam(vae.parameters(), lr=lr, fused=True)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.02, total_iters=num_steps)

    def step(chosen):
        losses = conditional_vae_step(vae, optimizer, x[chosen], conditions[chosen])
        schedule.step()
        return losses

    batches = random_batches(len(x), num_steps, batch_size, x.device)
    return fit(step, batches, num_epochs=1, batch_size=batch_size, label="conditional VAE")


def new_players(
    discriminator: torch.nn.Module, device: torch.device | str, width: int = 16
) -> GANPlayers:
    """Return (generator, discriminator, averaged generator) with a DCGAN's initial weights.

    Args:
        discriminator: A conditional discriminator, untrained.
        device: Where to put all three.
        width: Width of the generator.

    Returns:
        The three networks.
    """
    networks = (
        initialise_weights(ConditionalGenerator(width=width)),
        initialise_weights(discriminator),
    )
    players = [
        p.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        for p in networks
    ]
    return *players, copy.deepcopy(players[0])


def train_gan(
    players: GANPlayers,
    x_signed: torch.Tensor,
    labels: torch.Tensor,
    num_steps: int,
    batch_size: int = 64,
    lr: float = 1e-3,
    decay: float = 0.995,
) -> dict[str, torch.Tensor]:
    """Train a conditional GAN, one step of each player in turn, and average the generator.

    Args:
        players: What `new_players` returns; changed in place.
        x_signed: Real images in [-1, 1], shape (N, 1, 28, 28).
        labels: Their labels, shape (N,).
        num_steps: Steps of each player.
        batch_size: Images in a step.
        lr: Adam's rate, of both players.
        decay: Share of the average that a step keeps.

    Returns:
        History as of `training.fit`.

    Raises:
        ValueError: If x_signed are not images in [-1, 1].
    """
    check_signed(x_signed)
    generator, discriminator, average = players
    adam_g, adam_d = (
        torch.optim.Adam(p.parameters(), lr=lr, betas=(0.0, 0.99), fused=True)
        for p in (generator, discriminator)
    )

    def step(chosen):
        x, y = x_signed[chosen], labels[chosen]
        losses = conditional_discriminator_step(generator, discriminator, adam_d, x, y)
        losses |= conditional_generator_step(generator, discriminator, adam_g, y)
        update_average(average, generator, decay)
        return losses

    batches = random_batches(len(labels), num_steps, batch_size, x_signed.device)
    return fit(step, batches, num_epochs=1, batch_size=batch_size, label="conditional GAN")


@torch.no_grad()
def settled(average: ConditionalGenerator, num_samples: int = 2000) -> ConditionalGenerator:
    """A copy of an average generator, in evaluation mode, its statistics measured anew on
    num_samples.
    """
    network = copy.deepcopy(average)
    z = network.sample_prior(num_samples)
    y = torch.arange(num_samples, device=z.device) % network.num_classes
    renew_statistics(network.layers, torch.cat((z, one_hot(y, network.num_classes)), dim=1))
    return network.eval()


@torch.no_grad()
def sample_gan(
    generator: ConditionalGenerator, labels: torch.Tensor, spread: float = 1.0
) -> torch.Tensor:
    """Draw one image a label, in [0, 1], from z of standard deviation `spread`.

    Args:
        generator: A `ConditionalGenerator` in evaluation mode.
        labels: Shape (N,).
        spread: 1 for the prior that it was trained with, less for less variety.

    Returns:
        Images, shape (N, 1, 28, 28).
    """
    z = spread * generator.sample_prior(len(labels))
    parts = [generator(*part) for part in zip(z.split(1000), labels.split(1000), strict=True)]
    return (torch.cat(parts).contiguous() + 1) / 2


@torch.no_grad()
def sample_vae(vae: ConditionalVAE, conditions: torch.Tensor) -> torch.Tensor:
    """Let a vae draw one mean image in [0, 1] for each of the conditions (N, d), from z of N(0,
    I).
    """
    z = torch.randn(len(conditions), vae.latent_dim, device=conditions.device)
    return vae.decode(z, conditions).sigmoid()
