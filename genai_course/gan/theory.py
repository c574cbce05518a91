"""The ideal game: discrete distributions, the best discriminator, the value of the game.

A distribution is a tensor of probabilities whose last dimension sums to 1. Densities on a fine
grid work as well once they are multiplied by the spacing of the grid. Logarithms are natural, so
everything is in nats.
"""

import torch

from genai_course.ranges import check_batches


def discrete_kl(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """KL(p || q): the mean, under p, of log p - log q.

    Terms with p = 0 count as 0; where q = 0 and p > 0 the result is infinite.

    Args:
        p: Probabilities, shape (..., K).
        q: Probabilities, same shape as p.

    Returns:
        The divergence in nats, shape (...), at least 0 up to rounding.

    Raises:
        ValueError: If p and q differ in shape.

    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    check_batches("(..., K)", same=True, p=p, q=q)
    return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum(-1)


def js_divergence(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """Jensen-Shannon divergence: mean KL of p and of q from their equal mixture.

    Args:
        p: Probabilities, shape (..., K).
        q: Probabilities, same shape as p.

    Returns:
        The divergence in nats, shape (...), between 0 (p = q) and log 2 (p and q never overlap).

    Raises:
        ValueError: If p and q differ in shape.

    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    check_batches("(..., K)", same=True, p=p, q=q)
    mixture = (p + q) / 2
    return (discrete_kl(p, mixture) + discrete_kl(q, mixture)) / 2


def optimal_discriminator(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """D* = p / (p + q), the discriminator that maximises the value of the game against q.

    Args:
        p: Probabilities or density of real data, any shape; not both p and q may be 0.
        q: Probabilities or density of generated data, same shape.

    Returns:
        Probability that a sample is real, same shape, in [0, 1].

    Source:
        Goodfellow et al. (2014), arXiv:1406.2661, proposition 1.
    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    return p / (p + q)


def game_value(p: torch.Tensor, q: torch.Tensor, d: torch.Tensor) -> torch.Tensor:
    """V(D, G) = E_p[log D(x)] + E_q[log(1 - D(x))].

    Args:
        p: Probabilities of real data, shape (..., K).
        q: Probabilities of generated data, same shape as p.
        d: D(x) for each of the K values, in [0, 1], shape (..., K): one discriminator or many.

    Returns:
        The value in nats, shape (...), at most 0. D maximises it, the generator minimises it.

    Raises:
        ValueError: If p and q differ in shape, or d is not of K values.

    Source:
        Goodfellow et al. (2014), arXiv:1406.2661, equation 1.
    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    check_batches("(..., K)", same=True, p=p, q=q)
    check_batches(f"(..., {p.shape[-1]})", d=d)  # one discriminator or many
    return (torch.xlogy(p, d) + torch.xlogy(q, 1 - d)).sum(-1)
