"""Figures of notebook 02: rows of samples, the bias of a distance, balls, and the ladder."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.ticker import NullLocator
from torch import Tensor

from genai_course.evaluation.neighbours import neighbour_radii
from genai_course.plots.common import COLOURS, new_figure

MARKERS = "osv^"


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
    figure, axes = new_figure(size=(5.6, 3.2))
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
    figure, panels = new_figure(1, 2, size=(6.2, 3.0), sharex=True, sharey=True)
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


def ladder(table: Mapping[str, Mapping[str, float]], floor: str = "training images") -> Figure:
    """One panel for each metric: a bar for each set of images, the floor as a dashed line.

    Args:
        table: Dict from the name of a set to a dict from the name of a metric to a number.
        floor: The set whose value is drawn across the panel.

    Returns:
        A matplotlib figure; axes with a spread of more than 100 are logarithmic.
    """
    metrics, names = list(next(iter(table.values()))), list(table)
    columns = 5
    rows = -(-len(metrics) // columns)
    figure, panels = new_figure(rows, columns, size=(8.2, 0.5 + 1.9 * rows), sharey=True)
    places = range(len(names))
    for axes, metric in zip(panels.flat, metrics, strict=False):
        values = [max(table[name][metric], 0) for name in names]  # NaN stays NaN
        axes.barh(places, values, color=COLOURS[0])
        axes.axvline(max(table[floor][metric], 0), color=COLOURS[1], linestyle="--", linewidth=1)
        if max(v for v in values if v == v) > 100:
            axes.set_xscale("symlog", linthresh=1)
            axes.set_xticks([0, 10, 1000], ["0", "10", "1000"])
            axes.minorticks_off()
        axes.set_xlim(left=0)
        axes.set_title(metric)
        axes.set_yticks(list(places), names)
        axes.tick_params(axis="x", labelsize=8)
    for axes in panels.flat[len(metrics) :]:
        axes.set_visible(False)
    panels.flat[0].invert_yaxis()
    return figure


def nearest_scatter(sets: Mapping[str, tuple[Tensor, Tensor]]) -> Figure:
    """Distance to the nearest training image against that to the nearest test image.

    Args:
        sets: Dict from a name to (to_train, to_test), two tensors of shape (N,).

    Returns:
        A matplotlib figure; the diagonal is where a sample is as near to the one as to the other.
    """
    figure, axes = new_figure(size=(4.6, 3.8))
    top = 0.0
    for i, (name, (to_train, to_test)) in enumerate(sets.items()):
        axes.scatter(to_test, to_train, s=5, alpha=0.4, color=COLOURS[i], marker=MARKERS[i])
        axes.scatter([], [], s=24, color=COLOURS[i], marker=MARKERS[i], label=name)
        top = max(top, float(to_test.max()), float(to_train.max()))
    axes.plot([0, top], [0, top], color="gray", linewidth=1)
    axes.plot([0, top], [0, top / 2], color="gray", linestyle="--", linewidth=1)
    axes.set(xlabel="to the nearest test image (RMS of pixels)", xlim=(0, None), ylim=(0, None))
    axes.set_ylabel("to the nearest training image")
    axes.legend()
    return figure
