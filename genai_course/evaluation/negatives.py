"""Images that are not digits: what the judge must learn to refuse.

A classifier that has seen only digits has to call everything a digit, salt-and-pepper noise
included. So the judge is shown an eleventh class. Each function here makes one family of it: it
takes a batch of `digits`, shape (N, 1, 28, 28), and a random `generator`, and returns images of the
same shape in [0, 1] that no one should be able to read. Some families are pure noise, some spoil
the digits given, and some imitate what a generator draws when its training has failed.

Plumbing: what the judge learns to refuse; belongs to its training.
"""

import torch
from torch.nn import functional as F

SIDE = 28
PIXELS = torch.arange(SIDE, dtype=torch.float32)


def white_noise(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Independent pixels of random mean and contrast, cut off at 0 and 1."""
    mean, contrast = _uniform(digits, 0, 1, generator), _uniform(digits, 0.05, 1.0, generator)
    return (mean + contrast * torch.randn(digits.shape, generator=generator)).clamp(0, 1)


def salt_and_pepper(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """White pixels on black; the share of white differs from image to image, 2 % to 98 %."""
    density = _uniform(digits, 0.02, 0.98, generator)
    return (torch.rand(digits.shape, generator=generator) < density).float()


def centred_noise(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return noise whose mean is the mean digit, as a collapsed generator draws it: dark at the
    rim.

    Each pixel comes from an image chosen at random, apart from all the other pixels; in half of
    the images it is then made black or white.
    """
    source = torch.randint(len(digits), digits.shape, generator=generator)
    noise = torch.gather(digits, 0, source)
    gain = _uniform(digits, 0.5, 3.0, generator)
    hard = _uniform(digits, 0, 1, generator) < 0.5
    return torch.where(hard, (noise > 0.3).float(), (gain * noise).clamp(0, 1))


def flat(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """One grey level, or a ramp between two, in a random direction."""
    level, slope = _uniform(digits, 0, 1, generator), _uniform(digits, 0, 1, generator)
    slope = slope * (_uniform(digits, 0, 1, generator) < 0.5)
    return (level + slope * _plane(digits, generator) / SIDE).clamp(0, 1)


def gratings(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Stripes and checkerboards of random period and direction, soft or hard."""
    first = torch.sin(_plane(digits, generator) * _uniform(digits, 0.5, 3.1, generator))
    second = torch.sin(_plane(digits, generator) * _uniform(digits, 0.5, 3.1, generator))
    crossed = _uniform(digits, 0, 1, generator) < 0.5
    wave = torch.where(crossed, first * second, first)
    return torch.sigmoid(_uniform(digits, 1, 12, generator) * wave)


def blobs(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Smooth random fields, cut at a random level, sharply or softly."""
    steepness, level = _uniform(digits, 1, 12, generator), _uniform(digits, -1, 1.5, generator)
    return torch.sigmoid(steepness * (_smooth_field(digits, generator) - level))


def scribbles(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Contour lines of a smooth random field: strokes that mean nothing."""
    width = _uniform(digits, 0.1, 0.5, generator)
    return torch.exp(-((_smooth_field(digits, generator) / width) ** 2))


def untrained_generator(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """A smooth field plus pixel noise through a steep sigmoid, dark or not at the rim."""
    noise = torch.randn(digits.shape, generator=generator)
    share = _uniform(digits, 0, 1, generator)
    field = share * noise + (1 - share) * _smooth_field(digits, generator)
    rim = torch.where(_uniform(digits, 0, 1, generator) < 0.5, 8 * digits.mean(0) - 3, 0)
    return torch.sigmoid(_uniform(digits, 1, 8, generator) * field + rim)


def mixtures(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The mean of four to eight digits laid over each other, brightened at random."""
    count = 4 + torch.randint(5, (len(digits), 1, 1, 1), generator=generator)
    total = torch.zeros_like(digits)
    for layer in range(8):
        chosen = digits[torch.randperm(len(digits), generator=generator)]
        total += chosen * (layer < count)
    return (total / count * _uniform(digits, 1, 2.5, generator)).clamp(0, 1)


def shuffled_patches(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Digits cut into 7x7 or 14x14 patches, put back in another order."""
    fine, coarse = _shuffle(digits, 7, generator), _shuffle(digits, 14, generator)
    return torch.where(_uniform(digits, 0, 1, generator) < 0.6, fine, coarse)


def blurred(digits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Digits under a Gaussian blur of 2.2 to 5 pixels, with or without the contrast restored."""
    sigmas = torch.linspace(2.2, 5.0, 6)
    parts = zip(digits.split(-(-len(digits) // len(sigmas))), sigmas, strict=False)
    soft = torch.cat([gaussian_blur(part, sigma) for part, sigma in parts])
    peak = soft.amax(dim=(1, 2, 3), keepdim=True).clamp_min(1e-6)
    return soft * (1 + _uniform(digits, 0, 1, generator) * (1 / peak - 1))


FAMILIES = (
    white_noise,
    salt_and_pepper,
    centred_noise,
    flat,
    gratings,
    blobs,
    scribbles,
    untrained_generator,
    mixtures,
    shuffled_patches,
    blurred,
)


def make_negatives(digits: torch.Tensor, count: int, generator: torch.Generator) -> torch.Tensor:
    """Return about `count` images that are not digits, in equal parts from every family.

    Args:
        digits: Real digits to spoil, shape (N, 1, 28, 28), on the CPU.
        count: Number of images wanted; rounded down to a multiple of the number of families.
        generator: A CPU random generator.
    """
    each = count // len(FAMILIES)
    parts = []
    for family in FAMILIES:
        chosen = torch.randint(len(digits), (each,), generator=generator)
        parts.append(family(digits[chosen], generator))
    return torch.cat(parts)


def gaussian_blur(images: torch.Tensor, sigma: float) -> torch.Tensor:
    """Blur images, shape (N, 1, H, W), by a Gaussian of standard deviation `sigma` pixels."""
    radius = int(3 * float(sigma) + 1)
    offsets = torch.arange(-radius, radius + 1, dtype=images.dtype, device=images.device)
    kernel = torch.exp(-0.5 * (offsets / sigma) ** 2)
    kernel = kernel / kernel.sum()
    rows = F.conv2d(images, kernel.view(1, 1, 1, -1), padding=(0, radius))
    return F.conv2d(rows, kernel.view(1, 1, -1, 1), padding=(radius, 0))


def _uniform(images, low, high, generator):
    """One random number an image, shape (N, 1, 1, 1)."""
    return low + (high - low) * torch.rand(len(images), 1, 1, 1, generator=generator)


def _plane(images, generator):
    """Pixel coordinates along a random direction, from a random origin."""
    angle = _uniform(images, 0, 2 * torch.pi, generator)
    shift = _uniform(images, 0, SIDE, generator)
    return PIXELS * angle.cos() + PIXELS[:, None] * angle.sin() + shift


def _smooth_field(images, generator):
    """Smooth random fields of mean 0 and variance about 1, in four sizes of detail."""
    quarters, parts = images.split(-(-len(images) // 4)), []
    for part, cells in zip(quarters, (4, 6, 8, 12), strict=False):
        coarse = torch.randn(len(part), 1, cells, cells, generator=generator)
        field = F.interpolate(coarse, size=(SIDE, SIDE), mode="bicubic", align_corners=False)
        parts.append(field / field.std())
    return torch.cat(parts)


def _shuffle(images, side, generator):
    """Cut into patches of side x side pixels, then put them back in another order."""
    patches = F.unfold(images, side, stride=side)
    order = torch.rand(len(images), patches.shape[2], generator=generator).argsort(dim=1)
    unmoved = (order == torch.arange(order.shape[1])).all(dim=1, keepdim=True)
    order = torch.where(unmoved, order.roll(1, dims=1), order)
    moved = patches.gather(2, order[:, None, :].expand_as(patches))
    return F.fold(moved, (SIDE, SIDE), side, stride=side)
