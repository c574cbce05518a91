"""Exercises of notebook 00: pictures as tensors."""

import torch

from genai_course.exercises.engine import Exercise, Mistake


def _some_images():
    numbers = torch.Generator().manual_seed(3)
    return torch.rand(6, 1, 28, 28, generator=numbers).pow(3)


# 0.1 ------------------------------------------------------------------------------------------


MEAN_IMAGE = Exercise(
    number="0.1",
    title="The mean image",
    asks="`attempt(images)` returns the mean image, (1, 28, 28).",
    observe=lambda attempt: {"the mean image": attempt(_some_images())},
    reference=lambda images: images.mean(dim=0),
    praise="each pixel is averaged over the images",
    mistakes=(
        Mistake(
            lambda images: images.mean(),
            "you averaged over everything and got one number, the mean brightness.",
            "average over the images only, and keep the pixels apart.",
            "The images are counted along dimension 0, so use mean(dim=0).",
        ),
        Mistake(
            lambda images: images.mean(dim=(2, 3)),
            "you averaged over the pixels, so you got one brightness for each image.",
            "the pixels should stay; which dimension counts the images?",
            "Use mean(dim=0): N comes first in (N, C, H, W).",
        ),
        Mistake(
            lambda images: images.sum(dim=0),
            "you added the images up but did not divide by how many there are.",
            "a mean of numbers in [0, 1] stays in [0, 1].",
            "Divide by len(images), or call mean instead of sum.",
        ),
        Mistake(
            lambda images: images.median(dim=0).values,
            "this is the median of each pixel, not its mean.",
            "the median ignores how bright the bright pixels are.",
            "Call mean(dim=0).",
        ),
    ),
)


# 0.2 ------------------------------------------------------------------------------------------

_LABELS = torch.tensor([3, 0, 3, 7, 7, 3, 1, 2])

CLASS_COUNTS = Exercise(
    number="0.2",
    title="Count the classes",
    asks="`attempt(labels)` returns ten counts, shape (10,).",
    observe=lambda attempt: {"the counts of 3, 0, 3, 7, 7, 3, 1, 2": attempt(_LABELS)},
    reference=lambda labels: torch.bincount(labels, minlength=10),
    praise="ten counts, zeros included",
    mistakes=(
        Mistake(
            lambda labels: torch.bincount(labels),
            "the classes above the largest label are missing, so there are fewer than ten counts.",
            "a class that does not occur must still be counted, as zero.",
            "torch.bincount takes minlength=10.",
        ),
        Mistake(
            lambda labels: torch.unique(labels, return_counts=True)[1],
            "classes that do not occur are left out, so a position no longer names its class.",
            "you want ten numbers whatever the labels are.",
            "torch.bincount(labels, minlength=10) keeps the zeros.",
        ),
        Mistake(
            lambda labels: torch.bincount(labels, minlength=10) / len(labels),
            "these are shares that sum to 1, not counts.",
            "a count of images is a whole number.",
            "Do not divide by len(labels).",
        ),
        Mistake(
            lambda labels: torch.bincount(labels + 1, minlength=10)[:10],
            "your counts are shifted by one: digit 0 is counted at position 1.",
            "the digits start at 0, and so do positions.",
            "Use the labels as they are.",
        ),
    ),
)


# 0.3 ------------------------------------------------------------------------------------------


def _observe_signed(attempt):
    return {"the image of 0, 0.25, 0.5, 1": attempt(torch.tensor([0.0, 0.25, 0.5, 1.0]))}


SIGNED_RANGE = Exercise(
    number="0.3",
    title="From [0, 1] to [-1, 1]",
    asks="`attempt(images)` maps [0, 1] to [-1, 1].",
    observe=_observe_signed,
    reference=lambda images: 2 * images - 1,
    praise="0 goes to -1 and 1 stays 1",
    mistakes=(
        Mistake(
            lambda images: images - 1,
            "your values end in [-1, 0]: the interval was moved but not stretched.",
            "[0, 1] is one unit long and [-1, 1] is two.",
            "Multiply by 2 before you subtract 1.",
        ),
        Mistake(
            lambda images: 2 * images,
            "your values end in [0, 2]: the interval was stretched but not moved.",
            "0 should go to -1.",
            "Subtract 1 after multiplying by 2.",
        ),
        Mistake(
            lambda images: (images + 1) / 2,
            "this is the way back: it takes [-1, 1] to [0, 1].",
            "put in 0: the answer should be -1.",
            "Solve x = (y + 1) / 2 for y.",
        ),
        Mistake(
            lambda images: images / 127.5 - 1,
            "this is for pixels in 0..255, but ours were already divided by 255.",
            "look at the largest value of the images.",
            "With values in [0, 1] the factor is 2, not 1 / 127.5.",
        ),
        Mistake(
            lambda images: 2 * (images - 1),
            "your values end in [-2, 0]: you subtracted before you stretched.",
            "the order of the two operations matters.",
            "2 * images - 1 is not 2 * (images - 1).",
        ),
    ),
)


