"""A figure in lines of text: axes, limits, directions, and whatever is drawn, with its numbers.

What is given is told, and what matplotlib chooses where it is not asked (most ticks, the places of
legends and panels in inches) is not. Long rows of numbers are told by a few of them and two means.
"""

import re
from itertools import groupby

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.quiver import Quiver
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?")


def lines_of(figure):
    """Return the lines of text of a figure."""
    lines = [line for axes in figure.axes for line in _axes(axes)]
    return lines + [line for legend in figure.legends for line in _legend(legend)]


def same_lines(a, b):
    """Whether two lists of lines have the same words, and the same numbers but for rounding."""
    if [NUMBER.sub("#", line) for line in a] != [NUMBER.sub("#", line) for line in b]:
        return False
    numbers = [[float(n) for n in NUMBER.findall(" ".join(lines))] for lines in (a, b)]
    return np.allclose(*numbers, rtol=2e-3, atol=2e-5)


def row(values):
    """Numbers as text; of more than 16 the form, corners, mean, and the mean with weights 0 to 1.

    A row that is turned, or a table that is transposed, has others of these.
    """
    values = np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)
    if values.size <= 16:
        return " ".join(f"{value:.6g}" for value in values.ravel())
    corners = values[np.ix_(*([0, -1] for _ in values.shape))].ravel()
    flat = np.where(np.isfinite(values), values, 0.0).ravel()
    means = flat.mean(), (flat * np.linspace(0, 1, flat.size)).mean()
    return f"({row(values.shape)}) {row(corners)} means {row(means)}"


def _axes(axes):
    spec = axes.get_subplotspec()
    place = f"row {spec.rowspan.start} column {spec.colspan.start}" if spec else "beside"
    hidden = "" if axes.get_visible() else " hidden"
    yield f"axes {place}{hidden} titled {axes.get_title()!r} aspect {axes.get_aspect()}"
    for name, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        limits = row(getattr(axes, f"get_{name}lim")())
        scale = getattr(axes, f"get_{name}scale")()
        shown = "" if axes.axison else " not drawn"
        yield f"  {name} {axis.get_label_text()!r} from {limits} {scale}{shown}{_ticks(axis)}"
    for kind in (axes.lines, axes.images, axes.collections if spec else [], axes.texts):
        for artist in kind:
            yield f"  {_kind(artist)} {_label(artist)}{_TOLD[_kind(artist)](artist)}"
    for colour, patches in groupby(axes.patches, _colour):
        boxes = [_box(patch) for patch in patches]
        yield f"  {len(boxes)} patches {colour} {row(boxes)}"
    if axes.get_legend():
        yield from _legend(axes.get_legend())


def _ticks(axis):
    if not isinstance(axis.get_major_locator(), FixedLocator):
        return ""
    named = isinstance(axis.get_major_formatter(), (FixedFormatter, FuncFormatter))
    names = [text.get_text() for text in axis.get_majorticklabels()] if named else []
    return f" ticks {row(axis.get_major_locator().locs)} {names}"


def _legend(legend):
    yield f"  legend {[text.get_text() for text in legend.get_texts()]}"


def _label(artist):
    label = str(artist.get_label())
    return "" if label.startswith("_") else f"{label!r} "


def _kind(artist):
    names = [one.__name__ for one in type(artist).__mro__]
    return next(name for name in names if name in _TOLD)


def _line(line):
    look = f"{to_hex(line.get_color())} {line.get_linestyle()} {line.get_marker()!s}"
    width = f"{row([line.get_linewidth(), line.get_markersize()])}"
    x, y = line.get_data(orig=False)
    return f"{look} {width} x {row(x)} y {row(y)}"


def _image(image):
    smooth = "blocks" if image.get_interpolation() == "nearest" else "smooth"
    look = f"{image.get_cmap().name} {row(image.get_clim())} in {row(image.get_extent())}"
    return f"{look} {image.origin} {smooth} {row(image.get_array())}"


def _colour(patch):
    return f"{to_hex(patch.get_facecolor())} {patch.get_hatch() or ''}"


def _box(patch):
    path = patch.get_path().transformed(patch.get_patch_transform())
    return path.get_extents().get_points()


def _collection(collection):
    colours = sorted({to_hex(colour) for colour in collection.get_facecolor()})[:4]
    told = f"{colours} at {row(np.asarray(collection.get_offsets()))}"
    if isinstance(collection, Quiver):
        return f"{told} to {row(collection.U)} {row(collection.V)}"
    if collection.get_array() is not None and collection.get_array().size:
        told += f" values {row(collection.get_array())}"
    if len(collection.get_offsets()) <= 1:
        corners = [path.get_extents().get_points() for path in collection.get_paths()]
        told += f" paths {row([c for c in corners if np.isfinite(c).all()])}"
    return told


def _text(text):
    return f"{text.get_text()!r} {to_hex(text.get_color())} {row(text.get_position())}" + (
        f" of {row(text.xy)}" if hasattr(text, "xy") else ""
    )


_TOLD = {
    "Line2D": _line,
    "AxesImage": _image,
    "Collection": _collection,
    "Text": _text,
}
