"""Move two bumps apart and watch which of three divergences covers both, and which picks one."""

from ipywidgets import FloatSlider

from genai_course.plots.common import png_bytes
from genai_course.plots.generative_models import fits_figure
from genai_course.widgets.common import PictureWithSliders, picture_with_sliders


def modes_picture(distance: float, share: float) -> bytes:
    """Draw two bumps and the nearest Gaussian by each divergence; return PNG bytes.

    Args:
        distance: Between the bumps, 0 to 6.
        share: Probability of the left bump, between 0 and 1.

    Raises:
        ValueError: If distance or share is out of range.
    """
    if not (0 <= distance <= 6 and 0 < share < 1):
        raise ValueError(f"{distance=}, {share=}; wanted 0 to 6, and between 0 and 1")
    return png_bytes(fits_figure(distance, share))


def modes_game(distance: float = 5.0, share: float = 0.4) -> PictureWithSliders:
    """The picture of `modes_picture` with one slider for the distance and one for the share."""
    sliders = {
        "distance": FloatSlider(value=distance, min=0, max=6, step=0.25, description="distance"),
        "share": FloatSlider(value=share, min=0.05, max=0.95, step=0.05, description="share left"),
    }
    return picture_with_sliders(modes_picture, sliders, width="640px")
