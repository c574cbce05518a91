"""How different from each other are the images of a set? Two numbers that need no classifier.

The distance of two images is the root mean square of their pixel differences: 0 for the same
image, 1 between all black and all white, in the units of the pixels whatever the image size. Its
mean over pairs falls to 0 when a generator draws one image for ever. Mind what it cannot see:
white noise is very diverse, so first ask the judge whether there is anything to read.
"""

import torch

from genai_course.ranges import check_alike, check_images


def mean_pairwise_distance(images: torch.Tensor, pairs: int = 10_000, seed: int = 0) -> float:
    """Return the mean distance between two different members of a set, chosen at random.

    Args:
        images: In [0, 1], shape (N, ...), N at least 2, on any device; some may be identical.
        pairs: Number of random pairs, a positive integer. Two calls with the same N, pairs and
            seed use the same pairs. The standard error is the spread of distances over
            sqrt(pairs), below one percent for MNIST with 10,000 pairs.
        seed: Seed of the choice.

    Returns:
        A number in the units of the pixels: root mean square difference, averaged over pairs.

    Raises:
        ValueError: If images are not in [0, 1], or there are fewer than two, or no pairs.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_images(images)
    if len(images) < 2 or pairs < 1:
        raise ValueError(f"{len(images)} images and {pairs} pairs, wanted at least 2 and 1")
    generator = torch.Generator().manual_seed(seed)
    first = torch.randint(len(images), (pairs,), generator=generator)
    offset = torch.randint(1, len(images), (pairs,), generator=generator)  # never 0: no self-pair
    second = (first + offset) % len(images)
    flat = images.detach().flatten(1).float()
    total = 0.0
    for i, j in zip(first.split(1000), second.split(1000), strict=True):
        difference = flat[i.to(flat.device)] - flat[j.to(flat.device)]
        total += difference.square().mean(dim=1).sqrt().sum().item()
    return total / pairs


def diversity_ratio(
    samples: torch.Tensor, real: torch.Tensor, pairs: int = 10_000, seed: int = 0
) -> float:
    """Return the diversity of samples as a multiple of the diversity of real images.

    About 1 for samples as different from each other as real images are, 0 for copies of one.

    Args:
        samples: Generated images in [0, 1], shape (N, ...).
        real: Real images in [0, 1], shape (M, ...).
        pairs: Number of random pairs drawn from each set.
        seed: Seed of the choice of pairs.

    Raises:
        ValueError: If images are not in [0, 1] or differ in shape, or the real ones are all the
            same.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_alike(samples, real)
    reference = mean_pairwise_distance(real, pairs, seed)
    if reference == 0:
        raise ValueError("all the real images are the same, so there is nothing to compare with")
    return mean_pairwise_distance(samples, pairs, seed) / reference


def within_class_diversity(
    images: torch.Tensor, labels: torch.Tensor, pairs: int = 10_000, seed: int = 0
) -> dict[int, float]:
    """Return the mean pairwise distance inside each class that has at least two images.

    A generator may draw ten classes and yet only one picture of each; this is what tells.

    Args:
        images: In [0, 1], shape (N, ...).
        labels: Class of each image, shape (N,), integers; for samples, the judge's verdict.
        pairs: Number of random pairs drawn from each class.
        seed: Seed of the choice of pairs.

    Returns:
        Dict from class to mean pairwise distance.

    Raises:
        ValueError: If images are not in [0, 1], or there is not one label an image.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_images(images)
    if labels.shape != (len(images),):
        raise ValueError(f"{len(images)} images but labels of shape {tuple(labels.shape)}")
    classes, counts = labels.unique(return_counts=True)
    large = classes[counts >= 2].tolist()
    return {c: mean_pairwise_distance(images[labels == c], pairs, seed) for c in large}
