"""The density of what a velocity draws, by the change of variables along its paths.

On a path the log-density falls at the rate of the divergence of the velocity. So the log-density
of a point is that of the noise on which its path ends, plus the divergence summed on the way.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from genai_course.flow.solvers import Velocity
from genai_course.ranges import check_batches, check_points

# from a velocity, points and a time to the velocity there (N, d) and its divergence (N,)
Divergence = Callable[[Velocity, Tensor, float], tuple[Tensor, Tensor]]


def exact_divergence(velocity: Velocity, x: Tensor, t: float) -> tuple[Tensor, Tensor]:
    """Return the velocity at points x (N, d) and its divergence, shape (N,): d gradients.

    Args:
        velocity: Maps points (N, d) and a time to vectors (N, d), differentiably, each point by
            itself.
        x: Points, shape (N, d).
        t: Time, 0 to 1.

    Raises:
        ValueError: If x are no points, or none, or not finite.

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_points(x)
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        v = velocity(x, t)
        slopes = [
            torch.autograd.grad(v[:, i].sum(), x, retain_graph=True)[0][:, i]
            for i in range(x.shape[1])
        ]
    return v.detach(), torch.stack(slopes).sum(dim=0)


def hutchinson_divergence(
    velocity: Velocity, x: Tensor, t: float, probe: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the velocity at points x (N, d) and an estimate of its divergence: one gradient.

    Args:
        velocity: Maps points (N, d) and a time to vectors (N, d), differentiably, each point by
            itself.
        x: Points, shape (N, d).
        t: Time, 0 to 1.
        probe: Random vectors (N, d) of mean 0 and covariance 1, best of signs +1 and -1.

    Raises:
        ValueError: If x and probe are not of one shape (N, d), are none or no floats.

    Source:
        Grathwohl et al. (2019), arXiv:1810.01367, Section 3.1.
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, d)", same=True, x=x, probe=probe)
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        v = velocity(x, t)
        (slope,) = torch.autograd.grad((v * probe).sum(), x)
    return v.detach(), (slope * probe).sum(dim=1)


def flow_log_density(
    velocity: Velocity, x: Tensor, num_steps: int = 50, divergence: Divergence = exact_divergence
) -> Tensor:
    """Return the log-density of points under the flow that ends on them: nats, shape (N,).

    Args:
        velocity: Maps points (N, d) and a time to vectors (N, d), differentiably.
        x: Points, shape (N, d): data, t = 0.
        num_steps: Steps of the classical Runge-Kutta method, from data to noise.
        divergence: `exact_divergence`, or `hutchinson_divergence` with a probe.

    Raises:
        ValueError: If x are no points, or none, or not finite.

    Source:
        Chen et al. (2018), arXiv:1806.07366, Theorem 1.
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_points(x)
    h, grown = 1 / num_steps, x.new_zeros(len(x))
    for k in range(num_steps):
        a, da = divergence(velocity, x, k * h)
        b, db = divergence(velocity, x + h / 2 * a, (k + 0.5) * h)
        c, dc = divergence(velocity, x + h / 2 * b, (k + 0.5) * h)
        d, dd = divergence(velocity, x + h * c, (k + 1) * h)
        x = x + h / 6 * (a + 2 * b + 2 * c + d)
        grown = grown + h / 6 * (da + 2 * db + 2 * dc + dd)
    return -0.5 * (x.square() + math.log(2 * math.pi)).sum(dim=1) + grown
