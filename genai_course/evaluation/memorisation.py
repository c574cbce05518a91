"""Are the samples new? Their distance to images that were trained on, and to images that were not.

A generator that has learned the distribution is as near to the one as to the other. Who returns
training images, a little changed, is nearer to those. Distances are taken between pixels, not
features, because the question is whether the picture was copied.
"""

import torch

from genai_course.ranges import check_alike, check_rows

MEDIANS_BELOW = 0.85
COPIES_ABOVE = 0.02


def nearest_distances(samples: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    """Distance of each sample to the nearest of some images, shape (N,).

    Args:
        samples: In [0, 1], shape (N, ...).
        images: In [0, 1], shape (M, ...), the same shape of a single image, the same device.

    Returns:
        Root mean square difference of the pixels, in their units, to about 1e-3.

    Raises:
        ValueError: If images are not in [0, 1], differ in shape, or there are none.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_alike(samples, images)
    flat, references = (x.detach().flatten(1).float() for x in (samples, images))
    nearest = [torch.cdist(block, references).amin(dim=1) for block in flat.split(250)]
    return torch.cat(nearest) / flat.shape[1] ** 0.5


def near_duplicate_share(to_train: torch.Tensor, to_test: torch.Tensor) -> float:
    """Share of samples that are at least twice as near to a training image as to any test image.

    Args:
        to_train, to_test: Distances as `nearest_distances` gives them, shape (N,).

    Returns:
        A number from 0 to 1.

    Raises:
        ValueError: If a distance is not finite, there is none, or not as many of each.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_rows(to_train, to_test)
    return (to_train < to_test / 2).double().mean().item()


def memorisation(
    samples: torch.Tensor, train: torch.Tensor, test: torch.Tensor
) -> dict[str, float | bool]:
    """Compare how near samples are to training images and to as many test images.

    Args:
        samples: Generated images in [0, 1], shape (N, ...).
        train: Images that the generator was trained on, in [0, 1], shape (M, ...).
        test: Images in [0, 1] that it has not seen, shape (M, ...). As many: the more images
            there are, the nearer is the nearest.

    Returns:
        Dict with "ratio", the median distance to training images over that to test images, about
        1 for new samples; "copies", the share of near duplicates of training images less that of
        test images, about 0; and "flagged", whether either says that images were memorised.

    Raises:
        ValueError: If there are not as many training images as test images, or images are not in
            [0, 1], differ in shape, or there are none.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    if len(train) != len(test):
        raise ValueError(f"{len(train)} training and {len(test)} test images, wanted as many")
    to_train, to_test = nearest_distances(samples, train), nearest_distances(samples, test)
    ratio = (to_train.median() / to_test.median().clamp(min=1e-12)).item()
    copies = near_duplicate_share(to_train, to_test) - near_duplicate_share(to_test, to_train)
    flagged = ratio < MEDIANS_BELOW or copies > COPIES_ABOVE
    return {"ratio": ratio, "copies": copies, "flagged": flagged}
