"""Figures of notebook 08: what a cure does to each seed, the scoreboard, methods by rates."""

import math
from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure

from genai_course.collapse.scoreboard import COLUMNS, Scoreboard
from genai_course.plots.common import COLOURS, LARGE, new_figure, tile
from genai_course.plots.plane import PIXELS, draw_ring

MARKS = {
    "": ("D", "#000000"),
    "cures": ("o", COLOURS[2]),
    "helps": ("^", COLOURS[0]),
    "spreads": ("P", COLOURS[3]),
    "does nothing": ("s", "#888888"),
    "not shown": (".", "#888888"),
    "harms": ("v", COLOURS[1]),
    "diverges": ("x", COLOURS[1]),
}


def rings(samples: Mapping[str, torch.Tensor], centres: torch.Tensor, points: int = 250) -> Figure:
    """Samples of every seed under every cure: a row for each cure, a column for each seed.

    Args:
        samples: Dict from a cure to samples, shape (S, n, 2).
        centres: Centres of the modes, shape (K, 2), drawn as grey squares.
        points: Samples drawn in each picture.
    """
    columns = len(next(iter(samples.values())))
    size = (1.05 * columns + 0.9, 1.05 * len(samples) + 0.3)
    figure, axes = new_figure(len(samples), columns, size=size, squeeze=False)
    for row, (name, of_seeds) in zip(axes, samples.items(), strict=True):
        row[0].set_ylabel(name, fontsize=9)
        for place, x in zip(row, of_seeds, strict=True):
            draw_ring(place, x[:points], centres, PIXELS)
    for seed, place in enumerate(axes[0]):
        place.set_title(f"seed {seed}", fontsize=9)
    return figure


def one_ring(samples: torch.Tensor, centres: torch.Tensor, title: str) -> Figure:
    """One large picture of a ring, for the widget."""
    figure, place = new_figure(size=(4.0, 4.3))
    draw_ring(place, samples, centres, PIXELS)
    place.set_title(title)
    return figure


def sheets(images: Mapping[str, torch.Tensor], columns: int = 6) -> Figure:
    """Several sheets of images side by side, each with a title.

    Args:
        images: Dict from a title to images in [0, 1], shape (N, 1, H, W), N alike in all.
        columns: Images in a row of a sheet.
    """
    figure, axes = new_figure(1, len(images), size=(2.4 * len(images), 2.7), squeeze=False)
    for place, (title, shown) in zip(axes[0], images.items(), strict=True):
        sheet = (tile(shown, columns) * 15).round() / 15  # sixteen greys: far fewer bytes
        place.imshow(sheet, vmin=0, vmax=1, cmap="gray", interpolation="nearest")
        place.set_title(title)
        place.axis("off")
    return figure


def scoreboard(board: Scoreboard, columns: Sequence[str], metric: str | None = None) -> Figure:
    """What every cure reaches, with 95 % intervals; the mark tells the verdict.

    Args:
        board: A `collapse.scoreboard.Scoreboard`.
        columns: Keys of the experiments to draw, one picture each.
        metric: Name of the metric; the main one of each experiment where None.
    """
    size = (1.7 + 2.55 * len(columns), 0.235 * len(board.rows) + 1.1)
    figure, axes = new_figure(1, len(columns), size=size, sharey=True, squeeze=False)
    for place, column in zip(axes[0], columns, strict=True):
        for height, row in enumerate(reversed(board.rows)):
            _draw_cell(place, height, board, row, column, metric)
        kind = COLUMNS[column]
        place.set(
            title=kind.title, xlabel=f"{(metric or kind.main).replace('_', ' ')}, 95 % interval"
        )
        if metric is None:
            place.set_xlim(-0.04 * kind.top, 1.04 * kind.top)
            place.axvline(kind.top, color="gray", linewidth=0.8, linestyle=":")
        place.grid(axis="y", color="#EEEEEE")
        place.title.set_fontsize(10)
    axes[0, 0].set(yticks=range(len(board.rows)), yticklabels=list(reversed(board.rows)))
    axes[0, 0].tick_params(axis="y", labelsize=9)
    _name_the_marks(figure, axes[0, 0])
    return figure


def in_words(board: Scoreboard, row: str, columns: Sequence[str]) -> str:
    """Return mean and verdict of a cure in each of some experiments, as text of equal widths."""
    parts = []
    for column in columns:
        if board.has(row, column):
            mean = board.summary(row, column).mean
            parts.append(f"{mean:5.1f} {board.verdict(row, column):13s}")
        else:
            parts.append(f"{'-':>5s} {'':13s}")
    return "".join(parts).rstrip()


