"""Figures of notebook 00: what a generative model does, in one picture."""

import torch

from genai_course.plots.common import COLOURS, new_figure, tile


def generative_model_picture(examples, z, sample):
    """Examples on the left, random numbers through a network to a new picture on the right.

    Args:
        examples: Sixteen training images, shape (16, 1, 28, 28), in [0, 1].
        z: Latent numbers that went into the network, shape (latent_dim,).
        sample: The picture that came out, shape (1, 28, 28), in [0, 1].

    Returns:
        A matplotlib figure.
    """
    figure, axes = new_figure(1, 3, size=(8.0, 2.7), gridspec_kw={"width_ratios": [1, 1, 1]})
    axes[0].imshow(tile(examples, 4), cmap="gray", vmin=0, vmax=1)
    axes[0].set_title("1. learn from examples")
    axes[1].bar(range(len(z)), torch.as_tensor(z).tolist(), color=COLOURS[0])
    axes[1].set(title="2. draw random numbers z", xlabel="entry of z", ylabel="value")
    axes[2].imshow(tile(sample.unsqueeze(0), 1), cmap="gray", vmin=0, vmax=1)
    axes[2].set_title("3. turn z into a picture")
    axes[1].set_xticks(range(len(z)))
    for place in (axes[0], axes[2]):
        place.axis("off")
    return figure


def rows_of_pictures(rows, size=6.4):
    """Rows of pictures with a name on the left of each.

    Args:
        rows: Dict from the name of a row to images (N, 1, H, W) in [0, 1], N alike in all rows.
        size: Width of the figure in inches.

    Returns:
        A matplotlib figure.
    """
    count = len(next(iter(rows.values())))
    height = len(rows) * (size - 1.6) / count + 0.2
    figure, axes = new_figure(len(rows), 1, size=(size, height), squeeze=False)
    for place, (name, images) in zip(axes[:, 0], rows.items(), strict=True):
        place.imshow(tile(images, count), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        place.set(xticks=[], yticks=[])
        place.spines[:].set_visible(False)
        place.set_ylabel(name, rotation=0, ha="right", va="center")
    return figure
