"""Figures of notebook 05: matrices of convolutions, overlaps, singular values, filters, maps."""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure

from genai_course.plots.common import COLOURS, new_figure, tile


def matrices_side_by_side(matrices: Mapping[str, torch.Tensor]) -> Figure:
    """One panel a matrix: blue where an entry is negative, red where it is positive.

    Args:
        matrices: Dict from a title to a matrix, shape (rows, columns).

    Returns:
        A matplotlib figure.
    """
    widths = [max(matrix.shape[1], matrix.shape[0] / 2) for matrix in matrices.values()]
    figure, axes = new_figure(
        1, len(matrices), size=(7.0, 3.0), squeeze=False, gridspec_kw={"width_ratios": widths}
    )
    for place, (title, matrix) in zip(axes[0], matrices.items(), strict=True):
        limit = matrix.abs().max().item()
        place.imshow(matrix.detach(), cmap="RdBu_r", vmin=-limit, vmax=limit)
        place.set(title=title, xlabel="number in the input", ylabel="number in the output")
    return figure


def overlap_maps(counts: Mapping[str, torch.Tensor], pictures: Sequence[torch.Tensor]) -> Figure:
    """Above how often each pixel is written, below what an untrained layer draws there.

    Args:
        counts: Dict from a title to counts, shape (H, W).
        pictures: One picture, shape (H, W), for each of the counts, in any range.

    Returns:
        A matplotlib figure.
    """
    figure, axes = new_figure(2, len(counts), size=(2.6 * len(counts), 5.2), squeeze=False)
    for column, (title, count) in enumerate(counts.items()):
        above, below = axes[:, column]
        image = above.imshow(
            count, cmap="viridis", vmin=0, vmax=max(c.max() for c in counts.values())
        )
        below.imshow(pictures[column], cmap="gray")
        above.set(title=title, xticks=[], yticks=[])
        below.set(xticks=[], yticks=[])
    axes[0, 0].set_ylabel("times a pixel is written")
    axes[1, 0].set_ylabel("size of the output")
    figure.colorbar(image, ax=axes[0].tolist(), shrink=0.8)
    return figure


def convergence_of_power_iteration(errors: torch.Tensor, ratio: float) -> Figure:
    """The error of sigma against the step on a logarithmic axis, with the predicted slope.

    Args:
        errors: Relative errors after 1, 2, 3, ... steps, shape (steps,), positive.
        ratio: Second largest singular value divided by the largest.

    Returns:
        A matplotlib figure.
    """
    figure, axes = new_figure(size=(5.6, 3.0))
    steps = torch.arange(1, len(errors) + 1)
    axes.semilogy(steps, errors, "o", color=COLOURS[0], label="measured")
    predicted = errors[-1] * ratio ** (4.0 * (steps - len(errors)))
    axes.semilogy(steps, predicted, "--", color=COLOURS[1], label="slope predicted from the SVD")
    axes.set(xlabel="rounds of power iteration", ylabel="relative error of the value")
    axes.legend()
    return figure


def two_sheets(sheets: Mapping[str, torch.Tensor], columns: int = 8) -> Figure:
    """Sheets of samples next to each other.

    Args:
        sheets: Dict from a title to images (N, 1, H, W) in [0, 1].
        columns: Images in a row of a sheet.

    Returns:
        A matplotlib figure.
    """
    figure, axes = new_figure(1, len(sheets), size=(2.8 * len(sheets), 2.3), squeeze=False)
    for place, (title, images) in zip(axes[0], sheets.items(), strict=True):
        place.imshow(tile(images, columns), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        place.set_title(title)
        place.axis("off")
    return figure


def filters_and_maps(image: torch.Tensor, filters: torch.Tensor, maps: torch.Tensor) -> Figure:
    """A picture, some filters of a first layer above, and what each makes of the picture below.

    Args:
        image: Shape (H, W), in [0, 1].
        filters: Kernels, shape (count, k, k), any range.
        maps: Outputs of these filters, shape (count, h, w), any range.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: If there is not one map for each filter.
    """
    if len(filters) != len(maps):
        raise ValueError(f"{len(filters)} filters and {len(maps)} maps, wanted one map a filter")
    count = len(filters)
    figure, axes = new_figure(2, count + 1, size=(1.0 * (count + 1), 2.3), squeeze=False)
    axes[0, 0].imshow(image, cmap="gray", vmin=0, vmax=1)
    axes[0, 0].set_title("image", fontsize=9)
    for i in range(count):
        for row, values in ((0, filters[i]), (1, maps[i])):
            limit = values.abs().max().item()
            axes[row, i + 1].imshow(values.detach(), cmap="RdBu_r", vmin=-limit, vmax=limit)
        axes[0, i + 1].set_title(f"filter {i + 1}", fontsize=9)
    for place in axes.flat:
        place.axis("off")
    return figure
