"""The Frechet distance between two sets of features, each taken for a Gaussian.

On the judge's features it is called the Frechet judge distance in this course. It is not the
"FID" of papers, which uses the features of another network, trained on photographs; the two
cannot be compared, and neither can two values that were computed from different numbers of images.
"""

import torch

from genai_course.ranges import check_points


def mean_and_covariance(features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean, shape (d,), and unbiased covariance, shape (d, d), of features (N, d), N at least 2.

    Raises:
        ValueError: If there are fewer than two rows, or a value is not finite.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_points(features, least=2)
    features = features.detach().cpu().double()
    mean = features.mean(dim=0)
    centred = features - mean
    return mean, centred.T @ centred / (len(features) - 1)


def gaussian_frechet(
    mean_a: torch.Tensor,
    covariance_a: torch.Tensor,
    mean_b: torch.Tensor,
    covariance_b: torch.Tensor,
) -> float:
    """Squared Frechet (Wasserstein-2) distance between two Gaussians, in closed form.

    Args:
        mean_a, mean_b: Shape (d,).
        covariance_a, covariance_b: Shape (d, d), symmetric, no negative eigenvalue; may be
            singular.

    Returns:
        A number in squared units of the features, not negative up to rounding.

    Source:
        Heusel et al. (2017), arXiv:1706.08500.
    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    values, vectors = torch.linalg.eigh(covariance_a)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T  # the symmetric square root
    overlap = torch.linalg.eigvalsh(root @ covariance_b @ root).clamp(min=0).sqrt().sum()
    spread = covariance_a.trace() + covariance_b.trace() - 2 * overlap
    return ((mean_a - mean_b).square().sum() + spread).item()


def frechet_distance(features_a: torch.Tensor, features_b: torch.Tensor) -> float:
    """Squared Frechet distance between two sets of features, each replaced by a Gaussian.

    Symmetric. It sees means and covariances and nothing else. Two finite samples of the same
    distribution are not at distance 0: see `frechet_bias`.

    Args:
        features_a: Shape (N, d), N at least 2 (and well above d to mean anything).
        features_b: Shape (M, d), M at least 2.

    Returns:
        A number in squared units of the features.

    Raises:
        ValueError: If there are fewer than two rows, the features differ in d, or a value is not
            finite.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_points(features_a, features_b, least=2)
    return gaussian_frechet(*mean_and_covariance(features_a), *mean_and_covariance(features_b))


def frechet_bias(covariance: torch.Tensor, num_a: int, num_b: int) -> float:
    """The distance to expect between two samples of one Gaussian, to leading order.

    For d standard normal features and samples of equal size N it is (2d + d(d + 1)/2) / N.

    Args:
        covariance: The covariance of the features, shape (d, d).
        num_a, num_b: Sizes of the two samples, both well above d.

    Returns:
        A number in squared units of the features.

    Raises:
        ValueError: If a value is not finite.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_points(covariance)
    values = torch.linalg.eigvalsh(covariance.detach().cpu().double()).clamp(min=0)
    pairs = values[:, None] * values / (values[:, None] + values).clamp(min=1e-300)
    from_means, from_covariances = values.sum(), (pairs.sum() + values.sum() / 2) / 2
    return (from_means + from_covariances).item() * (1 / num_a + 1 / num_b)
