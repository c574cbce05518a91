"""Widget of notebook 14: walk from noise to digits and back, by hand, for several samplers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipywidgets import IntSlider, SelectionSlider

from genai_course.diffusion.walks import Moment
from genai_course.plots.common import png_bytes
from genai_course.plots.diffusion import moment
from genai_course.widgets.common import PictureWithSliders, picture_with_sliders

PLACES = 20  # positions of the slider from noise, 0, to data


def denoising_explorer(
    walks: Mapping[tuple[int, float], Sequence[Moment]],
) -> PictureWithSliders:
    """Return sliders for calls, eta and the place on the walk, above the images of that moment.

    Args:
        walks: Dict from (calls, eta) to the moments of that walk, as `moments_of_walk` gives
            them; every number of calls with every eta.

    Raises:
        ValueError: If there is no walk, one without moments, or a pair is missing.
    """
    if not walks or not all(walks.values()):
        raise ValueError(f"walks has {[len(w) for w in walks.values()]} moments, wanted some each")
    numbers, etas = (sorted({pair[i] for pair in walks}) for i in (0, 1))
    missing = [(n, eta) for n in numbers for eta in etas if (n, eta) not in walks]
    if missing:
        raise ValueError(f"walks lacks {missing}, wanted every number of calls with every eta")

    def draw(calls, eta, place):
        moments = walks[calls, eta]
        t, x_t, x_hat = moments[round(place / PLACES * (len(moments) - 1))]
        return png_bytes(moment(x_t, x_hat, f"{calls} calls, eta {eta:g}: step t = {t}"))

    sliders = {
        "calls": SelectionSlider(options=numbers, value=numbers[-1], description="calls"),
        "eta": SelectionSlider(options=etas, description="eta"),
        "place": IntSlider(value=0, min=0, max=PLACES, description="place"),
    }
    return picture_with_sliders(draw, sliders, width="460px")
