"""How far paths are from straight lines at constant speed."""

import torch
from torch import Tensor

from genai_course.flow.solvers import Velocity, euler_step
from genai_course.ranges import check_batches


@torch.no_grad()
def path_bend(velocity: Velocity, start: Tensor, num_steps: int) -> Tensor:
    """Return, for each path, the mean squared distance of its velocity from its mean velocity.

    0 where every path is a straight line at constant speed: then one Euler step is exact.

    Args:
        velocity: Maps points (N, ...) and a time to vectors like the points.
        start: Noise, shape (N, d, ...).
        num_steps: Euler steps from noise to data, 1 or more.

    Returns:
        Squared distances, summed over the numbers of a sample, shape (N,).

    Raises:
        ValueError: If start is empty or no floats.

    Source:
        Liu, Gong and Liu (2023), arXiv:2209.03003, Section 2.2 (their S).
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, d, ...)", start=start)
    x_t, seen = start, []
    for k in range(num_steps, 0, -1):
        t, s = k / num_steps, (k - 1) / num_steps
        seen.append(velocity(x_t, t).flatten(1))
        x_t = euler_step(lambda x, time: seen[-1].view_as(x), x_t, t, s)
    mean = (start - x_t).flatten(1)  # from data to noise, in a time of 1
    return torch.stack([(v - mean).square().sum(dim=1) for v in seen]).mean(dim=0)
