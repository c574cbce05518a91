"""Figures of notebook 12: tensors in, Figure out."""

import numpy as np
import torch

from genai_course.plots.common import COLOURS, new_figure, tile


def labelled_rows(images, labels, columns=10, size=5.6):
    """One row a label, the label at its left.

    Args:
        images: Shape (N, 1, H, W) in [0, 1].
        labels: What was asked for, shape (N,); the first `columns` images of each are shown.
        columns: Images in a row.
        size: Width of the figure in inches.
    """
    classes = labels.unique().tolist()
    chosen = torch.cat([images[labels == c][:columns] for c in classes])
    sheet = tile(chosen, columns)
    figure, axes = new_figure(size=(size, size * sheet.shape[0] / sheet.shape[1]))
    height = sheet.shape[0] / len(classes)
    axes.imshow(sheet, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes.set_yticks([height * (i + 0.5) for i in range(len(classes))], classes)
    axes.set(xticks=[], ylabel="label asked for")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def class_bars(values, floor, names, ylabels):
    """Grouped bars, a panel a metric: one group a class, one bar a model, a line for the floor.

    Args:
        values: List with one dict a panel: from a model's name to a dict from class to number.
        floor: List with one dict a panel: from class to the value of other real images.
        names: Models in the order of their bars.
        ylabels: One label a panel.
    """
    figure, panels = new_figure(len(values), 1, size=(7.0, 1.75 * len(values)), sharex=True)
    for panel, per_model, base, ylabel in zip(
        np.atleast_1d(panels), values, floor, ylabels, strict=True
    ):
        classes = np.array(sorted(base))
        width = 0.8 / len(names)
        for i, name in enumerate(names):
            heights = [per_model[name][c] for c in classes]
            panel.bar(classes + (i - (len(names) - 1) / 2) * width, heights, width,
                      color=COLOURS[i], label=name)  # fmt: skip
        edges = np.append(classes - 0.5, classes[-1] + 0.5)
        panel.stairs([base[c] for c in classes], edges, baseline=None, color="black",
                     linestyle="--", label="real, other images")  # fmt: skip
        panel.set(ylabel=ylabel, xticks=classes)
    first = np.atleast_1d(panels)[0]
    first.legend(ncols=len(names) + 1, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=9)
    np.atleast_1d(panels)[-1].set_xlabel("class")
    return figure


def trade_off(curves, points, xlabel, ylabel):
    """Curves and single points in the plane of two metrics.

    Args:
        curves: Dict from a name to (x values, y values, text beside each point).
        points: Dict from a name to (x, y).
        xlabel, ylabel: Names of the metrics, with units.
    """
    figure, axes = new_figure(size=(5.6, 3.2))
    for i, (name, (x, y, texts)) in enumerate(curves.items()):
        axes.plot(x, y, "o-", color=COLOURS[i], label=name)
        for place, text in zip(zip(x, y, strict=True), texts, strict=True):
            axes.annotate(text, place, xytext=(5, 5), textcoords="offset points", fontsize=8)
    for i, (name, place) in enumerate(points.items(), start=len(curves)):
        axes.plot(*place, "s*DX"[i % 4], color=COLOURS[i % len(COLOURS)], markersize=10, label=name)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend(loc="lower left")
    return figure


def completions(originals, completed, size=6.4):
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


def guided_densities(grids, extent):
    """Densities in the plane side by side, the more guided the further to the right.

    Args:
        grids: Dict from a title to a density on a grid, shape (rows, columns), row 0 lowest.
        extent: (left, right, bottom, top) of the grid.
    """
    figure, axes = new_figure(1, len(grids), size=(7.2, 2.3), sharey=True)
    for place, (title, grid) in zip(axes, grids.items(), strict=True):
        place.imshow(grid, origin="lower", extent=extent, cmap="viridis")
        place.set(title=title, xlabel="$x_1$")
    axes[0].set_ylabel("$x_2$")
    return figure
