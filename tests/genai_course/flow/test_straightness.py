"""The bend of paths against an integral on a grid, and against straight lines."""

import math

import pytest
import torch

from genai_course.flow.straightness import path_bend


def points(count=6):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(count, 2, dtype=torch.float64, generator=generator)


def test_straight_lines_at_constant_speed_do_not_bend():
    bend = path_bend(lambda x, t: torch.tensor([[2.0, -1.0]]).double().expand_as(x), points(), 7)
    assert bend.shape == (6,)
    torch.testing.assert_close(bend, torch.zeros(6).double(), rtol=0, atol=1e-20)


def test_a_straight_line_at_changing_speed_counts_as_bent():
    """Speed 2 t has mean 1: the mean of (2 t - 1)^2 is a third, in each of three directions."""
    bend = path_bend(lambda x, t: 2 * t * torch.ones_like(x), torch.zeros(1, 1, 1, 3), 2000)
    assert bend.item() == pytest.approx(3 / 3, rel=1e-2)


def test_paths_to_a_gaussian_bend_as_their_closed_form_does():
    """x(t) = (1 - t) m + r(t) z with r^2 = (1 - t)^2 s^2 + t^2: all is known but one integral."""
    mean, s, z = 1.5, 0.4, points()

    def velocity(x, t):
        kept = (1 - t) ** 2 * s**2 + t**2
        return -mean + (t - (1 - t) * s**2) / kept * (x - (1 - t) * mean)

    t = torch.linspace(0, 1, 100_001, dtype=torch.float64)
    slope = (t - (1 - t) * s**2) / ((1 - t) ** 2 * s**2 + t**2).sqrt()
    factor = torch.trapezoid((slope - (1 - s)) ** 2, t)
    expected = factor * z.square().sum(dim=1)
    torch.testing.assert_close(path_bend(velocity, z, 2000), expected, rtol=5e-3, atol=0)


def test_the_velocity_is_asked_from_noise_on_and_never_at_the_data():
    seen = []
    path_bend(lambda x, t: seen.append(t) or x, points(), 4)
    assert seen == pytest.approx([1.0, 0.75, 0.5, 0.25])


def test_a_turn_costs_what_its_length_says():
    """Once round a circle the mean velocity is 0 and the speed 2 pi r."""
    turn = 2 * math.pi * torch.tensor([[0.0, 1.0], [-1.0, 0.0]]).double()
    bend = path_bend(lambda x, t: x @ turn, torch.tensor([[3.0, 0.0]]).double(), 5000)
    assert bend.item() == pytest.approx((2 * math.pi * 3) ** 2, rel=1e-2)


def test_no_start_is_refused():
    with pytest.raises(ValueError, match="there are no start"):
        path_bend(lambda x, t: x, torch.zeros(0, 2), 2)
