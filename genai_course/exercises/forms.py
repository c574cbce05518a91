"""The form of an answer: lists, arrays and plain numbers are as good as tensors."""

from typing import Any

import numpy as np
import torch


class NotDone(Exception):
    """The function is still a stub: it returned None, or None among its values."""


class Wrong(Exception):
    """One true sentence about an answer, for the learner who wrote it."""


Formed = torch.Tensor | bool | str | tuple["Formed", ...]


def formed(result: Any, wanted: Any, saying: str = "your answer returns") -> Formed:
    """The result in the form of `wanted`: a tuple, a bool, a text, or a double on the CPU."""
    if result is None or (isinstance(result, (list, tuple)) and any(x is None for x in result)):
        raise NotDone
    if isinstance(wanted, (list, tuple)):
        if not _has_parts(result) or len(result) != len(wanted):
            raise _refused(result, wanted)
        counted = (f"value {i + 1} of your answer is" for i in range(len(wanted)))
        return tuple(map(formed, result, wanted, counted))
    if isinstance(wanted, str):
        value: Any = result if isinstance(result, str) else None
    else:
        value = _numbers(result)
    if isinstance(wanted, bool) and value is not None:
        value = {0: False, 1: True}.get(value.item() if value.numel() == 1 else -1)
    if value is None:
        raise _refused(result, wanted, saying)
    return value


def _has_parts(value):
    array = isinstance(value, (torch.Tensor, np.ndarray))
    return isinstance(value, (list, tuple)) or (array and value.ndim > 0)


def _numbers(value):
    """Anything made of real numbers, as a double on the CPU with its graph, or None."""
    try:
        if torch.is_tensor(value):
            return None if value.is_complex() else value.to_dense().cpu().double().clone()
        if isinstance(value, (list, tuple)) and any(map(torch.is_tensor, value)):
            return torch.stack([_numbers(each) for each in value])
        value = np.copy(value) if isinstance(value, np.ndarray) else value  # it may run backwards
        numbers = torch.as_tensor(value, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None
    numbers.plain = kind(value)
    return numbers


def shapes(value: object) -> object:
    """The shape of a formed result, or of each of its parts; the type of what has none."""
    if isinstance(value, (list, tuple)):
        return [shapes(each) for each in value]
    return tuple(value.shape) if torch.is_tensor(value) else type(value)


def _refused(result, wanted, saying="your answer returns"):
    """Wrong, with what was returned and what is wanted."""
    many = isinstance(result, (list, tuple)) and isinstance(wanted, tuple)  # a list or a tuple
    return Wrong(f"{saying} {_count(result) if many else kind(result)}, wanted {_wish(wanted)}.")


def wrong_shape(value: object, wanted: object) -> Wrong:
    """Wrong, with the shape of a formed result and what is wanted."""
    found = shapes(value)
    found = " and ".join(map(str, found)) if isinstance(found, list) else found
    return Wrong(f"your answer has shape {found}, wanted {_wish(wanted)}.")


def _count(values):
    return f"{len(values)} value{'' if len(values) == 1 else 's'}"


def _wish(wanted):
    """What the reference returned, as a wish."""
    if isinstance(wanted, bool):
        return "True or False"
    if isinstance(wanted, str):
        return f"a text such as {wanted!r}"
    if isinstance(wanted, (list, tuple)):
        wishes = [_wish(each) for each in wanted]
        alike = f", each {wishes[0]}" if len(set(wishes)) == 1 else f": {', '.join(wishes)}"
        return f"{len(wanted)} values{alike}"
    return kind(wanted) if wanted.ndim else "a single number"


def kind(value: object) -> str:
    """What a value is, in a few words."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        name = "array" if isinstance(value, np.ndarray) else "tensor"
        odd = "complex " if "complex" in str(value.dtype) else ""
        odd += "meta " if getattr(value, "is_meta", False) else ""
        if torch.is_tensor(value) and not value.ndim and not odd:
            return f"the tensor {value.item():.4g}"
        return f"{_an(odd + name)} of shape {tuple(value.shape)}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {_count(value)}"
    if value is None or isinstance(value, (bool, int, float, complex, str)):
        if isinstance(value, float):
            return f"the {type(value).__name__} {value:.4g}"
        short = repr(value) if len(repr(value)) < 40 else f"{repr(value)[:36]} ..."
        return short if value is None else f"the {type(value).__name__} {short}"
    return _an(type(value).__name__)


def _an(name):
    """The name with its article, as it is spoken: an Adam, an SGD, a tensor."""
    spelt = name.isupper() and name[0] in "FHLMNRSX"
    return f"{'an' if spelt or name[0] in 'aeiouAEIO' else 'a'} {name}"
