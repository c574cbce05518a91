"""Figures of notebook 10 show the numbers that they are given."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.plots.vae import (
    grids_side_by_side,
    latent_map,
    latent_strip,
    latent_view,
    training_parts,
)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def codes():
    torch.manual_seed(0)
    return torch.randn(200, 2), torch.arange(200) % 10


def pictures(figure):
    return [axes.images[0].get_array() for axes in figure.axes if axes.images]


def test_training_parts_draws_smoothed_curves_and_sorted_bars():
    history = {"reconstruction": torch.full((100,), 80.0), "kl": torch.arange(100.0) / 10}
    figure = training_parts(history, torch.tensor([0.1, 2.0, 1.0]), smooth=10)
    left, right = figure.axes
    reconstruction, kl = (line.get_ydata() for line in left.lines)
    assert len(kl) == 91 and kl[0] == pytest.approx(0.45) and kl[-1] == pytest.approx(9.45)
    assert reconstruction == pytest.approx([80.0] * 91)
    assert [bar.get_height() for bar in right.patches] == pytest.approx([2.0, 1.0, 0.1])
    assert "nats" in left.get_ylabel() and "nats" in right.get_ylabel()


def test_training_parts_takes_a_history_shorter_than_the_window():
    history = {"reconstruction": torch.ones(3), "kl": torch.ones(3)}
    assert len(training_parts(history, torch.ones(2)).axes[0].lines[0].get_ydata()) == 1


def test_grids_keep_their_names_and_pixels():
    black, grey = torch.zeros(4, 1, 28, 28), torch.full((4, 1, 28, 28), 0.5)
    figure = grids_side_by_side({"black": black, "grey": grey}, columns=2)
    assert [axes.get_title() for axes in figure.axes] == ["black", "grey"]
    first, second = pictures(figure)
    assert first.shape == (56, 56) and first.max() == 0 and (second == 0.5).all()


def test_latent_map_shows_every_code_and_digit(codes):
    figure = latent_map(*codes, torch.rand(9, 1, 28, 28))
    left, _ = figure.axes
    assert sum(len(line.get_xdata()) for line in left.lines) == 200
    assert [text.get_text() for text in left.texts] == [str(d) for d in range(10)]
    assert pictures(figure)[0].shape == (84, 84)


def test_latent_view_marks_the_point_and_shows_the_image(codes):
    figure = latent_view(torch.full((1, 1, 28, 28), 0.25), (1.5, -0.5), *codes)
    cross = figure.axes[0].lines[-1]
    assert (cross.get_xdata()[0], cross.get_ydata()[0]) == (1.5, -0.5)
    assert (pictures(figure)[0] == 0.25).all()


def test_latent_strip_pairs_images_with_points():
    images = torch.stack([torch.full((1, 28, 28), v) for v in (0.0, 0.5, 1.0)])
    figure = latent_strip(images, [(-1.0, 0.0), (0.0, 0.0), (1.0, 0.5)])
    assert [axes.get_title() for axes in figure.axes] == ["(-1.0, 0.0)", "(0.0, 0.0)", "(1.0, 0.5)"]
    assert [picture.mean() for picture in pictures(figure)] == pytest.approx([0.0, 0.5, 1.0])
