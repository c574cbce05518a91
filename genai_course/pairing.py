"""What goes with samples, row by row: one number for each of them, one entry for each code.

A number too few broadcasts, an index of -1 counts from the end, and a mask of bytes chooses other
rows: none of it raises. So the losses that take such companions look first, as in `ranges`.

Plumbing: checks of what is given; notebooks meet their sentences, not their code.
"""

import torch

from genai_course.ranges import check_batches

INTEGERS = (torch.int64, torch.int32)  # bytes and bools choose as a mask, the rest is no index


def check_one_each(samples: torch.Tensor, **numbers: torch.Tensor) -> None:
    """Refuse numbers that do not broadcast to one for each sample.

    Args:
        samples: Points (..., N, d) of at most three dimensions, images (..., N, C, H, W), or
            single numbers (N,).
        numbers: By name, floating-point tensors: (..., N, 1) for points, (..., N, 1, 1, 1) for
            images, (N,) for single numbers.

    Raises:
        ValueError: If one has another type or shape, or is empty.
    """
    shape = tuple(samples.shape)
    within = 3 if len(shape) > 3 else len(shape) > 1  # dimensions of one sample
    wanted = str((*shape[: len(shape) - within], *(1,) * within))
    check_batches(wanted, same=True, **numbers)


def check_index(index: torch.Tensor, codes: torch.Tensor, entries: torch.Tensor) -> None:
    """Refuse an index that does not name one of the entries for each code.

    It looks at values, so on a GPU it waits; an index too large would end the session there.

    Args:
        index: Integers in 0..K - 1, int64 or int32, shape (N,).
        codes: One a row, shape (N, ...), with N of 1 or more.
        entries: One a row, shape (K, ...).

    Raises:
        ValueError: If index has another type, shape or range.
    """
    kind = str(index.dtype) if isinstance(index, torch.Tensor) else type(index).__name__
    if kind not in map(str, INTEGERS):
        given = kind.removeprefix("torch.")
        raise ValueError(f"index is of type {given}, wanted a tensor of integers, int64 or int32")
    shape, wanted = tuple(index.shape), (len(codes),)
    if shape != wanted:
        raise ValueError(f"index has shape {shape}, wanted {wanted}, one for each code")
    low, high = (value.item() for value in index.aminmax())
    if low < 0 or high >= len(entries):
        raise ValueError(f"index runs from {low} to {high}, wanted 0 to {len(entries) - 1}")
