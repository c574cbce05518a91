"""Densities and divergences on the line, and one Gaussian fitted by the divergence of your choice.

A density is given by its logarithm on an even grid, so that nothing becomes 0 and no logarithm of
0 is taken. Sums over the grid times its spacing stand for integrals. Everything is in nats.
"""

import math
from collections.abc import Callable, Iterable

import torch


def log_normal(
    x: torch.Tensor, mean: float | torch.Tensor, sigma: float | torch.Tensor
) -> torch.Tensor:
    """Log density of N(mean, sigma^2) at x.

    Args:
        x: Any shape.
        mean: Number or tensor that broadcasts with x.
        sigma: Standard deviation, positive, number or tensor that broadcasts with x.

    Returns:
        Nats (per unit of x), the shape of x and mean broadcast together; may be positive.

    Shown in: notebooks/01_generative_models.ipynb.
    """
    sigma = torch.as_tensor(sigma, dtype=x.dtype, device=x.device)
    return -0.5 * ((x - mean) / sigma) ** 2 - sigma.log() - 0.5 * math.log(2 * math.pi)


def log_two_bumps(
    x: torch.Tensor, distance: float = 4.0, share: float = 0.5, sigma: float = 0.5
) -> torch.Tensor:
    """Log density of the mixture share * N(-distance/2, .) + (1 - share) * N(distance/2, .).

    Args:
        x: Any shape.
        distance: Between the two centres.
        share: Probability of the left bump, between 0 and 1, neither included.
        sigma: Standard deviation of each bump.

    Returns:
        Nats, same shape as x.

    Shown in: notebooks/01_generative_models.ipynb.
    """
    left = math.log(share) + log_normal(x, -distance / 2, sigma)
    right = math.log(1 - share) + log_normal(x, distance / 2, sigma)
    return torch.logaddexp(left, right)  # log(e^left + e^right), without underflow


def grid_kl(
    log_p: torch.Tensor, log_q: torch.Tensor, spacing: float | torch.Tensor
) -> torch.Tensor:
    """KL(p || q), the mean under p of log p - log q, by a sum over an even grid.

    Args:
        log_p: Log density on the grid, shape (..., K).
        log_q: Log density on the grid, same shape or one that broadcasts.
        spacing: Distance between neighbours on the grid.

    Returns:
        Nats, shape (...).

    Shown in: notebooks/01_generative_models.ipynb.
    """
    return (log_p.exp() * (log_p - log_q)).sum(-1) * spacing


def grid_jsd(
    log_p: torch.Tensor, log_q: torch.Tensor, spacing: float | torch.Tensor
) -> torch.Tensor:
    """Jensen-Shannon divergence: the mean KL of p and of q from their equal mixture.

    Args:
        log_p: Log density on the grid, shape (..., K).
        log_q: Log density on the grid, same shape or one that broadcasts.
        spacing: Distance between neighbours on the grid.

    Returns:
        Nats, shape (...), between 0 and log 2.

    Shown in: notebooks/01_generative_models.ipynb.
    """
    log_m = torch.logaddexp(log_p, log_q) - math.log(2)
    return 0.5 * (grid_kl(log_p, log_m, spacing) + grid_kl(log_q, log_m, spacing))


def walk_downhill(
    loss: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, mean: float, sigma: float
) -> tuple[float, float, float]:
    """Walk down a divergence in the mean and the log sigma of one Gaussian, from one start.

    Args:
        loss: Function of log q on the grid, shape (K,), that returns a 0-d tensor.
        x: The grid, even, shape (K,), double.
        mean: Where the walk starts.
        sigma: Standard deviation at the start, positive.

    Returns:
        Mean, sigma and the loss where the walk ends, three numbers.

    Shown in: notebooks/01_generative_models.ipynb.
    """
    theta = torch.tensor([mean, math.log(sigma)], dtype=x.dtype, requires_grad=True)
    walker = torch.optim.LBFGS([theta], max_iter=100, line_search_fn="strong_wolfe")

    def one_look() -> torch.Tensor:
        log_q = log_normal(x, theta[0], theta[1].exp())
        log_q = log_q - log_q.logsumexp(0) - (x[1] - x[0]).log()  # its sum over the grid is 1,
        value = loss(log_q)  # so q cannot gain by leaving the grid
        walker.zero_grad()
        value.backward()
        return value

    walker.step(one_look)
    return theta[0].item(), theta[1].exp().item(), one_look().item()


def fit_one_gaussian(
    loss: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    starts: Iterable[tuple[float, float]],
) -> tuple[float, float, float]:
    """Walk downhill from several starts, since a divergence may have several valleys.

    Args:
        loss: Function of log q on the grid, shape (K,), that returns a 0-d tensor.
        x: The grid, even, shape (K,), double.
        starts: Pairs (mean, sigma).

    Returns:
        Mean, sigma and the loss at the lowest end of all walks, three numbers.

    Shown in: notebooks/01_generative_models.ipynb.
    """
    ends = [walk_downhill(loss, x, mean, sigma) for mean, sigma in starts]
    return min(ends, key=lambda end: end[2])


def two_bumps_moments(
    distance: float = 4.0, share: float = 0.5, sigma: float = 0.5
) -> tuple[float, float]:
    """Mean and standard deviation of `log_two_bumps`, in closed form, two numbers.

    Args:
        distance: Between the bumps.
        share: Of the left bump, from 0 to 1.
        sigma: Standard deviation of each bump.

    Returns:
        The mean and the standard deviation, in units of x.

    Shown in: notebooks/01_generative_models.ipynb.
    """
    mean = (1 - 2 * share) * distance / 2
    variance = sigma**2 + share * (1 - share) * distance**2  # within the bumps, and between them
    return mean, math.sqrt(variance)


def three_fits(
    distance: float = 4.0, share: float = 0.5, sigma: float = 0.5
) -> dict[str, tuple[float, float, float]]:
    """The Gaussian that is nearest to two bumps by forward KL, by reverse KL and by JSD.

    Args:
        distance: Between the two centres, at most 6, else the grid from -12 to 12 is too short.
        share: Probability of the left bump, between 0 and 1, neither included.
        sigma: Standard deviation of each bump.

    Returns:
        Dict from the name of the divergence to (mean, sigma, divergence in nats).

    Shown in: notebooks/01_generative_models.ipynb.
    """
    x = torch.linspace(-12, 12, 2401, dtype=torch.float64)
    log_p, spacing = log_two_bumps(x, distance, share, sigma), x[1] - x[0]
    broad = two_bumps_moments(distance, share, sigma)
    starts = [broad, (-distance / 2, sigma), (distance / 2, sigma)]
    losses = {
        "forward KL": lambda log_q: grid_kl(log_p, log_q, spacing),
        "reverse KL": lambda log_q: grid_kl(log_q, log_p, spacing),
        "JSD": lambda log_q: grid_jsd(log_p, log_q, spacing),
    }
    return {name: fit_one_gaussian(loss, x, starts) for name, loss in losses.items()}
