"""Attention: each place asks all places before it, and takes the mean of their answers."""

import torch
from torch import Tensor

from genai_course.letters import check_count
from genai_course.ranges import check_batches


def causal_mask(length: int, last: int | None = None) -> Tensor:
    """Return who may look where: booleans (last, length), True for the own place and before.

    Args:
        length: Places in all, 1 or more.
        last: How many of the last places ask, 1 to length; None for all.

    Raises:
        ValueError: If last is not in 1..length, or there is no place.

    Shown in: notebooks/16_sequences.ipynb.
    """
    last = length if last is None else last
    check_count(last, "last", 1, length)
    return torch.ones(length, length, dtype=torch.bool).tril()[length - last :]


def attention_weights(query: Tensor, key: Tensor, mask: Tensor | None = None) -> Tensor:
    """Return how much each place takes of each other one: (..., S, T), rows that add up to 1.

    Args:
        query: What each place asks, shape (..., S, d).
        key: What each place offers, shape (..., T, d).
        mask: Booleans (S, T), True where S may look; each row has one True or more. None: all.

    Raises:
        ValueError: If query and key differ in d, or are empty or no floats.

    Source:
        Vaswani et al. (2017), arXiv:1706.03762, Equation 1.
    Shown in: notebooks/16_sequences.ipynb.
    """
    check_batches("(..., T, d)", query=query, key=key)
    scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask.to(scores.device), float("-inf"))
    return scores.softmax(dim=-1)


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """Return the mean of the values (..., S, e), weighted by how well query and key agree.

    Args:
        query: What each place asks, shape (..., S, d).
        key: What each place offers, shape (..., T, d).
        value: What each place gives, shape (..., T, e).
        mask: Booleans (S, T), True where S may look; None for everywhere.

    Raises:
        ValueError: If query and key differ in d, or are empty or no floats.

    Source:
        Vaswani et al. (2017), arXiv:1706.03762, Equation 1.
    Shown in: notebooks/16_sequences.ipynb.
    """
    return attention_weights(query, key, mask) @ value
