"""Figures of notebook 00: what is drawn is what was given."""

import pytest
import torch

from genai_course.plots.overview import generative_model_picture, rows_of_pictures


def test_the_overview_shows_examples_numbers_and_sample():
    examples, z, sample = torch.rand(16, 1, 28, 28), torch.randn(20), torch.rand(1, 28, 28)
    left, middle, right = generative_model_picture(examples, z, sample).axes
    assert left.images[0].get_array().shape == (4 * 28, 4 * 28)
    heights = torch.tensor([bar.get_height() for bar in middle.patches])
    assert torch.allclose(heights, z.double())
    assert torch.equal(torch.as_tensor(right.images[0].get_array()), sample[0])


def test_each_row_has_its_name_and_its_pictures():
    rows = {"data": torch.rand(5, 1, 28, 28), "samples": torch.zeros(5, 1, 28, 28)}
    axes = rows_of_pictures(rows).axes
    assert [place.get_ylabel() for place in axes] == ["data", "samples"]
    first = torch.as_tensor(axes[0].images[0].get_array())
    assert torch.equal(first[:, 28:56], rows["data"][1, 0])


def test_pictures_in_the_wrong_range_are_refused():
    with pytest.raises(ValueError, match=r"wanted \[0, 1\]"):
        rows_of_pictures({"signed": torch.full((3, 1, 28, 28), -1.0)})
