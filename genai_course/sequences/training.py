"""Train a model of sequences, and measure what it makes of others."""

import torch
from torch import Tensor, nn

from genai_course.diffusion.training import rate_at
from genai_course.letters import check_count, check_letters
from genai_course.sequences.steps import sequence_nats, sequence_step
from genai_course.training import fit


def train_sequences(
    network: nn.Module, rows: Tensor, num_epochs: int, batch_size: int, lr: float, *told: Tensor
) -> dict[str, Tensor]:
    """Train a network, in place, to guess the next letter of sequences.

    Args:
        network: As `sequence_step` takes it.
        rows: Sequences, integers (N, T + 1), on the network's device.
        num_epochs: Passes over the rows.
        batch_size: Rows in a batch.
        lr: The full learning rate of AdamW.
        told: What else the network is told of each row, tensors (N, ...).

    Returns:
        What `fit` returns: {"loss": nats a letter, shape (number of steps,)}.

    Raises:
        TypeError, ValueError: If rows are no sequences of two letters or more, there are fewer of
            them than in a batch, or `fit` refuses what it is given.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_letters(rows, dims=2, least=2, name="rows")
    check_count(batch_size, "batch_size", 1, len(rows))
    optimizer = torch.optim.AdamW(network.parameters(), lr=lr, betas=(0.9, 0.99), weight_decay=0.1)
    num_steps = num_epochs * (len(rows) // batch_size)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: rate_at(k, num_steps))

    def step(chosen):
        loss = sequence_step(network, optimizer, rows[chosen], *(part[chosen] for part in told))
        rate.step()
        return {"loss": loss}

    places = torch.arange(len(rows), device=rows.device)
    return fit(step, places, num_epochs=num_epochs, batch_size=batch_size)


@torch.no_grad()
def held_out_nats(network: nn.Module, index: Tensor, length: int, stride: int) -> Tensor:
    """Return the cost of each letter of a text but the first, -log p in nats, shape (T - 1,).

    The text is cut into pieces that overlap; a letter is counted in the first piece that has it,
    so that all but the first `length` letters are guessed from length - stride + 1 or more.

    Args:
        network: Maps letters (N, length) to logits (N, length, K).
        index: The text, integers (T,), T at least 2.
        length: Letters that the network sees at most.
        stride: New letters of a piece, 1 to length.

    Raises:
        ValueError: If stride is not in 1..length, or index has no two letters.

    Plumbing: where a text is cut; what a letter costs is shown.
    """
    check_letters(index, least=2)
    check_count(stride, "stride", 1, length)
    costs, done = [], 0  # letters whose successor is counted
    while done < len(index) - 1:
        end = min(max(done + stride, length), len(index) - 1)
        start = max(0, end - length)
        piece = index[start : end + 1]
        cost = sequence_nats(network(piece[None, :-1]), piece[None, 1:])[0]
        costs.append(cost[done - start :])
        done = end
    return torch.cat(costs)
