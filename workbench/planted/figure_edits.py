"""Edits that spoil a stored figure: its picture, its description, or all of it."""

import base64
import io

from PIL import Image

from workbench.notebooks.stored_notebook import pictures
from workbench.planted.faults import Stale, once


def remove_figure(cells, i, edit):
    """Drop the figure of a cell."""
    cells[i].outputs.remove(_figure(cells[i], edit))


def remove_picture(cells, i, edit):
    """Drop the pixels of a figure and keep its text."""
    del _figure(cells[i], edit).data["image/png"]


def remove_alt(cells, i, edit):
    """Drop the description of a figure."""
    _figure(cells[i], edit).metadata = {}


def exchange_pictures(cells, i, edit):
    """Let a figure have the pixels of the next one, and the next one those of this."""
    j = next(j for j in range(i + 1, len(cells)) if pictures(cells[j]))
    ours, theirs = _figure(cells[i], edit).data, _figure(cells[j], edit).data
    ours["image/png"], theirs["image/png"] = theirs["image/png"], ours["image/png"]


def turn_picture(cells, i, edit):
    """Let the picture of a cell stand on its head."""
    data = _figure(cells[i], edit).data
    data["image/png"] = on_its_head(data["image/png"])


def on_its_head(png):
    """Return a PNG, as base64 text, upside-down."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(buffer, format="png")
    return base64.b64encode(buffer.getvalue()).decode()


def change_alt(cells, i, edit):
    """Exchange the description of a figure, in the code and in the output."""
    cells[i].source = once(edit, cells[i].source)
    _figure(cells[i], edit).metadata["image/png"]["alt"] = edit.after


def _figure(cell, edit):
    figures = [output for output in cell.outputs if "image/png" in output.get("data", {})]
    if len(figures) != 1:
        raise Stale(f"{edit}: {len(figures)} figures, wanted one")
    return figures[0]


FIGURE_KINDS = {
    "removed figure": remove_figure,
    "removed picture": remove_picture,
    "removed alt text": remove_alt,
    "exchanged pictures": exchange_pictures,
    "upside-down picture": turn_picture,
    "poor alt text": change_alt,
}
