"""Language models that count: exact probabilities of a next letter, given the last few."""

import math

import torch
from torch import Tensor

from genai_course.letters import check_count, check_letters
from genai_course.ranges import check_batches


def bits_per_letter(log_p: Tensor) -> float:
    """Return what a text costs, in bits a letter, from the log probabilities log_p (T,), in nats.

    Raises:
        ValueError: If log_p is no row of floats, or empty.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_batches("(T,)", log_p=log_p)
    return -log_p.mean().item() / math.log(2)


def numbers_of(index: Tensor, k: int, num_letters: int) -> Tensor:
    """Return each k letters in a row as one integer, the last letter the least: (T - k + 1,).

    Args:
        index: Letters, integers (T,) in 0..num_letters - 1, T at least k.
        k: Letters in a row, 0 or more; nothing in a row is 0, and there is room for it T + 1 times.
        num_letters: Letters of the alphabet.

    Plumbing: how counts are stored, so that a long text is read in one go.
    """
    numbers = torch.zeros(len(index) - k + 1, dtype=torch.int64, device=index.device)
    for place in range(k):
        numbers = numbers * num_letters + index[place : place + len(numbers)]
    return numbers


def look_up(keys: Tensor, values: Tensor, wanted: Tensor) -> Tensor:
    """Return the value of each wanted key, 0 where it is missing.

    Args:
        keys: Sorted integers, each once, shape (M,), not empty.
        values: One number for each key, shape (M,).
        wanted: Integers, of any shape.

    Plumbing: how counts are stored, so that a long text is read in one go.
    """
    place = torch.searchsorted(keys, wanted).clamp(max=len(keys) - 1)
    return values[place] * (keys[place] == wanted)


def count_contexts(index: Tensor, k: int, num_letters: int) -> tuple[Tensor, ...]:
    """Return how often each letter came after each k letters.

    Args:
        index: The text, integers (T,) in 0..num_letters - 1, T above k.
        k: Letters of a context, 0 or more.
        num_letters: Letters of the alphabet.

    Returns:
        pairs, count: contexts with a letter after them, as sorted numbers, and how often each came;
        contexts, total, kinds: contexts as sorted numbers, how often each came, and by how many
        different letters each was followed.

    Raises:
        ValueError: If there are too many contexts to number them.

    Plumbing: how counts are stored, so that a long text is read in one go.
    """
    if num_letters ** (k + 1) >= 2**63:
        raise ValueError(
            f"{num_letters} letters are too many for order {k + 1}, "
            f"wanted {num_letters} ** {k + 1} below 2 ** 63"
        )
    pairs, count = numbers_of(index, k + 1, num_letters).unique(return_counts=True)
    contexts, place, kinds = (pairs // num_letters).unique(return_inverse=True, return_counts=True)
    total = torch.zeros_like(contexts).index_add(0, place, count)
    return pairs, count, contexts, total, kinds


class NGram:
    """Counts of a text: how often each letter came after each of the contexts before it.

    The probability of a letter mixes its share after the longest context with that after the next
    shorter one, down to the uniform distribution. A context that was followed by few different
    letters is trusted more.

    Args:
        index: The training text, integers (T,) in 0..num_letters - 1, T at least order.
        num_letters: Letters of the alphabet; num_letters ** order must stay below 2 ** 63.
        order: n, 0 or more: 0 is uniform, 1 counts letters, 2 looks at one letter before.

    Raises:
        ValueError: If the text is too short or has other letters, or there are too many contexts.

    Source:
        Witten and Bell (1991), IEEE Transactions on Information Theory 37(4), method C.
    Shown in: notebooks/16_sequences.ipynb.
    """

    def __init__(self, index: Tensor, num_letters: int, order: int) -> None:
        check_count(order, "order", least=0)
        check_letters(index, num_letters, least=max(order, 1))
        self.num_letters = num_letters
        self.tables = [count_contexts(index, k, num_letters) for k in range(order)]

    def log_likelihood(self, index: Tensor) -> Tensor:
        """Return the log probability, in nats, of each letter of a text, given those before it.

        Args:
            index: Letters, integers (T,); the first ones have shorter contexts.

        Raises:
            ValueError: If these are no letters of the alphabet, or none.
        """
        check_letters(index, self.num_letters)
        p = torch.full((len(index),), 1 / self.num_letters, dtype=torch.float64)
        for k in range(min(len(self.tables), len(index))):
            context = numbers_of(index[:-1], k, self.num_letters)  # (T - k,)
            p[k:] = self._mix(k, context, index[k:], p[k:])
        return p.log()

    def next_letter(self, index: Tensor) -> Tensor:
        """Return the distribution (num_letters,) of the letter after index (T,), T of 0 or more.

        Raises:
            ValueError: If these are no letters of the alphabet.
        """
        check_letters(index, self.num_letters, least=0)
        p = torch.full((self.num_letters,), 1 / self.num_letters, dtype=torch.float64)
        for k in range(min(len(self.tables), len(index) + 1)):
            context = numbers_of(index[len(index) - k :], k, self.num_letters)  # (1,)
            p = self._mix(k, context, torch.arange(self.num_letters), p)
        return p

    def _mix(self, k, context, letter, shorter):
        """Mix the shares after k letters of context with the probabilities after fewer."""
        pairs, count, contexts, *visits = self.tables[k]
        came = look_up(pairs, count, context * self.num_letters + letter)
        times, kinds = (look_up(contexts, number, context) for number in visits)
        mixed = (came + kinds * shorter) / (times + kinds).clamp(min=1)
        return torch.where(times > 0, mixed, shorter)  # never met: trust the shorter context
