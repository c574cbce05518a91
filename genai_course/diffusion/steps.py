"""One update of a diffusion model: guess the v of one noisy version of each sample."""

import torch
from torch import Tensor, nn

from genai_course.diffusion.predictions import v_target
from genai_course.diffusion.schedules import diffuse
from genai_course.ranges import check_batches


def diffusion_step(
    network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, alpha_bar: Tensor
) -> Tensor:
    """Do one gradient step on the mean squared error of v.

    Args:
        network: Maps x_t and times (N,) in (0, 1] to a prediction of v, like x_t.
        optimizer: Optimiser of the network's weights.
        x: Clean samples, shape (N, ...); images in [-1, 1].
        alpha_bar: The schedule, shape (T + 1,).

    Returns:
        The error before the step, a 0-d tensor without a graph.

    Raises:
        ValueError: If x is empty or no floats.

    Source:
        Ho, Jain and Abbeel (2020), arXiv:2006.11239, Algorithm 1, with v for the noise.
    Shown in: notebooks/14_diffusion.ipynb.
    """
    check_batches("(N, ...)", x=x)
    last = len(alpha_bar) - 1
    t = torch.randint(1, last + 1, (len(x),), device=x.device)  # another step for each sample
    noise = torch.randn_like(x)
    v = network(diffuse(x, noise, t, alpha_bar), t / last)
    loss = (v - v_target(x, noise, t, alpha_bar)).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
