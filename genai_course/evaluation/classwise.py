"""Metrics of conditional samples: is it the digit that was asked for, and how good is each class?

A condition is a promise about every single sample. So the label is checked sample by sample, and
distances are measured class by class: a set of images may be right on the whole while its classes
are swapped, or while each class consists of one image.
"""

import torch

from genai_course.evaluation.diversity import diversity_ratio
from genai_course.evaluation.frechet import frechet_distance
from genai_course.evaluation.judge import predicted_class
from genai_course.evaluation.neighbours import density_coverage


def label_accuracy(judge, images, labels):
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


def confusion(judge, images, labels):
    """Count what the judge sees in images of each label, shape (10, 11), integers.

    Row: the label that was asked for; column: the judge's verdict, the last "not a digit".

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    seen = predicted_class(judge, images)
    return torch.bincount(labels * 11 + seen, minlength=110).view(10, 11)


def class_by_class(metric, real, real_labels, fake, fake_labels):
    """Apply a metric of two sets to each class alone.

    Args:
        metric: Function of the real and the generated rows of one class.
        real, fake: Images or features, shape (N, ...) and (M, ...).
        real_labels, fake_labels: Classes, shape (N,) and (M,); a class that occurs in one of
            them must occur in the other.

    Returns:
        Dict from class to what the metric gives.

    Raises:
        ValueError: If the two sets have different classes.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    classes, others = real_labels.unique().tolist(), fake_labels.unique().tolist()
    if classes != others:
        raise ValueError(f"real classes {classes}, generated classes {others}, wanted the same")
    return {c: metric(real[real_labels == c], fake[fake_labels == c]) for c in classes}


def classwise_frechet(real, real_labels, fake, fake_labels):
    """Frechet distance of features within each class: dict from class to number.

    Its floor is high, because classes are small: compare with `frechet_bias` of the class and
    with other real images, and only at equal numbers of images.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    return class_by_class(frechet_distance, real, real_labels, fake, fake_labels)


def classwise_coverage(real, real_labels, fake, fake_labels, k=5):
    """Share of the real images of a class that have a generated image of that class nearby.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """

    def coverage(a, b):
        return density_coverage(a, b, k)[1]

    return class_by_class(coverage, real, real_labels, fake, fake_labels)


def classwise_diversity(real, real_labels, fake, fake_labels, pairs=2000):
    """Mean distance of two images of a class, as a multiple of that of real images of the class.

    About 1 where a class is as varied as in reality, 0 where it has collapsed to one image.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """

    def ratio(a, b):
        return diversity_ratio(b, a, pairs)

    return class_by_class(ratio, real, real_labels, fake, fake_labels)
