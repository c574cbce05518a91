"""A small WaveNet: convolutions that see only the past, ever further back."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genai_course.letters import check_count, check_letters


class GatedLayer(nn.Module):
    """Map x (N, width, T) and told (N, 2 width, 1) to the stream and to what goes to the exit.

    Args:
        width: Channels.
        dilation: How far back the other sample is that meets each sample.

    Source:
        van den Oord et al. (2016), arXiv:1609.03499, Equation 2, Section 2.5 and Figure 4.
    Shown in: notebooks/16_sequences.ipynb.
    """

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.pair = nn.Conv1d(width, 2 * width, 2, dilation=dilation)
        self.leave = nn.Conv1d(width, 2 * width, 1)

    def forward(self, x: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        return self._gate(x, self.pair(F.pad(x, (self.dilation, 0))), told)

    def _gate(self, x, met, told):
        content, valve = (met + told).chunk(2, dim=1)
        stream, skip = self.leave(content.tanh() * valve.sigmoid()).chunk(2, dim=1)
        return x + stream, skip

    def one(self, x: Tensor, told: Tensor, queue: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Return stream and exit, each (N, width, 1), of one new sample.

        Args:
            x: The new sample in the stream.
            told: As in `forward`.
            queue: The last `dilation` samples of the stream, oldest first; changed in place.
        """
        queue.append(x)
        pair = torch.cat([queue.pop(0), x], dim=2)
        return self._gate(x, F.conv1d(pair, self.pair.weight, self.pair.bias), told)


class WaveNet(nn.Module):
    """Map levels (N, T), integers, and notes (N,) to logits (N, T, num_levels) of the next ones.

    Args:
        num_levels: Levels of a sample.
        num_notes: Notes that it can be told.
        width: Channels.
        dilations: One for each layer.

    Source:
        van den Oord et al. (2016), arXiv:1609.03499, Sections 2.1 to 2.5.
    Shown in: notebooks/16_sequences.ipynb.
    """

    def __init__(
        self, num_levels: int = 64, num_notes: int = 8, width: int = 24,
        dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 32),
    ) -> None:  # fmt: skip
        super().__init__()
        self.enter, self.notes = nn.Embedding(num_levels, width), nn.Embedding(num_notes, 2 * width)
        self.layers = nn.ModuleList(GatedLayer(width, dilation) for dilation in dilations)
        self.leave = nn.Sequential(
            nn.ReLU(), nn.Conv1d(width, width, 1), nn.ReLU(), nn.Conv1d(width, num_levels, 1)
        )

    def forward(self, index: Tensor, notes: Tensor) -> Tensor:
        x, told, exits = self.enter(index).transpose(1, 2), self.notes(notes)[:, :, None], 0
        for layer in self.layers:
            x, skip = layer(x, told)
            exits = exits + skip
        return self.leave(exits).transpose(1, 2)


def silence(wavenet: WaveNet, count: int) -> list[list[Tensor]]:
    """Return the silent past of count sounds of a wavenet: for each layer `dilation` zeros.

    Raises:
        ValueError: If count is below 1.

    Plumbing: zeros in a list.
    """
    check_count(count, "count")
    weight = wavenet.enter.weight
    zeros = torch.zeros(count, weight.shape[1], 1, device=weight.device, dtype=weight.dtype)
    return [[zeros] * layer.dilation for layer in wavenet.layers]  # type: ignore[operator, list-item]


def one_step(wavenet: WaveNet, index: Tensor, notes: Tensor, queues: list[list[Tensor]]) -> Tensor:
    """Return the logits (N, num_levels) after one new level of each sound.

    Args:
        wavenet: Told the notes.
        index: The new levels, integers (N,).
        notes: Integers (N,).
        queues: What `silence` made; changed in place.

    Raises:
        ValueError: If index are no levels, or notes no notes that it knows.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_letters(index, wavenet.enter.num_embeddings)
    check_letters(notes, wavenet.notes.num_embeddings, name="notes")
    x, told = wavenet.enter(index)[:, :, None], wavenet.notes(notes)[:, :, None]
    exits = torch.zeros_like(x)
    for layer, queue in zip(wavenet.layers, queues, strict=True):
        x, skip = layer.one(x, told, queue)  # type: ignore[operator]
        exits = exits + skip
    return wavenet.leave(exits)[:, :, 0]


@torch.no_grad()
def play_notes(wavenet: WaveNet, start: Tensor, notes: Tensor, num_samples: int) -> Tensor:
    """Return sounds (N, num_samples + 1), levels that begin with start, drawn one after another.

    Args:
        wavenet: Told the notes.
        start: First levels, integers (N,).
        notes: Integers (N,).
        num_samples: Samples to draw.

    Raises:
        ValueError: If start are no levels, or notes no notes that it knows.

    Source:
        Le Paine et al. (2016), arXiv:1611.09482 (the queues).
    Shown in: notebooks/16_sequences.ipynb.
    """
    queues, drawn = silence(wavenet, len(notes)), [start]
    for _ in range(num_samples):
        p = one_step(wavenet, drawn[-1], notes, queues).softmax(dim=1)
        drawn.append(p.multinomial(1).squeeze(1))
    return torch.stack(drawn, dim=1)
