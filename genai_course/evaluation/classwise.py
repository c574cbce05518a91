"""Metrics of conditional samples: is it the digit that was asked for, and how good is each class?

A condition is a promise about every single sample. So the label is checked sample by sample, and
distances are measured class by class: a set of images may be right on the whole while its classes
are swapped, or while each class consists of one image.
"""

from collections.abc import Callable
from typing import TypeVar

from torch import Tensor

from genai_course.evaluation.diversity import diversity_ratio
from genai_course.evaluation.frechet import frechet_distance
from genai_course.evaluation.judge import Judge, judge_features, predicted_class
from genai_course.evaluation.neighbours import density_coverage

Value = TypeVar("Value")


def label_accuracy(judge: Judge, images: Tensor, labels: Tensor) -> float:
    """Return the share of images in which the judge sees the digit that was asked for.

    An image that the judge calls "not a digit" counts as wrong. Of real test images about 99 in
    100 are right.

    Args:
        judge: A `Judge`.
        images: Shape (N, 1, 28, 28), values in [0, 1].
        labels: What was asked for, shape (N,), integers.

    Returns:
        A number from 0 to 1.

    Raises:
        ValueError: If there is not one label an image.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    if labels.shape != (len(images),):
        raise ValueError(f"{len(images)} images but labels of shape {tuple(labels.shape)}")
    return (predicted_class(judge, images) == labels).double().mean().item()


def class_by_class(
    metric: Callable[[Tensor, Tensor], Value],
    real: Tensor,
    real_labels: Tensor,
    fake: Tensor,
    fake_labels: Tensor,
) -> dict[int, Value]:
    """Apply a metric of two sets to each class alone.

    Args:
        metric: Function of the real and the generated rows of one class.
        real, fake: Images or features, shape (N, ...) and (M, ...).
        real_labels, fake_labels: Classes, shape (N,) and (M,); a class that occurs in one of
            them must occur in the other.

    Returns:
        Dict from class to what the metric gives.

    Raises:
        ValueError: If the two sets have different classes, or none.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    classes, others = real_labels.unique().tolist(), fake_labels.unique().tolist()
    if not classes or classes != others:
        raise ValueError(f"real classes {classes}, generated classes {others}, wanted the same")
    return {c: metric(real[real_labels == c], fake[fake_labels == c]) for c in classes}


def class_table(
    judge: Judge, real: Tensor, fake: Tensor, labels: Tensor
) -> dict[str, dict[int, float]]:
    """Measure every class of generated images against real images of that class.

    The Frechet distance has a high floor, because classes are small: compare with `frechet_bias`
    of the class and with other real images, and only at equal numbers of images.

    Args:
        judge: A `Judge`.
        real, fake: Images in [0, 1], shape (N, 1, 28, 28) each.
        labels: Class of each image, shape (N,), the same for both sets.

    Returns:
        Dict with "Frechet" (of the judge's features), "coverage" (k = 5) and "diversity" (mean
        distance of two images of the class, as a multiple of that of real ones): each a dict from
        class to number.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    features = judge_features(judge, real), labels, judge_features(judge, fake), labels
    return {
        "Frechet": class_by_class(frechet_distance, *features),
        "coverage": class_by_class(lambda a, b: density_coverage(a, b)[1], *features),
        "diversity": class_by_class(lambda a, b: diversity_ratio(b, a), real, labels, fake, labels),
    }
