"""Schedules against single steps of noise, one after the other, and one stroke against many."""

import math

import pytest
import torch

from genai_course.diffusion.schedules import (
    cosine_schedule,
    diffuse,
    linear_schedule,
    signal_and_noise,
)


def step_by_step(betas):
    """Factor of x_0 and variance of the noise after each step x' = sqrt(1 - b) x + sqrt(b) z."""
    factor, variance = 1.0, 0.0
    for beta in betas:
        factor, variance = math.sqrt(1 - beta) * factor, (1 - beta) * variance + beta
        yield factor, variance


@pytest.mark.parametrize("num_steps", [50, 200, 1000])
def test_one_stroke_of_the_linear_schedule_is_many_single_steps(num_steps):
    alpha_bar = linear_schedule(num_steps)
    assert alpha_bar.shape == (num_steps + 1,) and alpha_bar.dtype == torch.float64
    grown = [1e-4 + (0.02 - 1e-4) * k / (num_steps - 1) for k in range(num_steps)]
    by_hand = step_by_step(1000 / num_steps * beta for beta in grown)
    for kept, (factor, variance) in zip(alpha_bar.tolist()[1:], by_hand, strict=True):
        assert math.sqrt(kept) == pytest.approx(factor, rel=1e-10)
        assert 1 - kept == pytest.approx(variance, abs=1e-12)


def test_a_thousand_linear_steps_leave_the_share_that_the_paper_leaves():
    assert linear_schedule(1000)[-1].item() == pytest.approx(4.0358e-5, rel=1e-4)


def test_the_cosine_schedule_is_a_squared_cosine_until_the_last_step():
    num_steps, alpha_bar = 200, cosine_schedule(200)
    assert alpha_bar.shape == (201,) and alpha_bar.dtype == torch.float64
    wanted = [math.cos((t / 200 + 0.008) / 1.008 * math.pi / 2) ** 2 for t in range(num_steps)]
    expected = torch.tensor(wanted, dtype=torch.float64) / wanted[0]
    torch.testing.assert_close(alpha_bar[:-1], expected, rtol=1e-10, atol=0)
    assert alpha_bar[-1].item() == pytest.approx(0.001 * alpha_bar[-2].item())


@pytest.mark.parametrize("schedule", [linear_schedule, cosine_schedule])
@pytest.mark.parametrize("num_steps", [30, 200, 1000])
def test_a_schedule_falls_from_all_to_almost_nothing(schedule, num_steps):
    alpha_bar = schedule(num_steps)
    assert alpha_bar[0] == 1 and 0 < alpha_bar[-1] < 1e-4
    assert (alpha_bar.diff() < 0).all()


HALF = torch.tensor([1.0, 0.64, 0.36, 0.0], dtype=torch.float64)  # roots 1, 0.8, 0.6, 0


def test_each_sample_gets_the_factors_of_its_own_step():
    x = torch.zeros(3, 1, 2, 2)
    signal, sigma = signal_and_noise(HALF, torch.tensor([1, 2, 0]), x)
    assert signal.shape == sigma.shape == (3, 1, 1, 1) and signal.dtype == x.dtype
    torch.testing.assert_close(signal.flatten(), torch.tensor([0.8, 0.6, 1.0]))
    torch.testing.assert_close(sigma.flatten(), torch.tensor([0.6, 0.8, 0.0]))


def test_one_step_for_all_gives_two_numbers():
    signal, sigma = signal_and_noise(HALF, 2, torch.zeros(3, 2, dtype=torch.float64))
    assert signal.shape == sigma.shape == () and signal.dtype == torch.float64
    assert (signal.item(), sigma.item()) == pytest.approx((0.6, 0.8))


def test_noise_is_mixed_in_by_the_step_of_each_sample():
    x = torch.tensor([[1.0, -2.0, 0.0, 1.0]] * 4)  # as many numbers as samples: any axis would do
    noise = torch.tensor([[10.0, 5.0, 1.0, 0.0]] * 4)
    x_t = diffuse(x, noise, torch.arange(4), HALF)
    expected = [
        [1.0, -2.0, 0.0, 1.0],
        [6.8, 1.4, 0.6, 0.8],
        [8.6, 2.8, 0.8, 0.6],
        [10.0, 5.0, 1.0, 0.0],
    ]
    torch.testing.assert_close(x_t, torch.tensor(expected))
    torch.testing.assert_close(diffuse(x, noise, 1, HALF), torch.tensor([expected[1]] * 4))


def test_variance_one_stays_variance_one():
    x, noise = torch.randn(2, 200_000, 1, generator=torch.Generator().manual_seed(0))
    for t in (1, 40, 100, 150, 200):
        assert diffuse(x, noise, t, linear_schedule(200)).var().item() == pytest.approx(1, abs=0.02)


def test_one_noise_for_a_whole_batch_is_refused():
    with pytest.raises(ValueError, match="noise has shape"):
        diffuse(torch.zeros(3, 2), torch.zeros(1, 2), 1, HALF)
