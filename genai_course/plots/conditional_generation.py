"""Figures of notebook 12: tensors in, Figure out."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from matplotlib.figure import Figure

from genai_course.plots.common import COLOURS, new_figure, tile


def labelled_rows(
    images: torch.Tensor, labels: torch.Tensor, columns: int = 10, size: float = 4.2
) -> Figure:
    """One row a label, the label at its left.

    Args:
        images: Shape (N, 1, H, W) in [0, 1].
        labels: What was asked for, shape (N,); the first `columns` images of each are shown.
        columns: Images in a row.
        size: Width of the figure in inches.
    """
    classes = labels.unique().tolist()
    chosen = torch.cat([images[labels == c][:columns] for c in classes])
    sheet = np.round(tile(chosen, columns) * 10) / 10  # few grey levels, few bytes
    figure, axes = new_figure(size=(size, size * sheet.shape[0] / sheet.shape[1]))
    height = sheet.shape[0] / len(classes)
    axes.imshow(sheet, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes.set_yticks([height * (i + 0.5) for i in range(len(classes))], classes)
    axes.set(xticks=[], ylabel="label asked for")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def class_bars(
    table: Mapping[str, Mapping[str, Mapping[int, float]]], names: Sequence[str], floor: str
) -> Figure:
    """Grouped bars, a panel a metric: one group a class, one bar a model, a line for the floor.

    Args:
        table: Dict from a name to what `class_table` returns: metric to (class to number).
        names: Models in the order of their bars.
        floor: Name of the row that is drawn as a line, of other real images.
    """
    metrics = list(table[floor])
    figure, panels = new_figure(len(metrics), 1, size=(7.0, 1.7 * len(metrics)), sharex=True)
    for panel, metric in zip(panels, metrics, strict=True):
        _groups(panel, {name: table[name][metric] for name in names})
        base = table[floor][metric]
        edges = np.arange(len(base) + 1) - 0.5
        panel.stairs([base[c] for c in sorted(base)], edges, baseline=None, color="black",
                     linestyle="--", label=f"{floor}, other images")  # fmt: skip
        panel.set(ylabel={"Frechet": "Frechet distance", "diversity": "diversity ratio"}.get(
            metric, metric))  # fmt: skip
    panels[metrics.index("Frechet")].set_yscale("log")
    panels[0].legend(ncols=len(names) + 1, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    panels[-1].set_xlabel("class")
    return figure


def accuracy_bars(right: Mapping[str, Sequence[float]]) -> Figure:
    """Label accuracy of several models, label by label, and the line of chance.

    Args:
        right: Dict from a model's name to ten numbers in [0, 1].
    """
    figure, axes = new_figure(size=(7.0, 2.4))
    _groups(axes, {name: dict(enumerate(values)) for name, values in right.items()})
    axes.axhline(0.1, color="black", linestyle="--", label="chance")
    axes.set(xlabel="label asked for", ylabel="label accuracy", ylim=(0, 1))
    axes.legend(ncols=len(right) + 1, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure


def _groups(axes, values):
    """Bars of several models side by side at each class; `values` is name to (class to number)."""
    width = 0.8 / len(values)
    for i, (name, row) in enumerate(values.items()):
        classes = np.array(sorted(row))
        places = classes + (i - (len(values) - 1) / 2) * width
        axes.bar(places, [row[c] for c in classes], width, color=COLOURS[i], label=name)
        axes.set_xticks(classes)


def trade_off(curves: Mapping[str, tuple], points: Mapping[str, tuple[float, float]]) -> Figure:
    """Label accuracy against diversity within a class: curves and single points.

    Args:
        curves: Dict from a name to (diversities, accuracies, text beside each point).
        points: Dict from a name to (diversity, accuracy).
    """
    figure, axes = new_figure(size=(5.6, 3.2))
    for i, (name, (x, y, texts)) in enumerate(curves.items()):
        axes.plot(x, y, "o-", color=COLOURS[i], label=name)
        for place, text in zip(zip(x, y, strict=True), texts, strict=True):
            axes.annotate(text, place, xytext=(5, 5), textcoords="offset points", fontsize=8)
    for i, (name, place) in enumerate(points.items(), start=len(curves)):
        axes.plot(*place, "s*DX"[i % 4], color=COLOURS[i % len(COLOURS)], markersize=10, label=name)
    axes.set(xlabel="diversity within a class (real = 1)", ylabel="label accuracy")
    axes.legend(loc="lower left")
    return figure


def completions(originals: torch.Tensor, completed: torch.Tensor, size: float = 6.4) -> Figure:
    """Each row: the original, its given upper half, and completions of it.

    Args:
        originals: Images, shape (N, 1, H, W), in [0, 1].
        completed: Whole images, shape (N, k, 1, H, W), in [0, 1].
        size: Width of the figure in inches.
    """
    given = originals.clone()
    given[:, :, originals.shape[2] // 2 :] = 0.35  # grey: not known
    rows = torch.cat((originals[:, None], given[:, None], completed), dim=1)
    columns = rows.shape[1]
    sheet = tile(rows.flatten(0, 1), columns)
    figure, axes = new_figure(size=(size, size * sheet.shape[0] / sheet.shape[1] + 0.3))
    side = sheet.shape[1] / columns
    axes.imshow(sheet, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    places = [side / 2, 1.5 * side, side * (2 + (columns - 2) / 2)]
    axes.set_xticks(places, ["real", "given", "drawn"])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set(yticks=[])
    axes.spines[:].set_visible(False)
    return figure


def guided_densities(
    grids: Mapping[str, torch.Tensor], extent: tuple[float, float, float, float]
) -> Figure:
    """Densities in the plane side by side, the more guided the further to the right.

    Args:
        grids: Dict from a title to a density on a grid, shape (rows, columns), row 0 lowest.
        extent: (left, right, bottom, top) of the grid.
    """
    figure, axes = new_figure(1, len(grids), size=(7.2, 2.3), sharey=True)
    for place, (title, grid) in zip(axes, grids.items(), strict=True):
        place.imshow(
            torch.as_tensor(grid).cpu().numpy(), origin="lower", extent=extent, cmap="viridis"
        )
        place.set(title=title, xlabel="$x_1$")
    axes[0].set_ylabel("$x_2$")
    return figure
