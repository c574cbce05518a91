"""The one VAE whose likelihood is known: a linear decoder with Gaussian noise (probabilistic PCA).

The model is z ~ N(0, I), x = W z + noise, noise ~ N(0, s^2 I); data are centred, so there is no
bias. Here log p(x), the posterior and the best parameters all have closed forms.
"""

import math

import torch
from torch import nn
from torch.distributions import MultivariateNormal

from genai_course.ranges import check_batches
from genai_course.vae.losses import kl_divergence, reparameterize


def ppca_log_likelihood(
    x: torch.Tensor, weight: torch.Tensor, noise_variance: float | torch.Tensor
) -> torch.Tensor:
    """Exact log p(x) of probabilistic PCA: x is N(0, W W^T + s^2 I).

    Args:
        x: Centred data, shape (N, data_dim).
        weight: W, shape (data_dim, latent_dim), same dtype as x.
        noise_variance: s^2, a positive number or 0-d tensor.

    Returns:
        Nats, shape (N,).

    Source:
        Tipping and Bishop (1999), Journal of the Royal Statistical Society B 61(3), 611-622.
    Shown in: notebooks/09_elbo.ipynb.
    """
    identity = torch.eye(len(weight), dtype=weight.dtype, device=weight.device)
    covariance = weight @ weight.T + noise_variance * identity
    return MultivariateNormal(torch.zeros_like(x[0]), covariance).log_prob(x)


def ppca_posterior(
    x: torch.Tensor, weight: torch.Tensor, noise_variance: float | torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Exact posterior of probabilistic PCA: N(M^-1 W^T x, s^2 M^-1) with M = W^T W + s^2 I.

    Args:
        x: Centred data, shape (N, data_dim).
        weight: W, shape (data_dim, latent_dim), same dtype as x.
        noise_variance: s^2, a positive number or 0-d tensor.

    Returns:
        Posterior means, shape (N, latent_dim), and the covariance that all x share, shape
        (latent_dim, latent_dim).

    Source:
        Tipping and Bishop (1999), Journal of the Royal Statistical Society B 61(3), 611-622.
    Shown in: notebooks/09_elbo.ipynb.
    """
    identity = torch.eye(weight.shape[1], dtype=weight.dtype, device=weight.device)
    m_inverse = torch.linalg.inv(weight.T @ weight + noise_variance * identity)
    return x @ weight @ m_inverse, noise_variance * m_inverse


def ppca_maximum_likelihood(x: torch.Tensor, latent_dim: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Parameters that maximise the likelihood of probabilistic PCA, from the eigenvalues.

    Args:
        x: Centred data, shape (N, data_dim).
        latent_dim: Number of latent dimensions, smaller than data_dim.

    Returns:
        weight, shape (data_dim, latent_dim), columns along the principal axes, and noise_variance,
        a 0-d tensor: the mean of the discarded eigenvalues.

    Raises:
        ValueError: If latent_dim is not between 1 and data_dim - 1.

    Source:
        Tipping and Bishop (1999), Journal of the Royal Statistical Society B 61(3), 611-622.
    Shown in: notebooks/09_elbo.ipynb.
    """
    if not 0 < latent_dim < x.shape[1]:
        raise ValueError(f"latent_dim is {latent_dim}, expected 1 to {x.shape[1] - 1}")
    eigenvalues, axes = torch.linalg.eigh(x.T @ x / len(x))
    eigenvalues, axes = eigenvalues.flip(0), axes.flip(1)  # largest first
    noise_variance = eigenvalues[latent_dim:].mean()
    scale = (eigenvalues[:latent_dim] - noise_variance).sqrt()
    return axes[:, :latent_dim] * scale, noise_variance


class LinearVAE(nn.Module):
    """A VAE with one matrix for a decoder and one for an encoder; mean zero everywhere.

    p(x|z) = N(W z, s^2 I) and q(z|x) = N(V x, diag(exp(logvar))).

    Args:
        data_dim: Length of x.
        latent_dim: Length of z.

    Source:
        Lucas, Tucker, Grosse and Norouzi (2019), arXiv:1911.02469.
    Shown in: notebooks/09_elbo.ipynb.
    """

    def __init__(self, data_dim: int, latent_dim: int) -> None:
        super().__init__()
        self.encoder = nn.Linear(data_dim, latent_dim, bias=False)
        self.logvar = nn.Parameter(torch.zeros(latent_dim))
        self.decoder = nn.Linear(latent_dim, data_dim, bias=False)
        self.log_noise = nn.Parameter(torch.zeros(()))

    def posterior(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return mu and logvar of q(z|x), both of shape (N, latent_dim).

        Raises:
            ValueError: If x are not (N, data_dim).
        """
        check_batches(f"(N, {self.encoder.in_features})", x=x)
        mu = self.encoder(x)
        return mu, self.logvar.expand_as(mu)

    def log_likelihood(self, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        """Return log p(x|z) in nats, shape (N,)."""
        squares = ((x - self.decoder(z)) ** 2).sum(dim=1)
        log_scale = x.shape[1] * (math.log(2 * math.pi) + self.log_noise)
        return -0.5 * (squares / self.log_noise.exp() + log_scale)


def linear_elbo(vae: LinearVAE, x: torch.Tensor) -> torch.Tensor:
    """ELBO of a LinearVAE estimated with one sample of z for each x: what training maximises.

    Args:
        vae: A LinearVAE.
        x: Centred data, shape (N, data_dim).

    Returns:
        Nats, shape (N,), differentiable with respect to every parameter.

    Shown in: notebooks/09_elbo.ipynb.
    """
    mu, logvar = vae.posterior(x)
    z = reparameterize(mu, logvar)
    return vae.log_likelihood(x, z) - kl_divergence(mu, logvar)


def exact_linear_elbo(vae: LinearVAE, x: torch.Tensor) -> torch.Tensor:
    """ELBO of a LinearVAE without sampling: the expectation over q is known.

    Args:
        vae: A LinearVAE.
        x: Centred data, shape (N, data_dim).

    Returns:
        Nats, shape (N,).

    Shown in: notebooks/09_elbo.ipynb.
    """
    mu, logvar = vae.posterior(x)
    spread = (logvar.exp() * vae.decoder.weight.pow(2).sum(dim=0)).sum(dim=1)
    expected = vae.log_likelihood(x, mu) - 0.5 * spread / vae.log_noise.exp()
    return expected - kl_divergence(mu, logvar)
