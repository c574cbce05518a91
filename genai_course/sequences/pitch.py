"""The pitch of a sound: the delay at which it agrees with itself.

Plumbing: a ruler; which delay it looks for stands in the notebook's text.
"""

import math

import torch
from torch import Tensor

from genai_course.letters import check_count, check_positive
from genai_course.ranges import check_batches, check_finite_numbers


def autocorrelation(wave: Tensor, num_lags: int) -> Tensor:
    """Return how a sound agrees with itself, delayed by 0, 1, ...: shape (num_lags,), from 1 on.

    Args:
        wave: Samples (T,), T above num_lags, not all alike; their mean is taken away.
        num_lags: Delays, 1 or more.

    Raises:
        ValueError: If wave is no row of finite floats longer than num_lags, or all are alike.
    """
    check_count(num_lags, "num_lags")
    check_batches("(T,)", samples=wave)
    check_finite_numbers(wave, "samples")
    if len(wave) <= num_lags:
        raise ValueError(f"wave has {len(wave)} samples, wanted more than {num_lags}")
    if not wave.max() > wave.min():
        raise ValueError("all samples are alike, wanted a sound")
    wave = wave - wave.mean()
    room = len(wave) - num_lags
    delayed = torch.stack([wave[lag : lag + room] for lag in range(num_lags)])
    norms = delayed.norm(dim=1)
    return delayed @ delayed[0] / (norms * norms[0])


def pitch(wave: Tensor, rate: int, lowest: float, highest: float) -> float:
    """Return the frequency, in hertz, at whose period a sound agrees well with itself.

    Two periods agree as well as one, so the shortest delay counts that is a peak of four fifths of
    the best agreement or more.

    Args:
        wave: Samples (T,).
        rate: Samples a second.
        lowest, highest: Frequencies between which it is looked for, in hertz.

    Returns:
        The rate over the delay; it and its two neighbours lie on a parabola, whose top is taken.

    Raises:
        ValueError: If wave is no row of finite floats, or shorter than the longest period, or the
            frequencies are not 0 < lowest < highest.
    """
    check_positive(lowest=lowest, highest=highest)
    if not lowest < highest:
        raise ValueError(f"lowest is {lowest} and highest {highest}, wanted lowest below highest")
    shortest, longest = math.ceil(rate / highest), math.floor(rate / lowest)
    agreement = autocorrelation(wave, longest + 2)
    left, middle, right = (agreement[shortest + k : longest + 1 + k] for k in (-1, 0, 1))
    high = (middle >= 0.8 * middle.max()) & (middle >= left) & (middle >= right)
    first = int(high.long().argmax()) if high.any() else int(middle.argmax())
    bend = (left - 2 * middle + right)[first].item()
    between = (left - right)[first].item() / (2 * bend) if bend < 0 else 0
    return rate / (shortest + first + between)


def semitones(frequency: float, target: float) -> float:
    """Return by how many semitones a frequency is above the target; both in hertz, above 0.

    Raises:
        ValueError: If one of them is not.
    """
    check_positive(frequency=frequency, target=target)
    return 12 * math.log2(frequency / target)
