"""The likelihood of images by importance sampling: weights from the posterior, averaged in logs."""

import math

import torch
from torch.distributions import Normal

from genai_course.ranges import check_images
from genai_course.vae.losses import reconstruction_loss
from genai_course.vae.networks import VAE


def log_weights(vae: VAE, x: torch.Tensor, num_samples: int) -> torch.Tensor:
    """Return log p(x|z) + log p(z) - log q(z|x) for several samples z of each posterior.

    Args:
        vae: Model with `encoder` (x to mu and logvar) and `decoder` (z to pixel logits).
        x: Binary images, shape (N, 1, 28, 28).
        num_samples: Samples of z for each image, a positive integer.

    Returns:
        Nats, shape (num_samples, N), differentiable. Their exponentials average to p(x).

    Raises:
        ValueError: If x are not images in [0, 1].

    Source:
        Burda, Grosse and Salakhutdinov (2016), arXiv:1509.00519, Section 3.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    mu, logvar = vae.encoder(check_images(x, often=True))
    posterior, prior = Normal(mu, (0.5 * logvar).exp()), Normal(0.0, 1.0)
    z = posterior.rsample((num_samples,))  # (num_samples, N, latent_dim)
    logits = vae.decoder(z.flatten(0, 1))  # all samples of all images in one batch
    log_likelihood = -reconstruction_loss(logits, x.repeat(num_samples, 1, 1, 1))
    log_ratio = (prior.log_prob(z) - posterior.log_prob(z)).sum(dim=2)
    return log_likelihood.view(num_samples, len(x)) + log_ratio


def iwae_bound(log_w: torch.Tensor, k: int) -> torch.Tensor:
    """Return the importance-weighted bound of k samples: E log (w_1 + ... + w_k) / k.

    The samples are split into groups of k; each group gives one estimate, the mean over the
    groups is returned. With k = 1 this is the ELBO.

    Args:
        log_w: Log weights, shape (num_samples, N), from `log_weights`.
        k: Samples in a group; must divide num_samples.

    Returns:
        Nats, shape (N,): on average a lower bound on log p(x), the tighter the larger k.

    Raises:
        ValueError: If k does not divide num_samples.

    Source:
        Burda, Grosse and Salakhutdinov (2016), arXiv:1509.00519, equation 8 and Theorem 1.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    if k < 1 or len(log_w) % k:
        raise ValueError(f"{len(log_w)} samples cannot be split into groups of {k}")
    groups = log_w.unflatten(0, (-1, k))  # (groups, k, N)
    return (groups.logsumexp(dim=1) - math.log(k)).mean(dim=0)


def effective_sample_size(log_w: torch.Tensor) -> torch.Tensor:
    """Return how many equal weights would be worth as much: (sum w)^2 / sum w^2, image by image.

    It is num_samples where all weights are equal, and 1 where one weight carries the whole sum. It
    sees only samples that were drawn: a small one is a warning, a large one is no proof.

    Args:
        log_w: Log weights, shape (num_samples, N), from `log_weights`.

    Returns:
        Samples, shape (N,), from 1 to num_samples.

    Source:
        Kong, Liu and Wong (1994), Journal of the American Statistical Association 89, 278-288.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    return (2 * log_w.logsumexp(dim=0) - (2 * log_w).logsumexp(dim=0)).exp()


def importance_weights_of(
    vae: VAE, images: torch.Tensor, num_samples: int, decode_at_once: int = 10_000
) -> torch.Tensor:
    """Collect `log_weights` of many images without a graph, a few images at a time.

    Args:
        vae: Model with `encoder` and `decoder`.
        images: Binary images, shape (N, 1, 28, 28), on the device of `vae`.
        num_samples: Samples of z for each image.
        decode_at_once: Decoded images that are held in memory at a time.

    Returns:
        Nats, shape (num_samples, N).

    Raises:
        ValueError: If images are not in [0, 1].

    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    at_once = max(1, decode_at_once // num_samples)
    with torch.no_grad():
        parts = [log_weights(vae, part, num_samples) for part in images.split(at_once)]
    return torch.cat(parts, dim=1)


def mean_and_error(values: torch.Tensor) -> tuple[float, float]:
    """Return the mean of per-image values and its standard error, as two numbers.

    Args:
        values: One value an image, shape (N,), N at least 2.

    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    return values.mean().item(), values.std().item() / math.sqrt(len(values))
