"""How evenly are the classes drawn? Numbers that are computed from a judge's verdicts.

They know nothing of the pictures themselves: ten crisp digits, repeated for ever, are perfect to
all three.
"""

import math

import torch


def kl_to_uniform(counts: torch.Tensor) -> float:
    """KL divergence from the observed class shares to equal shares, in nats.

    0 for equal counts, log K when only one of K classes occurs. A perfect sampler does not reach
    0: see `kl_floor`.

    Args:
        counts: How often each class was seen, shape (K,), not negative; zeros included.

    Returns:
        A number from 0 to log K; NaN when nothing was counted.

    Raises:
        ValueError: If counts are negative, not finite, or have another shape.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    counts = torch.as_tensor(counts).detach().cpu().double()
    if counts.ndim != 1 or not len(counts) or not (counts >= 0).all() or counts.isinf().any():
        raise ValueError(f"counts {tuple(counts.shape)}: wanted (K,), finite, none negative")
    shares = counts / counts.sum()
    return torch.xlogy(shares, shares * len(shares)).sum().item()  # xlogy: 0 log 0 is 0


def kl_floor(num_classes: int, num_samples: int) -> float:
    """What `kl_to_uniform` is on average for a sampler that is perfectly even, in nats.

    To leading order in 1 / num_samples; good to a few percent from ten samples a class on.

    Args:
        num_classes: K, the number of classes.
        num_samples: N, how many samples were counted.

    Returns:
        Nats, a number.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    return (num_classes - 1) / (2 * num_samples)


def mnist_score(probabilities: torch.Tensor) -> float:
    """Exponential of the mutual information between image and class, a number from 1 to K.

    The "Inception score" with a classifier of digits. K when each image is certainly of one class
    and all classes are equally frequent, 1 when every image gets the same probabilities.

    Args:
        probabilities: p(class | image), shape (N, K), rows that sum to 1.

    Returns:
        A number from 1 to K.

    Raises:
        ValueError: If the rows are no probabilities, or there are none.

    Source:
        Salimans et al. (2016), arXiv:1606.03498.
    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    p = probabilities.detach().cpu().double()
    if p.ndim != 2 or not len(p) or (p < 0).any() or not ((p.sum(dim=1) - 1).abs() < 1e-4).all():
        raise ValueError("probabilities must have shape (N, K) and rows that sum to 1")
    marginal = p.mean(dim=0)  # how often each class occurs
    information = (torch.xlogy(p, p) - torch.xlogy(p, marginal)).sum(dim=1).mean()
    return math.exp(information)
