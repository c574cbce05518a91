"""Shuffled batches of tensors that lie in memory."""

from collections.abc import Iterator
from typing import TypeVar

import torch

Batch = TypeVar("Batch", torch.Tensor, tuple[torch.Tensor, ...])


def batches(
    images: Batch, batch_size: int, generator: torch.Generator | None = None
) -> Iterator[Batch]:
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
