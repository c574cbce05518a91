"""Sound as numbers: plucked strings made from noise, and samples as one of few levels."""

import math

import torch
from torch import Tensor

from genai_course.letters import check_count, check_letters, check_positive
from genai_course.ranges import check_finite_numbers, check_signed

RATE = 4000  # samples a second
STRINGS = (32, 28, 25, 24, 21, 19, 17, 16)  # lengths in samples: about a major scale from B


def mu_law(wave: Tensor, gain: float = 255.0) -> Tensor:
    """Return samples in [-1, 1], of any shape, spread so that quiet ones get more of the range.

    Args:
        wave: Samples in [-1, 1].
        gain: How much louder quiet ones become, above 0.

    Raises:
        ValueError: If wave is no tensor of floats in [-1, 1], or empty, or gain is not above 0.

    Source:
        van den Oord et al. (2016), arXiv:1609.03499, Section 2.2.
    Shown in: notebooks/16_sequences.ipynb.
    """
    check_positive(gain=gain)
    check_signed(wave, "samples")
    return wave.sign() * (gain * wave.abs()).log1p() / math.log1p(gain)


def mu_law_back(spread: Tensor, gain: float = 255.0) -> Tensor:
    """Return the samples in [-1, 1] that `mu_law` has spread.

    Args:
        spread: What `mu_law` returned, in [-1, 1].
        gain: As there.

    Raises:
        ValueError: If spread holds no finite floats, or none, or gain is not above 0.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_positive(gain=gain)
    check_finite_numbers(spread, "samples")
    return spread.sign() * (spread.abs() * math.log1p(gain)).expm1() / gain


def to_levels(wave: Tensor, num_levels: int = 64, gain: float = 255.0) -> Tensor:
    """Return the level of each sample, integers in 0..num_levels - 1, of the shape of wave.

    Args:
        wave: Samples; what leaves [-1, 1] is cut.
        num_levels: Levels, equally wide after `mu_law`.
        gain: As in `mu_law`.

    Raises:
        ValueError: If wave holds no floats or NaN, or none, or num_levels is below 1.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_count(num_levels, "num_levels")
    return ((mu_law(wave.clamp(-1, 1), gain) + 1) / 2 * num_levels).long().clamp(max=num_levels - 1)


def from_levels(index: Tensor, num_levels: int = 64, gain: float = 255.0) -> Tensor:
    """Return the middle of each level as a sample in (-1, 1), of the shape of index.

    Args:
        index: Integers in 0..num_levels - 1.
        num_levels: Levels.
        gain: As in `mu_law`.

    Raises:
        ValueError: If index holds no levels, or none.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_letters(index, num_levels, dims=None)
    return mu_law_back((index + 0.5) / num_levels * 2 - 1, gain)


def pluck(length: int, num_samples: int, loss: float = 0.996) -> Tensor:
    """Return the sound of a plucked string, samples in [-1, 1], shape (num_samples,).

    The string starts as noise; each sample becomes, one round later, the mean of itself and its
    neighbour. So the noise repeats, every length + 1/2 samples, and high tones die first.

    Args:
        length: Samples of the string, 2 or more; its pitch is RATE / (length + 1/2).
        num_samples: Samples to make.
        loss: What a round leaves, in (0, 1].

    Raises:
        ValueError: If length is below 2, or num_samples below 1, or loss is not above 0.

    Source:
        Karplus and Strong (1983), Computer Music Journal 7(2), pages 43 to 55.
    Shown in: notebooks/16_sequences.ipynb.
    """
    check_count(length, "length", least=2)
    check_count(num_samples, "num_samples")
    check_positive(loss=loss)
    string = (torch.rand(length) * 2 - 1).tolist()
    for t in range(length, num_samples):
        before = string[t - length - 1] if t > length else string[t - length]
        string.append(loss * (string[t - length] + before) / 2)
    return torch.tensor(string[:num_samples])
