"""Random changes of samples that a discriminator should not be able to undo, and their use."""

import torch


def rotate_pairs(x: torch.Tensor, angles: torch.Tensor) -> torch.Tensor:
    """Turn each pair of neighbouring coordinates by one angle a sample.

    Args:
        x: Samples, shape (..., d), d even; coordinates 0 and 1 make the first pair.
        angles: In radians, shape (..., 1).

    Returns:
        Samples of the same shape and the same norms; gradients flow through.

    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    first, second = x.unflatten(-1, (-1, 2)).unbind(dim=-1)
    cos, sin = angles.cos(), angles.sin()
    return torch.stack((cos * first - sin * second, sin * first + cos * second), dim=-1).flatten(-2)


def shift_pixels(x: torch.Tensor, shifts: torch.Tensor, side: int = 28) -> torch.Tensor:
    """Move each image by whole pixels; what leaves on one side comes back on the other.

    Args:
        x: Images as vectors, shape (..., side * side).
        shifts: Rows and columns to move, integers, shape (..., 2).
        side: Pixels along a side.

    Returns:
        Images of the same shape; gradients flow through.

    Source:
        Zhao et al. (2020), arXiv:2006.10738 (translation as a differentiable augmentation).
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    ticks = torch.arange(side, device=x.device)
    rows = (ticks - shifts[..., :1]) % side
    columns = (ticks - shifts[..., 1:]) % side
    source = rows.unsqueeze(-1) * side + columns.unsqueeze(-2)
    return x.gather(-1, source.flatten(-2))
