"""Where the images come from: MNIST where it can be had, else offline digits; and their ranges."""

import functools
from pathlib import Path

import torch

from genai_course import environ
from genai_course.data import mnist_files
from genai_course.data.digits import load_digits_as_mnist
from genai_course.data.mnist_download import ADVICE, obtain
from genai_course.data.mnist_files import DataError, read

FALLBACK = "offline data"
ABSENT = "MNIST is not on this machine and was not downloaded; load_images('mnist') says why"
NAMES = ("mnist", "digits")


def find_data(folder: Path | str | None = None) -> str:
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


def load_images(
    name: str = "auto", split: str = "train", folder: Path | str | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
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
    if found.place == environ.DATA:
        return DataError(found.tried[-1])
    return DataError("\n  ".join(["MNIST cannot be had. Tried:", *found.tried]) + f"\n{ADVICE}")


def _choose(folder):
    """Return the data set's name, the reason in words, and the raw folder or None."""
    wanted = environ.dataset()
    if wanted == "digits":
        return "digits", "chosen by GENAI_COURSE_DATASET", None
    found = obtain(folder, again=wanted == "mnist")
    if found.raw is not None:
        return "mnist", f"found in {found.place}", found.raw
    if wanted == "mnist" or found.place == environ.DATA:
        raise _error(found)
    return "digits", f"{FALLBACK}: {found.tried[-1] if found.broken else ABSENT}", None


@functools.cache
def _announce(name, why):
    print(f"data set: {name} ({why})")


def to_signed_range(images: torch.Tensor) -> torch.Tensor:
    """Map images in [0, 1] to [-1, 1], the range of tanh: 2 x - 1."""
    return images * 2 - 1


def to_unit_range(images_signed: torch.Tensor) -> torch.Tensor:
    """Map images_signed in [-1, 1] back to [0, 1]: (x + 1) / 2."""
    return (images_signed + 1) / 2
