"""How much can a layer stretch its input? Its largest singular value, and how to divide by it.

A linear map x -> W x is Lipschitz with the largest singular value sigma of W as the smallest
constant. Power iteration finds sigma, and a layer with the weight W / sigma stretches by at most 1.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import nn
from torch.nn import functional as F


@torch.no_grad()
def matrix_of(
    linear_map: Callable[[torch.Tensor], torch.Tensor], shape: Sequence[int]
) -> torch.Tensor:
    """Write a linear map of images as a matrix, by sending every unit image through it.

    Args:
        linear_map: Function of a batch (N, *shape) without a constant term (no bias).
        shape: Shape of one input, such as (1, 5, 5).

    Returns:
        The matrix, shape (numbers in one output, numbers in one input); column j is the output of
        the image that is 1 at its j-th number and 0 elsewhere.

    Shown in: notebooks/05_dcgan.ipynb.
    """
    unit_images = torch.eye(math.prod(shape)).reshape(-1, *shape)
    return linear_map(unit_images).flatten(1).T


@torch.no_grad()
def power_iteration(
    matrix: torch.Tensor, start: torch.Tensor, num_steps: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Find the largest singular value and its two singular vectors by repeated multiplication.

    The error falls by the factor (second singular value / largest)^4 a step.

    Args:
        matrix: W, shape (rows, columns), not all zeros.
        start: Any vector, shape (rows,), that is not orthogonal to the wanted left vector.
        num_steps: Number of rounds, at least 1.

    Returns:
        sigma, a 0-d tensor, never above the true value; u, shape (rows,); v, shape (columns,).

    Raises:
        ValueError: If num_steps is not positive or start has another length than W has rows.

    Source:
        Miyato et al. (2018), arXiv:1802.05957, Section 2.1.
    Shown in: notebooks/05_dcgan.ipynb.
    """
    if num_steps < 1 or start.shape != matrix.shape[:1]:
        wanted = f"at least 1 step and a start of shape {tuple(matrix.shape[:1])}"
        raise ValueError(f"{num_steps=} and a start of shape {tuple(start.shape)}, wanted {wanted}")
    u = start
    for _ in range(num_steps):
        v = F.normalize(matrix.T @ u, dim=0)
        u = F.normalize(matrix @ v, dim=0)
    return u @ matrix @ v, u, v


class SpectralNorm(nn.Module):
    """Divide a weight by its largest singular value; one round of power iteration at each use.

    Attach it by `register_parametrization(layer, "weight", SpectralNorm(layer.weight))` of
    torch.nn.utils.parametrize, to a linear or convolutional layer. A convolution's weight,
    (out, in, k, k), is read as a matrix (out, in * k * k).

    Args:
        weight: The weight of the layer, shape (out, ...).
        warm_up: Rounds of power iteration at the start.

    Source:
        Miyato et al. (2018), arXiv:1802.05957, Algorithm 1.
    Shown in: notebooks/05_dcgan.ipynb.
    """

    def __init__(self, weight: torch.Tensor, warm_up: int = 15) -> None:
        super().__init__()
        matrix = weight.detach().flatten(1)
        start = torch.randn(len(matrix), device=matrix.device)
        _, u, v = power_iteration(matrix, start, warm_up)
        self.register_buffer("u", u)
        self.register_buffer("v", v)

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Map a weight to weight / sigma, the same shape."""
        matrix = weight.flatten(1)
        if self.training:
            _, self.u, self.v = power_iteration(matrix, self.u, 1)  # type: ignore[has-type]
        sigma = self.u @ matrix @ self.v  # u and v are constants, the weight is not
        return weight / sigma


def lipschitz_bound(discriminator: nn.Module) -> float:
    """Bound how much a discriminator of convolutions and linear layers can stretch a difference.

    The product over its layers of sigma * ceil(kernel / stride): in a convolution, each input
    number takes part in at most ceil(kernel / stride)^2 patches. Activations must have slopes of
    at most 1, and there must be no batch normalisation.

    Args:
        discriminator: A network of nn.Conv2d (square kernels) and nn.Linear layers.

    Returns:
        The bound, a number.

    Raises:
        ValueError: If there is batch normalisation in the network.

    Shown in: notebooks/05_dcgan.ipynb.
    """
    bound = 1.0
    for layer in discriminator.modules():
        if isinstance(layer, nn.BatchNorm2d):
            raise ValueError("batch normalisation can stretch without bound")
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            bound *= torch.linalg.svdvals(layer.weight.detach().flatten(1))[0].item()
        if isinstance(layer, nn.Conv2d):
            bound *= math.ceil(layer.kernel_size[0] / layer.stride[0])
    return bound
