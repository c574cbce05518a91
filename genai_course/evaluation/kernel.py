"""The kernel distance: an unbiased comparison of two sets of features, by means over pairs.

"KID" in papers, where the features are those of another network than the judge. It sees the first
three moments, and its mean on equal distributions is exactly 0, whatever the number of images.
"""

import torch

from genai_course.ranges import check_points


def cubic_kernel(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """k(x, y) = (x . y / d + 1)^3 for each row x of a (N, d) and y of b (M, d); shape (N, M).

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    base = a @ b.T / a.shape[1] + 1
    return base * base * base


def kernel_sum(a: torch.Tensor, b: torch.Tensor, rows: int = 250) -> float:
    """Sum of the cubic kernel over all pairs of a row of a and a row of b, in blocks of so many
    rows.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    return sum(cubic_kernel(block, b).sum().item() for block in a.split(rows))


def kid(features_a: torch.Tensor, features_b: torch.Tensor) -> float:
    """Unbiased estimate of the squared maximum mean discrepancy with the cubic kernel.

    Pairs of an image with itself are left out, which makes the mean exactly 0 on equal
    distributions; so single values may be negative.

    Args:
        features_a: Shape (N, d), N at least 2.
        features_b: Shape (M, d), M at least 2.

    Returns:
        A number; larger is worse. Its unit is the sixth power of that of the features, or less.

    Raises:
        ValueError: If there are fewer than two rows, the features differ in d, or a value is not
            finite.

    Source:
        Bińkowski et al. (2018), arXiv:1801.01401.
    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_points(features_a, features_b, least=2)
    a, b = (features.detach().cpu().double() for features in (features_a, features_b))
    n, m = len(a), len(b)
    own_a, own_b = ((x.square().mean(dim=1) + 1) ** 3 for x in (a, b))  # k(x, x)
    within_a = (kernel_sum(a, a) - own_a.sum().item()) / (n * (n - 1))
    within_b = (kernel_sum(b, b) - own_b.sum().item()) / (m * (m - 1))
    return within_a + within_b - 2 * kernel_sum(a, b) / (n * m)
