"""Figures of notebook 14: clouds of points under noise, quality against calls, walks of images."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure
from torch import Tensor

from genai_course.plots.common import new_figure, rows_of_pictures
from genai_course.plots.plane import DOTS, draw_ring

LIMIT = 3.2  # of the plane; the ring has radius 2, noise a standard deviation of 1


def clouds(sets: Mapping[str, Tensor], centres: Tensor, points: int = 400) -> Figure:
    """Sets of points next to each other, each under its name, over the centres of the data.

    Args:
        sets: Dict from a name to points, shape (n, 2).
        centres: Centres of the modes, shape (K, 2), drawn as circles.
        points: How many of each set are drawn.
    """
    figure, axes = new_figure(1, len(sets), size=(8.4, 8.4 / len(sets) + 0.4), squeeze=False)
    for place, (name, cloud) in zip(axes[0], sets.items(), strict=True):
        draw_ring(place, cloud[:points], centres, DOTS, LIMIT)
        place.set_title(name)
    return figure


def schedules(kept: Mapping[str, Tensor]) -> Figure:
    """Share of the variance that still comes from the image, against the share of steps done.

    Args:
        kept: Dict from the name of a schedule to its alpha_bar, shape (T + 1,).
    """
    figure, axes = new_figure(size=(6.4, 3.0))
    for style, (name, alpha_bar) in zip(("-", "--", ":"), kept.items(), strict=False):
        done = [t / (len(alpha_bar) - 1) for t in range(len(alpha_bar))]
        axes.plot(done, alpha_bar.tolist(), style, label=name)
    axes.set(xlabel="share of steps, t / T", ylabel="share of the image, alpha_bar", ylim=(0, 1.02))
    axes.legend()
    return figure


def quality_by_calls(results: Mapping[str, Mapping[int, float]], real: float) -> Figure:
    """Frechet distance against calls of the network, one line a sampler.

    Args:
        results: Dict from the name of a sampler to {calls: Frechet distance}.
        real: The distance of as many real images, drawn as a dashed line.
    """
    figure, axes = new_figure(size=(6.4, 3.2))
    for marker, (name, by_calls) in zip(("o-", "s--", "^:"), results.items(), strict=False):
        axes.plot(list(by_calls), list(by_calls.values()), marker, label=name)
    axes.axhline(real, color="gray", linestyle="--", linewidth=1, label="real images")
    calls = sorted({c for by_calls in results.values() for c in by_calls})
    axes.set_xscale("log")
    axes.set_xticks(calls, [str(c) for c in calls])
    axes.set_xticks([], minor=True)
    axes.set(xlabel="calls of the network for one image", ylabel="Frechet distance", ylim=(0, None))
    axes.legend()
    return figure


def moment(x_t: Tensor, x_hat: Tensor, title: str) -> Figure:
    """One moment of a walk: the noisy images above, what the network sees in them below.

    Args:
        x_t: Noisy images, shape (n, 1, H, W), any range; shown from -1 to 1.
        x_hat: Predicted images of the same shape.
        title: Text above.
    """
    rows = {"x_t": x_t, "x_hat": x_hat}
    figure = rows_of_pictures({name: ((x + 1) / 2).clamp(0, 1) for name, x in rows.items()})
    figure.axes[0].set_title(title)
    return figure
