"""Move the fake distribution by hand and watch the best discriminator and the value of the game."""

from ipywidgets import FloatSlider

from genai_course.plots.common import png_bytes
from genai_course.plots.gan_minimax import minimax_figure
from genai_course.widgets.common import PictureWithSliders, picture_with_sliders


def minimax_picture(mean: float, sigma: float) -> bytes:
    """Draw real N(0, 1) against fake N(mean, sigma^2) with D*, V and JSD; return PNG bytes.

    Args:
        mean: Mean of the fake distribution.
        sigma: Its standard deviation, positive.

    Raises:
        ValueError: If sigma is not positive.
    """
    if sigma <= 0:
        raise ValueError(f"sigma is {sigma}, wanted a positive number")
    return png_bytes(minimax_figure(mean, sigma))


def minimax_game(mean: float = 3.0, sigma: float = 1.0) -> PictureWithSliders:
    """The picture of `minimax_picture` with one slider for the mean and one for the width."""
    sliders = {
        "mean": FloatSlider(value=mean, min=-4.0, max=4.0, step=0.25, description="mean"),
        "sigma": FloatSlider(value=sigma, min=0.5, max=3.0, step=0.25, description="width"),
    }
    return picture_with_sliders(minimax_picture, sliders, width="640px")
