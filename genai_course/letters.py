"""What texts, letters, distributions over letters and plain numbers must be: one check a door.

A letter of -1 counts from the end, floats and masks choose other letters, and logits in the place
of probabilities look like any other numbers. So what takes them looks first, as in `ranges`.

Plumbing: checks of what is given; notebooks meet their sentences, not their code.
"""

import torch

from genai_course.ranges import check_batches

SHAPES = {1: "(T,)", 2: "(N, T)"}
NEAR = 1e-3  # half precision adds up to 1 no better


def check_text(**texts: str) -> None:
    """Refuse texts, by name, that are no strings.

    Raises:
        ValueError: If so; bytes and lists of words have letters of another kind.
    """
    for name, text in texts.items():
        if not isinstance(text, str):
            raise ValueError(f"{name} is of type {type(text).__name__}, wanted a string")


def check_count(count: int, name: str, least: int = 1, most: int | None = None) -> None:
    """Refuse a count, called name, that is not in least..most; most None is no limit.

    Raises:
        ValueError: If so.
    """
    if not (count >= least and (most is None or count <= most)):
        above = "or more" if most is None or most < least else f"to {most}"
        raise ValueError(f"{name} is {count}, wanted {least} {above}")


def check_positive(**numbers: float) -> None:
    """Refuse plain numbers, by name, that are not above 0.

    Raises:
        ValueError: If so; NaN is not above 0.
    """
    for name, number in numbers.items():
        if not number > 0:
            raise ValueError(f"{name} is {number}, wanted above 0")


def check_letters(
    index: torch.Tensor,
    num_letters: int | None = None,
    dims: int | None = 1,
    least: int = 1,
    name: str = "index",
) -> None:
    """Refuse an index that does not name a letter of the alphabet at each place.

    It looks at values, so on a GPU it waits; a letter too large would end the session there.

    Args:
        index: Integers in 0..num_letters - 1, int64.
        num_letters: Letters of the alphabet; None where only the network knows.
        dims: 1 for a text (T,), 2 for sequences (N, T), None for any shape.
        least: Letters that a text, or each sequence, must have.
        name: What to call it.

    Raises:
        ValueError: If index has another type, shape or range, or too few letters.
    """
    kind = str(index.dtype) if isinstance(index, torch.Tensor) else type(index).__name__
    if kind != "torch.int64":
        given = kind.removeprefix("torch.")
        raise ValueError(f"{name} is of type {given}, wanted a tensor of integers, int64")
    if dims is not None and index.ndim != dims:
        raise ValueError(f"{name} has shape {tuple(index.shape)}, wanted {SHAPES[dims]}")
    if index.numel() < least or (dims and index.shape[-1] < least):
        raise ValueError(f"{name} has shape {tuple(index.shape)}, wanted {least} or more letters")
    if not index.numel():
        return
    low, high = (value.item() for value in index.aminmax())
    if low < 0 or (num_letters is not None and high >= num_letters):
        most = "or more" if num_letters is None else f"to {num_letters - 1}"
        raise ValueError(f"{name} runs from {low} to {high}, wanted 0 {most}")


def check_distributions(p: torch.Tensor, wanted: str = "(..., K)", name: str = "p") -> None:
    """Refuse what are not distributions p: rows of numbers from 0 on that add up to 1.

    Args:
        p: Floating-point numbers, not empty.
        wanted: Their shape, as in `check_batches`; they add up along the last dimension.
        name: What to call them.

    Raises:
        ValueError: If p are of another type or shape, or rows are negative, NaN or do not add up.
    """
    check_batches(wanted, False, **{name: p})
    p = p.detach()
    low, sums = p.min().item(), p.sum(dim=-1)
    worst = sums.flatten()[(sums - 1).abs().argmax()].item()
    if low >= 0 and abs(worst - 1) <= NEAR:  # False for NaN
        return
    advice = "; take the softmax of logits" if low < 0 else ""
    raise ValueError(
        f"{name} has values from {low:.3g} on and a row that adds up to {worst:.3g}, "
        f"wanted values from 0 on that add up to 1{advice}"
    )
