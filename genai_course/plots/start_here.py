"""Figures of a data set: rows of images, how many of each class, mean images, pixel values."""

import numpy as np
import torch
from matplotlib.figure import Figure

from genai_course.plots.common import COLOURS, GREYS, LARGE, new_figure, tile

NUM_CLASSES = 10


def class_rows(
    images: torch.Tensor, labels: torch.Tensor, per_class: int = 10, size: float = 6.2
) -> Figure:
    """Figure with one row a class: its first `per_class` images, its digit at the left.

    Args:
        images: Shape (N, 1, H, W), in [0, 1].
        labels: Shape (N,), integers in 0..9.
        per_class: Images in a row.
        size: Width in inches.

    Raises:
        ValueError: If a class has fewer than per_class images.
    """
    rows = [images[labels == digit][:per_class] for digit in range(NUM_CLASSES)]
    for digit, row in enumerate(rows):
        if len(row) < per_class:
            raise ValueError(f"class {digit} has {len(row)} images, wanted at least {per_class}")
    sheet = tile(torch.cat(rows), per_class)
    figure, axes = new_figure(size=(size, size * sheet.shape[0] / sheet.shape[1]), dpi=LARGE)
    axes.imshow(sheet, vmin=0, vmax=1, cmap=GREYS, interpolation="nearest")
    height = sheet.shape[0] / NUM_CLASSES
    centres = np.arange(NUM_CLASSES) * height + (height - 1) / 2
    axes.set_yticks(centres, [str(digit) for digit in range(NUM_CLASSES)])
    axes.set(xticks=[], ylabel="label")
    return figure


def class_counts(labels: torch.Tensor, title: str | None = None) -> Figure:
    """Figure with a bar a class: number of images; the dashed line is an equal share.

    Args:
        labels: Shape (N,), integers in 0..9.
        title: Text above the figure.
    """
    counts = torch.bincount(labels.cpu(), minlength=NUM_CLASSES)
    figure, axes = new_figure(size=(5.2, 2.6))
    axes.bar(range(NUM_CLASSES), counts.tolist(), color=COLOURS[0])
    equal = len(labels) / NUM_CLASSES
    axes.axhline(equal, color="black", linestyle="--", linewidth=1, label="equal share")
    axes.set(xlabel="digit", ylabel="images", xticks=range(NUM_CLASSES), title=title or "")
    axes.set_ylim(0, 1.25 * max(counts.max().item(), 1))
    axes.legend(loc="upper right")
    return figure


def mean_images(images: torch.Tensor, labels: torch.Tensor, size: float = 7.2) -> Figure:
    """Figure with the mean of all images and, beside it, the mean of each class.

    Args:
        images: Shape (N, 1, H, W), in [0, 1].
        labels: Shape (N,), integers in 0..9; every class must occur.
        size: Width in inches.
    """
    means = [images.mean(0)] + [images[labels == digit].mean(0) for digit in range(NUM_CLASSES)]
    height = size / NUM_CLASSES + 0.25
    figure, axes = new_figure(1, NUM_CLASSES + 1, size=(size, height), dpi=LARGE)
    for ax, mean, name in zip(axes, means, ["all", *map(str, range(NUM_CLASSES))], strict=True):
        ax.imshow(tile(mean.unsqueeze(0), 1), vmin=0, vmax=1, cmap=GREYS, interpolation="nearest")
        ax.set_title(name)
        ax.axis("off")
    return figure


def pixel_histogram(images: torch.Tensor, bins: int = 32) -> Figure:
    """Figure with the share of pixels at each brightness, on a logarithmic axis.

    Args:
        images: Any shape, in [0, 1].
        bins: Number of equal bins between 0 and 1.
    """
    counts = torch.histc(images.detach().float().cpu(), bins=bins, min=0, max=1)
    share = (counts / images.numel()).numpy()
    edges = np.linspace(0, 1, bins + 1)
    figure, axes = new_figure(size=(5.2, 2.6))
    axes.bar(edges[:-1], share, width=1 / bins, align="edge", color=COLOURS[0])
    axes.set(xlabel="pixel value (0 black, 1 white)", ylabel="share of all pixels", yscale="log")
    axes.set_xlim(0, 1)
    return figure


def pixel_values(image: torch.Tensor, size: float = 6.4) -> Figure:
    """Figure of one image with the value, in hundredths, of each pixel that is not black.

    Args:
        image: Shape (1, H, W), in [0, 1].
        size: Width and height in inches.
    """
    sheet = tile(image.unsqueeze(0), 1)
    figure, axes = new_figure(size=(size, size), dpi=LARGE)
    axes.imshow(sheet, vmin=0, vmax=1, cmap=GREYS, interpolation="nearest")
    for row, column in np.argwhere(sheet > 0.005):
        value = sheet[row, column]
        colour = "black" if value > 0.5 else "white"
        text = f"{100 * value:.0f}"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=6)
    axes.set(xlabel="column", ylabel="row")
    return figure


def scatter(
    points: torch.Tensor,
    centres: torch.Tensor | None = None,
    title: str | None = None,
    size: float = 3.4,
) -> Figure:
    """Figure of points in the plane, with the centres of their modes when given.

    Args:
        points: Shape (n, 2).
        centres: Shape (modes, 2), or None.
        title: Text above the figure.
        size: Width and height in inches.
    """
    points = points.detach().cpu()
    figure, axes = new_figure(size=(size, size))
    axes.plot(*points.T.numpy(), ".", markersize=4, color=COLOURS[0], alpha=0.5, label="points")
    if centres is not None:
        axes.plot(*centres.cpu().T.numpy(), "x", color=COLOURS[1], label="centres")
        axes.legend(loc="upper right", fontsize=8)
    axes.set(xlabel="first coordinate", ylabel="second coordinate", title=title or "")
    axes.set_aspect("equal")
    return figure


def generative_model_picture(
    examples: torch.Tensor, z: torch.Tensor, sample: torch.Tensor, walk: torch.Tensor
) -> Figure:
    """Examples, random numbers and a new picture; below, pictures on the way to another z.

    Args:
        examples: Sixteen training images, shape (16, 1, 28, 28), in [0, 1].
        z: Latent numbers that went into the network, shape (latent_dim,).
        sample: The picture that came out, shape (1, 28, 28), in [0, 1].
        walk: Pictures of z on a straight line, shape (N, 1, 28, 28), in [0, 1].

    Returns:
        A matplotlib figure.
    """
    figure, axes = new_figure(2, 3, size=(8.0, 3.9), dpi=LARGE, height_ratios=[2.7, 1])
    left, middle, right = axes[0]
    left.imshow(tile(examples, 4), cmap=GREYS, vmin=0, vmax=1, interpolation="nearest")
    left.set_title("1. learn from examples")
    middle.bar(range(len(z)), torch.as_tensor(z).tolist(), color=COLOURS[0])
    middle.set(title="2. draw random numbers z", xlabel="entry of z", ylabel="value")
    middle.set_xticks(range(len(z)))
    right.imshow(tile(sample.unsqueeze(0), 1), cmap=GREYS, vmin=0, vmax=1, interpolation="nearest")
    right.set_title("3. turn z into a picture")
    for place in axes[1]:
        place.remove()
    below = figure.add_subplot(axes[1, 0].get_gridspec()[1, :])
    below.imshow(tile(walk, len(walk)), cmap=GREYS, vmin=0, vmax=1, interpolation="nearest")
    below.set_title("4. move z bit by bit to another z")
    for place in (left, right, below):
        place.axis("off")
    return figure
