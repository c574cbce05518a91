"""Samples in the plane over the modes of the data: one picture, for figures of any notebook."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from torch import Tensor

from genai_course.plots.common import COLOURS

LIMIT = 2.9  # half the width of a picture of the ring of radius 2


@dataclass(frozen=True)
class Style:
    """How modes and samples are drawn, as keywords of matplotlib's `plot`."""

    modes: dict
    samples: dict


DOTS = Style(
    modes={"marker": "o", "color": "#BBBBBB", "markersize": 9, "markerfacecolor": "none"},
    samples={"marker": ".", "markersize": 2.5, "alpha": 0.5},
)
PIXELS = Style(  # for many small pictures: small files
    modes={"marker": "s", "color": "#CCCCCC", "markersize": 6, "markeredgewidth": 0, "snap": True},
    samples={"marker": ","},
)


def draw_ring(
    place: Axes, samples: Tensor, centres: Tensor, style: Style = DOTS, limit: float = LIMIT
) -> None:
    """Draw samples over the modes; what lies outside is put at the edge.

    Args:
        place: Matplotlib axes.
        samples: Shape (n, 2).
        centres: Shape (K, 2).
        style: A `Style`.
        limit: Half the width of the picture.
    """
    place.plot(*centres.T.numpy(), linestyle="", **style.modes)
    shown = samples.clamp(-limit, limit)
    place.plot(*shown.T.numpy(), linestyle="", color=COLOURS[1], **style.samples)
    place.set(xlim=(-limit, limit), ylim=(-limit, limit), xticks=[], yticks=[])
    place.set_aspect("equal")
