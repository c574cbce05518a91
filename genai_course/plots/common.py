"""What every figure shares: style, size, how it is shown with its description, sample grids."""

import base64
import io
from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

DPI = 72
LARGE = 100  # dots an inch of a figure that is as wide as the page
GREYS = plt.get_cmap("gray", 32)  # that many shades look like all, and halve the file
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLE: dict = {
    "figure.dpi": DPI,
    "savefig.dpi": DPI,
    "figure.facecolor": "white",
    "axes.prop_cycle": plt.cycler(color=COLOURS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "font.size": 10,
    "legend.frameon": False,
    "image.cmap": "gray",
}


def new_figure(
    rows: int = 1,
    columns: int = 1,
    size: tuple[float, float] = (6.0, 3.2),
    dpi: int = DPI,
    **options: Any,
) -> tuple[Figure, Any]:
    """Return (figure, axes) in the house style. `size` is width and height in inches."""
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(
            rows, columns, figsize=size, dpi=dpi, layout="constrained", **options
        )
    return figure, axes


def show(figure: Figure, alt: str) -> None:
    """Display a figure once, with a description for people who cannot see it, and close it.

    Args:
        figure: A matplotlib figure.
        alt: One sentence that says what the figure shows; must not be empty.

    Raises:
        ValueError: If alt is empty.
    """
    if not alt.strip():
        raise ValueError("alt is empty; say in one sentence what the figure shows")
    text, picture = repr(figure), with_few_colours(png_bytes(figure, bbox_inches="tight"))
    data = {"text/plain": text, "image/png": base64.b64encode(picture).decode()}
    display(data, raw=True, metadata={"image/png": {"alt": alt}})


def png_bytes(figure: Figure, **options: Any) -> bytes:
    """Return a figure as the bytes of a PNG file (for a page, a widget) and close it."""
    buffer = io.BytesIO()
    with plt.rc_context(STYLE):
        figure.savefig(buffer, format="png", dpi=figure.get_dpi(), **options)
    plt.close(figure)
    return buffer.getvalue()


def with_few_colours(png: bytes, colours: int = 64) -> bytes:
    """Return the bytes of a PNG file with a palette: that many colours do, in half the bytes.

    For pictures that are stored. Two that hardly differ may become the same.
    """
    buffer = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(colours, dither=Image.Dither.NONE).save(buffer, format="png", optimize=True)
    return buffer.getvalue()


def tile(images: torch.Tensor, columns: int) -> np.ndarray:
    """Arrange images (N, 1, H, W) in [0, 1] as one array (rows * H, columns * W), no gaps.

    Raises:
        ValueError: If images have not the shape (N, 1, H, W), are none, or leave [0, 1].
    """
    images = torch.as_tensor(images).detach().float().cpu()
    if images.ndim != 4 or images.shape[1] != 1:
        raise ValueError(f"images have shape {tuple(images.shape)}, wanted (N, 1, H, W)")
    if len(images) == 0:
        raise ValueError("there are no images to show")
    low, high = images.min().item(), images.max().item()
    if not (low >= -1e-4 and high <= 1 + 1e-4):  # also when a value is NaN
        raise ValueError(f"images span [{low:.2f}, {high:.2f}], wanted [0, 1]; rescale them first")
    count, _, height, width = images.shape
    rows = -(-count // columns)
    sheet = np.zeros((rows * height, columns * width), dtype=np.float32)
    for i, image in enumerate(images[:, 0].numpy()):
        r, c = divmod(i, columns)
        sheet[r * height : (r + 1) * height, c * width : (c + 1) * width] = image
    return sheet


def sample_grid(
    images: torch.Tensor,
    columns: int = 8,
    title: str | None = None,
    size: float = 3.6,
    dpi: int = DPI,
) -> Figure:
    """Figure with images (N, 1, H, W) in [0, 1] side by side; `size` is its width in inches."""
    sheet = tile(images, columns)
    height = size * sheet.shape[0] / sheet.shape[1] + (0.35 if title else 0.1)
    figure, axes = new_figure(size=(size, height), dpi=dpi)
    axes.imshow(sheet, vmin=0, vmax=1, cmap=GREYS, interpolation="nearest")
    axes.axis("off")
    if title:
        axes.set_title(title)
    return figure


def loss_curves(
    history: Mapping[str, torch.Tensor],
    *,
    ylabel: str,
    reference: tuple[str, float] | None = None,
    smooth: int = 50,
    title: str | None = None,
) -> Figure:
    """Figure with one smoothed curve a name of `history`, against the training step.

    Args:
        history: Dict from name to 1-d tensor, as returned by `training.fit`.
        ylabel: What is plotted, with its unit.
        reference: Optional (label, value) drawn as a dashed horizontal line.
        smooth: Width of the moving average in steps.
    """
    figure, axes = new_figure(size=(6.0, 3.0))
    styles = ("-", "--", ":", "-.")
    for i, (name, values) in enumerate(history.items()):
        values = torch.as_tensor(values).numpy()
        width = max(1, min(smooth, len(values)))
        curve = np.convolve(values, np.ones(width) / width, mode="valid")
        axes.plot(np.arange(width, len(values) + 1), curve, styles[i % 4], label=name)
    if reference:
        axes.axhline(reference[1], color="gray", linestyle="--", linewidth=1, label=reference[0])
    axes.set(xlabel="training step", ylabel=ylabel, title=title or "")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))  # beside: on no curve
    return figure


def rows_of_images(rows: Mapping[str, torch.Tensor], columns: int = 10, dpi: int = DPI) -> Figure:
    """One labelled row of images for each set.

    Args:
        rows: Dict from the name of a set to images (N, 1, 28, 28) in [0, 1], N at least columns.
        columns: How many images of each set are shown.
        dpi: Dots an inch; `LARGE` for a figure as wide as the page.

    Returns:
        A matplotlib figure.
    """
    sheet = tile(torch.cat([images[:columns] for images in rows.values()]), columns)
    many = len(rows) > 4 and dpi == DPI
    scale = 28 / DPI * (1 if many else 1.4)  # one dot a pixel where there are many
    figure, axes = new_figure(size=(columns * scale + 1.4, len(rows) * scale + 0.2), dpi=dpi)
    axes.imshow(sheet, vmin=0, vmax=1, cmap=GREYS, interpolation="nearest")
    axes.set_yticks([28 * i + 14 for i in range(len(rows))], list(rows))
    axes.set_xticks([])
    axes.tick_params(length=0)
    return figure


def rows_of_pictures(rows: Mapping[str, torch.Tensor], size: float = 6.4, dpi: int = DPI) -> Figure:
    """Rows of pictures with a name on the left of each.

    Args:
        rows: Dict from the name of a row to images (N, 1, H, W) in [0, 1], N alike in all rows.
        size: Width of the figure in inches.
        dpi: Dots an inch; `LARGE` for a figure as wide as the page.

    Returns:
        A matplotlib figure.
    """
    count = len(next(iter(rows.values())))
    height = len(rows) * (size - 1.6) / count + 0.2
    figure, axes = new_figure(len(rows), 1, size=(size, height), dpi=dpi, squeeze=False)
    for place, (name, images) in zip(axes[:, 0], rows.items(), strict=True):
        place.imshow(tile(images, count), cmap=GREYS, vmin=0, vmax=1, interpolation="nearest")
        place.set(xticks=[], yticks=[])
        place.spines[:].set_visible(False)
        place.set_ylabel(name, rotation=0, ha="right", va="center")
    return figure
