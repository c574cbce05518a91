"""verify and claim: the printed lines that the course promises to keep true.

A line starts with a tick when the statement holds and with a cross when it does not. Nothing is
raised, so a learner goes on; the regression run compares the line with the stored one and turns
red when a tick has become a cross. Whatever stands behind the sign for "approximately" depends on
the machine or the data set and is not compared.
"""

import torch

TICK, CROSS, ABOUT = "✓", "✗", "≈"


def verify(statement, got, expected, tolerance=1e-6):
    """Check an identity by numbers and print one line.

    Args:
        statement: What is claimed to be equal, in plain words or symbols.
        got: A number, array or tensor computed one way.
        expected: The same quantity computed another way; must have the same shape as `got`.
        tolerance: Largest allowed absolute difference, in the units of the quantity.
    """
    got, expected = _as_double(got), _as_double(expected)
    if got.shape != expected.shape:
        print(f"{CROSS} {statement}: shape {tuple(got.shape)} is not {tuple(expected.shape)}")
        return
    difference = (got - expected).abs().max().item() if got.numel() else float("nan")
    holds = difference <= tolerance  # False for NaN
    numbers = f"{_short(got)} and {_short(expected)}"
    if holds:
        print(f"{TICK} {statement} (within {tolerance:g})   {ABOUT} {numbers}")
    else:
        print(
            f"{CROSS} {statement}: the two sides differ by more than {tolerance:g}"
            f"   {ABOUT} {numbers}, largest difference {difference:.3g}"
        )


def claim(statement, holds, measured=None):
    """State a measured result and print one line.

    Args:
        statement: The promise, without any number that depends on machine or data set.
        holds: Whether it holds; anything that `bool` accepts, a one-element tensor included.
        measured: The figure behind it, a number or a ready-made string; not compared.
    """
    mark = TICK if bool(holds) else CROSS
    if measured is None:
        print(f"{mark} {statement}")
    else:
        text = measured if isinstance(measured, str) else _short(_as_double(measured))
        print(f"{mark} {statement}   {ABOUT} {text}")


def _as_double(value):
    return torch.as_tensor(value).detach().double().cpu()


def _short(tensor):
    if tensor.numel() == 1:
        return f"{tensor.item():.6g}"
    head = ", ".join(f"{v:.4g}" for v in tensor.flatten()[:4].tolist())
    return f"[{head}{', ...' if tensor.numel() > 4 else ''}]"
