"""Figures of a data set: what is drawn is what was measured."""

import matplotlib

matplotlib.use("Agg")

import io

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.data import ring_centres, ring_of_gaussians
from genai_course.data.digits import load_digits_as_mnist
from genai_course.plots import start_here as plots


@pytest.fixture(scope="module")
def digits():
    return load_digits_as_mnist("test")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def picture_of(axes):
    return torch.as_tensor(axes.get_images()[0].get_array().data)


def test_class_rows_show_the_class_beside_them(digits):
    images, labels = digits
    axes = plots.class_rows(images, labels, per_class=6).axes[0]
    sheet = picture_of(axes)
    assert sheet.shape == (280, 168)
    for digit in range(10):
        shown = sheet[28 * digit : 28 * digit + 28, 28:56]
        assert torch.equal(shown, images[labels == digit][1, 0])
        assert axes.get_yticklabels()[digit].get_text() == str(digit)
        assert axes.get_yticks()[digit] == 28 * digit + 13.5
    with pytest.raises(ValueError, match="class 0 has 50 images, wanted at least 51"):
        plots.class_rows(images, labels, per_class=51)


def test_class_counts_are_the_bars():
    labels = torch.tensor([3] * 7 + [9] * 3)
    axes = plots.class_counts(labels, title="few").axes[0]
    assert [bar.get_height() for bar in axes.patches] == [0, 0, 0, 7, 0, 0, 0, 0, 0, 3]
    assert [bar.get_x() + bar.get_width() / 2 for bar in axes.patches] == list(range(10))
    assert set(axes.lines[0].get_ydata()) == {1.0}
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("digit", "images", "few")


def test_mean_images(digits):
    images, labels = digits
    axes = plots.mean_images(images, labels).axes
    assert [ax.get_title() for ax in axes] == ["all", *"0123456789"]
    assert torch.allclose(picture_of(axes[0]), images.mean(0)[0], atol=1e-6)
    assert torch.allclose(picture_of(axes[8]), images[labels == 7].mean(0)[0], atol=1e-6)
    assert axes[0].get_images()[0].get_clim() == (0, 1), "brightness must mean the same everywhere"


def test_pixel_histogram_is_a_share():
    images = torch.tensor([0.0, 0.0, 0.0, 0.26, 1.0]).view(1, 1, 1, 5)
    axes = plots.pixel_histogram(images, bins=4).axes[0]
    heights = [bar.get_height() for bar in axes.patches]
    assert heights == pytest.approx([0.6, 0.2, 0.0, 0.2])
    assert [bar.get_x() for bar in axes.patches] == [0, 0.25, 0.5, 0.75]
    assert axes.get_yscale() == "log" and axes.get_xlabel() and axes.get_ylabel()


def test_pixel_values_are_written_where_they_are():
    image = torch.zeros(1, 4, 4)
    image[0, 1, 3], image[0, 2, 0] = 0.97, 0.25
    texts = plots.pixel_values(image).axes[0].texts
    assert [(t.get_position(), t.get_text()) for t in texts] == [((3, 1), "97"), ((0, 2), "25")]
    assert [t.get_color() for t in texts] == ["black", "white"]


def test_scatter_draws_points_and_centres():
    points, _ = ring_of_gaussians(500)
    axes = plots.scatter(points, ring_centres()).axes[0]
    assert torch.equal(torch.as_tensor(axes.lines[0].get_xydata()).float(), points)
    assert torch.equal(torch.as_tensor(axes.lines[1].get_xydata()).float(), ring_centres())
    assert axes.get_aspect() == 1.0
    assert len(plots.scatter(points).axes[0].lines) == 1


def test_figures_are_small_files(digits):
    images, labels = digits
    for figure in (
        plots.class_rows(images, labels),
        plots.class_counts(labels),
        plots.mean_images(images, labels),
        plots.pixel_histogram(images),
        plots.pixel_values(images[0]),
        plots.scatter(ring_of_gaussians(2500)[0], ring_centres()),
    ):
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=72)
        assert len(file.getvalue()) < 50 * 1024


def test_the_overview_shows_examples_numbers_and_sample():
    examples, z, sample = torch.rand(16, 1, 28, 28), torch.randn(20), torch.rand(1, 28, 28)
    walk = torch.rand(7, 1, 28, 28)
    figure = plots.generative_model_picture(examples, z, sample, walk)
    left, middle, right, below = figure.axes
    assert left.images[0].get_array().shape == (4 * 28, 4 * 28)
    heights = torch.tensor([bar.get_height() for bar in middle.patches])
    assert torch.allclose(heights, z.double())
    assert torch.equal(torch.as_tensor(right.images[0].get_array()), sample[0])
    assert torch.equal(torch.as_tensor(below.images[0].get_array())[:, 28:56], walk[1, 0])
    assert figure.get_size_inches()[0] * figure.get_dpi() >= 600
