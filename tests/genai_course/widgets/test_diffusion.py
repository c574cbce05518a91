"""Walks from noise to data: what the sliders show of them."""

import pytest
import torch

from genai_course.diffusion.schedules import linear_schedule
from genai_course.diffusion.walks import moments_of_walk
from genai_course.widgets import diffusion
from genai_course.widgets.diffusion import denoising_explorer

ALPHA_BAR = linear_schedule(40)


def halve(x_t, t):
    return x_t / 2, x_t / (t + 1)


def start():
    return torch.randn(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def explorer():
    pairs = [(n, eta) for n in (2, 5) for eta in (0.0, 1.0)]
    torch.manual_seed(2)
    steps = {2: [40, 20, 0], 5: [40, 32, 24, 16, 8, 0]}
    return denoising_explorer(
        {(n, eta): moments_of_walk(halve, start(), steps[n], ALPHA_BAR, eta) for n, eta in pairs}
    )


@pytest.mark.parametrize(("name", "value"), [("calls", 2), ("eta", 1.0), ("place", 11)])
def test_each_control_changes_the_picture_and_moving_back_restores_it(explorer, name, value):
    explorer.sliders["place"].value = 10
    before, usual = explorer.png, explorer.sliders[name].value
    assert before.startswith(b"\x89PNG")
    explorer.sliders[name].value = value
    assert explorer.png != before
    explorer.sliders[name].value = usual
    assert explorer.png == before


def test_the_place_runs_from_noise_to_the_samples(monkeypatch):
    titles, usual = [], diffusion.moment

    def watched(x_t, x_hat, title):
        titles.append(title)
        return usual(x_t, x_hat, title)

    monkeypatch.setattr(diffusion, "moment", watched)
    walks = {(3, 0.0): moments_of_walk(halve, start(), [40, 25, 10, 0], ALPHA_BAR, 0.0)}
    explorer = denoising_explorer(walks)
    for place in (10, 20):
        explorer.sliders["place"].value = place
    steps = [title.rpartition(" = ")[2] for title in titles]
    assert steps[0] == "40" and steps[-1] == "0" and steps[-2] in ("25", "10")
    assert titles[0] == "3 calls, eta 0: step t = 40"


@pytest.mark.parametrize("walks", [{}, {(5, 0.0): []}])
def test_walks_without_moments_are_refused(walks):
    with pytest.raises(ValueError, match="moments, wanted some each"):
        denoising_explorer(walks)


def test_a_pair_that_is_missing_is_named():
    one = moments_of_walk(halve, start(), [40, 0], ALPHA_BAR, 0.0)
    walks = {(1, 0.0): one, (1, 1.0): one, (2, 1.0): one}
    with pytest.raises(ValueError, match=r"lacks \[\(2, 0.0\)\]"):
        denoising_explorer(walks)
