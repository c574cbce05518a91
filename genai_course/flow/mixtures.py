"""The mean velocity where the data are a mixture of equal, round Gaussians, in closed form."""

import torch
from torch import Tensor

from genai_course.ranges import check_points


def mixture_velocity(x_t: Tensor, t: float, centres: Tensor, width: float) -> Tensor:
    """Return the mean of noise - x_0 over all lines that pass x_t: what a perfect network says.

    Args:
        x_t: Points at time t, shape (N, d).
        t: Time, 0 to 1, the same for all.
        centres: Centres of the components of x_0, shape (K, d).
        width: Standard deviation of each of them, in all directions; above 0.

    Returns:
        Velocities, shape (N, d).

    Raises:
        ValueError: If points and centres differ in d, there are none, or a value is not finite.

    Source:
        Lipman et al. (2023), arXiv:2210.02747, Equation 8 (the mean over conditional velocities).
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_points(x_t, centres)
    variance = ((1 - t) * width) ** 2 + t**2
    away = x_t.unsqueeze(1) - (1 - t) * centres  # (N, K, d)
    belongs = (-away.square().sum(dim=2) / (2 * variance)).softmax(dim=1)
    x_hat = centres + (1 - t) * width**2 / variance * away  # if x_0 is of this component
    noise_hat = t / variance * away
    return torch.einsum("nk,nkd->nd", belongs, noise_hat - x_hat)
