"""A cloud that flows and digits that are asked for: what the sliders show of them."""

import pytest
import torch

from genai_course.flow.mixtures import mixture_velocity
from genai_course.flow.solvers import follow_velocity
from genai_course.widgets import flow_matching
from genai_course.widgets.flow_matching import flow_explorer, guidance_explorer, places_until

CENTRES = torch.tensor([[2.0, 0.0], [-1.0, 1.0], [0.0, -2.0]], dtype=torch.float64)


def velocity(x_t, t):
    return mixture_velocity(x_t, t, CENTRES, 0.2)


def start():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(50, 2, dtype=torch.float64, generator=generator)


# ------------------------------------------------------------------------ the way of points


@pytest.mark.parametrize("num_steps", [1, 3, 20])
def test_at_the_data_stand_the_points_that_a_walk_of_so_many_steps_reaches(num_steps):
    got = places_until(velocity, start(), num_steps, 0.0)
    assert got.shape == (num_steps + 1, 50, 2) and torch.equal(got[0], start())
    torch.testing.assert_close(got[-1], follow_velocity(velocity, start(), num_steps))


def test_within_a_step_points_go_straight_on_by_the_velocity_at_its_start():
    whole, part = (places_until(velocity, start(), 4, t) for t in (0.5, 0.6))
    assert len(whole) == len(part) == 3 and torch.equal(whole[:2], part[:2])
    torch.testing.assert_close(part[2] - part[1], 0.6 * (whole[2] - whole[1]))


def test_the_velocity_is_asked_at_the_start_of_each_step_from_noise_on():
    seen = []
    places_until(lambda x_t, t: seen.append(t) or x_t, start(), 4, 0.3)
    assert seen == [1, 0.75, 0.5]


def test_at_the_time_of_noise_nothing_has_moved():
    assert torch.equal(places_until(velocity, start(), 8, 1.0), start()[None])


# ------------------------------------------------------------------------ the cloud


@pytest.fixture
def shown(monkeypatch):
    """What the picture of the explorer is given: (places, title), the last one last."""
    pictures, usual = [], flow_matching.flow_moment

    def watched(stops, centres, title):
        assert torch.equal(centres, CENTRES)
        pictures.append((stops, title))
        return usual(stops, centres, title)

    monkeypatch.setattr(flow_matching, "flow_moment", watched)
    return pictures


@pytest.mark.parametrize(("name", "value"), [("steps", 8), ("t", 0.25)])
def test_each_control_changes_the_picture_and_moving_back_restores_it(name, value):
    explorer = flow_explorer(velocity, start(), CENTRES)
    explorer.sliders["t"].value = 0.5
    before, usual = explorer.png, explorer.sliders[name].value
    assert before.startswith(b"\x89PNG")
    explorer.sliders[name].value = value
    assert explorer.png != before
    explorer.sliders[name].value = usual
    assert explorer.png == before
    assert repr(explorer) == "PictureWithSliders(steps, t)"


def test_the_slider_runs_from_noise_to_data_and_shows_the_way_so_far(shown):
    explorer = flow_explorer(velocity, start(), CENTRES, numbers=(4, 2))
    times = [value for _, value in explorer.sliders["t"].options]
    assert times[0] == explorer.sliders["t"].value == 1 and times[-1] == 0
    assert times == sorted(times, reverse=True) and len(times) == flow_matching.PLACES + 1
    assert shown[-1][1] == "4 Euler steps, t = 1.00"
    for steps, t in ((4, 0.35), (2, 0.35), (2, 0.0)):
        explorer.sliders["steps"].value, explorer.sliders["t"].value = steps, t
        places, title = shown[-1]
        assert title == f"{steps} Euler steps, t = {t:.2f}"
        torch.testing.assert_close(places, places_until(velocity, start(), steps, t))


def test_one_step_is_one_step(shown):
    flow_explorer(velocity, start(), CENTRES)
    assert shown[0][1] == "1 Euler step, t = 1.00"


@pytest.mark.parametrize("numbers", [(), (4, 0)])
def test_no_number_of_steps_is_refused(numbers):
    with pytest.raises(ValueError, match="wanted some, each 1 or more"):
        flow_explorer(velocity, start(), CENTRES, numbers)


# ------------------------------------------------------------------------ the digits


@pytest.fixture
def asked():
    return []


@pytest.fixture
def drawer(asked):
    def draw(labels, w):
        asked.append((labels.tolist(), w))
        assert not torch.is_grad_enabled()
        return ((labels[:, None, None, None] + w) / 13).expand(-1, 1, 8, 8)

    return guidance_explorer(draw, count=4)


def test_it_begins_with_sevens_without_guidance(drawer, asked):
    assert asked == [([7] * 4, 0.0)] and drawer.png.startswith(b"\x89PNG")
    assert repr(drawer) == "PictureWithSliders(digit, w)"


@pytest.mark.parametrize(
    ("name", "value", "wanted"), [("digit", 2, ([2] * 4, 0.0)), ("w", 1.5, ([7] * 4, 1.5))]
)
def test_a_slider_changes_what_it_is_called_alone(drawer, asked, name, value, wanted):
    before, usual = drawer.png, drawer.sliders[name].value
    drawer.sliders[name].value = value
    assert asked[-1] == wanted and drawer.png != before
    drawer.sliders[name].value = usual
    assert drawer.png == before


def test_digits_are_0_to_9_and_the_guidance_0_to_4(drawer):
    slider = drawer.sliders["digit"]
    assert (slider.min, slider.max) == (0, 9)
    guidances = drawer.sliders["w"].options
    assert (min(guidances), max(guidances)) == (0, 4)


def test_five_are_drawn_unless_told_otherwise():
    sizes = []
    guidance_explorer(lambda labels, w: sizes.append(len(labels)) or torch.zeros(5, 1, 8, 8))
    assert sizes == [5]
