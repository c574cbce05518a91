"""The training of a flow: which noise and labels a batch gets, the rate, and the average."""

import copy

import pytest
import torch
from torch import nn

from genai_course.flow import training
from genai_course.flow.training import fresh_noise, train_flow


class OneLayer(nn.Linear):
    """A network that ignores time and label, and counts labels."""

    num_classes = 3

    def forward(self, x_t, time, labels=None):
        return super().forward(x_t)


def points(count=64):
    return torch.randn(count, 2, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def steps(monkeypatch):
    """What `flow_step` is given, and the rates."""
    seen, usual = [], training.flow_step

    def watched(network, optimizer, x, noise, labels=None, dropped=None):
        seen.append((x, noise, labels, optimizer.param_groups[0]["lr"]))
        return usual(network, optimizer, x, noise, labels, dropped)

    monkeypatch.setattr(training, "flow_step", watched)
    return seen


def rows(x):
    return sorted(x.tolist())


def test_every_epoch_sees_all_samples_with_noise_that_is_fresh(steps):
    torch.manual_seed(0)
    _, history = train_flow(OneLayer(2, 2), points(), 2, 16, 1e-2)
    assert history["loss"].shape == (8,) and len(steps) == 8
    for epoch in (steps[:4], steps[4:]):
        assert rows(torch.cat([x for x, *_ in epoch])) == rows(points())
    noise = torch.cat([noise for _, noise, _, _ in steps])
    assert len(noise.unique()) == 2 * 128 and noise.std().item() == pytest.approx(1, abs=0.15)
    assert all(labels is None for _, _, labels, _ in steps)


def test_labels_and_kept_noise_go_with_their_samples(steps):
    x, noise, labels = points(), -points(), torch.arange(64) % 3
    train_flow(OneLayer(2, 2), x, 1, 16, 1e-2, labels, noise_for=lambda some, chosen: noise[chosen])
    assert len(steps) == 4
    for some, partner, asked, _ in steps:
        assert torch.equal(partner, -some)
        places = [(x == row).all(dim=1).nonzero().item() for row in some]
        assert asked.tolist() == [place % 3 for place in places]


def test_the_rate_rises_and_falls_as_in_notebook_14(steps):
    train_flow(OneLayer(2, 2), points(640), 10, 16, 0.5)
    rates = [rate for *_, rate in steps]
    assert len(rates) == 400 and max(rates) == pytest.approx(0.5, rel=0.05)
    assert rates[0] == pytest.approx(0.01) and rates.index(max(rates)) == 49 and rates[-1] < 1e-3


def test_the_average_is_a_copy_apart_that_lags_behind():
    torch.manual_seed(0)
    network = OneLayer(2, 2)
    before = copy.deepcopy(network.state_dict())
    average, _ = train_flow(network, points(), 3, 16, 1e-2)
    assert average is not network and not average.training
    moved = (network.weight - before["weight"]).abs().max()
    lagging = (average.weight - before["weight"]).abs().max()
    assert 0 < lagging < 0.1 * moved


def test_fresh_noise_is_another_each_time():
    torch.manual_seed(0)
    x = torch.zeros(3, 1, 2, 2).double()
    first, second = (fresh_noise(x, torch.arange(3)) for _ in range(2))
    assert first.shape == x.shape and first.dtype == x.dtype and not torch.equal(first, second)


@pytest.mark.parametrize("dropped", [0.0, 1.0])
def test_as_many_labels_are_dropped_as_is_said(dropped):
    heard, network = [], OneLayer(2, 2)
    network.register_forward_pre_hook(lambda _, given: heard.append(given[2]))
    train_flow(network, points(), 1, 16, 1e-2, torch.zeros(64, dtype=torch.long), dropped)
    assert (torch.cat(heard) == 3).double().mean() == dropped
