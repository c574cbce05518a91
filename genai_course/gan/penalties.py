"""Penalties on the slope of the discriminator, in the place where it is measured."""

from collections.abc import Callable

import torch

from genai_course.pairing import check_one_each
from genai_course.ranges import check_batches


def r1_penalty(logits: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Mean squared slope of the discriminator at the given samples; add gamma / 2 times it.

    On real data this is R1, on generated data R2.

    Args:
        logits: What the discriminator said of x, one number a sample (or pack of samples).
        x: The samples, any shape, with `requires_grad` set before the logits were computed.

    Returns:
        Mean over the logits of the squared norm of the gradient, a 0-d tensor with a graph.

    Raises:
        ValueError: If logits are not one number a sample, or x are no samples (N, ..., d).

    Source:
        Mescheder, Geiger and Nowozin (2018), arXiv:1801.04406, equation 9.
    Shown in: notebooks/06_game_dynamics.ipynb.
    """
    check_batches(logits=logits)
    check_batches("(N, ..., d)", x=x)
    (slope,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    return slope.square().sum() / logits.numel()


def gradient_penalty(
    critic: Callable[[torch.Tensor], torch.Tensor],
    x_real: torch.Tensor,
    x_fake: torch.Tensor,
    mix: torch.Tensor,
    target: float = 1.0,
) -> torch.Tensor:
    """Mean squared distance of the critic's slope from `target`, between real and fake samples.

    Args:
        critic: Maps samples to one number each (or each pack of samples).
        x_real: Real samples, points (..., N, d) or images (N, C, H, W).
        x_fake: Generated samples of the same shape; no gradient flows to their generator.
        mix: Uniform numbers in [0, 1], one for each sample, which broadcast against it: shape
            (..., N, 1) for points, (N, 1, 1, 1) for images.
        target: Slope that is not penalised.

    Returns:
        A 0-d tensor with a graph; add lambda times it to the critic's loss.

    Raises:
        ValueError: If x_real and x_fake differ in shape, are empty or no floating-point
            numbers, or mix is not one such number for each of them.

    Source:
        Gulrajani et al. (2017), arXiv:1704.00028, equation 3 and Section 4.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches("(N, ...)", same=True, x_real=x_real, x_fake=x_fake)
    check_one_each(x_real, mix=mix)
    x = (mix * x_real + (1 - mix) * x_fake).detach().requires_grad_()
    values = critic(x)
    (slope,) = torch.autograd.grad(values.sum(), x, create_graph=True)
    norms = slope.reshape(values.numel(), -1).norm(dim=1)
    return (norms - target).square().mean()
