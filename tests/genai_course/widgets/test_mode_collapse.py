"""The scrubber of notebook 07: three sliders, and the picture of the moment they name."""

import pytest
import torch

from genai_course.data import ring_centres
from genai_course.widgets.mode_collapse import frame_picture, scrub

CENTRES, STEPS = ring_centres(8, 2.0), [100, 200, 300]


def games():
    """Two games of three snapshots and two seeds, each on another mode."""
    number = torch.arange(12).reshape(2, 3, 2) % 8
    samples = CENTRES[number][..., None, :].expand(2, 3, 2, 30, 2)
    return dict(zip(("fast", "slow"), samples, strict=True))


def test_the_box_shows_the_moment_that_its_sliders_name():
    box, own = scrub(games(), STEPS, CENTRES), games()
    assert list(box.sliders) == ["game", "seed", "moment"]
    assert box.png == frame_picture(own["fast"][0, 0], CENTRES, "fast, seed 0, step 100")
    box.sliders["moment"].value = 2
    assert box.png == frame_picture(own["fast"][2, 0], CENTRES, "fast, seed 0, step 300")
    box.sliders["seed"].value = 1
    assert box.png == frame_picture(own["fast"][2, 1], CENTRES, "fast, seed 1, step 300")
    box.sliders["game"].value = "slow"
    assert box.png == frame_picture(own["slow"][2, 1], CENTRES, "slow, seed 1, step 300")


def test_the_sliders_reach_every_game_seed_and_moment():
    box = scrub(games(), STEPS, CENTRES)
    assert tuple(box.sliders["game"].options) == ("fast", "slow")
    assert (box.sliders["seed"].max, box.sliders["moment"].max) == (1, 2)
    assert repr(box) == "PictureWithSliders(game, seed, moment)"


def test_a_picture_is_a_png_that_depends_on_the_samples():
    pictures = {frame_picture(CENTRES[[k]].expand(9, 2), CENTRES, "t") for k in range(3)}
    assert len(pictures) == 3 and all(p.startswith(b"\x89PNG") for p in pictures)


def test_games_of_different_length_are_refused():
    uneven = games() | {"short": games()["slow"][:2]}
    with pytest.raises(ValueError, match="snapshots and seeds"):
        scrub(uneven, STEPS, CENTRES)
    with pytest.raises(ValueError, match="2 steps"):
        scrub(games(), STEPS[:2], CENTRES)
