"""Figures of notebook 13 show the numbers that they are given."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.plots import latent_codes as figures


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_grids_stand_below_their_images_with_their_numbers():
    images = torch.linspace(0, 1, 2).view(2, 1, 1, 1).expand(2, 1, 28, 28)
    index = torch.tensor([[[0, 3], [1, 2]], [[3, 3], [0, 1]]])
    figure = figures.index_grids(images, index, 4)
    above, below = figure.axes[:2], figure.axes[2:]
    assert [panel.images[0].get_array().mean() for panel in above] == [0.0, 1.0]
    assert [panel.images[0].get_array().tolist() for panel in below] == index.tolist()
    assert [t.get_text() for t in below[0].texts] == ["0", "3", "1", "2"]
    assert below[0].texts[1].get_position() == (1, 0)
    assert below[0].images[0].get_clim() == (0, 3)


def test_the_use_of_entries_is_sorted_beside_an_even_share():
    axes = figures.use_of_entries(torch.tensor([0.1, 0.6, 0.0, 0.3])).axes[0]
    assert [bar.get_height() for bar in axes.patches] == pytest.approx([0.6, 0.3, 0.1, 0.0])
    assert axes.lines[0].get_ydata()[0] == 0.25


def test_collapse_has_a_mark_for_each_seed():
    axes = figures.collapse_points({"loss": [1.5, 2.0], "averages": [6.0]}, 8).axes[0]
    assert [list(line.get_xdata()) for line in axes.lines] == [[1.5, 2.0], [6.0]]
    assert [list(line.get_ydata()) for line in axes.lines] == [[0, 0], [1]]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["loss", "averages"]
    assert axes.get_xlim() == (0, 8) and axes.get_ylim() == (1.5, -0.5)


def test_traversals_pair_rows_with_shares():
    images = torch.linspace(0, 1, 6).view(2, 3, 1, 1, 1).expand(2, 3, 1, 28, 28)
    figure = figures.traversals(images, torch.tensor([[0.1, 0.9], [0.4, 0.2]]), ("a", "b"))
    left, right = figure.axes
    sheet = left.images[0].get_array()
    assert sheet.shape == (56, 84) and sheet[40, 40] == pytest.approx(0.8)
    assert [t.get_text() for t in right.texts] == ["0.10", "0.90", "0.40", "0.20"]
    assert [t.get_text() for t in left.get_yticklabels()] == ["z1", "z2"]
