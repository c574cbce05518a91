"""What a perfect network would say where the data are a mixture of equal, round Gaussians."""

import math

import torch
from torch import Tensor

from genai_course.diffusion.schedules import signal_and_noise
from genai_course.ranges import check_points


def mixture_log_density(
    x_t: Tensor, signal: Tensor, sigma: Tensor, centres: Tensor, width: float
) -> Tensor:
    """Return the log-density of x_t, where x_0 is a mixture of equal Gaussians: nats, (N,).

    A component keeps its form: its centre shrinks by signal, its variance becomes
    (signal * width)^2 + sigma^2.

    Args:
        x_t: Points, shape (N, d).
        signal: Factor of x_0 in x_t.
        sigma: Factor of the noise in x_t.
        centres: Centres of the components of x_0, shape (K, d).
        width: Standard deviation of each of them, in all directions.

    Raises:
        ValueError: If points and centres differ in d, there are none, or a value is not finite.

    Shown in: notebooks/14_diffusion.ipynb.
    """
    check_points(x_t, centres)
    variance = (signal * width) ** 2 + sigma**2
    distance2 = (x_t.unsqueeze(1) - signal * centres).square().sum(dim=2)  # (N, K)
    constant = math.log(len(centres)) + 0.5 * x_t.shape[1] * (2 * math.pi * variance).log()
    return (-distance2 / (2 * variance)).logsumexp(dim=1) - constant


def exact_prediction(
    x_t: Tensor, t: int, alpha_bar: Tensor, centres: Tensor, width: float
) -> tuple[Tensor, Tensor]:
    """Return the means of the image and of the noise, given x_t: what a perfect network says.

    Args:
        x_t: Points after t steps, shape (N, d).
        t: Step, 0 to T, the same for all.
        alpha_bar: The schedule, shape (T + 1,).
        centres: Centres of the components of x_0, shape (K, d).
        width: Standard deviation of each of them, in all directions; above 0.

    Returns:
        x_hat and noise_hat, each of the shape of x_t.

    Raises:
        ValueError: If points and centres differ in d, there are none, or a value is not finite.

    Shown in: notebooks/14_diffusion.ipynb.
    """
    check_points(x_t, centres)
    signal, sigma = signal_and_noise(alpha_bar, t, x_t)
    variance = (signal * width) ** 2 + sigma**2
    away = x_t.unsqueeze(1) - signal * centres  # (N, K, d)
    belongs = (-away.square().sum(dim=2) / (2 * variance)).softmax(dim=1)
    away = torch.einsum("nk,nkd->nd", belongs, away) / variance
    return belongs @ centres + signal * width**2 * away, sigma * away
