"""The latent explorer: sliders without a browser, the picture's bytes, the plain function."""

import pytest
import torch

from genai_course.vae.networks import Decoder
from genai_course.widgets.vae import latent_explorer


@pytest.fixture
def explorer():
    torch.manual_seed(0)
    return latent_explorer(Decoder(2), torch.randn(50, 2), torch.arange(50) % 10)


def test_each_slider_changes_the_picture_and_moving_back_restores_it(explorer):
    start = explorer.png
    assert start.startswith(b"\x89PNG")
    for name in ("z1", "z2"):
        explorer.sliders[name].value = 1.5
        moved = explorer.png
        assert moved != start
        explorer.sliders[name].value = 0.0
        assert explorer.png == start


def test_the_decoder_is_asked_at_the_point_of_the_sliders():
    asked = []

    def decoder(z):
        asked.append(z.clone())
        return torch.zeros(1, 1, 28, 28)

    explorer = latent_explorer(decoder, torch.zeros(3, 2), torch.arange(3))
    explorer.sliders["z1"].value = 1.0
    explorer.sliders["z2"].value = -2.0
    assert asked[0].tolist() == [[0.0, 0.0]]
    assert torch.allclose(asked[-1], torch.tensor([[1.0, -2.0]]))


def test_the_image_has_a_width_and_the_text_form_is_stable(explorer):
    assert explorer.picture.layout.width == "432px"
    assert repr(explorer) == "PictureWithSliders(z1, z2)"


def test_the_sliders_stay_within_three_standard_deviations(explorer):
    for slider in explorer.sliders.values():
        assert (slider.min, slider.max) == (-3.0, 3.0)
        slider.value = 7.0
        assert slider.value == 3.0


def test_codes_of_more_dimensions_are_refused():
    with pytest.raises(ValueError, match=r"wanted \(N, 2\)"):
        latent_explorer(Decoder(20), torch.zeros(5, 20), torch.zeros(5))
