"""Figures of notebook 04: what is drawn is what was given."""

import math

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.plots.gan import class_shares, losses_of_two_players


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_the_losses_are_smoothed_and_the_landmarks_are_drawn():
    steps = torch.arange(200.0)
    history = {"discriminator_loss": steps / 200, "generator_loss": 1 + 0 * steps, "other": steps}
    axes = losses_of_two_players(history, smooth=50).axes[0]
    falls, landmark_d, flat, landmark_g = axes.lines
    assert falls.get_xdata()[0] == 50 and falls.get_xdata()[-1] == 200
    assert math.isclose(falls.get_ydata()[0], 24.5 / 200, rel_tol=1e-6)
    assert all(abs(value - 1) < 1e-9 for value in flat.get_ydata())
    assert math.isclose(landmark_d.get_ydata()[0], math.log(4))
    assert math.isclose(landmark_g.get_ydata()[0], math.log(2))
    assert "nats" in axes.get_ylabel() and "step" in axes.get_xlabel()


def test_a_short_history_is_drawn_too():
    history = {f"{name}_loss": torch.ones(3) for name in ("discriminator", "generator")}
    assert len(losses_of_two_players(history).axes[0].lines[0].get_xdata()) == 1


def test_the_bars_are_shares_in_percent():
    counts = {"real": torch.full((10,), 7), "generated": torch.arange(10)}
    axes = class_shares(counts).axes[0]
    real, generated = axes.containers
    assert [round(bar.get_height(), 6) for bar in real] == [10.0] * 10
    assert math.isclose(generated[9].get_height(), 20.0) and generated[0].get_height() == 0
    assert real[3].get_x() < 3 < generated[3].get_x() + generated[3].get_width()


def test_no_readable_image_gives_bars_of_no_height():
    bars = class_shares({"generated": torch.zeros(10, dtype=torch.long)}).axes[0].containers[0]
    assert all(bar.get_height() == 0 for bar in bars)


def test_eleven_counts_are_refused():
    with pytest.raises(ValueError, match=r"\(11,\), wanted \(10,\)"):
        class_shares({"generated": torch.ones(11)})