# 0.4 ------------------------------------------------------------------------------------------


def _observe_pixels(attempt):
    chance = _some_images()[0]
    noise = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(4))
    pixels, again = attempt(chance, noise), attempt(chance, noise)
    return {
        "'the same noise gives the same pictures'": torch.equal(pixels, again),
        "the drawn pixels": pixels,
    }


INDEPENDENT_PIXELS = Exercise(
    number="0.4",
    title="A generator without a network",
    asks="`attempt(chance, noise)` returns pictures of zeros and ones like noise.",
    observe=_observe_pixels,
    reference=lambda chance, noise: (noise < chance).float(),
    praise="each pixel is white with its own probability",
    mistakes=(
        Mistake(
            lambda chance, noise: (noise > chance).float(),
            "your pictures are negatives: a pixel that should rarely be white is mostly white.",
            "noise is uniform, so it lies below c with probability c.",
            "Turn the comparison around.",
        ),
        Mistake(
            lambda chance, noise: (chance > 0.5).float().expand(noise.shape),
            "you rounded the probabilities, so every picture is the same and no chance is left.",
            "compare with the noise, not with 0.5.",
            "A pixel is white where noise < chance.",
        ),
        Mistake(
            lambda chance, noise: chance.expand(noise.shape),
            "you returned the probabilities themselves: every picture is the grey mean image.",
            "a sample of a pixel is 0 or 1.",
            "Compare noise with chance and turn the result into a float.",
        ),
        Mistake(
            lambda chance, noise: noise * chance,
            "you scaled the noise: pixels are shades of grey instead of 0 or 1.",
            "decide for each pixel whether it is white, with probability chance.",
            "The comparison noise < chance decides it.",
        ),
        Mistake(
            lambda chance, noise: (noise[:1] < chance).float().expand(noise.shape),
            "you used the noise of the first picture for all, so all pictures are alike.",
            "each picture has its own noise.",
            "Compare the whole of noise; chance is broadcast.",
        ),
    ),
)


# 0.5 ------------------------------------------------------------------------------------------


def _observe_shuffle(attempt):
    """Any order will do, if it is drawn from the generator and is the same for both."""
    numbers, seeds = torch.arange(12), (5, 5, 6)
    orders = []
    for seed in seeds:
        given = numbers.float().reshape(12, 1, 1, 1), numbers, torch.Generator().manual_seed(seed)
        images, labels = attempt(*given)
        orders.append(images.flatten())
    return {
        "'each label stays with its image'": torch.equal(images.flatten(), labels),
        "'all images are there'": torch.equal(images.flatten().sort().values, numbers.double()),
        "'all labels are there'": torch.equal(labels.sort().values, numbers.double()),
        "'the images are in a new order'": not torch.equal(images.flatten(), numbers.double()),
        "'the labels are in a new order'": not torch.equal(labels, numbers.double()),
        "'the order follows from the generator'": torch.equal(orders[0], orders[1]),
        "'another seed gives another order'": not torch.equal(orders[1], orders[2]),
    }


def _one_order(images, labels, generator):
    order = torch.randperm(len(images), generator=generator)
    return images[order], labels[order]


def _two_orders(images, labels, generator):
    first = torch.randperm(len(images), generator=generator)
    return images[first], labels[torch.randperm(len(images), generator=generator)]


SHUFFLE_PAIRS = Exercise(
    number="0.5",
    title="Find the bug: labels that lie",
    asks="`attempt(images, labels, generator)` returns both in one random order.",
    observe=_observe_shuffle,
    same_shape=True,
    reference=_one_order,
    praise="image and label stay together",
    mistakes=(
        Mistake(
            _two_orders,
            "images and labels are shuffled in two different orders, so a label no longer belongs "
            "to its image.",
            "draw one order and use it twice.",
            "Keep the result of torch.randperm in a variable.",
        ),
        Mistake(
            lambda images, labels, generator: (_one_order(images, labels, generator)[0], labels),
            "only the images are shuffled; the labels stayed where they were.",
            "both must move alike.",
            "Index labels with the same order.",
        ),
        Mistake(
            lambda images, labels, generator: (images, _one_order(images, labels, generator)[1]),
            "only the labels are shuffled; the images stayed where they were.",
            "both must move alike.",
            "Index images with the same order.",
        ),
        Mistake(
            lambda images, labels, generator: (images, labels),
            "nothing is shuffled.",
            "the pairs should come in a random order.",
            "order = torch.randperm(len(images), generator=generator), then index both with it.",
        ),
    ),
)

EXERCISES = (MEAN_IMAGE, CLASS_COUNTS, SIGNED_RANGE, INDEPENDENT_PIXELS, SHUFFLE_PAIRS)
check_mean_image = MEAN_IMAGE.check
check_class_counts = CLASS_COUNTS.check
check_signed_range = SIGNED_RANGE.check
check_independent_pixels = INDEPENDENT_PIXELS.check
check_shuffle_pairs = SHUFFLE_PAIRS.check
