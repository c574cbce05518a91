"""Figures of notebook 15 show the numbers that they are given."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.plots import flow_matching as figures

CENTRES = torch.tensor([[2.0, 0.0], [0.0, -1.0]])


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def drawn(line):
    return torch.as_tensor(line.get_xydata()).float()


def test_a_line_joins_a_sample_and_its_noise_and_a_path_all_its_places():
    x, noise = torch.tensor([[2.0, 0.1], [0.2, -1.0]]), torch.tensor([[0.5, 1.0], [-1.0, 2.0]])
    stops = torch.stack((noise, noise / 2, x + 0.25))
    left, right = figures.lines_and_paths(x, noise, stops, CENTRES).axes
    assert [panel.get_title() for panel in (left, right)] == ["lines", "paths of the mean velocity"]
    for i in range(2):
        assert drawn(left.lines[i]).equal(torch.stack((x[i], noise[i])))
        assert drawn(right.lines[i]).equal(stops[:, i])
    for panel, ends in ((left, x), (right, stops[-1])):
        under, points = panel.lines[2:]
        assert drawn(under).equal(CENTRES) and drawn(points).equal(ends)
        assert panel.get_xlim() == panel.get_ylim() == (-figures.LIMIT, figures.LIMIT)


def test_errors_have_a_line_for_each_solver_in_powers_of_ten():
    errors = {"Euler": {4: 0.5, 16: 0.1}, "RK4": {8: 0.01}}
    axes = figures.errors_by_calls(errors).axes[0]
    assert [line.get_label() for line in axes.lines] == ["Euler", "RK4"]
    assert list(axes.lines[0].get_xdata()) == [4, 16]
    assert list(axes.lines[0].get_ydata()) == [0.5, 0.1]
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert [text.get_text() for text in axes.get_xticklabels()] == ["4", "8", "16"]


def test_each_cloud_stands_under_its_name_and_what_is_left_of_a_row_is_empty():
    sets = {name: torch.full((3, 2), 0.1 * i) for i, name in enumerate("abcd")}
    figure = figures.clouds(sets, CENTRES, columns=3)
    assert [panel.get_title() for panel in figure.axes] == ["a", "b", "c", "d", "", ""]
    for panel, cloud in zip(figure.axes, sets.values(), strict=False):
        under, points = panel.lines
        assert drawn(under).equal(CENTRES) and drawn(points).equal(cloud)
    assert [panel.axison for panel in figure.axes] == [True] * 4 + [False] * 2


def test_of_a_large_cloud_the_first_points_are_drawn():
    cloud = torch.arange(800.0).view(400, 2) / 400
    points = figures.clouds({"all": cloud}, CENTRES).axes[0].lines[1]
    assert drawn(points).equal(cloud[:300])


def test_each_measure_has_its_panel_and_the_value_of_real_images():
    rows = {
        0.0: {"distance": 30.0, "accuracy": 0.8, "coverage": 0.7},
        2.0: {"distance": 50.0, "accuracy": 0.9, "coverage": 0.6},
    }
    real = {"accuracy": 0.95, "coverage": 0.85, "distance": 4.0}
    panels = figures.by_guidance(rows, real).axes
    assert [panel.get_title() for panel in panels] == ["accuracy", "coverage", "distance"]
    for panel in panels:
        name = panel.get_title()
        curve, dashed = panel.lines
        assert list(curve.get_xdata()) == [0.0, 2.0]
        assert list(curve.get_ydata()) == [row[name] for row in rows.values()]
        assert list(dashed.get_ydata()) == [real[name]] * 2


def test_a_moment_has_the_points_of_now_and_the_ways_of_some():
    stops = torch.arange(240.0).view(2, 60, 2) / 100
    axes = figures.flow_moment(stops, CENTRES, "now").axes[0]
    *paths, under, points = axes.lines
    assert axes.get_title() == "now" and len(paths) == figures.PATHS
    assert all(drawn(path).equal(stops[:, i]) for i, path in enumerate(paths))
    assert drawn(under).equal(CENTRES) and drawn(points).equal(stops[-1])


def test_before_the_first_step_the_points_are_there_alone():
    *_, points = figures.flow_moment(CENTRES[None], CENTRES, "noise").axes[0].lines
    assert drawn(points).equal(CENTRES)


def test_a_row_of_digits_says_what_was_asked_for():
    images = torch.stack([torch.full((1, 4, 3), level) for level in (0.0, 0.5, 1.0)])
    axes = figures.drawn_digit(images, 3, 1.5).axes[0]
    assert axes.get_title() == "draw me a 3, guidance w = 1.5"
    assert axes.images[0].get_array().shape == (4, 9)