SIGNS = {"cures": " C", "helps": " h", "spreads": " s", "does nothing": " =", "harms": " X"}


def overview(board: Scoreboard) -> Figure:
    """Every cure in every experiment: how much it covers, and how often it hits, as two heat maps.

    The number on the left is the mean of the main metric, its colour the share of the top; a sign
    tells the verdict: C cures, h helps, s spreads, = does nothing, X harms. The number
    on the right is the share of samples that count.
    """
    figure, (left, right) = new_figure(1, 2, size=(9.2, 6.4), dpi=LARGE, sharey=True)
    told = [[_told(board, row, column) for column in board.columns] for row in board.rows]
    for place, share in ((left, 0), (right, 2)):
        _heat(place, [[(c[share], c[share + 1]) for c in own] for own in told])
    left.set_yticks(range(len(board.rows)), board.rows)
    left.set_title("modes, classes or images\nC cures, h helps, s spreads, = nothing, X harms")
    right.set_title("share of samples on one")
    kinds = [COLUMNS[column] for column in board.columns]
    names = [f"{kind.title.replace(', ', chr(10))}\n(of {kind.top})" for kind in kinds]
    for place in (left, right):
        place.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    return figure


def _told(board, row, column):
    """What is covered, as a share of the top and in words, and what hits, likewise."""
    if not board.has(row, column):
        return math.nan, "", math.nan, ""
    kind, sign = COLUMNS[column], SIGNS.get(board.verdict(row, column), "")
    mean = board.summary(row, column).mean
    hits = board.summary(row, column, kind.quality).mean
    return mean / kind.top, f"{mean:.1f}{sign}", hits, f"{hits:.2f}"


def methods_by_rates(cells: Mapping[tuple[str, str], Mapping[str, Sequence[float]]]) -> Figure:
    """Methods crossed with learning rates: modes kept, and the share of samples on a mode.

    Args:
        cells: From `collapse.factorial.load_factorial`; a cell that is missing stays white.
    """
    methods, rates = (list(dict.fromkeys(key[i] for key in cells)) for i in (0, 1))
    figure, axes = new_figure(1, 2, size=(8.4, 0.36 * len(methods) + 1.2), dpi=LARGE, sharey=True)
    for place, metric, top, form in (
        (axes[0], "modes_kept", 8, ".1f"),
        (axes[1], "quality", 1, ".2f"),
    ):
        means = [[_mean(cells.get((m, r)), metric, top, form) for r in rates] for m in methods]
        _heat(place, means)
        place.set_xticks(range(len(rates)), [r.replace(", ", "\n") for r in rates], fontsize=9)
    axes[0].set_title("modes kept (of 8), mean over seeds")
    axes[1].set_title("share of samples on a mode")
    axes[0].set_yticks(range(len(methods)), methods)
    return figure


def _mean(cell, metric, top, form):
    """The mean over seeds, as a share of the top and in words."""
    if cell is None:
        return math.nan, ""
    mean = sum(cell[metric]) / len(cell[metric])
    return mean / top, format(mean, form)


def _heat(place, told):
    """Colour the cells of a table by their shares, 0 white and 1 dark, and write in their words."""
    place.imshow([[c[0] for c in own] for own in told], vmin=0, vmax=1, cmap="Blues", aspect="auto")
    for row, own in enumerate(told):
        for column, (share, text) in enumerate(own):
            colour = "white" if share > 0.6 else "black"
            place.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
    place.tick_params(length=0)


def _draw_cell(place, height, board, row, column, metric):
    if not board.has(row, column):
        return
    verdict, cell = board.verdict(row, column), board.summary(row, column, metric)
    marker, colour = MARKS[verdict]
    if verdict == "diverges":
        place.plot(0, height, marker, color=colour)
        return
    interval = torch.tensor([cell.low, cell.high]).clamp(min=0).tolist()
    place.plot(interval, [height, height], color=colour, linewidth=1.5)
    place.plot(cell.mean, height, marker, color=colour, markersize=5)


def _name_the_marks(figure, axes):
    handles = [
        axes.plot([], [], marker, color=colour, linestyle="", label=verdict or "plain GAN")[0]
        for verdict, (marker, colour) in MARKS.items()
    ]
    figure.legend(handles=handles, ncols=len(handles), loc="outside upper center", fontsize=9)
