"""Is a value beyond its threshold, and by how much? Of several values the worst one decides."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

BETWEEN = "between"
HOLDS = {"<": torch.lt, "<=": torch.le, ">": torch.gt, ">=": torch.ge, "==": torch.eq}
OPERATORS = (*HOLDS, BETWEEN)
Values = float | torch.Tensor | np.ndarray | Sequence["Values"]


@dataclass(frozen=True)
class Comparison:
    """What was compared, and the value that is nearest to failing, or fails by most.

    `gap` is the distance of that value from its threshold, in their units: negative where it
    fails, NaN where there is a NaN. For "between", `threshold` is the nearer of the two bounds.
    """

    values: torch.Tensor
    operator: str
    worst: float
    threshold: float
    gap: float
    holds: bool


def comparison_of(value: Values, operator: str, threshold: Values) -> Comparison:
    """Compare one value or several with a threshold.

    Args:
        value: A number, array or tensor, or a list of them; every entry has to hold.
        operator: "<", "<=", ">", ">=", "==", or "between", which includes both bounds.
        threshold: A number, or as many as there are values; for "between" the pair (low, high).

    Returns:
        Comparison. NaN never holds.

    Raises:
        ValueError: With a sentence, if these cannot be compared.
    """
    if operator not in OPERATORS:
        raise ValueError(f"the operator is {operator!r}, wanted one of {' '.join(OPERATORS)}")
    values, limits = _doubles(value, threshold)
    if not values.numel():
        raise ValueError("there is no value to compare")
    if operator == BETWEEN:
        if limits.numel() != 2:
            raise ValueError("`between` wants two bounds, (low, high)")
        low, high = (bound.expand_as(values) for bound in limits.flatten())
        limits = torch.where(values - low < high - values, low, high)
        holds = (low <= values) & (values <= high)
        gaps = torch.minimum(values - low, high - values)
    else:
        if limits.numel() != 1 and limits.shape != values.shape:
            shapes = f"{tuple(values.shape)} is not {tuple(limits.shape)}"
            raise ValueError(f"shape {shapes}, that of the thresholds")
        limits = limits.flatten().expand(values.numel()).reshape(values.shape)
        holds, gaps = HOLDS[operator](values, limits), _gaps(values, operator, limits)
    at = gaps.flatten().argmin()  # the first NaN where there is one
    worst, limit, gap = (part.flatten()[at].item() for part in (values, limits, gaps))
    return Comparison(values, operator, worst, limit, gap, bool(holds.all()))


def as_double(value: Values) -> torch.Tensor:
    """Return value, any number, array, tensor, or list of them, as a double on the CPU.

    Raises:
        TypeError, ValueError, RuntimeError: If it is none of these.
    """
    if isinstance(value, list | tuple) and any(isinstance(v, torch.Tensor) for v in value):
        return torch.stack([as_double(v) for v in value])
    if hasattr(value, "__array__") and not isinstance(value, torch.Tensor):
        value = np.array(value, order="C")  # PyTorch cannot read an array that runs backwards
    if not isinstance(value, torch.Tensor):
        value = torch.as_tensor(value, dtype=torch.float64)  # else a plain float becomes float32
    return value.detach().cpu().double()


def _doubles(value, threshold):
    try:
        return as_double(value), as_double(threshold)
    except (TypeError, ValueError, RuntimeError):
        kinds = f"{type(value).__name__} with {type(threshold).__name__}"
        raise ValueError(f"cannot compare {kinds}, wanted numbers or tensors") from None


def _gaps(values, operator, limits):
    if operator == "==":
        gaps = -(values - limits).abs()
    else:
        gaps = values - limits if operator.startswith(">") else limits - values
    return torch.where(values == limits, 0.0, gaps)  # infinity is as large as infinity
