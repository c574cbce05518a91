"""Figures of notebook 05: what is drawn is what was given."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.plots.dcgan import (
    convergence_of_power_iteration,
    filters_and_maps,
    matrices_side_by_side,
    overlap_maps,
    two_sheets,
)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def drawn(axes):
    return torch.as_tensor(axes.images[0].get_array())


def test_each_matrix_is_drawn_with_zero_in_the_middle_of_the_colours():
    matrix = torch.tensor([[1.0, -3.0, 0.0], [0.0, 2.0, 0.5]])
    left, right = matrices_side_by_side({"M": matrix, "its transpose": matrix.T}).axes
    assert torch.equal(drawn(left), matrix) and torch.equal(drawn(right), matrix.T)
    assert left.images[0].get_clim() == (-3.0, 3.0)
    assert [left.get_title(), right.get_title()] == ["M", "its transpose"]


def test_counts_stand_above_pictures_on_one_scale():
    counts = {"a": torch.tensor([[1.0, 2.0], [2.0, 4.0]]), "b": torch.full((3, 3), 2.0)}
    pictures = [torch.rand(2, 2), torch.rand(3, 3)]
    axes = overlap_maps(counts, pictures).axes
    assert torch.equal(drawn(axes[0]), counts["a"]) and torch.equal(drawn(axes[1]), counts["b"])
    assert torch.equal(drawn(axes[2]), pictures[0]) and torch.equal(drawn(axes[3]), pictures[1])
    assert axes[0].images[0].get_clim() == axes[1].images[0].get_clim() == (0.0, 4.0)


def test_the_predicted_slope_goes_through_the_last_measured_error():
    errors = 3 * 0.5 ** (4.0 * torch.arange(1, 6))
    axes = convergence_of_power_iteration(errors, 0.5).axes[0]
    measured, predicted = axes.lines
    assert axes.get_yscale() == "log" and list(measured.get_xdata()) == [1, 2, 3, 4, 5]
    assert torch.allclose(torch.as_tensor(measured.get_ydata()), errors)
    assert torch.allclose(torch.as_tensor(predicted.get_ydata()), errors)
    other = convergence_of_power_iteration(errors, 0.6).axes[0].lines[1].get_ydata()
    assert other[0] < errors[0]


def test_sheets_hold_their_images():
    sheets = {"one": torch.rand(4, 1, 28, 28), "two": torch.zeros(4, 1, 28, 28)}
    axes = two_sheets(sheets, columns=2).axes
    assert [place.get_title() for place in axes] == ["one", "two"]
    assert torch.equal(drawn(axes[0])[:28, 28:], sheets["one"][1, 0])


def test_filters_stand_above_their_maps():
    image, filters, maps = torch.rand(28, 28), torch.randn(3, 4, 4), torch.randn(3, 14, 14)
    axes = filters_and_maps(image, filters, maps).axes
    assert len(axes) == 8 and torch.equal(drawn(axes[0]), image)
    assert torch.equal(drawn(axes[2]), filters[1]) and torch.equal(drawn(axes[6]), maps[1])
    low, high = axes[6].images[0].get_clim()
    assert low == -high and high == maps[1].abs().max()
    with pytest.raises(ValueError, match="3 filters and 2 maps"):
        filters_and_maps(image, filters, maps[:2])
