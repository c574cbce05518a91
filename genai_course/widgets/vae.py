"""Widget of notebook 10: two sliders move through a latent plane, the decoder draws the digit."""

import torch
from ipywidgets import FloatSlider

from genai_course.plots.common import png_bytes
from genai_course.plots.vae import latent_view
from genai_course.widgets.common import PictureWithSliders, picture_with_sliders


def latent_explorer(
    decoder: torch.nn.Module, codes: torch.Tensor, labels: torch.Tensor
) -> PictureWithSliders:
    """Return two sliders, z1 and z2 from -3 to 3, above the plane and the image decoded there.

    Args:
        decoder: Maps z (N, 2) to pixel logits (N, 1, H, W).
        codes: Posterior means of real images, shape (N, 2), shown as points.
        labels: Digit of each, shape (N,).

    Raises:
        ValueError: If the codes do not lie in a plane.
    """
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise ValueError(f"codes have shape {tuple(codes.shape)}, wanted (N, 2)")

    def draw(z1, z2):
        z = torch.tensor([[z1, z2]], device=codes.device)
        with torch.no_grad():
            image = torch.sigmoid(decoder(z))
        return png_bytes(latent_view(image, (z1, z2), codes, labels))

    return picture_with_sliders(draw, {"z1": _slider("z1"), "z2": _slider("z2")}, width="432px")


def _slider(name):
    return FloatSlider(value=0.0, min=-3.0, max=3.0, step=0.1, description=name)
