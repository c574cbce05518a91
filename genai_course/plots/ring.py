"""A picture of samples on the ring of 8, which notebooks 07 and 08 share."""

from dataclasses import dataclass

from genai_course.plots.common import COLOURS

LIMIT = 2.9  # half the width of a picture of the ring of radius 2


@dataclass(frozen=True)
class Look:
    """How modes and samples are drawn, as keywords of matplotlib's `plot`."""

    modes: dict
    samples: dict


DOTS = Look(
    modes={"marker": "o", "color": "#BBBBBB", "markersize": 9, "markerfacecolor": "none"},
    samples={"marker": ".", "markersize": 2.5, "alpha": 0.5},
)
PIXELS = Look(  # for many small pictures: small files
    modes={"marker": "s", "color": "#CCCCCC", "markersize": 6, "markeredgewidth": 0, "snap": True},
    samples={"marker": ","},
)


def draw_ring(place, samples, centres, look=DOTS):
    """Draw samples over the modes; what lies outside is put at the edge.

    Args:
        place: Matplotlib axes.
        samples: Shape (n, 2).
        centres: Shape (K, 2).
        look: A `Look`.
    """
    place.plot(*centres.T.numpy(), linestyle="", **look.modes)
    shown = samples.clamp(-LIMIT, LIMIT)
    place.plot(*shown.T.numpy(), linestyle="", color=COLOURS[1], **look.samples)
    place.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT), xticks=[], yticks=[])
    place.set_aspect("equal")
