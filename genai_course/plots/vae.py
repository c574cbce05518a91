"""Figures of notebook 10: tensors in, Figure out."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from genai_course.plots.common import COLOURS, new_figure, tile


def training_parts(
    history: Mapping[str, torch.Tensor], kl_per_dimension: torch.Tensor, smooth: int = 50
) -> Figure:
    """The two parts of -ELBO over training, and the KL of each latent dimension at the end.

    Args:
        history: Dict with "reconstruction" and "kl", tensors of shape (number of steps,), nats.
        kl_per_dimension: Mean KL of each latent dimension in nats, shape (latent_dim,).
        smooth: Width of the moving average in steps.
    """
    figure, (left, right) = new_figure(1, 2, size=(7.6, 2.9), width_ratios=[3, 2])
    for name, style in (("reconstruction", "-"), ("kl", "--")):
        values = np.asarray(history[name])
        width = max(1, min(smooth, len(values)))
        curve = np.convolve(values, np.ones(width) / width, mode="valid")
        left.plot(np.arange(width, len(values) + 1), curve, style, label=name)
    left.set(xlabel="training step", ylabel="nats per image", ylim=(0, 250))
    left.legend()
    order = torch.as_tensor(kl_per_dimension).sort(descending=True).values.cpu()
    right.bar(range(1, len(order) + 1), order.tolist(), color=COLOURS[1])
    right.set(xlabel="latent dimension, sorted", ylabel="KL  [nats]")
    return figure


def grids_side_by_side(
    grids: Mapping[str, torch.Tensor], columns: int = 6, size: float = 6.4
) -> Figure:
    """Sample grids next to each other, each under its name.

    Args:
        grids: Dict from a name to images (N, 1, H, W) in [0, 1].
        columns: Images in a row of one grid.
        size: Width of the figure in inches.
    """
    sheets = {name: tile(images, columns) for name, images in grids.items()}
    shape = next(iter(sheets.values())).shape
    height = size / len(sheets) * shape[0] / shape[1] + 0.3
    figure, axes = new_figure(1, len(sheets), size=(size, height), squeeze=False)
    for place, (name, sheet) in zip(axes[0], sheets.items(), strict=True):
        _picture(place, sheet)
        place.set_title(name)
    return figure


def latent_map(codes: torch.Tensor, labels: torch.Tensor, decoded: torch.Tensor) -> Figure:
    """Where images lie in a latent plane, and what the decoder draws all over it.

    Args:
        codes: Posterior means, shape (N, 2).
        labels: Digit of each, shape (N,).
        decoded: Images decoded on `latent_grid`, shape (n * n, 1, H, W), in [0, 1].
    """
    figure, (left, right) = new_figure(1, 2, size=(5.8, 2.9))
    _scatter(left, codes, labels)
    _picture(right, tile(decoded, int(len(decoded) ** 0.5)))
    right.set_title("decoded on a grid")
    return figure


def latent_view(
    image: torch.Tensor, z: tuple[float, float], codes: torch.Tensor, labels: torch.Tensor
) -> Figure:
    """A point in the latent plane, among the codes of real images, and the image decoded there.

    Args:
        image: One image, shape (1, 1, H, W), in [0, 1].
        z: The point, (z1, z2).
        codes: Posterior means of real images, shape (N, 2).
        labels: Digit of each, shape (N,).
    """
    figure, (left, right) = new_figure(1, 2, size=(6.0, 3.1))
    _scatter(left, codes, labels)
    left.plot(*z, marker="+", color="black", markersize=18, markeredgewidth=3)
    _picture(right, tile(image, 1))
    right.set_title(f"decoded at z = ({z[0]:.1f}, {z[1]:.1f})")
    return figure


def latent_strip(images: torch.Tensor, points: Sequence[tuple[float, float]]) -> Figure:
    """Images in one row, each under the latent point that it was decoded from.

    Args:
        images: Shape (N, 1, H, W), in [0, 1].
        points: Latent points, N pairs.
    """
    figure, axes = new_figure(1, len(images), size=(7.2, 7.2 / len(images) + 0.3), squeeze=False)
    for place, image, (z1, z2) in zip(axes[0], images, points, strict=True):
        _picture(place, tile(image.unsqueeze(0), 1))
        place.set_title(f"({z1:.1f}, {z2:.1f})")
    return figure


def _picture(place, sheet):
    place.imshow(sheet, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    place.axis("off")


def _scatter(place, codes, labels):
    codes, labels = torch.as_tensor(codes).cpu(), torch.as_tensor(labels).cpu()
    colours = plt.get_cmap("tab10").colors
    for digit in labels.unique().tolist():
        points = codes[labels == digit]
        colour = colours[digit % 10]
        place.plot(*points.T.numpy(), ".", color=colour, markersize=2.5)
        centre = points.median(dim=0).values.tolist()
        place.text(*centre, str(digit), weight="bold", size=13, ha="center", va="center", bbox={
            "boxstyle": "circle,pad=0.1", "facecolor": "white", "edgecolor": colour, "alpha": 0.9
        })  # fmt: skip
    place.set(xlabel="$z_1$", ylabel="$z_2$", xlim=(-3.5, 3.5), ylim=(-3.5, 3.5), aspect="equal")
