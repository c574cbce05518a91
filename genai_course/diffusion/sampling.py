"""From noise back to data: the distribution of one step back, and samplers that take many."""

from collections.abc import Sequence

import torch
from torch import Tensor

from genai_course.diffusion.predictions import Predict
from genai_course.diffusion.schedules import signal_and_noise
from genai_course.ranges import check_batches


def step_posterior(
    x: Tensor, x_t: Tensor, s: int, t: int, alpha_bar: Tensor
) -> tuple[Tensor, Tensor]:
    """Mean and variance of x_s, given the image x and the noisier x_t.

    Args:
        x: Clean samples, shape (N, ...).
        x_t: The same after t steps of noise, the same shape.
        s: The earlier step, 0 to t - 1.
        t: The later step, at most T.
        alpha_bar: The schedule, shape (T + 1,).

    Returns:
        mean, of the shape of x; variance, a 0-d tensor.

    Raises:
        ValueError: If x and x_t differ in shape, are none or no floats.

    Source:
        Ho, Jain and Abbeel (2020), arXiv:2006.11239, Equations 6 and 7, here for any s < t.
    Shown in: notebooks/14_diffusion.ipynb.
    """
    check_batches("(N, ...)", same=True, x=x, x_t=x_t)
    signal, sigma = signal_and_noise(alpha_bar, t, x)
    signal_s, sigma_s = signal_and_noise(alpha_bar, s, x)
    ratio = signal / signal_s  # factor of x_s in x_t
    added = sigma**2 - ratio**2 * sigma_s**2  # variance that the steps s to t add
    mean = (ratio * sigma_s**2 * x_t + signal_s * added * x) / sigma**2
    return mean, added * sigma_s**2 / sigma**2


def step_back(
    x_hat: Tensor, noise_hat: Tensor, s: int, t: int, alpha_bar: Tensor, eta: float = 1.0
) -> Tensor:
    """Draw x_s from what a network says of x_t: its image and its noise.

    Args:
        x_hat: Predicted image, shape (N, ...).
        noise_hat: Predicted noise of the same shape.
        s: The earlier step, 0 to t - 1.
        t: The step of x_t.
        alpha_bar: The schedule, shape (T + 1,).
        eta: Share of fresh noise, 0 to 1: 1 has the variance of the posterior (ancestral
            sampling), 0 draws nothing (DDIM).

    Returns:
        x_s, of the shape of x_hat.

    Raises:
        ValueError: If x_hat and noise_hat differ in shape, are none or no floats.

    Source:
        Song, Meng and Ermon (2021), arXiv:2010.02502, Equations 12 and 16.
    Shown in: notebooks/14_diffusion.ipynb.
    """
    check_batches("(N, ...)", same=True, x_hat=x_hat, noise_hat=noise_hat)
    fresh = eta**2 * step_posterior(x_hat, x_hat, s, t, alpha_bar)[1]  # variance
    signal_s, sigma_s = signal_and_noise(alpha_bar, s, x_hat)
    kept = (sigma_s**2 - fresh).clamp(min=0).sqrt()
    return signal_s * x_hat + kept * noise_hat + fresh.sqrt() * torch.randn_like(x_hat)


def even_steps(num_steps: int, calls: int) -> list[int]:
    """Return calls + 1 steps from num_steps down to 0, as evenly spaced as integers can be.

    Raises:
        ValueError: If calls is not in 1..num_steps.

    Shown in: notebooks/14_diffusion.ipynb.
    """
    if not 1 <= calls <= num_steps:
        raise ValueError(f"calls is {calls}, wanted 1 to {num_steps}, the number of steps")
    return torch.linspace(num_steps, 0, calls + 1).round().int().tolist()


@torch.no_grad()
def draw_samples(
    predict: Predict, start: Tensor, steps: Sequence[int], alpha_bar: Tensor, eta: float = 1.0
) -> Tensor:
    """Walk from noise to data and return where the walk ends.

    Args:
        predict: Maps x_t and a step t to the predicted image and noise, each like x_t.
        start: Standard normal noise, shape (N, ...).
        steps: Steps to visit, falling, from T to 0.
        alpha_bar: The schedule, shape (T + 1,).
        eta: Share of fresh noise in each step, 0 to 1.

    Returns:
        Samples, the shape of start.

    Raises:
        ValueError: If start is empty or no floats.

    Shown in: notebooks/14_diffusion.ipynb.
    """
    x_t = start
    for t, s in zip(steps[:-1], steps[1:], strict=True):
        x_t = step_back(*predict(x_t, t), s, t, alpha_bar, eta)
    return x_t
