"""Digits whose causes are known: one image turned, slanted and thickened by given amounts."""

import math

import torch
from torch.nn import functional as F

from genai_course.ranges import check_images, check_signed

NAMES = ("rotation", "slant", "thickness")
LARGEST_ANGLE, LARGEST_SHEAR = 40.0, 0.6  # degrees; pixels a row
THIN, THICK = 0.55, 0.12  # share of ink around a pixel above which it is white


def transform(images: torch.Tensor, factors: torch.Tensor) -> torch.Tensor:
    """Turn, slant and thicken images, each by its own three numbers.

    Args:
        images: Shape (N, 1, 28, 28), in [0, 1].
        factors: Shape (N, 3), in [-1, 1]: rotation (of 40 degrees, 1 is anticlockwise), slant
            (a shear of 0.6 pixel a row, 1 leans to the right) and thickness (-1 thin, 1 thick).

    Returns:
        Images in [0, 1], shape (N, 1, 28, 28).

    Raises:
        ValueError: If images or factors leave their range, or there is not one row of three
            factors for each image.
    """
    check_images(images, wanted="(N, 1, 28, 28)")
    check_signed(factors, "factors")
    if factors.shape != (len(images), len(NAMES)):
        raise ValueError(f"factors have shape {tuple(factors.shape)}, wanted ({len(images)}, 3)")
    rotation, slant, thickness = factors.unbind(dim=1)
    angle = math.radians(LARGEST_ANGLE) * rotation
    return _move(_thicken(images, thickness), angle, LARGEST_SHEAR * slant)


def digits_with_factors(
    image: torch.Tensor, count: int, generator: torch.Generator | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw versions of one image with independent factors, uniform on [-1, 1].

    Args:
        image: The original, shape (1, 28, 28), in [0, 1].
        count: How many versions.
        generator: CPU generator of the factors; None uses PyTorch's global one.

    Returns:
        images, shape (count, 1, 28, 28), in [0, 1], and factors, shape (count, 3), both on the
        device of the original.

    Raises:
        ValueError: If the image is not (1, 28, 28) or not in [0, 1].
    """
    check_images(image, wanted="(1, 28, 28)")
    factors = (2 * torch.rand(count, len(NAMES), generator=generator) - 1).to(image.device)
    return transform(image.expand(count, 1, 28, 28), factors), factors


def _thicken(images, thickness):
    """Blur, then cut where the ink around a pixel passes a level: low levels give broad strokes."""
    offsets = torch.arange(-4.0, 5.0, device=images.device)
    weights = torch.exp(-(offsets**2) / 2)
    weights = weights / weights.sum()
    blurred = F.conv2d(images, weights.view(1, 1, 1, 9), padding=(0, 4))
    blurred = F.conv2d(blurred, weights.view(1, 1, 9, 1), padding=(4, 0))
    level = THICK + (THIN - THICK) * (1 - thickness) / 2
    return ((blurred - level.view(-1, 1, 1, 1)) / 0.15 + 0.5).clamp(0, 1)


def _move(images, angle, shear):
    """Shear and rotate about the middle, by the map from output to input places."""
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    rotate = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
    one = torch.ones_like(angle)
    slant = torch.stack([torch.stack([one, shear], 1), torch.stack([zero, one], 1)], 1)
    theta = torch.cat([slant @ rotate, zero.view(-1, 1, 1).expand(-1, 2, 1)], dim=2)
    grid = F.affine_grid(theta, (len(images), 1, 28, 28), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False).clamp(0, 1)
