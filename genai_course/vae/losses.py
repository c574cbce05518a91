"""The pieces of the evidence lower bound: Gaussian KL, reparameterisation, pixel loss, ELBO.

Everything is in nats, one value per image; `elbo` is to be maximised, so the loss of a training
step is `-elbo(...).mean()`.
"""

import torch
from torch.nn import functional as F

from genai_course.ranges import check_batches, check_images


def kl_divergence(mu: torch.Tensor, logvar: torch.Tensor) -> torch.Tensor:
    """KL divergence from the posterior N(mu, sigma^2) to the prior N(0, I).

    Closed form, summed over the latent dimensions, one value per image.

    Args:
        mu: Posterior means, shape (N, latent_dim).
        logvar: Log variances, log sigma^2 (not log sigma), same shape as mu.

    Returns:
        KL in nats, shape (N,), never negative up to rounding.

    Raises:
        ValueError: If mu and logvar differ in shape or are not (N, latent_dim).

    Source:
        Kingma and Welling (2014), arXiv:1312.6114, Appendix B.
    Shown in: notebooks/09_elbo.ipynb.
    """
    check_batches("(N, d)", same=True, mu=mu, logvar=logvar)
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)


def reparameterize(
    mu: torch.Tensor, logvar: torch.Tensor, generator: torch.Generator | None = None
) -> torch.Tensor:
    """Draw z from N(mu, sigma^2) as mu + sigma * noise, so that gradients reach mu and logvar.

    Args:
        mu: Means, shape (N, latent_dim).
        logvar: Log variances, log sigma^2 (not log sigma), same shape as mu.
        generator: Optional torch.Generator for the noise, on the same device as mu.

    Returns:
        One sample per row, same shape, dtype and device as mu.

    Raises:
        ValueError: If mu and logvar differ in shape or are not (N, latent_dim).

    Source:
        Kingma and Welling (2014), arXiv:1312.6114, Section 2.4.
    Shown in: notebooks/09_elbo.ipynb.
    """
    check_batches("(N, d)", same=True, mu=mu, logvar=logvar)
    noise = torch.randn(mu.shape, generator=generator, dtype=mu.dtype, device=mu.device)
    return mu + (0.5 * logvar).exp() * noise


def reconstruction_loss(logits: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Negative log-likelihood of the pixels x under independent Bernoullis with these logits.

    Summed over the pixels, not averaged: log p(x|z) of independent pixels is a sum.

    Args:
        logits: What the decoder returns, log-odds of ink, shape (N, ...).
        x: Images in [0, 1], same shape as logits.

    Returns:
        Nats, shape (N,). For grey x it is the mean over binary images drawn with these means.

    Raises:
        ValueError: If logits and x differ in shape, or x are not images in [0, 1].

    Source:
        Kingma and Welling (2014), arXiv:1312.6114, Appendix C.1.
    Shown in: notebooks/10_vae.ipynb.
    """
    check_batches("(N, ...)", same=True, x=x, logits=logits)
    check_images(x, often=True)
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(dim=1)


def elbo(
    logits: torch.Tensor, x: torch.Tensor, mu: torch.Tensor, logvar: torch.Tensor
) -> torch.Tensor:
    """Evidence lower bound on log p(x) with one sample of z: to be maximised.

    Args:
        logits: Decoder output at a sample z of the posterior, shape (N, ...).
        x: Images in [0, 1], same shape as logits.
        mu: Posterior means, shape (N, latent_dim).
        logvar: Log variances of the posterior, same shape as mu.

    Returns:
        Nats, shape (N,). The loss to minimise is `-elbo(...).mean()`.

    Raises:
        ValueError: If logits and x, mu and logvar, or their numbers of images differ, or x
            are not images in [0, 1].

    Source:
        Kingma and Welling (2014), arXiv:1312.6114, Section 3, equation 10.
    Shown in: notebooks/10_vae.ipynb.
    """
    if len(mu) != len(x):
        raise ValueError(f"mu holds {len(mu)} images, expected {len(x)} like x")
    return -reconstruction_loss(logits, x) - kl_divergence(mu, logvar)
