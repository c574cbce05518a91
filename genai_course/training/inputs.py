"""What `fit` was given and what a step returned: one sentence where that is not what is wanted."""

import numbers
import operator
from typing import SupportsIndex

import torch

SEEDS = (-(2**63), 2**64 - 1)  # what torch.Generator takes
VOWELS = ("a", "e", "i", "o", "u", "nd")


def check_inputs(
    step: object,
    images: object,
    num_epochs: SupportsIndex,
    batch_size: SupportsIndex,
    seed: SupportsIndex,
    checkpoint: object = None,
) -> None:
    """Refuse what `fit` cannot train with, before anything is trained or written.

    Args:
        step, images, num_epochs, batch_size, seed, checkpoint: Those of `fit`.

    Raises:
        TypeError: If step is no function, images are no tensor, a number is no integer, or the
            checkpoint no `Checkpoint`.
        ValueError: If there are no images, or a number is out of its range.
    """
    if not callable(step):
        raise TypeError(f"step is {told(step)}, wanted a function of one batch")
    if not isinstance(images, torch.Tensor):
        raise TypeError(f"images are {told(images)}, wanted one tensor: {_remedy(images)}")
    if images.dim() == 0 or len(images) == 0:
        shape = tuple(images.shape)
        raise ValueError(f"images have shape {shape}, wanted (N, ...) with N above 0")
    check_integer("num_epochs", num_epochs, 1)
    check_integer("batch_size", batch_size, 1, len(images), "the number of images")
    check_integer("seed", seed, *SEEDS)
    if checkpoint is not None and not hasattr(checkpoint, "put_back"):
        raise TypeError(
            f"checkpoint is {told(checkpoint)}, wanted a Checkpoint, which also names what it "
            "holds: Checkpoint('run.pt', network=network, optimizer=optimizer)"
        )


def check_integer(
    name: str, value: SupportsIndex, lowest: int, highest: int | None = None, meaning: str = ""
) -> None:
    """Refuse what is not an integer from `lowest` on, up to `highest` where that is given.

    Args:
        name: What to call it.
        value: What was given; whatever Python takes as an index counts as an integer.
        lowest, highest: Its range, both ends included.
        meaning: What `highest` is, for the sentence.

    Raises:
        TypeError: If it is no integer.
        ValueError: If it is out of its range.
    """
    above = "on" if highest is None else f"to {highest}"
    wanted = f"wanted an integer from {lowest} {above}{f', {meaning}' if meaning else ''}"
    try:
        number = operator.index(value)
    except TypeError as error:
        raise TypeError(f"{name} is {told(value)}, {wanted}") from error
    if number < lowest or (highest is not None and number > highest):
        raise ValueError(f"{name} is {number}, {wanted}")


def check_losses(losses: object) -> dict[str, torch.Tensor]:
    """Return the losses that a step returned as a dict from name to 0-d tensor; plain numbers will
    do.

    Raises:
        TypeError: If it is no dict, or a value is neither a tensor nor a number.
        ValueError: If a tensor holds more than one number.
    """
    if not isinstance(losses, dict):
        wanted = "wanted a dict from name to number, such as {'loss': loss}"
        raise TypeError(f"step returned {told(losses)}, {wanted}")
    return {name: _one_number(name, value) for name, value in losses.items()}


def _one_number(name, value):
    if isinstance(value, numbers.Real):
        return torch.tensor(float(value))
    what = f"in what step returned, {name!r} is"
    if not isinstance(value, torch.Tensor):
        raise TypeError(f"{what} {told(value)}, wanted one number")
    if value.dim():
        shape = tuple(value.shape)
        raise ValueError(f"{what} of shape {shape}, wanted one number: take its mean or its sum")
    return value


def told(value: object) -> str:
    """Return a value's type, and the value itself where it is short: "a float 0.5"."""
    if value is None:
        return "None"
    kind = type(value).__name__
    named = f"{'an' if kind.lower().startswith(VOWELS) else 'a'} {kind}"
    if isinstance(value, (tuple, list)):
        return f"{named} of {len(value)}"
    return f"{named} {value!r}" if isinstance(value, (str, numbers.Number)) else named


def _remedy(images):
    if isinstance(images, (tuple, list)):
        return (
            "torch.stack joins images, and for pairs of x and y give torch.arange(len(x)) and "
            "let the step take x[batch] and y[batch]"
        )
    if hasattr(images, "__array__"):
        return "torch.as_tensor makes one"
    return "fit shuffles it and cuts it into batches itself"
