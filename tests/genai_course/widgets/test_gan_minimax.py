"""The slider of notebook 03: a plain function underneath, and a box that follows its sliders."""

import pytest

from genai_course.widgets.gan_minimax import minimax_game, minimax_picture

PNG = b"\x89PNG"


def test_the_plain_function_draws_a_png_that_depends_on_both_arguments():
    pictures = {minimax_picture(m, s) for m, s in ((0.0, 1.0), (1.0, 1.0), (0.0, 2.0))}
    assert len(pictures) == 3 and all(p.startswith(PNG) for p in pictures)
    assert minimax_picture(1.0, 1.0) in pictures  # the same bytes again


def test_a_width_of_zero_is_refused():
    with pytest.raises(ValueError, match="positive"):
        minimax_picture(0.0, 0.0)


def test_the_box_follows_its_sliders():
    game = minimax_game(mean=1.0, sigma=1.0)
    assert game.png == minimax_picture(1.0, 1.0)
    game.sliders["mean"].value = -2.0
    assert game.png == minimax_picture(-2.0, 1.0)
    game.sliders["sigma"].value = 2.0
    assert game.png == minimax_picture(-2.0, 2.0)


def test_every_slider_position_can_be_drawn():
    game = minimax_game()
    for slider in game.sliders.values():
        for value in (slider.min, slider.max):
            slider.value = value
            assert game.png.startswith(PNG)
    assert repr(game) == "PictureWithSliders(mean, sigma)"
