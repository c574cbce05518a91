"""Images and toy distributions as tensors, the whole set in memory, and shuffled batches of it.

Plumbing: files, downloads and batches; notebook 00 looks at what comes out.
"""

import functools
import math

import torch

from genai_course import variables
from genai_course.data import mnist_files
from genai_course.data.digits import load_digits_as_mnist
from genai_course.data.mnist_download import ADVICE, obtain
from genai_course.data.mnist_files import DataError, read

FALLBACK = "offline data"
ABSENT = "MNIST is not on this machine and was not downloaded; load_images('mnist') says why"
NAMES = ("mnist", "digits")


def find_data(folder=None):
    """Choose the data set of this session and print one line that says which.

    GENAI_COURSE_DATASET ("mnist", "digits", "auto") chooses; GENAI_COURSE_OFFLINE=1 stays offline.

    Args:
        folder: Folder that holds MNIST/raw, searched first; None leaves it to the usual places.

    Returns:
        "mnist" where it is found or can be downloaded, else "digits".

    Raises:
        DataError: If MNIST is wanted and cannot be had, or GENAI_COURSE_DATA leads to no sound one.
        ValueError: If a variable is set to what cannot be.
    """
    name, why, _ = _choose(folder)
    _announce.cache_clear()
    _announce(name, why)
    return name


def load_images(name="auto", split="train", folder=None):
    """Load all images and labels of a data set into memory.

    Args:
        name: "mnist", "digits", or "auto" for what `find_data` would choose; falling back on
            the digits is said in one line, once.
        split: "train" or "test".
        folder: Folder that holds MNIST/raw, searched first.

    Returns:
        images, shape (N, 1, 28, 28), float32 in [0, 1]; labels, shape (N,), int64 in 0..9.

    Raises:
        ValueError: If name or split is none of the above, or a variable is what cannot be.
        DataError: If MNIST is wanted and cannot be had, or GENAI_COURSE_DATA leads to no sound one.
    """
    if name not in (*NAMES, "auto"):
        raise ValueError(f"name is {name!r}, wanted 'mnist', 'digits' or 'auto'")
    if split not in ("train", "test"):
        raise ValueError(f"split is {split!r}, wanted 'train' or 'test'")
    raw = None
    if name == "auto":
        name, why, raw = _choose(folder)
        if why.startswith(FALLBACK):
            _announce(name, why)
    if name == "digits":
        return load_digits_as_mnist(split)
    raw = raw or _mnist_or_error(folder).raw
    image_file, label_file = mnist_files.FILES[:2] if split == "train" else mnist_files.FILES[2:]
    images = torch.from_numpy(read(raw, image_file)).unsqueeze(1).float().div_(255)
    return images, torch.from_numpy(read(raw, label_file)).long()


def _mnist_or_error(folder):
    found = obtain(folder)
    if found.raw is None:
        raise _error(found)
    return found


def _error(found):
    if found.place == variables.DATA:
        return DataError(found.tried[-1])
    return DataError("\n  ".join(["MNIST cannot be had. Tried:", *found.tried]) + f"\n{ADVICE}")


def _choose(folder):
    """Return the data set's name, the reason in words, and the raw folder or None."""
    wanted = variables.dataset()
    if wanted == "digits":
        return "digits", "chosen by GENAI_COURSE_DATASET", None
    found = obtain(folder, again=wanted == "mnist")
    if found.raw is not None:
        return "mnist", f"found in {found.place}", found.raw
    if wanted == "mnist" or found.place == variables.DATA:
        raise _error(found)
    return "digits", f"{FALLBACK}: {found.tried[-1] if found.broken else ABSENT}", None


@functools.cache
def _announce(name, why):
    print(f"data set: {name} ({why})")


def batches(images, batch_size, generator=None):
    """Yield shuffled slices of a tensor, or of several tensors of one length, once over.

    Args:
        images: Tensor of shape (N, ...), or a tuple of such tensors, shuffled alike.
        batch_size: Entries in a slice, 1 to N; an incomplete last slice is left out.
        generator: CPU generator of the shuffling; None uses PyTorch's global one.

    Returns:
        Iterator over tensors (batch_size, ...) on the device of `images`, or tuples of them.

    Raises:
        ValueError: If batch_size is not in 1..N, or the tensors differ in length.
    """
    tensors = images if isinstance(images, tuple) else (images,)
    count = len(tensors[0])
    if any(len(tensor) != count for tensor in tensors):
        raise ValueError(f"the tensors have lengths {[len(t) for t in tensors]}, wanted one length")
    if not 1 <= batch_size <= count:
        raise ValueError(f"batch_size is {batch_size}, wanted 1 to {count}, the number of entries")
    return _slices(tensors, batch_size, generator, isinstance(images, tuple))


def _slices(tensors, batch_size, generator, as_tuple):
    order = torch.randperm(len(tensors[0]), generator=generator)
    for start in range(0, len(order) - batch_size + 1, batch_size):
        chosen = order[start : start + batch_size]
        batch = tuple(tensor[chosen.to(tensor.device)] for tensor in tensors)
        yield batch if as_tuple else batch[0]


def to_signed_range(images):
    """Map images in [0, 1] to [-1, 1], the range of tanh: 2 x - 1."""
    return images * 2 - 1


def to_unit_range(images_signed):
    """Map images_signed in [-1, 1] back to [0, 1]: (x + 1) / 2."""
    return (images_signed + 1) / 2


def ring_centres(modes=8, radius=1.0):
    """Return `modes` distinct points on a circle of that radius, shape (modes, 2)."""
    angles = torch.arange(modes) * (2 * math.pi / modes)
    return radius * torch.stack([angles.cos(), angles.sin()], dim=1)


def grid_centres(side=5, spacing=2.0):
    """Return a square grid around the origin, spacing apart, shape (side * side, 2)."""
    ticks = (torch.arange(side) - (side - 1) / 2) * spacing
    return torch.cartesian_prod(ticks, ticks)


def ring_of_gaussians(n, modes=8, radius=1.0, sigma=0.01, generator=None):
    """Draw points from equally likely Gaussians on a circle.

    Args:
        n: Number of points.
        modes: Number of Gaussians.
        radius: Of the circle.
        sigma: Standard deviation of each Gaussian, in both directions.
        generator: CPU generator; None uses PyTorch's global one.

    Returns:
        points, shape (n, 2); index of each point's mode, shape (n,), int64.

    Source:
        Lin, Khetan, Fanti and Oh (2018), PacGAN, arXiv:1712.04086: the defaults are its settings.
    """
    return _mixture(n, ring_centres(modes, radius), sigma, generator)


def grid_of_gaussians(n, side=5, spacing=2.0, sigma=0.05, generator=None):
    """Draw points from equally likely Gaussians on a square grid.

    Args:
        n: Number of points.
        side: Gaussians along one side of the grid.
        spacing: Distance between neighbouring centres.
        sigma: Standard deviation of each Gaussian, in both directions.
        generator: CPU generator; None uses PyTorch's global one.

    Returns:
        points, shape (n, 2); index of each point's mode, shape (n,), int64.

    Source:
        Lin, Khetan, Fanti and Oh (2018), PacGAN, arXiv:1712.04086: the defaults are its settings.
    """
    return _mixture(n, grid_centres(side, spacing), sigma, generator)


def _mixture(n, centres, sigma, generator):
    mode = torch.randint(len(centres), (n,), generator=generator)
    return centres[mode] + sigma * torch.randn(n, 2, generator=generator), mode
