"""Images and toy distributions as tensors, the whole set in memory, and shuffled batches of it."""

import os

import torch

from genai_course.mnist_files import FILES, DataError, locate, read

NAMES = ("mnist", "digits")


def find_data(folder=None):
    """Choose the data set of this session and print one line that says which.

    Args:
        folder: Folder that holds MNIST/raw, searched first; None leaves it to the usual places.

    Returns:
        "mnist" where it is found or can be downloaded, else "digits".
    """
    name, why = _choose(folder)
    print(f"data set: {name} ({why})")
    return name


def load_images(name="auto", split="train", folder=None):
    """Load all images and labels of a data set into memory.

    Args:
        name: "mnist", "digits", or "auto" for what `find_data` would choose.
        split: "train" or "test".
        folder: Folder that holds MNIST/raw, searched first.

    Returns:
        images, shape (N, 1, 28, 28), float32 in [0, 1]; labels, shape (N,), int64 in 0..9.

    Raises:
        ValueError: If name or split is none of the above.
        DataError: If MNIST is asked for and cannot be had.
    """
    if name not in (*NAMES, "auto"):
        raise ValueError(f"name is {name!r}, wanted 'mnist', 'digits' or 'auto'")
    if split not in ("train", "test"):
        raise ValueError(f"split is {split!r}, wanted 'train' or 'test'")
    if name == "auto":
        name, why = _choose(folder)
    if name == "digits":
        from genai_course.digits import load_digits_as_mnist

        return load_digits_as_mnist(split)
    found = locate(folder)
    if found.raw is None:
        raise DataError("MNIST was not found. Tried:\n  " + "\n  ".join(found.tried))
    image_file, label_file = FILES[:2] if split == "train" else FILES[2:]
    images = torch.from_numpy(read(found.raw, image_file)).unsqueeze(1).float().div_(255)
    return images, torch.from_numpy(read(found.raw, label_file)).long()


def _choose(folder):
    wanted = os.environ.get("GENAI_COURSE_DATASET", "auto")
    if wanted == "digits":
        return "digits", "offline, chosen by GENAI_COURSE_DATASET"
    found = locate(folder)
    if found.raw is not None:
        return "mnist", f"found in {found.place}"
    return "digits", "offline"


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
    """Map [0, 1] to [-1, 1], the range of tanh: 2 x - 1."""
    return images * 2 - 1


def to_unit_range(images_signed):
    """Map [-1, 1] back to [0, 1]: (x + 1) / 2."""
    return (images_signed + 1) / 2
