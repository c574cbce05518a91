"""Figures of notebook 16: bits by order, who looks where, distributions, waves and pitches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure
from torch import Tensor

from genai_course.plots.common import COLOURS, new_figure

SPACES = {" ": "␣", "\n": "¶"}  # letters that nobody would see
BARS = 12  # letters of a distribution that are drawn


def bits_by_order(
    own: Sequence[float], held_out: Sequence[float], others: Mapping[str, float]
) -> Figure:
    """Bits a letter against the order of an n-gram, and other models as horizontal lines.

    Args:
        own: Bits on the text that was counted, by order from 0 on.
        held_out: The same on held-out text.
        others: Dict from the name of another model to its bits on the held-out text.
    """
    figure, axes = new_figure(size=(6.4, 3.2))
    axes.plot(range(len(own)), own, "s--", color=COLOURS[5], label="n-gram, its own text")
    axes.plot(range(len(held_out)), held_out, "o-", color=COLOURS[0], label="n-gram, held out")
    styles = zip(others.items(), COLOURS[1:4], ("--", "-.", ":"), strict=False)
    for (name, bits), colour, style in styles:
        axes.axhline(bits, color=colour, linestyle=style, label=f"{name}, held out")
    axes.set(xlabel="order of the n-gram", ylabel="bits a letter", ylim=(0, None))
    axes.legend(loc="upper right")
    return figure


def who_looks_where(weights: Tensor, text: str) -> Figure:
    """How much each letter takes of itself and those before it, as shades from white to black.

    Args:
        weights: Rows that add up to 1, shape (T, T), row i of the letter i.
        text: The T letters.
    """
    figure, axes = new_figure(size=(5.4, 5.0))
    shades = axes.imshow(weights.numpy(), cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
    names = [SPACES.get(letter, letter) for letter in text]
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="letter looked at", ylabel="letter that looks")
    figure.colorbar(shades, shrink=0.8, label="weight")
    return figure


def next_letters(ways: Mapping[str, Tensor], letters: str) -> Figure:
    """Distributions of a next letter, side by side: the likeliest letters of the first, as bars.

    Args:
        ways: Dict from a name to probabilities, shape (K,).
        letters: The K letters.
    """
    columns = min(3, len(ways))
    rows = -(-len(ways) // columns)
    size = (2.1 * columns + 1.0, 1.7 * rows + 0.5)
    figure, panels = new_figure(rows, columns, size=size, sharey=True, squeeze=False)
    likeliest = next(iter(ways.values())).topk(min(BARS, len(letters))).indices
    names = [SPACES.get(letters[place], letters[place]) for place in likeliest.tolist()]
    for place, (name, p) in zip(panels.flat, ways.items(), strict=False):
        place.bar(range(len(names)), p[likeliest].tolist(), color=COLOURS[0])
        place.set_xticks(range(len(names)), names)
        place.set_title(name, parse_math=False)
    for place in panels.flat[len(ways) :]:
        place.set_axis_off()
    for place in panels[:, 0]:
        place.set(ylabel="probability", ylim=(0, None))
    return figure


def waves_and_pitches(waves: Mapping[str, Tensor], rate: int, off: Sequence[float]) -> Figure:
    """Sounds of one note, one above the other, and how far off the pitch of each note is.

    Args:
        waves: Dict from a name to samples in [-1, 1], shape (T,).
        rate: Samples a second.
        off: Semitones above the pitch that was asked for, by note.
    """
    figure, (left, right) = new_figure(1, 2, size=(8.4, 3.0))
    for row, (name, wave) in enumerate(waves.items()):
        moments = torch.arange(len(wave)) / rate * 1000
        left.plot(
            moments.numpy(), (wave - 2 * row).numpy(), color=COLOURS[row], linewidth=1, label=name
        )
    left.set(xlabel="milliseconds", yticks=[], title="one note")
    left.legend(loc="upper right")
    right.axhspan(-0.5, 0.5, color="lightgray")
    right.plot(range(1, len(off) + 1), off, "o", color=COLOURS[1])
    right.set(xlabel="note", ylabel="semitones off", title="pitch")
    return figure
