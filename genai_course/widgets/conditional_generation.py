"""Widget of notebook 12, "draw me a 7": one slider for the digit, one for the style z."""

from collections.abc import Callable

import torch
from ipywidgets import IntSlider

from genai_course.plots.common import png_bytes, sample_grid
from genai_course.widgets.common import PictureWithSliders, picture_with_sliders


def draw_me(
    draw: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    latent_dim: int,
    device: torch.device | str = "cpu",
    count: int = 6,
) -> PictureWithSliders:
    """Return two sliders above a row of generated digits.

    The digit is what is asked for. The style chooses the seed of z; the same style draws the same
    z for every digit, so that moving the first slider shows what the label alone changes.

    Args:
        draw: Maps z (N, latent_dim) and labels (N,) to images (N, 1, H, W) in [0, 1].
        latent_dim: Numbers in one z.
        device: Where z and labels are wanted.
        count: Images in the row.
    """

    def picture(digit, style):
        z = torch.randn(count, latent_dim, generator=torch.Generator().manual_seed(style))
        labels = torch.full((count,), digit)
        with torch.no_grad():
            images = draw(z.to(device), labels.to(device))
        return png_bytes(sample_grid(images, columns=count, size=5.0, title=f"draw me a {digit}"))

    sliders = {
        "digit": IntSlider(value=7, min=0, max=9, description="digit"),
        "style": IntSlider(value=0, min=0, max=50, description="style"),
    }
    return picture_with_sliders(picture, sliders, width="360px")
