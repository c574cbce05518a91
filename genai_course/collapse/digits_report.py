"""What the judge says of drawn digits: classes, readable share, distance, coverage; in one dict."""

import math

from torch import Tensor

from genai_course.evaluation.frechet import frechet_distance
from genai_course.evaluation.histogram import kl_to_uniform
from genai_course.evaluation.judge import Judge, class_histogram, count_classes, judge_features
from genai_course.evaluation.modes import mode_report
from genai_course.evaluation.neighbours import density_coverage
from genai_course.ranges import check_signed


def digits_report(judge: Judge, images: Tensor, real_features: Tensor) -> dict[str, float]:
    """Measure generated digits; a count of classes never comes without a distance.

    Args:
        judge: The `Judge` of the data set.
        images: Generated images in [0, 1], shape (N, 1, 28, 28).
        real_features: `judge_features` of real images, shape (M, 64), M at least N.

    Returns:
        Dict: `classes` with at least 1 % readable images, `readable` share, `kl` of the class
        histogram to uniform in nats, `frechet` distance of the judge's features to the real ones,
        `coverage` of as many real images as there are samples.
    """
    histogram, features = class_histogram(judge, images), judge_features(judge, images)
    return {
        "classes": count_classes(judge, images),
        "readable": histogram.sum().item() / len(images),
        "kl": kl_to_uniform(histogram) if histogram.any() else math.log(len(histogram)),
        "frechet": frechet_distance(features, real_features),
        "coverage": density_coverage(real_features[: len(features)], features)[1],
    }


def few_images_report(
    samples: Tensor, images: Tensor, tolerance: float = 0.25, minimum_share: float = 0.01
) -> dict[str, float]:
    """Measure how samples cover the few images that were to be learnt.

    A sample counts as a copy of the nearest image if their root mean square difference over the
    pixels is below the tolerance.

    Args:
        samples: Shape (N, 784), in the units of the images.
        images: Shape (K, 784), in [-1, 1].
        tolerance: Largest difference of a copy; noise of 0.1 on each pixel alone makes 0.1.
        minimum_share: Share of all samples from which an image counts as drawn.

    Returns:
        Dict: `images` drawn, `quality` the share of copies, `kl` of the copies' histogram to
        uniform in nats (log K where there is no copy).

    Raises:
        ValueError: If images are not (K, d) or not in [-1, 1].
    """
    check_signed(images, wanted="(K, d)")
    sigma = tolerance * images.shape[1] ** 0.5 / 3  # on a mode means: within 3 sigma
    report = mode_report(samples, images, sigma, minimum_share)
    return {"images": report["modes_kept"], "quality": report["quality"], "kl": report["kl"]}
