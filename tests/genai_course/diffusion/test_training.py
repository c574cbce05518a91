"""The rate against a formula written out here; the average against one kept by hand."""

import copy
import math

import pytest
import torch
from torch import nn

from genai_course.diffusion import training
from genai_course.diffusion.networks import PointDenoiser
from genai_course.diffusion.schedules import cosine_schedule
from genai_course.diffusion.training import rate_at, train_denoiser


def test_the_rate_rises_evenly_and_falls_by_half_a_cosine():
    seen = [rate_at(k, 1000) for k in (0, 24, 49, 250, 500, 750, 1000, 1200)]
    half = math.cos(math.pi / 4) / 2
    early = [(1 + math.cos(math.pi * k / 1000)) / 2 for k in (0, 24, 49)]
    expected = [early[0] / 50, early[1] / 2, early[2], 0.5 + half, 0.5, 0.5 - half, 0, 0]
    assert seen == pytest.approx(expected)


def test_the_rise_is_as_long_as_is_said():
    assert rate_at(4, 10_000, rise=10) == pytest.approx(0.5, rel=1e-5)


def points(count=64):
    return torch.randn(count, 2, generator=torch.Generator().manual_seed(0))


def test_the_network_learns_and_the_average_is_a_copy_apart(monkeypatch):
    torch.manual_seed(0)
    network, seen = PointDenoiser(8), []
    before = copy.deepcopy(network.state_dict())
    usual = training.update_average

    def watched(average, net, decay):
        seen.append((decay, net is network))
        usual(average, net, decay)

    monkeypatch.setattr(training, "update_average", watched)
    average, history = train_denoiser(network, points(), cosine_schedule(20), 3, 16, 1e-2)
    assert history["loss"].shape == (12,) and seen == [(0.995, True)] * 12
    assert not average.training and average is not network
    moved = {name: (w - before[name]).abs().max() for name, w in network.state_dict().items()}
    assert moved["layers.5.weight"] > 1e-3
    for name, mean in average.state_dict().items():
        if moved[name] > 1e-3:
            assert (mean - before[name]).abs().max() < 0.06 * moved[name] + 1e-3


class Asked(nn.Linear):
    """A network that ignores the time, of one layer."""

    def forward(self, x_t, time):
        return super().forward(x_t)


@pytest.mark.parametrize(("epochs", "size"), [(2, 16), (5, 32)])
def test_the_rate_of_each_step_is_that_of_its_number(monkeypatch, epochs, size):
    asked = []
    monkeypatch.setattr(training, "rate_at", lambda k, n: asked.append((k, n)) or 1.0)
    train_denoiser(Asked(2, 2), points(), cosine_schedule(20), epochs, size, 1e-3)
    steps = epochs * (64 // size)
    assert asked == [(k, steps) for k in range(steps + 1)]


def test_the_learning_rate_counts():
    ends = []
    for lr in (1e-4, 1e-2):
        torch.manual_seed(0)
        network = Asked(2, 2)
        before = network.weight.detach().clone()
        train_denoiser(network, points(), cosine_schedule(20), 1, 16, lr)
        ends.append((network.weight - before).abs().max().item())
    assert ends[1] > 20 * ends[0]
