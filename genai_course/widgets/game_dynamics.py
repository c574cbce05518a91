"""Change the step size and the penalty of the Dirac-GAN and watch the motion change its kind."""

from ipywidgets import FloatSlider

from genai_course.plots.common import png_bytes
from genai_course.plots.game_dynamics import portrait
from genai_course.widgets.common import PictureWithSliders, picture_with_sliders


def dirac_picture(lr: float, gamma: float) -> bytes:
    """Draw the field and one run in each order of play; return PNG bytes.

    Args:
        lr: Step size, positive.
        gamma: Weight of the R1 penalty, at least 0.

    Raises:
        ValueError: If lr is not positive or gamma is negative.
    """
    if lr <= 0 or gamma < 0:
        raise ValueError(f"lr is {lr}, gamma is {gamma}; wanted lr > 0 and gamma >= 0")
    return png_bytes(portrait(lr, gamma))


def dirac_game(lr: float = 0.3, gamma: float = 0.0) -> PictureWithSliders:
    """The picture of `dirac_picture` with one slider for the step size and one for gamma."""
    sliders = {
        "lr": FloatSlider(value=lr, min=0.05, max=2.0, step=0.05, description="step h"),
        "gamma": FloatSlider(value=gamma, min=0.0, max=3.0, step=0.05, description="gamma"),
    }
    return picture_with_sliders(dirac_picture, sliders, width="640px")
