"""The aggregate posterior: where the codes of all images lie together, and what that costs."""

import math

import torch
from torch.distributions import Normal

from genai_course.ranges import check_batches
from genai_course.vae.losses import reparameterize


def aggregate_log_density(z: torch.Tensor, mu: torch.Tensor, logvar: torch.Tensor) -> torch.Tensor:
    """Return log q(z), where q(z) is the mean of the posteriors of all N images.

    No estimate: the sum runs over all of them. Doubles, since squares of z / sigma are large.

    Args:
        z: Points, shape (M, latent_dim).
        mu, logvar: Means and log variances of the posteriors, each (N, latent_dim).

    Returns:
        Nats, shape (M,).

    Raises:
        ValueError: If mu and logvar differ in shape or are not (N, latent_dim).

    Source:
        Hoffman and Johnson (2016), "ELBO surgery".
    Shown in: notebooks/10_vae.ipynb.
    """
    check_batches("(N, d)", same=True, mu=mu, logvar=logvar)
    z, mu, logvar = z.double(), mu.double(), logvar.double()
    precision = (-logvar).exp()  # 1 / sigma^2
    constants = (mu**2 * precision + logvar + math.log(2 * math.pi)).sum(dim=1)  # (N,)
    parts = []
    for some in z.split(100):
        squares = some**2 @ precision.T - 2 * some @ (mu * precision).T  # (100, N)
        parts.append((-0.5 * (squares + constants)).logsumexp(dim=1) - math.log(len(mu)))
    return torch.cat(parts)


def kl_in_two_parts(
    mu: torch.Tensor, logvar: torch.Tensor, num_samples: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw codes of random images; return log q(z|x) / q(z) and log q(z) / p(z) of each.

    Their means are the information I(x; z) about which of the N images it was, at most log N, and
    KL(q(z) || p(z)). Together they are the mean KL(q(z|x) || p(z)).

    Args:
        mu, logvar: Means and log variances of the posteriors of all images, (N, latent_dim).
        num_samples: Codes, each of an image of its own choice.

    Returns:
        Nats, each of shape (num_samples,), doubles.

    Raises:
        ValueError: If mu and logvar differ in shape or are not (N, latent_dim).

    Source:
        Hoffman and Johnson (2016), "ELBO surgery".
    Shown in: notebooks/10_vae.ipynb.
    """
    check_batches("(N, d)", same=True, mu=mu, logvar=logvar)
    chosen = torch.randint(len(mu), (num_samples,), device=mu.device)
    z = reparameterize(mu[chosen], logvar[chosen])
    log_own = Normal(mu[chosen], (0.5 * logvar[chosen]).exp()).log_prob(z).sum(dim=1).double()
    log_all = aggregate_log_density(z, mu, logvar)
    log_prior = Normal(0.0, 1.0).log_prob(z).sum(dim=1).double()
    return log_own - log_all, log_all - log_prior
