"""Mixtures of Gaussians in the plane: on a ring and on a grid."""

import math

import torch


def ring_centres(modes: int = 8, radius: float = 1.0) -> torch.Tensor:
    """Return `modes` distinct points on a circle of that radius, shape (modes, 2)."""
    angles = torch.arange(modes) * (2 * math.pi / modes)
    return radius * torch.stack([angles.cos(), angles.sin()], dim=1)


def grid_centres(side: int = 5, spacing: float = 2.0) -> torch.Tensor:
    """Return a square grid around the origin, spacing apart, shape (side * side, 2)."""
    ticks = (torch.arange(side) - (side - 1) / 2) * spacing
    return torch.cartesian_prod(ticks, ticks)


def ring_of_gaussians(
    n: int,
    modes: int = 8,
    radius: float = 1.0,
    sigma: float = 0.01,
    generator: torch.Generator | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw points from equally likely Gaussians on a circle.

    Args:
        n: Number of points.
        modes: Number of Gaussians.
        radius: Of the circle.
        sigma: Standard deviation of each Gaussian, in both directions.
        generator: CPU generator; None uses PyTorch's global one.

    Returns:
        points, shape (n, 2); index of each point's mode, shape (n,), int64.

    Source:
        Lin, Khetan, Fanti and Oh (2018), PacGAN, arXiv:1712.04086: the defaults are its settings.
    """
    return _mixture(n, ring_centres(modes, radius), sigma, generator)


def grid_of_gaussians(
    n: int,
    side: int = 5,
    spacing: float = 2.0,
    sigma: float = 0.05,
    generator: torch.Generator | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw points from equally likely Gaussians on a square grid.

    Args:
        n: Number of points.
        side: Gaussians along one side of the grid.
        spacing: Distance between neighbouring centres.
        sigma: Standard deviation of each Gaussian, in both directions.
        generator: CPU generator; None uses PyTorch's global one.

    Returns:
        points, shape (n, 2); index of each point's mode, shape (n,), int64.

    Source:
        Lin, Khetan, Fanti and Oh (2018), PacGAN, arXiv:1712.04086: the defaults are its settings.
    """
    return _mixture(n, grid_centres(side, spacing), sigma, generator)


def _mixture(n, centres, sigma, generator):
    mode = torch.randint(len(centres), (n,), generator=generator)
    return centres[mode] + sigma * torch.randn(n, 2, generator=generator), mode
