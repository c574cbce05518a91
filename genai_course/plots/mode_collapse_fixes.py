"""Figures of notebook 08: what each cure does to each seed, and the scoreboard of all cures."""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure

from genai_course.collapse.scoreboard import COLUMNS, Scoreboard
from genai_course.plots.common import COLOURS, new_figure, tile
from genai_course.plots.mode_collapse import PIXELS, draw_ring

MARKS = {
    "": ("D", "#000000"),
    "cures": ("o", COLOURS[2]),
    "helps": ("^", COLOURS[0]),
    "does nothing": ("s", "#888888"),
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


DETAILS = (  # column, metric, two lines of heading, format
    ("ring_fast", "quality", "fast", "on mode", ".2f"),
    ("ring_fast", "kl", "", "KL", ".2f"),
    ("ring_slow", "quality", "slow", "on mode", ".2f"),
    ("ring_slow", "kl", "", "KL", ".2f"),
    ("latent_slow", "frechet", "codes", "Frechet", ".0f"),
    ("latent_slow", "coverage", "", "cover", ".2f"),
    ("pixel_fast", "quality", "pixels", "copies", ".2f"),
    ("grid_fast", "quality", "grid f.", "on mode", ".2f"),
    ("grid_slow", "quality", "grid s.", "on mode", ".2f"),
)


def in_numbers(board: Scoreboard) -> str:
    """Return lines of text: the other metrics of every cure, means over seeds, and its time.

    Seconds are those of 1,000 steps of five games on the ring; a dash stands for "not run".
    """
    lines = ["".join(f"{text:>8s}" for text in (*heads, unit)) for heads, unit in _headings()]
    lines = [f"{'':24s} ≈{line}" for line in lines]
    for row in board.rows:
        parts = []
        for column, metric, _, _, form in DETAILS:
            known = board.has(row, column)
            parts.append(format(board.summary(row, column, metric).mean, form) if known else "-")
        parts.append(f"{board.seconds(row)[0]:.1f}")
        lines.append(f"{row:24s} ≈" + "".join(f"{part:>8s}" for part in parts))
    return "\n".join(lines)


def _headings():
    return ([d[2] for d in DETAILS], "time"), ([d[3] for d in DETAILS], "s")


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
