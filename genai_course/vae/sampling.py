"""Ways through the latent space: from the prior, along a line, over a grid of equal probability."""

import torch

from genai_course.vae.networks import Decoder


def decode(decoder: torch.nn.Module, z: torch.Tensor) -> torch.Tensor:
    """Return the mean images of latent points: the probability of white for every pixel.

    Args:
        decoder: Network that maps z to pixel logits.
        z: Latent points, shape (N, latent_dim), on the device of the decoder.

    Returns:
        Images in [0, 1], shape (N, 1, 28, 28), without graph.

    Shown in: notebooks/10_vae.ipynb.
    """
    with torch.no_grad():
        return torch.sigmoid(decoder(z))


def sample_prior(decoder: Decoder, num_images: int) -> torch.Tensor:
    """Draw z from N(0, I) and decode it.

    Args:
        decoder: Network with an attribute `latent_dim` that maps z to pixel logits.
        num_images: How many, a positive integer.

    Returns:
        Mean images in [0, 1], shape (num_images, 1, 28, 28), without graph.

    Shown in: notebooks/10_vae.ipynb.
    """
    device = next(decoder.parameters()).device
    return decode(decoder, torch.randn(num_images, decoder.latent_dim, device=device))


def interpolate(z_start: torch.Tensor, z_end: torch.Tensor, num_steps: int) -> torch.Tensor:
    """Return points at equal distances on the straight line between two latent points.

    Args:
        z_start, z_end: Latent points, each of shape (latent_dim,).
        num_steps: Number of points, both ends included, at least 2.

    Returns:
        Latent points, shape (num_steps, latent_dim).

    Raises:
        ValueError: If there are fewer than 2 points, or the two ends differ in shape.

    Shown in: notebooks/10_vae.ipynb.
    """
    if num_steps < 2:
        raise ValueError(f"num_steps is {num_steps}, wanted at least 2, the two ends")
    if z_start.shape != z_end.shape:
        raise ValueError(f"the ends have shapes {tuple(z_start.shape)} and {tuple(z_end.shape)}")
    weight = torch.linspace(0, 1, num_steps, device=z_start.device).unsqueeze(1)  # (num_steps, 1)
    return (1 - weight) * z_start + weight * z_end


def latent_grid(num_side: int) -> torch.Tensor:
    """Return a square grid in the plane that cuts N(0, I) into cells of equal probability.

    Each coordinate runs over the quantiles at 1/(2n), 3/(2n), ... of N(0, 1), n = num_side.

    Args:
        num_side: Points along one side, a positive integer.

    Returns:
        Points (z1, z2), shape (num_side^2, 2), row by row as a picture shows them: z2 falls from
        the first row to the last, z1 grows from left to right.

    Shown in: notebooks/10_vae.ipynb.
    """
    axis = torch.special.ndtri((torch.arange(num_side) + 0.5) / num_side)  # quantiles of N(0, 1)
    z2, z1 = torch.meshgrid(axis.flip(0), axis, indexing="ij")
    return torch.stack([z1.flatten(), z2.flatten()], dim=1)
