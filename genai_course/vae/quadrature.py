"""The likelihood of a VAE with a latent plane, exactly: the integral over z as a sum on a grid."""

import math

import torch
from torch.nn import functional as F

from genai_course.ranges import check_images


def quadrature_log_likelihood(
    decoder: torch.nn.Module, x: torch.Tensor, spacing: float = 0.02, half_width: float = 4.5
) -> torch.Tensor:
    """Return log p(x) = log of the integral of p(x|z) N(z; 0, I) over a plane of latent points.

    Args:
        decoder: Network that maps z (M, 2) to pixel logits.
        x: Binary images, shape (N, 1, 28, 28).
        spacing: Distance between neighbouring grid points; well below the posterior's width.
        half_width: The grid covers [-half_width, half_width] in both directions.

    Returns:
        Nats, shape (N,), without graph.

    Raises:
        ValueError: If x are not images in [0, 1].

    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    check_images(x)
    axis = torch.arange(-half_width, half_width + spacing / 2, spacing, device=x.device)
    log_p = torch.full((len(x),), -math.inf, device=x.device)
    with torch.no_grad():
        for z1 in axis:  # one column of the grid at a time
            z = torch.stack([z1.expand_as(axis), axis], dim=1)
            logits = decoder(z).flatten(1)  # (M, 784)
            log_likelihood = logits @ x.flatten(1).T - F.softplus(logits).sum(dim=1, keepdim=True)
            log_prior = -0.5 * z.pow(2).sum(dim=1, keepdim=True) - math.log(2 * math.pi)
            column = (log_likelihood + log_prior).logsumexp(dim=0) + 2 * math.log(spacing)
            log_p = torch.logaddexp(log_p, column)
    return log_p
