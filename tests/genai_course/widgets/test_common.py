"""The box with sliders: it draws at once, draws again when a slider moves, and says little."""

import pytest
from ipywidgets import FloatSlider, IntSlider

from genai_course.widgets.common import picture_with_sliders


def make_box(draw=lambda mean, count: f"{mean:.1f} {count}".encode()):
    sliders = {
        "mean": FloatSlider(value=1.0, min=-3.0, max=3.0),
        "count": IntSlider(value=2, min=0, max=5),
    }
    return picture_with_sliders(draw, sliders, "300px")


def test_it_draws_at_once_and_after_every_move_of_every_slider():
    box = make_box()
    assert box.png == b"1.0 2"
    box.sliders["mean"].value = -2.0
    assert box.png == b"-2.0 2"
    box.sliders["count"].value = 5
    assert box.png == b"-2.0 5"


def test_text_form_is_stable_and_short():
    assert repr(make_box()) == repr(make_box()) == "PictureWithSliders(mean, count)"


def test_the_picture_has_a_width_and_stands_below_the_sliders():
    box = make_box()
    assert box.picture.layout.width == "300px"
    assert box.children == (*box.sliders.values(), box.picture)


def test_an_error_in_the_drawing_is_not_swallowed():
    def draw(mean, count):
        if mean < 0:
            raise RuntimeError("broken drawing")
        return b""

    box = make_box(draw)
    with pytest.raises(RuntimeError, match="broken drawing"):
        box.sliders["mean"].value = -1.0


def test_bad_arguments():
    with pytest.raises(ValueError, match="sliders is empty"):
        picture_with_sliders(lambda: b"", {}, "300px")
    with pytest.raises(ValueError, match="CSS length"):
        picture_with_sliders(lambda x: b"", {"x": FloatSlider()}, 300)
