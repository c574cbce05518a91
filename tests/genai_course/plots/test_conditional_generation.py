"""Figures of notebook 12: what is drawn where."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from genai_course.plots import conditional_generation as figures


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_each_label_has_a_row_with_its_own_images():
    labels = torch.tensor([5, 2, 5, 2, 2])
    images = labels.view(-1, 1, 1, 1).expand(-1, 1, 4, 4) / 10
    axes = figures.labelled_rows(images, labels, columns=2).axes[0]
    sheet = axes.images[0].get_array()
    assert sheet.shape == (8, 8)
    assert np.allclose(sheet[:4], 0.2) and np.allclose(sheet[4:], 0.5)
    assert [t.get_text() for t in axes.get_yticklabels()] == ["2", "5"]
    assert axes.get_ylabel() == "label asked for"


def table(offset):
    rows = {metric: {0: offset + i, 1: offset + i + 0.5} for i, metric in enumerate("FcD")}
    return {"Frechet": rows["F"], "coverage": rows["c"], "diversity": rows["D"]}


def test_every_metric_has_a_panel_every_model_a_bar_and_real_images_a_line():
    figure = figures.class_bars(
        {"A": table(1.0), "B": table(10.0), "real": table(5.0)}, ["A", "B"], "real"
    )
    labels = [panel.get_ylabel() for panel in figure.axes]
    assert labels == ["Frechet distance", "coverage", "diversity ratio"]
    for i, panel in enumerate(figure.axes):
        assert [b.get_height() for b in panel.patches[:4]] == [1 + i, 1.5 + i, 10 + i, 10.5 + i]
        line = panel.patches[4].get_data()
        assert line.values.tolist() == [5 + i, 5.5 + i] and line.edges.tolist() == [-0.5, 0.5, 1.5]
    assert figure.axes[0].get_yscale() == "log" and figure.axes[1].get_yscale() == "linear"
    texts = [t.get_text() for t in figure.axes[0].get_legend().get_texts()]
    assert sorted(texts) == ["A", "B", "real, other images"]


def test_accuracy_bars_show_every_label_and_chance():
    axes = figures.accuracy_bars({"right": [0.9] * 10, "deaf": [0.1 * i for i in range(10)]}).axes[
        0
    ]
    heights = [bar.get_height() for bar in axes.patches]
    assert np.allclose(heights, [0.9] * 10 + [0.1 * i for i in range(10)])
    assert axes.lines[0].get_ydata()[0] == 0.1 and axes.get_xlabel() == "label asked for"


def test_trade_off_draws_curves_and_points():
    axes = figures.trade_off({"GAN": ([1.0, 0.5], [0.9, 1.0], ["a", "b"])}, {"real": (1.0, 0.99)})
    axes = axes.axes[0]
    assert axes.lines[0].get_xydata().tolist() == [[1.0, 0.9], [0.5, 1.0]]
    assert axes.lines[1].get_xydata().tolist() == [[1.0, 0.99]]
    assert [t.get_text() for t in axes.texts] == ["a", "b"]
    assert "diversity" in axes.get_xlabel() and axes.get_ylabel() == "label accuracy"


def test_completions_show_the_real_image_the_given_half_and_the_endings():
    real = torch.full((2, 1, 4, 4), 1.0)
    axes = figures.completions(real, torch.full((2, 3, 1, 4, 4), 0.7)).axes[0]
    sheet = axes.images[0].get_array()
    assert sheet.shape == (8, 20)
    assert np.allclose(sheet[:, :4], 1) and np.allclose(sheet[:, 8:], 0.7)
    assert np.allclose(sheet[:2, 4:8], 1) and np.allclose(sheet[2:4, 4:8], 0.35)
    assert real.min() == 1  # the images given are left as they were
    assert [t.get_text() for t in axes.get_xticklabels()] == ["real", "given", "drawn"]


def test_densities_stand_side_by_side_with_their_titles():
    figure = figures.guided_densities(
        {"w = 0": torch.eye(3), "w = 1": torch.ones(3, 3)}, (0, 1, 2, 5)
    )
    assert [a.get_title() for a in figure.axes] == ["w = 0", "w = 1"]
    image = figure.axes[0].images[0]
    assert list(image.get_extent()) == [0, 1, 2, 5] and image.origin == "lower"
