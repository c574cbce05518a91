"""What a decoder may say about a grey pixel: a density on [0, 1] instead of a coin."""

import math

import torch

from genai_course.ranges import check_batches
from genai_course.vae.losses import reconstruction_loss


def log_normaliser(logits: torch.Tensor) -> torch.Tensor:
    """Return log C with C the constant that makes p^x (1 - p)^(1 - x) a density of x in [0, 1].

    Args:
        logits: a = log p / (1 - p), any shape.

    Returns:
        log C = log(a / tanh(a / 2)) in nats, same shape: log 2 at a = 0, larger elsewhere.

    Raises:
        ValueError: If logits are no floating-point numbers, or there are none.

    Source:
        Loaiza-Ganem and Cunningham (2019), arXiv:1907.06845, equation 7.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    check_batches("(...)", logits=logits)
    near_zero = logits.abs() < 1e-2  # there 0 / 0 is near; use the series log 2 + a^2 / 12
    a = torch.where(near_zero, torch.ones_like(logits), logits)
    exact = (a / torch.tanh(a / 2)).log()
    return torch.where(near_zero, math.log(2) + logits**2 / 12, exact)


def continuous_bernoulli_loss(logits: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Negative log-density of grey pixels x under independent continuous Bernoullis.

    Args:
        logits: Decoder output, shape (N, ...).
        x: Grey images in [0, 1], same shape.

    Returns:
        Nats of a density, shape (N,): may be negative, and is no number of bits.

    Raises:
        ValueError: If logits and x differ in shape, or x are not images in [0, 1].

    Source:
        Loaiza-Ganem and Cunningham (2019), arXiv:1907.06845.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    return reconstruction_loss(logits, x) - log_normaliser(logits).flatten(1).sum(dim=1)
