"""Text by diffusion, in small: letters are hidden one after another, and guessed back.

At time t each letter is hidden, by itself, with probability t. All is added up exactly, over every
set of hidden letters, so sequences are short.
"""

import itertools
import math
from collections.abc import Callable

import torch
from torch import Tensor

from genai_course.letters import check_count, check_distributions, check_letters

Guess = Callable[[list[int | None]], Tensor]


def conditional_of(table: Tensor, seen: list[int | None]) -> Tensor:
    """Return the distribution of each letter, given those that are seen: (L, K).

    Args:
        table: Probabilities of all sequences, shape (K,) * L, that add up to 1.
        seen: A letter for each place, None where it is hidden.

    Raises:
        ValueError: If table has not one dimension for each place or does not add up to 1, or what
            is seen never occurs.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_distributions(table.flatten(), name="table")
    if table.ndim != len(seen):
        raise ValueError(f"table has shape {(*table.shape,)}, wanted {len(seen)} dimensions")
    for place, letter in enumerate(seen):
        if letter is not None:
            others = torch.arange(table.shape[place]) != letter
            table = table.index_fill(place, others.nonzero().flatten(), 0.0)
    if not table.sum() > 0:
        raise ValueError(f"{seen} never occurs")
    sides = [[d for d in range(table.ndim) if d != place] for place in range(table.ndim)]
    rows = [table.sum(dim=side) if side else table for side in sides]
    return torch.stack(rows) / table.sum()


def masked_nats(guess: Guess, letters: list[int]) -> Tensor:
    """Return a bound on -log p of a sequence, in nats, a 0-d tensor.

    The p is that of the model that shows the letters one by one, in random order, by these guesses.

    The mean over t of 1 / t times the cost of the hidden letters, where each set of m hidden ones
    of L has the weight B(m, L - m + 1): the integral over t of t^m (1 - t)^(L - m) / t.

    Args:
        guess: From letters, None where hidden, to distributions (L, K) of all letters.
        letters: The sequence, L integers; all 2^L sets of hidden letters are tried.

    Raises:
        ValueError: If there are no letters, or some are below 0.

    Source:
        Shi et al. (2024), arXiv:2406.04329, Equation 4; Sahoo et al. (2024), arXiv:2406.07524;
        Hoogeboom et al. (2022), arXiv:2110.02037 (the mean over orders).
    Shown in: notebooks/16_sequences.ipynb.
    """
    check_letters(torch.tensor(letters, dtype=torch.int64), name="letters")
    length, total = len(letters), torch.zeros(())
    for hidden in itertools.product((False, True), repeat=length):
        m = sum(hidden)
        if m:
            weight = math.factorial(m - 1) * math.factorial(length - m) / math.factorial(length)
            p = guess([None if h else x for h, x in zip(hidden, letters, strict=True)])
            costs = [-p[i, letters[i]].log() for i in range(length) if hidden[i]]
            total = total + weight * torch.stack(costs).sum()
    return total


def drawn_in_steps(table: Tensor, num_steps: int) -> Tensor:
    """Return the distribution of pairs that a sampler with few steps draws, shape (K, K).

    Each of two hidden letters is shown at one of the steps, all equally likely, drawn from its
    distribution given what is seen. Letters of one step do not know of each other.

    Args:
        table: Probabilities of all pairs, shape (K, K), that add up to 1.
        num_steps: Steps, 1 or more.

    Raises:
        ValueError: If num_steps is below 1, or table is no table of pairs that adds up to 1.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_count(num_steps, "num_steps")
    first, second = conditional_of(table, [None, None])
    together = first[:, None] * second
    drawn = torch.zeros_like(table)
    for steps in itertools.product(range(num_steps), repeat=2):
        drawn = drawn + (together if steps[0] == steps[1] else table)
    return drawn / num_steps**2
