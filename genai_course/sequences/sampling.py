"""From the distribution of the next letter to the next letter, and on."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from genai_course.letters import (
    check_count,
    check_distributions,
    check_letters,
    check_positive,
)

Choice = Callable[[Tensor], Tensor]


def with_temperature(p: Tensor, temperature: float) -> Tensor:
    """Return the distributions p ** (1 / temperature), scaled to add up to 1.

    Args:
        p: Distributions, shape (..., K), rows that add up to 1.
        temperature: Above 0; below 1 likely letters gain, above 1 unlikely ones.

    Raises:
        ValueError: If temperature is not above 0, or p are no distributions.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_positive(temperature=temperature)
    check_distributions(p)
    return (p.log() / temperature).softmax(dim=-1)


def keep_top_k(p: Tensor, k: int) -> Tensor:
    """Return the distributions of the k likeliest letters alone.

    Args:
        p: Distributions, shape (..., K), rows that add up to 1.
        k: How many are kept, 1 to K; of equals, those that `topk` finds.

    Raises:
        ValueError: If k is not in 1..K, or p are no distributions.

    Source:
        Fan, Lewis and Dauphin (2018), arXiv:1805.04833, Section 5.4.
    Shown in: notebooks/16_sequences.ipynb.
    """
    check_distributions(p)
    check_count(k, "k", 1, p.shape[-1])
    kept = torch.zeros_like(p).scatter(-1, p.topk(k).indices, 1.0)
    return p * kept / (p * kept).sum(dim=-1, keepdim=True)


def keep_nucleus(p: Tensor, share: float) -> Tensor:
    """Return the distributions of the fewest letters that together have the share, alone.

    Args:
        p: Distributions, shape (..., K), rows that add up to 1.
        share: In (0, 1]; the likeliest letter is always kept.

    Raises:
        ValueError: If share is not in (0, 1], or p are no distributions.

    Source:
        Holtzman et al. (2020), arXiv:1904.09751, Section 3.1.
    Shown in: notebooks/16_sequences.ipynb.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share is {share}, wanted above 0 and at most 1")
    check_distributions(p)
    likely, order = p.sort(dim=-1, descending=True)
    likelier = likely.cumsum(dim=-1) - likely  # what all likelier letters have together
    kept = likely * (likelier < share)
    kept = kept / kept.sum(dim=-1, keepdim=True)
    return torch.zeros_like(p).scatter(-1, order, kept)


def entropy_of(p: Tensor) -> Tensor:
    """Return the entropy in nats (...) of distributions p (..., K), in [0, log K].

    Raises:
        ValueError: If p are no distributions.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_distributions(p)
    return -torch.xlogy(p, p).sum(dim=-1)


def pick(p: Tensor) -> Tensor:
    """Draw one letter of each distribution p (N, K): integers (N,).

    Raises:
        ValueError: If p are no distributions.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_distributions(p, "(N, K)")
    return p.multinomial(1).squeeze(1)


@torch.no_grad()
def continue_slowly(network: nn.Module, index: Tensor, num_new: int, choose: Choice) -> Tensor:
    """Continue sequences; for each new letter all letters so far go through the network.

    Args:
        network: Maps letters (N, T) to logits (N, T, K) of the letter after each.
        index: The beginning, integers (N, T), T of 1 or more.
        num_new: Letters to add.
        choose: From distributions (N, K) to letters (N,), such as `pick`.

    Returns:
        The sequences, integers (N, T + num_new).

    Raises:
        ValueError: If index are no sequences of letters, or empty.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_letters(index, dims=2)
    for _ in range(num_new):
        letter = choose(network(index)[:, -1].softmax(dim=-1))
        index = torch.cat([index, letter[:, None]], dim=1)
    return index


@torch.no_grad()
def continue_fast(network: nn.Module, index: Tensor, num_new: int, choose: Choice) -> Tensor:
    """Continue sequences; only what is new goes through, keys and values of the rest are kept.

    Args:
        network: A GPT.
        index: The beginning, integers (N, T), T of 1 or more.
        num_new: Letters to add; T + num_new - 1 places at most are known to the network.
        choose: From distributions (N, K) to letters (N,), such as `pick`.

    Returns:
        The sequences, integers (N, T + num_new), those of `continue_slowly`.

    Raises:
        ValueError: If index are no sequences of letters, or empty, or the network's places too few.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_letters(index, dims=2)
    memory: list[dict[str, Tensor]] = [{} for _ in network.blocks]  # type: ignore[union-attr]
    new = index
    for _ in range(num_new):
        new = choose(network(new, memory)[:, -1].softmax(dim=-1))[:, None]
        index = torch.cat([index, new], dim=1)
    return index
