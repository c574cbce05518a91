"""One update of a model of sequences: all next letters at once, each given the true ones before."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genai_course.letters import check_letters
from genai_course.ranges import check_batches


def sequence_nats(logits: Tensor, index: Tensor) -> Tensor:
    """Return the cost of each letter that came, -log p in nats, shape (N, T).

    Args:
        logits: For each place, logits of the letter that comes there, shape (N, T, K).
        index: The letter that came, integers (N, T) in 0..K - 1.

    Raises:
        ValueError: If logits and index do not belong together place by place, or index has other
            letters than logits.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_batches("(N, T, K)", logits=logits)
    check_letters(index, logits.shape[2], dims=2)
    if index.shape != logits.shape[:2]:
        raise ValueError(f"index has shape {(*index.shape,)}, wanted {(*logits.shape[:2],)}")
    return F.cross_entropy(logits.transpose(1, 2), index, reduction="none")


def sequence_step(
    network: nn.Module, optimizer: torch.optim.Optimizer, rows: Tensor, *told: Tensor
) -> Tensor:
    """Do one gradient step on the mean cost of a letter, given the true letters before it.

    Args:
        network: Maps letters (N, T), and what else it is told, to logits (N, T, K) of the letter
            after each.
        optimizer: Optimiser of the network's weights.
        rows: Sequences, integers (N, T + 1); the first letter of each is given, not guessed.
        told: What else the network is told, such as notes (N,).

    Returns:
        The cost before the step, nats a letter, a 0-d tensor without a graph.

    Raises:
        ValueError: If rows are no sequences of two letters or more, or the network's logits do not
            fit them.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_letters(rows, dims=2, least=2, name="rows")
    loss = sequence_nats(network(rows[:, :-1], *told), rows[:, 1:]).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
