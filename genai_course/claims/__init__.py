"""verify and claim: the printed lines that the course promises to keep true.

A line starts with a tick when the statement holds and with a cross when it does not. Nothing is
raised, so a learner goes on; the regression run compares the line with the stored one and turns
red when a tick has become a cross. Whatever stands behind the sign for "approximately" depends on
the machine or the data set and is not compared.

Plumbing: how a printed line is checked; the derivations that it checks are what is taught.
"""

from collections.abc import Sequence
from typing import TypeGuard

import torch

from genai_course.claims.comparisons import OPERATORS, Values, as_double, comparison_of
from genai_course.claims.recording import record

TICK, CROSS, ABOUT = "✓", "✗", "≈"


def verify(statement: str, got: Values, expected: Values, tolerance: float = 1e-6) -> None:
    """Check an identity by numbers and print one line.

    Args:
        statement: What is claimed to be equal, in plain words or symbols.
        got: A number, array or tensor computed one way.
        expected: The same quantity computed another way; must have the same shape as `got`.
        tolerance: Largest allowed absolute difference, in the units of the quantity.

    Returns:
        None; the line is printed and the result recorded.
    """
    try:
        got, expected = as_double(got), as_double(expected)
    except (TypeError, ValueError, RuntimeError):
        kinds = f"{type(got).__name__} and {type(expected).__name__}"
        return _refuse("verify", statement, f"cannot compare {kinds}, wanted numbers or tensors")
    if got.shape != expected.shape:
        shapes = f"shape {tuple(got.shape)} is not {tuple(expected.shape)}"
        return _refuse("verify", statement, shapes)
    distances = torch.where(got == expected, 0.0, (got - expected).abs())  # infinity is infinity
    difference = distances.max().item() if got.numel() else float("nan")
    holds = difference <= tolerance  # False for NaN
    record(
        **{"kind": "verify", "statement": statement, "part": 0, "value": difference},
        **{"operator": "<=", "threshold": tolerance, "gap": tolerance - difference, "holds": holds},
    )
    numbers = _pair(got, expected)
    if holds:
        apart = f", {difference:.1g} apart at most" if got.numel() > 4 else ""
        print(f"{TICK} {statement} (within {tolerance:g})   {ABOUT} {numbers}{apart}")
    else:
        print(
            f"{CROSS} {statement}: the two sides differ by more than {tolerance:g}"
            f"   {ABOUT} {numbers}, largest difference {difference:.3g}"
        )


def claim(
    statement: str,
    holds: Values | Sequence[tuple[Values, str, Values]],
    operator: str | None = None,
    threshold: Values | None = None,
    measured: float | str | None = None,
) -> None:
    """State a measured result and print one line.

        claim("at least nine classes", classes, ">=", 9)     compares, and shows the value
        claim("the coins are fair", shares, "between", (0.48, 0.52))
        claim("one readable, one not", [(a, ">", 0.9), (b, "<", 0.1)], "0.95 and 0.02")
        claim("the file is there", found, "data.bin")        where a comparison does not fit

    Args:
        statement: The promise, without any number that depends on machine or data set.
        holds: The value: a number, tensor or list, all of which have to hold (NaN does not); or a
            list of tuples (value, operator, threshold). With no operator: whether it holds, True,
            False, a number or a one-element tensor.
        operator: "<", "<=", ">", ">=", "==" or "between". Anything else, without a threshold, is
            `measured`.
        threshold: What the value is compared with, of its shape or a single number; for "between"
            the pair (low, high).
        measured: The figure behind it, a number or a ready-made string, shown instead of the
            value; not compared.

    Returns:
        None; the line is printed and the result recorded.
    """
    if threshold is None and not (isinstance(operator, str) and operator in OPERATORS):
        measured = operator if measured is None else measured
        if not _is_conjunction(holds):
            return _state(statement, holds, measured)
        parts: Sequence[tuple] = holds
    else:
        parts = [(holds, operator, threshold)]
    try:
        found = [comparison_of(*part) for part in parts]
    except ValueError as reason:
        return _refuse("claim", statement, reason)
    for number, part in enumerate(found):
        numbers = {"value": part.worst, "operator": part.operator, "threshold": part.threshold}
        record(
            **{"kind": "claim", "statement": statement, "part": number, **numbers},
            **{"gap": part.gap, "holds": part.holds},
        )
    measured = " and ".join(map(_shown, found)) if measured is None else measured
    _print_claim(statement, all(part.holds for part in found), measured)


def _is_conjunction(parts: object) -> TypeGuard[list[tuple]]:
    """Whether this is a list of (value, operator, threshold)."""
    return (
        isinstance(parts, list)
        and len(parts) > 0
        and all(isinstance(p, tuple) and len(p) == 3 and isinstance(p[1], str) for p in parts)
    )


def _state(statement, holds, measured):
    """The old form: whether it holds is known."""
    try:
        holds = as_double(holds)
        number = holds.item()
    except (TypeError, ValueError, RuntimeError):
        size = f" of {holds.numel()} values" if isinstance(holds, torch.Tensor) else ""
        reason = f"`holds` is a {_kind(holds)}{size}, wanted True or False"
        return _refuse("claim", statement, reason)
    holds = bool(number == number and number)  # NaN holds nothing
    record(kind="claim", statement=statement, part=0, holds=holds)
    _print_claim(statement, holds, measured)


def _refuse(kind, statement, reason):
    """What cannot be compared does not hold."""
    record(kind=kind, statement=statement, part=0, holds=False)
    print(f"{CROSS} {statement}: {reason}")


def _print_claim(statement, holds, measured):
    mark = TICK if holds else CROSS
    if measured is None:
        print(f"{mark} {statement}")
    else:
        print(f"{mark} {statement}   {ABOUT} {_one_line(measured)}")


def _shown(comparison):
    """Up to four values, or the worst of more."""
    few = comparison.values.numel() <= 4
    return _short(comparison.values) if few else f"{comparison.worst:.6g}"


def _kind(value):
    return "tensor" if isinstance(value, torch.Tensor) else type(value).__name__


def _pair(got, expected):
    """Both sides; of more than four entries the largest, because the first ones are often 0."""
    if got.numel() <= 4:
        return f"{_short(got)} and {_short(expected)}"
    place = got.abs().argmax()
    return f"{got.flatten()[place]:.6g} and {expected.flatten()[place]:.6g} at the largest entry"


def _one_line(measured):
    if not isinstance(measured, str):
        try:
            measured = _short(as_double(measured))
        except (TypeError, ValueError, RuntimeError):
            measured = str(measured)
    return " ".join(measured.split())


def _short(tensor):
    if tensor.numel() == 1:
        return f"{tensor.item():.6g}"
    head = ", ".join(f"{v:.4g}" for v in tensor.flatten()[:4].tolist())
    return f"[{head}{', ...' if tensor.numel() > 4 else ''}]"
