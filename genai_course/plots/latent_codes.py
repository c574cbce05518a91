"""Figures of notebook 13: factors in a code, grids of symbols and their use, collapse."""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure

from genai_course.plots.common import COLOURS, GREYS, LARGE, new_figure, tile


def index_grids(images: torch.Tensor, index: torch.Tensor, num_codes: int) -> Figure:
    """Images above the grids of entries that encode them, a shade for each entry.

    Args:
        images: Shape (N, 1, H, W), in [0, 1].
        index: Entries, integers in 0..num_codes - 1, shape (N, rows, columns).
        num_codes: Entries of the codebook.
    """
    count = len(images)
    figure, axes = new_figure(2, count, size=(1.35 * count, 2.9), dpi=LARGE, squeeze=False)
    for place, image, grid in zip(range(count), images, index.tolist(), strict=True):
        above, below = axes[:, place]
        above.imshow(tile(image[None], 1), cmap=GREYS, vmin=0, vmax=1, interpolation="nearest")
        below.imshow(grid, cmap="cividis", vmin=0, vmax=num_codes - 1, interpolation="nearest")
        for row, numbers in enumerate(grid):
            for column, number in enumerate(numbers):
                shade = "white" if number < num_codes / 2 else "black"
                below.text(column, row, number, ha="center", va="center", color=shade, fontsize=6)
        for panel in (above, below):
            panel.set(xticks=[], yticks=[])
    return figure


def use_of_entries(shares: torch.Tensor) -> Figure:
    """How often each entry is chosen, sorted, beside the share of a codebook used evenly.

    Args:
        shares: Shares of the entries, shape (num_codes,), sum 1.
    """
    values = torch.as_tensor(shares).sort(descending=True).values.tolist()
    figure, axes = new_figure(size=(6.6, 2.8), dpi=LARGE)
    axes.bar(range(1, len(values) + 1), values, color=COLOURS[0])
    axes.axhline(1 / len(values), color="gray", linestyle="--", linewidth=1, label="all alike")
    axes.set(xlabel="entry, sorted by use", ylabel="share of the symbols")
    axes.legend()
    return figure


def collapse_points(perplexities: Mapping[str, Sequence[float]], num_codes: int) -> Figure:
    """The perplexity that each way of training reached, a mark a seed.

    Args:
        perplexities: Dict from a name to numbers in [1, num_codes], one a seed.
        num_codes: Entries of the codebook.
    """
    figure, axes = new_figure(size=(6.6, 2.8), dpi=LARGE)
    for i, values in enumerate(perplexities.values()):
        marks = dict(marker="osvD^"[i % 5], color=COLOURS[i % len(COLOURS)], markersize=7)
        axes.plot(list(values), [i] * len(values), linestyle="", **marks)
    axes.set_yticks(range(len(perplexities)), list(perplexities))
    axes.set(xlabel=f"perplexity  [entries in use, of {num_codes}]", xlim=(0, num_codes))
    axes.set_ylim(len(perplexities) - 0.5, -0.5)
    return figure


def traversals(images: torch.Tensor, information: torch.Tensor, names: Sequence[str]) -> Figure:
    """One row of images for each latent dimension, beside what it says about each factor.

    Args:
        images: Decoded while one dimension moves, shape (latent_dim, steps, 1, H, W).
        information: Shares in [0, 1], shape (latent_dim, num_factors).
        names: Names of the factors.
    """
    rows, steps = images.shape[:2]
    figure, (left, right) = new_figure(1, 2, size=(6.6, 2.9), dpi=LARGE, width_ratios=[3, 2])
    sheet = tile(images.flatten(0, 1), steps)
    left.imshow(sheet, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    left.set_yticks([28 * i + 14 for i in range(rows)], [f"z{i + 1}" for i in range(rows)])
    left.set_xticks([])
    left.set_title("one dimension moves from -2 to 2")
    values = torch.as_tensor(information).cpu().numpy()
    right.imshow(values, cmap="cividis", vmin=0, vmax=1, aspect="auto")
    for i, row in enumerate(values.tolist()):
        for j, value in enumerate(row):
            shade = "white" if value < 0.5 else "black"
            right.text(j, i, f"{value:.2f}", ha="center", va="center", color=shade)
    right.set_xticks(range(len(names)), names)
    right.set_yticks(range(rows), [f"z{i + 1}" for i in range(rows)])
    right.set_title("share of the factor known")
    return figure
