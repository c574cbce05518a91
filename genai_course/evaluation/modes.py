"""Which modes of a known mixture do samples reach, how many lie on a mode, how evenly?"""

import math

import torch

from genai_course.evaluation.histogram import kl_to_uniform
from genai_course.ranges import check_points

CEILING = 0.98889  # share of a 2-d Gaussian within 3 sigma: 1 - exp(-9 / 2)
PERFECT_SPREAD = 0.9744  # `within_mode_spread` of a 2-d Gaussian, cut off at 3 sigma


def nearest_mode(samples: torch.Tensor, centres: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the distance to, and the index of, the nearest centre of each sample.

    Args:
        samples: Shape (N, d).
        centres: Shape (K, d).

    Returns:
        distance, shape (N,); index, shape (N,), int64.

    Raises:
        ValueError: If samples and centres differ in d, there are none, or a value is not finite.

    Shown in: notebooks/07_mode_collapse.ipynb.
    """
    check_points(samples, centres)
    nearest = torch.cdist(samples, centres).min(dim=1)
    return nearest.values, nearest.indices


def mode_counts(samples: torch.Tensor, centres: torch.Tensor, sigma: float) -> torch.Tensor:
    """Count the high-quality samples of each mode: those within 3 sigma of its centre.

    Args:
        samples: Shape (N, d).
        centres: Shape (K, d), further than 6 sigma apart.
        sigma: Standard deviation of a mode in each direction.

    Returns:
        Counts, shape (K,), integers.

    Source:
        Srivastava et al. (2017), VEEGAN, arXiv:1705.07761; Lin et al. (2018), arXiv:1712.04086.
    Shown in: notebooks/07_mode_collapse.ipynb.
    """
    distance, index = nearest_mode(samples, centres)
    return torch.bincount(index[distance < 3 * sigma], minlength=len(centres))


def mode_report(
    samples: torch.Tensor, centres: torch.Tensor, sigma: float, minimum_share: float = 0.01
) -> dict[str, float]:
    """Measure how samples cover a mixture of equal Gaussians.

    Args:
        samples: Shape (N, d), N at least 1.
        centres: Shape (K, d).
        sigma: Standard deviation of a mode in each direction.
        minimum_share: Share of all samples from which a mode counts as kept in `modes_kept`.

    Returns:
        Dict: `modes` with at least one high-quality sample, `modes_kept` with at least the
        minimum share, `quality` the share of high-quality samples (at most about 0.9889 in two
        dimensions for perfect ones), `kl` of the mode histogram to uniform in nats (log K where
        there is none to count), `spread` the root mean square distance of high-quality samples
        from the mean of their own mode, in sigmas (0.974 for a perfect sampler in two dimensions,
        since what lies outside 3 sigma is cut off; NaN without any).

    Shown in: notebooks/07_mode_collapse.ipynb.
    """
    counts = mode_counts(samples, centres, sigma)
    share = counts / len(samples)
    kl = kl_to_uniform(counts) if counts.any() else math.log(len(centres))
    return {
        "modes": int((counts > 0).sum()),
        "modes_kept": int((share >= minimum_share).sum()),
        "quality": counts.sum().item() / len(samples),
        "kl": kl,
        "spread": within_mode_spread(samples, centres, sigma),
    }


def within_mode_spread(samples: torch.Tensor, centres: torch.Tensor, sigma: float) -> float:
    """Return the spread of high-quality samples around the mean of their own mode, in sigmas.

    Args:
        samples: Shape (N, d).
        centres: Shape (K, d).
        sigma: Standard deviation of a mode in each direction.

    Returns:
        Root mean square distance in one direction over sigma; 0 for copies of one point, NaN
        where no mode has two high-quality samples.

    Shown in: notebooks/07_mode_collapse.ipynb.
    """
    distance, index = nearest_mode(samples, centres)
    squares, count = 0.0, 0
    for mode in range(len(centres)):
        own = samples[(index == mode) & (distance < 3 * sigma)].double()
        if len(own) > 1:
            squares += (own - own.mean(dim=0)).square().sum().item()
            count += (len(own) - 1) * samples.shape[1]
    return math.sqrt(squares / count) / sigma if count else math.nan


def mode_shares(samples: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    """Share of samples to which each centre is the nearest, however far: shape (K,), sum 1.

    Args:
        samples: Shape (N, d).
        centres: Shape (K, d).

    Returns:
        Shares, shape (K,).

    Shown in: notebooks/07_mode_collapse.ipynb.
    """
    _, index = nearest_mode(samples, centres)
    return torch.bincount(index, minlength=len(centres)) / len(samples)


def hopping(shares: torch.Tensor) -> float:
    """How often a generator that sits on one mode sits on another one a snapshot later.

    A mode is dominant when it holds more than half of the samples.

    Args:
        shares: Shares of the modes in successive snapshots, shape (T, K), T at least 2.

    Returns:
        Share of the T - 1 pairs of successive snapshots with two different dominant modes.

    Raises:
        ValueError: If there are fewer than two snapshots, or a share is not finite.

    Shown in: notebooks/07_mode_collapse.ipynb.
    """
    check_points(shares, least=2)
    largest, mode = shares.max(dim=1)
    dominant = largest > 0.5
    hops = (mode[1:] != mode[:-1]) & dominant[1:] & dominant[:-1]
    return hops.float().mean().item()
