"""A generator that climbs a frozen discriminator: a texture that a histogram takes for collapse."""

import copy
from collections.abc import Sequence

import torch
from torch.nn import functional as F

from genai_course.data import to_signed_range
from genai_course.gan.losses import discriminator_loss
from genai_course.gan.networks import Discriminator
from genai_course.ranges import check_images, check_rows

ADAM: dict = {"betas": (0.5, 0.99), "fused": True}


def paint(decoder: torch.nn.Module, z: torch.Tensor) -> torch.Tensor:
    """Let a decoder paint z (N, latent_dim): images (N, 1, 28, 28) in [0, 1], with a graph."""
    return decoder(z).sigmoid()


def brief_critic(
    decoder: torch.nn.Module,
    z: torch.Tensor,
    images: torch.Tensor,
    num_steps: int = 100,
    lr: float = 2e-4,
    seed: int = 0,
) -> Discriminator:
    """Train a discriminator for a moment on images against what the decoder paints; freeze it.

    Args:
        decoder: Maps z to pixel logits; not changed.
        z: Codes to paint, shape (N, latent_dim).
        images: Real images in [0, 1], shape (N, 1, 28, 28).
        num_steps: Updates with 128 images of each kind.
        lr: Adam's rate.
        seed: Of weights and batches; the global random state is left as it was.

    Returns:
        A `Discriminator` that no longer learns.

    Raises:
        ValueError: If images are not (N, 1, 28, 28) in [0, 1].
    """
    check_images(images, wanted="(N, 1, 28, 28)")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        critic = Discriminator()
        optimizer = torch.optim.Adam(critic.parameters(), lr=lr, **ADAM)
        for _ in range(num_steps):
            i, j = torch.randint(len(images), (2, 128))
            painted = paint(decoder, z[i]).detach()
            loss = discriminator_loss(
                critic(to_signed_range(images[j])), critic(to_signed_range(painted))
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return critic.requires_grad_(False)


def climb(
    decoder: torch.nn.Module,
    critic: torch.nn.Module,
    z: torch.Tensor,
    steps: Sequence[int],
    lr: float = 5e-4,
    seed: int = 0,
) -> dict[str, torch.Tensor]:
    """Train a copy of the decoder to raise the logit of the frozen critic, and watch it.

    Args:
        decoder: Where to start; not changed.
        critic: A frozen discriminator of images in [-1, 1].
        z: Codes, shape (N, latent_dim).
        steps: Increasing numbers of updates after which the first 1,000 codes are painted.
        lr: Adam's rate.
        seed: Of the batches; the global random state is left as it was.

    Returns:
        Dict from "step n" to images in [0, 1], without graph.
    """
    painter, seen = copy.deepcopy(decoder).requires_grad_(True), {}
    optimizer = torch.optim.Adam(painter.parameters(), lr=lr, **ADAM)
    generator = torch.Generator().manual_seed(seed)
    for step in range(steps[-1] + 1):
        if step in steps:
            seen[f"step {step}"] = paint(painter, z[:1000]).detach().clamp(0, 1)
        i = torch.randint(len(z), (128,), generator=generator)
        optimizer.zero_grad()
        (-critic(to_signed_range(paint(painter, z[i]))).mean()).backward()
        optimizer.step()
    return seen


def still_recognised(before: torch.Tensor, after: torch.Tensor) -> float:
    """Share of images that still match their own original best, what all share taken away.

    Args:
        before: Images, shape (N, 1, H, W).
        after: The same images changed, in the same order.

    Returns:
        Share of `after` whose correlation, over pixels, is largest with its own `before`.

    Raises:
        ValueError: If there are not as many images after as before, or none.
    """
    check_rows(before, after)
    old, new = (F.normalize((x - x.mean(dim=0)).flatten(1), dim=1) for x in (before, after))
    return ((new @ old.T).argmax(dim=1) == torch.arange(len(old))).float().mean().item()
