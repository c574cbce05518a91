"""The straight line: by hand, by finite differences, and its mean velocity by sums over x_0."""

import pytest
import torch

from genai_course.flow.mixtures import mixture_velocity
from genai_course.flow.paths import (
    ends_of_line,
    line_velocity,
    per_sample,
    score_of_velocity,
    straight_path,
    velocity_of_score,
)

LINE, WIDTH = torch.tensor([[-1.0], [0.3], [1.2]], dtype=torch.float64), 0.2


def draw(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


def test_a_quarter_of_the_way_to_noise_three_quarters_are_data():
    x, noise = torch.tensor([[4.0, 0.0]]), torch.tensor([[0.0, 8.0]])
    assert straight_path(x, noise, 0.25).tolist() == [[3.0, 2.0]]
    assert line_velocity(x, noise).tolist() == [[-4.0, 8.0]]


def test_each_image_has_a_time_of_its_own():
    x, noise, t = draw(3, 1, 4, 4), draw(3, 1, 4, 4, seed=1), torch.tensor([0.0, 0.3, 1.0]).double()
    x_t = straight_path(x, noise, t)
    torch.testing.assert_close(x_t[0], x[0])
    torch.testing.assert_close(x_t[1], 0.7 * x[1] + 0.3 * noise[1])
    torch.testing.assert_close(x_t[2], noise[2])
    assert per_sample(t, x).shape == (3, 1, 1, 1) and per_sample(0.3, x) == 0.3


def test_times_of_points_meet_rows_where_there_are_as_many_of_both():
    t = torch.tensor([0.0, 1.0]).double()
    got = straight_path(torch.zeros(2, 2).double(), torch.ones(2, 2).double(), t)
    assert got.tolist() == [[0, 0], [1, 1]]


def test_the_velocity_is_the_slope_of_the_path():
    x, noise, h = draw(5, 2), draw(5, 2, seed=1), 1e-6
    slope = (straight_path(x, noise, 0.4 + h) - straight_path(x, noise, 0.4 - h)) / (2 * h)
    torch.testing.assert_close(line_velocity(x, noise), slope, rtol=0, atol=1e-8)


def test_a_velocity_gives_back_both_ends_at_each_time():
    x, noise, t = (
        draw(4, 1, 2, 2),
        draw(4, 1, 2, 2, seed=1),
        torch.tensor([0, 0.2, 0.7, 1]).double(),
    )
    got = ends_of_line(line_velocity(x, noise), straight_path(x, noise, t), t)
    torch.testing.assert_close(got[0], x)
    torch.testing.assert_close(got[1], noise)


def sums_over_x_0(x_t, t):
    """Mean of noise - x_0 given x_t (N, 1), and the log-density: a grid of x_0, in logarithms."""
    x_0 = torch.linspace(-4, 4, 20_001, dtype=torch.float64)
    prior = torch.logsumexp(-((x_0 - LINE) ** 2) / (2 * WIDTH**2), dim=0)
    noise = (x_t - (1 - t) * x_0) / t  # (N, grid)
    log_joint = prior - noise**2 / 2
    velocity = (log_joint.softmax(dim=1) * (noise - x_0)).sum(dim=1, keepdim=True)
    return velocity, log_joint.logsumexp(dim=1, keepdim=True)


@pytest.mark.parametrize("t", [0.05, 0.4, 0.9, 1.0])
def test_the_mixtures_velocity_is_the_mean_over_all_lines_through_a_point(t):
    x_t = torch.linspace(-2.5, 2.5, 41, dtype=torch.float64).unsqueeze(1)
    got = mixture_velocity(x_t, t, LINE, WIDTH)
    torch.testing.assert_close(got, sums_over_x_0(x_t, t)[0], rtol=1e-9, atol=1e-9)


def test_in_the_plane_far_modes_do_not_disturb_and_axes_do_not_mix():
    """Far from the second mode, each axis moves as that of one Gaussian does."""
    centres = torch.tensor([[1.0, -2.0], [500.0, 500.0]], dtype=torch.float64)
    x_t, t, width = draw(6, 2), 0.3, 0.5
    variance = (0.7 * width) ** 2 + t**2
    by_hand = -centres[0] + (t - 0.7 * width**2) / variance * (x_t - 0.7 * centres[0])
    torch.testing.assert_close(mixture_velocity(x_t, t, centres, width), by_hand)


def test_at_both_ends_the_mean_of_the_other_end_is_all_that_is_known():
    x = draw(9, 1)
    torch.testing.assert_close(mixture_velocity(x, 0.0, LINE, WIDTH), -x)
    torch.testing.assert_close(mixture_velocity(x, 1.0, LINE, WIDTH), x - LINE.mean())


@pytest.mark.parametrize("t", [0.1, 0.6, 0.95])
def test_score_and_velocity_are_each_other(t):
    x_t, h = torch.linspace(-2, 2, 21, dtype=torch.float64).unsqueeze(1), 1e-5
    up, down = (sums_over_x_0(x_t + away, t)[1] for away in (h, -h))
    score, velocity = (up - down) / (2 * h), mixture_velocity(x_t, t, LINE, WIDTH)
    torch.testing.assert_close(velocity_of_score(score, x_t, t), velocity, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(score_of_velocity(velocity, x_t, t), score, rtol=1e-6, atol=1e-6)


def test_score_and_velocity_take_a_time_for_each_sample():
    x_t, t = draw(3, 2), torch.tensor([0.2, 0.5, 0.8]).double()
    score = draw(3, 2, seed=1)
    rows = [velocity_of_score(score[i : i + 1], x_t[i : i + 1], t[i].item()) for i in range(3)]
    velocity = velocity_of_score(score, x_t, t)
    torch.testing.assert_close(velocity, torch.cat(rows))
    torch.testing.assert_close(score_of_velocity(velocity, x_t, t), score)


@pytest.mark.parametrize(
    "call",
    [
        lambda a, b: straight_path(a, b, 0.5),
        line_velocity,
        lambda a, b: ends_of_line(a, b, 0.5),
        lambda a, b: velocity_of_score(a, b, 0.5),
        lambda a, b: score_of_velocity(a, b, 0.5),
    ],
)
def test_what_would_broadcast_is_refused(call):
    with pytest.raises(ValueError, match="wanted"):
        call(torch.zeros(3, 2), torch.zeros(1, 2))
