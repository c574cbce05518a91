"""Figures of notebook 14 show the numbers that they are given."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.plots import diffusion as figures


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_each_cloud_stands_under_its_name_over_the_centres():
    centres = torch.tensor([[2.0, 0.0], [0.0, -1.0]])
    sets = {"noise": torch.tensor([[0.5, 1.0]]), "data": torch.tensor([[2.0, 0.1], [0.1, -1.0]])}
    figure = figures.clouds(sets, centres)
    assert [panel.get_title() for panel in figure.axes] == ["noise", "data"]
    for panel, cloud in zip(figure.axes, sets.values(), strict=True):
        under, points = panel.lines
        assert under.get_xydata().tolist() == centres.tolist()
        assert torch.as_tensor(points.get_xydata()).equal(cloud.double())
        assert panel.get_xlim() == panel.get_ylim() == (-figures.LIMIT, figures.LIMIT)


def test_of_a_large_cloud_the_first_points_are_drawn():
    cloud = torch.arange(12.0).view(6, 2) / 4  # all within the picture
    points = figures.clouds({"all": cloud}, torch.zeros(1, 2), points=4).axes[0].lines[1]
    assert points.get_xydata().tolist() == cloud[:4].tolist()


def test_schedules_of_any_length_run_over_the_share_of_steps():
    kept = {"short": torch.tensor([1.0, 0.2]), "long": torch.tensor([1.0, 0.5, 0.1])}
    axes = figures.schedules(kept).axes[0]
    assert [line.get_label() for line in axes.lines] == ["short", "long"]
    assert [list(line.get_xdata()) for line in axes.lines] == [[0, 1], [0, 0.5, 1]]
    assert list(axes.lines[1].get_ydata()) == pytest.approx([1.0, 0.5, 0.1])
    assert axes.get_ylim() == (0, 1.02)


def test_quality_has_a_line_for_each_sampler_and_one_of_real_images():
    results = {"ancestral": {5: 80.0, 50: 40.0}, "DDIM": {5: 90.0, 20: 60.0}}
    axes = figures.quality_by_calls(results, 12.5).axes[0]
    assert [line.get_label() for line in axes.lines] == ["ancestral", "DDIM", "real images"]
    assert list(axes.lines[0].get_xdata()) == [5, 50] and list(axes.lines[1].get_ydata()) == [
        90,
        60,
    ]
    assert list(axes.lines[2].get_ydata()) == [12.5, 12.5]
    assert axes.get_xscale() == "log" and axes.get_ylim()[0] == 0
    assert [t.get_text() for t in axes.get_xticklabels()] == ["5", "20", "50"]


def test_a_moment_has_what_is_noisy_above_and_what_is_seen_below():
    x_t, x_hat = torch.full((2, 1, 4, 4), -1.0), torch.zeros(2, 1, 4, 4)
    x_t[1] = 3.0  # whiter than white
    figure = figures.moment(x_t, x_hat, "step t = 7")
    above, below = figure.axes
    assert above.get_title() == "step t = 7"
    assert [panel.get_ylabel() for panel in figure.axes] == ["x_t", "x_hat"]
    sheet = above.images[0].get_array()
    assert (sheet.min(), sheet.max(), sheet[:, 0].max()) == (0, 1, 0)
    assert below.images[0].get_array().max() == 0.5
    assert {panel.images[0].get_clim() for panel in figure.axes} == {(0, 1)}
