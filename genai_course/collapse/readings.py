"""What notebook 07 looks at: numbers by seed, classes over time, and the judge asked twice."""

from collections.abc import Callable, Mapping, Sequence

import torch

from genai_course.data import to_unit_range
from genai_course.evaluation.diversity import diversity_ratio
from genai_course.evaluation.judge import NOT_A_DIGIT, Judge, class_histogram, class_probabilities
from genai_course.ranges import check_finite_numbers


def by_seed(reports: Mapping[str, Sequence[Mapping[str, float]]], keys: Sequence[str]) -> str:
    """Return lines of text: for each name and key the values of all seeds, behind the sign ≈.

    Args:
        reports: Dict from a name to one dict of numbers for each seed.
        keys: Which numbers.
    """
    width = max(map(len, reports)) + 2
    return "\n".join(
        f"{name:{width}s}{key:11s} ≈ {[round(report[key], 2) for report in seeds]}"
        for name, seeds in reports.items()
        for key in keys
    )


def extreme(reports: Sequence[Mapping[str, float]], key: str) -> tuple[float, float]:
    """Return the smallest and the largest value of a key over the reports, one a seed."""
    values = [report[key] for report in reports]
    return min(values), max(values)


def digit_shares(
    judge: Judge, decode: Callable[[torch.Tensor], torch.Tensor], samples: torch.Tensor
) -> torch.Tensor:
    """Share of each digit among the readable samples of successive snapshots.

    Args:
        judge: The `Judge` of the data set.
        decode: Maps samples (n, d) to images (n, 1, 28, 28) in [0, 1].
        samples: Samples of one generator over time, shape (T, n, d).

    Returns:
        Shape (T, 10); rows sum to 1, or to 0 where nothing can be read.

    Raises:
        ValueError: If a sample is not finite.
    """
    check_finite_numbers(samples, "samples")
    counts = torch.stack([class_histogram(judge, decode(x)) for x in samples])
    return counts / counts.sum(dim=1, keepdim=True).clamp(min=1)


def two_readings(judge: Judge, images: torch.Tensor, real: torch.Tensor) -> dict[str, float]:
    """Ask the judge with and without its answer "not a digit".

    Args:
        judge: A `Judge`.
        images: Shape (N, 1, 28, 28) in [0, 1].
        real: Real images, for the diversity.

    Returns:
        Dict: `largest class` is the share of the most frequent digit for a reader who must name
        one, `no digit` the share that the judge refuses, `diversity` the `diversity_ratio`.
    """
    p = class_probabilities(judge, images)
    named = torch.bincount(p[:, :NOT_A_DIGIT].argmax(dim=1), minlength=NOT_A_DIGIT)
    return {
        "largest class": named.max().item() / len(images),
        "no digit": (p.argmax(dim=1) == NOT_A_DIGIT).float().mean().item(),
        "diversity": diversity_ratio(images, real),
    }


def pixels(samples: torch.Tensor) -> torch.Tensor:
    """Map samples (n, 784) in about [-1, 1] to images (n, 1, 28, 28) in [0, 1]; the rest is cut."""
    return to_unit_range(samples.unflatten(-1, (1, 28, 28))).clamp(0, 1)
