"""Figures of notebook 02: rows of samples, the bias of a distance, balls, and the ladder."""

import math
from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.ticker import NullLocator
from torch import Tensor

from genai_course.evaluation.neighbours import neighbour_radii
from genai_course.plots.common import COLOURS, LARGE, new_figure

MARKERS = "osv^"
SMALL = {"KL": 0.01, "Frechet": 0.1, "KID": 3.0}  # better when low; differences below do not count


def bias_curve(
    sizes: Sequence[int], measured: Sequence[Sequence[float]], predicted: Sequence[float]
) -> Figure:
    """A distance between two real samples against their size, with its closed form.

    Args:
        sizes: Numbers of images in each sample, increasing.
        measured: For each size a list of distances.
        predicted: For each size the closed form.

    Returns:
        A matplotlib figure with logarithmic axes.
    """
    figure, axes = new_figure(size=(6.4, 3.4), dpi=LARGE)
    places = [n for n, values in zip(sizes, measured, strict=True) for _ in values]
    values = [value for row in measured for value in row]
    axes.loglog(places, values, "o", color=COLOURS[0], alpha=0.6, label="two real samples")
    axes.loglog(sizes, predicted, "--", color=COLOURS[1], label="closed form for a Gaussian")
    axes.set(xlabel="images in each sample", ylabel="Frechet judge distance")
    axes.set_xticks(list(sizes), [str(n) for n in sizes])
    axes.xaxis.set_minor_locator(NullLocator())  # minorticks_off is newer than matplotlib 3.8
    axes.legend()
    return figure


def balls(real: Tensor, fake: Tensor, k: int = 3) -> Figure:
    """Real and generated points in the plane, with the balls of the real and of the fake ones.

    Args:
        real: Shape (N, 2).
        fake: Shape (M, 2).
        k: Which neighbour sets the size of the balls.

    Returns:
        A matplotlib figure with two panels.
    """
    figure, panels = new_figure(1, 2, size=(7.0, 3.4), dpi=LARGE, sharex=True, sharey=True)
    sets = (("real", real, COLOURS[0]), ("fake", fake, COLOURS[1]))
    for axes, (name, centres, colour) in zip(panels, sets, strict=True):
        for centre, radius in zip(centres.tolist(), neighbour_radii(centres, k), strict=True):
            axes.add_patch(
                Circle(
                    centre,
                    float(radius),
                    facecolor=colour,
                    alpha=0.18,
                    edgecolor="black",
                    linewidth=0.6,
                )
            )
        for i, (label, points, shade) in enumerate(sets):
            axes.scatter(*points.T, s=14, color=shade, marker=MARKERS[i], label=label)
        axes.set(title=f"balls of the {name} points", xlabel="feature 1", aspect="equal")
        axes.set(xlim=(-3.2, 3.2), ylim=(-3.2, 3.2))
    panels[0].set_ylabel("feature 2")
    panels[0].legend(loc="upper left")
    return figure


def times_better(value: float, floor: float, metric: str) -> float:
    """How many times better than the floor a value is, as a power of two: 3 says 8 times.

    Args:
        value: What a metric gives for a set of images.
        floor: What it gives for real images.
        metric: Its name; those in `SMALL` are better when low, all others when high.

    Returns:
        A number from -3 to 3, negative for what is worse; NaN for a value that is NaN.
    """
    if math.isnan(value):
        return math.nan
    few = SMALL.get(metric, 0.01)
    ratio = (max(value, 0) + few) / (max(floor, 0) + few)
    power = -math.log2(ratio) if metric in SMALL else math.log2(ratio)
    return min(max(power, -3.0), 3.0)


def ladder(table: Mapping[str, Mapping[str, float]], floor: str = "training images") -> Figure:
    """A table of sets and metrics, coloured by how far each value is from its floor.

    Args:
        table: Dict from the name of a set to a dict from the name of a metric to a number.
        floor: The set whose values are the floors.

    Returns:
        A matplotlib figure; an arrow beside a metric points to where better values lie.
    """
    metrics, names = list(next(iter(table.values()))), list(table)
    shades = [[times_better(table[n][m], table[floor][m], m) for m in metrics] for n in names]
    figure, axes = new_figure(size=(9.4, 0.9 + 0.36 * len(names)), dpi=LARGE)
    sheet = axes.imshow(shades, cmap="PuOr", vmin=-3.8, vmax=3.8, aspect="auto")
    for row, name in enumerate(names):
        for column, metric in enumerate(metrics):
            dark = abs(shades[row][column]) > 2.5
            text, colour = _short(table[name][metric]), "white" if dark else "black"
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=10)
    heads = [f"{metric}\n{'↓' if metric in SMALL else '↑'}" for metric in metrics]
    axes.set_xticks(range(len(metrics)), heads, fontsize=10)
    axes.set_yticks(range(len(names)), [f"{n} (floor)" if n == floor else n for n in names])
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    bar = figure.colorbar(sheet, ax=axes, ticks=[-3, 0, 3])
    bar.ax.set_yticklabels(["8 times\nworse", "as real\nimages", "8 times\nbetter:\nsuspicious"])
    return figure


def _short(value: float) -> str:
    """Three digits, none beyond the third decimal, or a dash for what is not defined."""
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{round(value, 3) + 0.0:.3g}"


def nearest_scatter(sets: Mapping[str, tuple[Tensor, Tensor]]) -> Figure:
    """Distance to the nearest training image against that to the nearest test image.

    Args:
        sets: Dict from a name to (to_train, to_test), two tensors of shape (N,).

    Returns:
        A matplotlib figure; the diagonal is where a sample is as near to the one as to the other.
    """
    figure, axes = new_figure(size=(6.6, 4.4), dpi=LARGE)
    top = 0.0
    for i, (name, (to_train, to_test)) in enumerate(sets.items()):
        axes.scatter(to_test, to_train, s=5, alpha=0.4, color=COLOURS[i], marker=MARKERS[i])
        axes.scatter([], [], s=24, color=COLOURS[i], marker=MARKERS[i], label=name)
        top = max(top, float(to_test.max()), float(to_train.max()))
    axes.plot([0, top], [0, top], color="gray", linewidth=1, label="as near to both")
    half = {
        "color": "gray",
        "linestyle": "--",
        "linewidth": 1,
        "label": "twice as near to training",
    }
    axes.plot([0, top], [0, top / 2], **half)
    axes.set(xlabel="to the nearest test image (RMS of pixels)", xlim=(0, None), ylim=(0, None))
    axes.set_ylabel("to the nearest training image")
    axes.legend()
    return figure
