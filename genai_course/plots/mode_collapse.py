"""Figures of notebook 07: where the samples of a game go over time, and what each suspect does."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from torch import Tensor

from genai_course.plots.common import COLOURS, new_figure, rows_of_pictures
from genai_course.plots.plane import DOTS, draw_ring

MARKS = {
    "freezes": ("s", COLOURS[1]),
    "hops": ("^", COLOURS[4]),
    "spreads": ("P", COLOURS[3]),
    "covers": ("o", COLOURS[0]),
}


def ring_frames(
    games: Mapping[str, Tensor], steps: Sequence[int], centres: Tensor, points: int = 250
) -> Figure:
    """Samples of several games at several times: a row for each game, a column for each time.

    Args:
        games: Dict from a name to samples of one generator, shape (T, n, 2).
        steps: T training steps.
        centres: Centres of the modes, shape (K, 2), drawn as circles.
        points: Samples drawn in each picture.
    """
    size = (1.15 * len(steps) + 0.9, 1.2 * len(games) + 0.3)
    figure, axes = new_figure(len(games), len(steps), size=size, squeeze=False)
    for row, (name, samples) in zip(axes, games.items(), strict=True):
        row[0].set_ylabel(name)
        for place, x in zip(row, samples, strict=True):
            draw_ring(place, x[:points], centres, DOTS)
    for place, step in zip(axes[0], steps, strict=True):
        place.set_title(f"step {step}", fontsize=9)
    return figure


def mode_timelines(shares: Mapping[str, Tensor], steps: Sequence[int]) -> Figure:
    """Which share of the samples is nearest to each mode, over the training: darker is more.

    Args:
        shares: Dict from the name of a game to shares, shape (T, K).
        steps: T training steps.
    """
    figure, axes = new_figure(1, len(shares), size=(7.6, 2.6), sharey=True)
    for place, (name, values) in zip(axes, shares.items(), strict=True):
        half = (steps[1] - steps[0]) / 2
        extent = (steps[0] - half, steps[-1] + half, -0.5, values.shape[1] - 0.5)
        image = place.imshow(
            values.T.numpy(),
            cmap="Blues",
            vmin=0,
            vmax=1,
            aspect="auto",
            extent=extent,
            origin="lower",
        )
        place.set(title=name, xlabel="training step")
    axes[0].set(ylabel="mode", yticks=range(values.shape[1]))
    figure.colorbar(image, ax=axes, label="share of samples")
    return figure


def one_frame(samples: Tensor, centres: Tensor, shares: Tensor, title: str) -> Figure:
    """One moment of a game: samples on the left, shares of the modes on the right.

    Args:
        samples: Shape (n, 2).
        centres: Shape (K, 2).
        shares: Share of samples nearest to each mode, shape (K,).
        title: Text above.
    """
    figure, (left, right) = new_figure(1, 2, size=(6.4, 3.1))
    draw_ring(left, samples, centres, DOTS)
    for number, centre in enumerate(1.28 * centres):
        left.text(*centre.tolist(), str(number), ha="center", va="center", fontsize=9)
    left.set_title(title)
    right.bar(range(len(shares)), (100 * shares).tolist(), color=COLOURS[0])
    right.axhline(100 / len(shares), color="gray", linestyle="--", linewidth=1)
    right.set(xlabel="mode", ylabel="share in percent", ylim=(0, 100), xticks=range(len(shares)))
    return figure


def suspects(
    reports: dict[str, Sequence[Mapping[str, float]]],
    verdicts: Mapping[str, str],
    num_modes: int = 8,
) -> Figure:
    """Modes kept at the end, a mark for each seed; its shape tells what most seeds did.

    Args:
        reports: Dict from a suspect to one dict with "modes_kept" for each seed.
        verdicts: Dict from a suspect to one of `MARKS`.
        num_modes: Modes of the data.
    """
    figure, axes = new_figure(size=(6.6, 0.2 * len(reports) + 0.9))
    for height, (name, seeds) in enumerate(reversed(reports.items())):
        marker, colour = MARKS[verdicts[name]]
        for number, report in enumerate(seeds):
            offset = 0.12 * (number - (len(seeds) - 1) / 2)
            x = report["modes_kept"] + offset
            axes.plot(x, height, marker, color=colour, markersize=5, markerfacecolor="none")
    axes.set(yticks=range(len(reports)), yticklabels=list(reversed(reports)))
    axes.tick_params(axis="y", labelsize=9)
    axes.set(xlabel="modes kept, one mark a seed", xlim=(-0.5, num_modes + 0.5))
    axes.set_ylim(-0.7, len(reports) - 0.3)
    axes.grid(axis="y", color="#EEEEEE")
    for name, (marker, colour) in MARKS.items():
        axes.plot([], [], marker, color=colour, markerfacecolor="none", label=name)
    axes.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure


def digits_over_time(images: Tensor, steps: Sequence[int]) -> Figure:
    """Rows of digits, the training step on the left of each.

    Args:
        images: Shape (T, n, 1, H, W) in [0, 1].
        steps: T training steps.
    """
    return rows_of_pictures({f"step {s}": x for s, x in zip(steps, images, strict=True)}, size=3.6)
