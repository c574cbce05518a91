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
    try:
        got, expected = _as_double(got), _as_double(expected)
    except (TypeError, ValueError, RuntimeError):
        kinds = f"{type(got).__name__} and {type(expected).__name__}"
        print(f"{CROSS} {statement}: cannot compare {kinds}, wanted numbers or tensors")
        return
    if got.shape != expected.shape:
        print(f"{CROSS} {statement}: shape {tuple(got.shape)} is not {tuple(expected.shape)}")
        return
    distances = torch.where(got == expected, 0.0, (got - expected).abs())  # infinity is infinity
    difference = distances.max().item() if got.numel() else float("nan")
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
        holds: Whether it holds: True, False, a number or a one-element tensor (NaN does not hold).
        measured: The figure behind it, a number or a ready-made string; not compared.
    """
    try:
        holds = _as_double(holds)
        number = holds.item()
    except (TypeError, ValueError, RuntimeError):
        size = f" of {holds.numel()} values" if isinstance(holds, torch.Tensor) else ""
        print(f"{CROSS} {statement}: `holds` is a {_kind(holds)}{size}, wanted True or False")
        return
    mark = TICK if number == number and number else CROSS  # NaN holds nothing
    if measured is None:
        print(f"{mark} {statement}")
    else:
        print(f"{mark} {statement}   {ABOUT} {_one_line(measured)}")


def _as_double(value):
    """Any number, array, tensor, or list of them, as a double on the CPU, without its history."""
    if isinstance(value, list | tuple) and any(isinstance(v, torch.Tensor) for v in value):
        return torch.stack([_as_double(v) for v in value])
    if hasattr(value, "__array__") and not isinstance(value, torch.Tensor):
        value = value.copy()  # PyTorch cannot read an array that runs backwards
    if not isinstance(value, torch.Tensor):
        value = torch.as_tensor(value, dtype=torch.float64)  # else a plain float becomes float32
    return value.detach().cpu().double()


def _kind(value):
    return "tensor" if isinstance(value, torch.Tensor) else type(value).__name__


def _one_line(measured):
    if not isinstance(measured, str):
        try:
            measured = _short(_as_double(measured))
        except (TypeError, ValueError, RuntimeError):
            measured = str(measured)
    return " ".join(measured.split())


def _short(tensor):
    if tensor.numel() == 1:
        return f"{tensor.item():.6g}"
    head = ", ".join(f"{v:.4g}" for v in tensor.flatten()[:4].tolist())
    return f"[{head}{', ...' if tensor.numel() > 4 else ''}]"
