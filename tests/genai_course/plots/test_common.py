"""Figures shared by all notebooks: right pixels, a description, the house's size."""

import base64
import io

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image

from genai_course.plots import common
from genai_course.plots.common import (
    COLOURS,
    DPI,
    LARGE,
    loss_curves,
    new_figure,
    rows_of_images,
    rows_of_pictures,
    sample_grid,
    show,
    tile,
)


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    plt.close("all")
    yield
    plt.close("all")


def test_images_are_tiled_row_by_row():
    images = torch.arange(3.0).reshape(3, 1, 1, 1).expand(3, 1, 2, 2) / 2
    expected = [[0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5], [1, 1, 0, 0], [1, 1, 0, 0]]
    assert tile(images, columns=2).tolist() == expected


def test_an_image_is_neither_turned_nor_mirrored():
    image = torch.tensor([[0.1, 0.2], [0.3, 0.4]]).reshape(1, 1, 2, 2)
    assert torch.equal(torch.as_tensor(tile(image, columns=1)), image[0, 0])


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (torch.zeros(3, 28, 28), r"shape \(3, 28, 28\), wanted \(N, 1, H, W\)"),
        (torch.zeros(3, 3, 4, 4), r"shape \(3, 3, 4, 4\), wanted"),
        (torch.full((1, 1, 2, 2), -1.0), r"span \[-1.00, -1.00\], wanted \[0, 1\]; rescale"),
        (torch.full((1, 1, 2, 2), 255.0), r"wanted \[0, 1\]; rescale"),
        (torch.full((1, 1, 2, 2), float("nan")), r"wanted \[0, 1\]"),
        (torch.zeros(0, 1, 2, 2), "no images"),
    ],
)
def test_what_is_no_stack_of_images_in_range_is_refused(images, sentence):
    with pytest.raises(ValueError, match=sentence):
        tile(images, columns=2)


def test_a_sample_grid_shows_the_tiled_images_with_black_0_and_white_1():
    images = torch.rand(6, 1, 4, 4, requires_grad=True)
    figure = sample_grid(images, columns=3, title="six")
    shown = figure.axes[0].images[0]
    assert (shown.get_array() == tile(images, 3)).all()
    assert shown.get_clim() == (0, 1) and shown.get_cmap().name == "gray"
    assert figure.axes[0].get_title() == "six"
    assert figure.get_size_inches()[0] == pytest.approx(3.6)


def test_loss_curves_are_moving_averages_with_labels_and_a_reference():
    history = {"generator": torch.arange(10.0), "discriminator": torch.ones(10)}
    figure = loss_curves(history, ylabel="loss (nats)", smooth=4, reference=("log 4", 1.386))
    axes = figure.axes[0]
    rising, flat, reference = axes.lines
    assert rising.get_xdata().tolist() == [4, 5, 6, 7, 8, 9, 10]  # the step that ends each window
    assert rising.get_ydata().tolist() == [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
    assert flat.get_ydata().tolist() == [1.0] * 7
    assert list(reference.get_ydata()) == [1.386, 1.386]
    assert rising.get_linestyle() != flat.get_linestyle()  # told apart without colour
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("training step", "loss (nats)")
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["generator", "discriminator", "log 4"]


def test_a_short_history_is_drawn_too():
    figure = loss_curves({"loss": torch.tensor([2.0])}, ylabel="nats", smooth=50)
    assert figure.axes[0].lines[0].get_ydata().tolist() == [2.0]


def test_show_displays_once_with_its_description_and_closes(monkeypatch):
    calls = []
    monkeypatch.setattr(common, "display", lambda *a, **k: calls.append((a, k)))
    figure, _ = new_figure(size=(6.4, 3.0), dpi=LARGE)
    show(figure, alt="A line that falls.")
    ((data,), options) = calls.pop()
    assert options == {"raw": True, "metadata": {"image/png": {"alt": "A line that falls."}}}
    assert data["text/plain"] == "<Figure size 640x300 with 1 Axes>" and not calls
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.format == "PNG" and picture.width > 600
    assert plt.get_fignums() == []


def test_a_palette_keeps_the_colours_of_the_house_and_saves_bytes():
    figure, axes = new_figure(size=(6.4, 3.0), dpi=LARGE)
    for height, colour in enumerate(COLOURS):
        axes.axhline(height, color=colour, linewidth=9)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    small = common.with_few_colours(buffer.getvalue())
    before, after = (
        torch.tensor(np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(float))
        for png in (buffer.getvalue(), small)
    )
    assert (before - after).abs().mean() < 0.5 and len(small) < len(buffer.getvalue()) / 2


def test_show_refuses_an_empty_description(monkeypatch):
    monkeypatch.setattr(common, "display", lambda *a, **k: pytest.fail("displayed"))
    with pytest.raises(ValueError, match="alt is empty"):
        show(new_figure()[0], alt="  ")


def test_figures_have_the_size_of_the_house_and_leave_the_learners_settings_alone():
    before = dict(matplotlib.rcParams)
    figure, axes = new_figure(1, 2, size=(5.0, 2.0))
    assert figure.get_dpi() == DPI == 72
    assert figure.get_size_inches().tolist() == [5.0, 2.0] and len(axes) == 2
    assert not axes[0].spines["top"].get_visible()
    assert dict(matplotlib.rcParams) == before


def test_a_grid_of_64_noisy_digits_stays_within_the_budget_of_a_picture(tmp_path):
    torch.manual_seed(0)
    figure = sample_grid(torch.rand(64, 1, 28, 28).round(), columns=8)
    figure.savefig(tmp_path / "a.png", dpi=DPI)
    assert (tmp_path / "a.png").stat().st_size < 50_000


def test_each_row_shows_the_first_images_of_its_set():
    rows = {"black": torch.zeros(12, 1, 28, 28), "white": torch.ones(4, 1, 28, 28)}
    axes = rows_of_images(rows, columns=4).axes[0]
    sheet = axes.images[0].get_array()
    assert sheet.shape == (56, 112) and sheet[:28].max() == 0 and sheet[28:].min() == 1
    assert [label.get_text() for label in axes.get_yticklabels()] == ["black", "white"]


def test_each_row_has_its_name_and_its_pictures():
    rows = {"data": torch.rand(5, 1, 28, 28), "samples": torch.zeros(5, 1, 28, 28)}
    axes = rows_of_pictures(rows).axes
    assert [place.get_ylabel() for place in axes] == ["data", "samples"]
    first = torch.as_tensor(axes[0].images[0].get_array())
    assert torch.equal(first[:, 28:56], rows["data"][1, 0])


def test_pictures_in_the_wrong_range_are_refused():
    with pytest.raises(ValueError, match=r"wanted \[0, 1\]"):
        rows_of_pictures({"signed": torch.full((3, 1, 28, 28), -1.0)})
