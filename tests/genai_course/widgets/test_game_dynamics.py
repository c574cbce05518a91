"""The sliders of notebook 06: a plain function underneath, and a box that follows its sliders."""

import pytest

from genai_course.widgets.game_dynamics import dirac_game, dirac_picture

PNG = b"\x89PNG"


def test_the_plain_function_draws_a_png_that_depends_on_both_arguments():
    pictures = {dirac_picture(h, g) for h, g in ((0.3, 0.0), (0.6, 0.0), (0.3, 0.5))}
    assert len(pictures) == 3 and all(p.startswith(PNG) for p in pictures)
    assert dirac_picture(0.3, 0.5) in pictures  # the same bytes again


@pytest.mark.parametrize("lr, gamma", [(0.0, 0.1), (-0.1, 0.1), (0.3, -0.1)])
def test_impossible_settings_are_refused(lr, gamma):
    with pytest.raises(ValueError, match="wanted lr > 0"):
        dirac_picture(lr, gamma)


def test_the_box_follows_its_sliders():
    game = dirac_game(lr=0.3, gamma=0.0)
    assert game.png == dirac_picture(0.3, 0.0)
    game.sliders["lr"].value = 0.5
    assert game.png == dirac_picture(0.5, 0.0)
    game.sliders["gamma"].value = 0.4
    assert game.png == dirac_picture(0.5, 0.4)


def test_every_corner_of_the_sliders_can_be_drawn():
    game = dirac_game()
    for lr in (game.sliders["lr"].min, game.sliders["lr"].max):
        for gamma in (game.sliders["gamma"].min, game.sliders["gamma"].max):
            game.sliders["lr"].value, game.sliders["gamma"].value = lr, gamma
            assert game.png.startswith(PNG)
    assert repr(game) == "PictureWithSliders(lr, gamma)"
