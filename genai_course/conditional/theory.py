"""Conditional generation where everything is known: tables, and Gaussian classes in the plane."""

import math

import torch


def conditional_game_value(real, fake):
    """Value of the conditional game at its optimal discriminator, on tables of probabilities.

    V(D) = E_real log D(x, y) + E_fake log(1 - D(x, y)), best at D* = p(x, y) / (p + q).

    Args:
        real: Joint probabilities p(x, y), non-negative, summing to 1, any shape.
        fake: Joint probabilities q(x, y), same shape.

    Returns:
        V(D*) in nats, a 0-d tensor: -log 4 + 2 JSD(p, q).

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    best = real / (real + fake)
    terms = torch.xlogy(real, best) + torch.xlogy(fake, 1 - best)
    return terms[real + fake > 0].sum()  # 0 where nothing ever falls


def log_gaussians(x, means, sigma):
    """Log densities of x under N(means[k], sigma^2 I): shape (N, K) for x (N, d), means (K, d).

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    squares = (x[:, None] - means).square().sum(dim=2)
    return -squares / (2 * sigma**2) - x.shape[1] * math.log(sigma * math.sqrt(2 * math.pi))


def log_posterior(x, means, sigma):
    """Log p(k | x) of equally likely Gaussian classes, shape (N, K): a softmax, linear in x.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    return log_gaussians(x, means, sigma).log_softmax(dim=1)
