"""What a generator feels of its discriminator: the slope of the logit at its own samples."""

import math
from collections.abc import Callable
from statistics import median

import torch
from torch.nn import functional as F

from genai_course.evaluation.modes import mode_counts, mode_shares, nearest_mode
from genai_course.ranges import check_finite_numbers

KEPT = 0.01  # a mode with fewer samples than this share is lost, as in `mode_report`
WALKERS = 200  # samples that walk


def slope_at(
    discriminator: Callable[[torch.Tensor], torch.Tensor], samples: torch.Tensor
) -> torch.Tensor:
    """Return the slope of the logit at each sample, the direction in which it rises fastest.

    Args:
        discriminator: Maps samples to one logit each.
        samples: Shape (..., n, d); only their values count.

    Returns:
        The shape of samples, without graph.

    Raises:
        ValueError: If a sample is not finite, or there is none.

    Shown in: notebooks/07_mode_collapse.ipynb.
    """
    check_finite_numbers(samples, "samples")
    x = samples.detach().requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(x).sum(), x)
    return slope


def walk_uphill(
    discriminator: Callable[[torch.Tensor], torch.Tensor],
    samples: torch.Tensor,
    num_steps: int = 200,
    length: float = 0.02,
) -> torch.Tensor:
    """Let samples follow the slope of the logit in steps of one length; return where they arrive.

    Steep or nearly flat, the steps are equally long: as those of Adam hardly depend on the size of
    the gradient. Where the slope is exactly zero a sample stays.

    Args:
        discriminator: Maps samples to one logit each; not changed.
        samples: Shape (..., n, d).
        num_steps: How many steps.
        length: Of each step.

    Returns:
        The shape of samples, without graph.

    Raises:
        ValueError: If a sample is not finite, or there is none.

    Shown in: notebooks/07_mode_collapse.ipynb.
    """
    for _ in range(num_steps):
        samples = samples + length * F.normalize(slope_at(discriminator, samples), dim=-1)
    return samples


def discriminator_report(
    discriminator: Callable[[torch.Tensor], torch.Tensor],
    samples: torch.Tensor,
    centres: torch.Tensor,
    sigma: float,
) -> list[dict[str, float]]:
    """Measure what the discriminators of S games say of the samples, and of the modes they lost.

    Args:
        discriminator: Maps (S, n, d) to logits (S, n, 1).
        samples: Samples of the S generators, shape (S, n, d).
        centres: Centres of K equally frequent modes, shape (K, d).
        sigma: Standard deviation of a mode in each direction.

    Returns:
        One dict a game. `logit` and `slope`: medians over the samples, of the logit and of the
        length of its slope. `best answer`: log(1/K : share) of the mode to which most samples are
        nearest. `lost modes`: the highest logit at the centre of a mode that keeps less than 1 %,
        NaN if there is none. `leave`: share of the first 200 samples that arrive at another mode
        than their nearest one when they `walk_uphill`.

    Raises:
        ValueError: If samples and centres differ in d, there are none, or a value is not finite.
    """
    count, length = len(samples), slope_at(discriminator, samples).norm(dim=-1)
    arrived = walk_uphill(discriminator, samples[:, :WALKERS])
    with torch.no_grad():
        logits = discriminator(samples).flatten(1)
        at_modes = discriminator(centres.expand(count, *centres.shape)).flatten(1)
    reports = []
    for s, x in enumerate(samples):
        lost = mode_counts(x, centres, sigma) < KEPT * len(x)
        start, end = (nearest_mode(y, centres)[1] for y in (x[:WALKERS], arrived[s]))
        crowd = mode_shares(x, centres).max().item()
        reports.append(
            {
                "best answer": -math.log(len(centres) * crowd),
                "logit": median(logits[s].tolist()),
                "slope": median(length[s].tolist()),
                "lost modes": at_modes[s, lost].max().item() if lost.any() else math.nan,
                "leave": (start != end).float().mean().item(),
            }
        )
    return reports
