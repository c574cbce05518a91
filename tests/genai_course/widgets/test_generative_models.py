"""The slider of notebook 01: a plain function underneath, and a box that follows its sliders."""

import pytest

from genai_course.widgets.generative_models import modes_game, modes_picture

PNG = b"\x89PNG"


def test_the_plain_function_depends_on_both_arguments():
    pictures = {modes_picture(d, s) for d, s in ((5.0, 0.4), (3.0, 0.4), (5.0, 0.6))}
    assert len(pictures) == 3 and all(p.startswith(PNG) for p in pictures)
    assert modes_picture(5.0, 0.4) in pictures  # the same bytes again


@pytest.mark.parametrize("distance, share", [(-1.0, 0.5), (7.0, 0.5), (3.0, 0.0), (3.0, 1.0)])
def test_what_cannot_be_drawn_is_refused(distance, share):
    with pytest.raises(ValueError, match="wanted 0 to 6"):
        modes_picture(distance, share)


def test_the_box_follows_its_sliders():
    game = modes_game(distance=4.0, share=0.5)
    assert game.png == modes_picture(4.0, 0.5)
    game.sliders["distance"].value = 2.0
    assert game.png == modes_picture(2.0, 0.5)
    game.sliders["share"].value = 0.3
    assert game.png == modes_picture(2.0, 0.3)


def test_every_end_of_a_slider_can_be_drawn():
    game = modes_game()
    for slider in game.sliders.values():
        for value in (slider.min, slider.max):
            slider.value = value
            assert game.png.startswith(PNG)
    assert repr(game) == "PictureWithSliders(distance, share)"
