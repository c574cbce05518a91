"""Draw me a 7: what the sliders ask for, and that the picture follows."""

import pytest
import torch

from genai_course.widgets.conditional_generation import draw_me


@pytest.fixture
def asked():
    return []


@pytest.fixture
def drawer(asked):
    def draw(z, labels):
        asked.append((z.clone(), labels.clone()))
        shades = torch.sigmoid(z[:, :1, None, None] + labels[:, None, None, None] / 10)  # apart
        return shades.expand(-1, 1, 8, 8)

    return draw_me(draw, latent_dim=5, count=4)


def test_it_begins_with_a_seven(drawer, asked):
    z, labels = asked[0]
    assert labels.tolist() == [7] * 4 and z.shape == (4, 5)
    assert len(z.unique(dim=0)) == 4
    assert drawer.png.startswith(b"\x89PNG")
    assert repr(drawer) == "PictureWithSliders(digit, style)"


def test_the_digit_changes_the_label_alone(drawer, asked):
    start = drawer.png
    drawer.sliders["digit"].value = 2
    assert asked[-1][1].tolist() == [2] * 4 and torch.equal(asked[-1][0], asked[0][0])
    assert drawer.png != start
    drawer.sliders["digit"].value = 7
    assert drawer.png == start


def test_the_style_changes_z_alone_and_its_seed_is_its_own(drawer, asked):
    start, state = drawer.png, torch.random.get_rng_state()
    drawer.sliders["style"].value = 3
    assert asked[-1][1].tolist() == [7] * 4 and not torch.equal(asked[-1][0], asked[0][0])
    assert drawer.png != start
    assert torch.equal(torch.random.get_rng_state(), state)


def test_only_digits_can_be_asked_for(drawer):
    slider = drawer.sliders["digit"]
    assert (slider.min, slider.max) == (0, 9)
    slider.value = 12
    assert slider.value == 9
