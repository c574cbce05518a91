"""Figures of notebook 15: lines and paths, errors of solvers, clouds, quality against guidance."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure
from torch import Tensor

from genai_course.plots.common import COLOURS, new_figure, sample_grid
from genai_course.plots.plane import DOTS, draw_ring

LIMIT = 3.2  # of the plane; the ring has radius 2, noise a standard deviation of 1
PATHS = 40  # drawn of a cloud


def lines_and_paths(x: Tensor, noise: Tensor, stops: Tensor, centres: Tensor) -> Figure:
    """Straight lines from samples to noise; and paths from noise to samples, beside them.

    Args:
        x: Samples, shape (n, 2).
        noise: Where their lines end, shape (n, 2).
        stops: Places of each path at several times, from noise on, shape (T, n, 2).
        centres: Centres of the modes, shape (K, 2), drawn as circles.
    """
    figure, axes = new_figure(1, 2, size=(6.4, 3.5))
    for line, ends in zip(x, noise, strict=True):
        axes[0].plot(*zip(line.tolist(), ends.tolist(), strict=True), color=COLOURS[0], lw=0.6)
    for path in stops.transpose(0, 1):
        axes[1].plot(*path.T.numpy(), color=COLOURS[0], lw=0.6)
    titles = ("lines", "paths of the mean velocity")
    for place, title, ends in zip(axes, titles, (x, stops[-1]), strict=True):
        draw_ring(place, ends, centres, DOTS, LIMIT)
        place.set_title(title)
    return figure


def errors_by_calls(errors: Mapping[str, Mapping[int, float]]) -> Figure:
    """Error of solvers against calls of the velocity, both in powers of ten.

    Args:
        errors: Dict from the name of a solver to {calls: error}.
    """
    figure, axes = new_figure(size=(6.4, 3.2))
    for marker, (name, by_calls) in zip(("o-", "s--", "^:"), errors.items(), strict=False):
        axes.loglog(list(by_calls), list(by_calls.values()), marker, label=name)
    calls = sorted({c for by_calls in errors.values() for c in by_calls})
    axes.set_xticks(calls, [str(c) for c in calls])
    axes.set_xticks([], minor=True)
    axes.set(xlabel="calls of the velocity", ylabel="largest error")
    axes.legend()
    return figure


def clouds(sets: Mapping[str, Tensor], centres: Tensor, columns: int = 3) -> Figure:
    """Sets of points, each under its name, over the centres of the data.

    Args:
        sets: Dict from a name to points, shape (n, 2); the first 300 are drawn.
        centres: Centres of the modes, shape (K, 2), drawn as circles.
        columns: Sets in a row.
    """
    rows = -(-len(sets) // columns)
    figure, axes = new_figure(rows, columns, size=(6.4, 2.3 * rows), squeeze=False)
    for place, (name, cloud) in zip(axes.flat, sets.items(), strict=False):
        draw_ring(place, cloud[:300], centres, DOTS, LIMIT)
        place.set_title(name)
    for place in axes.flat[len(sets) :]:
        place.set_axis_off()
    return figure


def by_guidance(rows: Mapping[float, Mapping[str, float]], real: Mapping[str, float]) -> Figure:
    """Accuracy, coverage and Frechet distance against the guidance w, real images dashed.

    Args:
        rows: Dict from w to a dict with "accuracy", "coverage" and "distance".
        real: The same of as many real images.
    """
    figure, axes = new_figure(1, 3, size=(8.4, 2.8))
    for place, name in zip(axes, ("accuracy", "coverage", "distance"), strict=True):
        place.plot(list(rows), [row[name] for row in rows.values()], "o-")
        place.axhline(real[name], color="gray", linestyle="--", linewidth=1)
        place.set(xlabel="guidance w", title=name)
    return figure


def flow_moment(stops: Tensor, centres: Tensor, title: str) -> Figure:
    """One moment of a flow: where the points are, and the way that some of them have come.

    Args:
        stops: Places of the points so far, from noise on, shape (T, n, 2); the last are drawn.
        centres: Centres of the modes, shape (K, 2), drawn as circles.
        title: Text above.
    """
    figure, place = new_figure(size=(4.4, 4.6))
    for path in stops[:, :PATHS].transpose(0, 1):
        place.plot(*path.T.numpy(), color=COLOURS[0], lw=0.6)
    draw_ring(place, stops[-1], centres, DOTS, LIMIT)
    place.set_title(title)
    return figure


def drawn_digit(images: Tensor, digit: int, w: float) -> Figure:
    """A row of images that were asked for by a digit and a guidance.

    Args:
        images: Shape (n, 1, H, W), in [0, 1].
        digit: What was asked for, 0 to 9.
        w: How loudly.
    """
    title = f"draw me a {digit}, guidance w = {w:g}"
    return sample_grid(images, columns=len(images), size=5.0, title=title)
