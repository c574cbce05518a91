"""How much of an image is left after t steps of noise, and the image that is left.

A schedule is a tensor `alpha_bar` of shape (T + 1,): the share of the variance of x_t that still
comes from the image x_0. It falls from 1 at t = 0 to almost 0 at t = T. `t` counts steps, 0 to T:
an integer, or one for each sample, shape (N,).
"""

import math

import torch
from torch import Tensor

from genai_course.ranges import check_batches


def linear_schedule(num_steps: int) -> Tensor:
    """Return alpha_bar whose added variances grow linearly, shape (num_steps + 1,), float64.

    They grow from 1e-4 to 0.02 for 1,000 steps, and are larger in proportion where steps are fewer.

    Args:
        num_steps: Number of steps T, at least 20.

    Source:
        Ho, Jain and Abbeel (2020), arXiv:2006.11239, Section 4.
    Shown in: notebooks/14_diffusion.ipynb.
    """
    betas = torch.linspace(1e-4, 0.02, num_steps, dtype=torch.float64) * 1000 / num_steps
    return torch.cat([torch.ones(1, dtype=torch.float64), torch.cumprod(1 - betas, dim=0)])


def cosine_schedule(num_steps: int) -> Tensor:
    """Return alpha_bar that falls as the square of a cosine, shape (num_steps + 1,), float64.

    Args:
        num_steps: Number of steps T, at least 2.

    Source:
        Nichol and Dhariwal (2021), arXiv:2102.09672, Equation 17; no step adds more than 0.999.
    Shown in: notebooks/14_diffusion.ipynb.
    """
    turn = (torch.arange(num_steps + 1, dtype=torch.float64) / num_steps + 0.008) / 1.008
    wanted = torch.cos(turn * math.pi / 2) ** 2
    betas = (1 - wanted[1:] / wanted[:-1]).clamp(max=0.999)
    return torch.cat([torch.ones(1, dtype=torch.float64), torch.cumprod(1 - betas, dim=0)])


def signal_and_noise(alpha_bar: Tensor, t: Tensor | int, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the factors of image and noise at step t, shaped to multiply x.

    Args:
        alpha_bar: The schedule.
        t: Step of each sample.
        x: Samples, shape (N, ...).

    Returns:
        signal, the root of alpha_bar, and sigma, the root of 1 - alpha_bar: shape (N, 1, ..., 1),
        or () where t is one number; of the type and on the device of x.

    Shown in: notebooks/14_diffusion.ipynb.
    """
    kept = alpha_bar.to(x.device)[t].to(x.dtype)
    kept = kept.view(-1, *[1] * (x.ndim - 1)) if kept.ndim else kept
    return kept.sqrt(), (1 - kept).sqrt()


def diffuse(x: Tensor, noise: Tensor, t: Tensor | int, alpha_bar: Tensor) -> Tensor:
    """Return x_t, what t steps of noise make of x, in one stroke.

    Args:
        x: Clean samples x_0, shape (N, ...).
        noise: Standard normal noise of the shape of x.
        t: Step of each sample.
        alpha_bar: The schedule.

    Raises:
        ValueError: If x and noise differ in shape, are none or no floats.

    Source:
        Ho, Jain and Abbeel (2020), arXiv:2006.11239, Equation 4.
    Shown in: notebooks/14_diffusion.ipynb.
    """
    check_batches("(N, ...)", same=True, x=x, noise=noise)
    signal, sigma = signal_and_noise(alpha_bar, t, x)
    return signal * x + sigma * noise
