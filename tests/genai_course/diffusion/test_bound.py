"""The bound of a diffusion model: weights from the betas, and the divergence that they weigh."""

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from genai_course.diffusion.bound import step_weights
from genai_course.diffusion.predictions import from_noise
from genai_course.diffusion.sampling import step_posterior
from genai_course.diffusion.schedules import cosine_schedule, diffuse, linear_schedule


def draw(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


@pytest.mark.parametrize("schedule", [linear_schedule, cosine_schedule])
def test_the_weights_are_those_of_the_betas(schedule):
    alpha_bar = schedule(300)
    alpha = alpha_bar[1:] / alpha_bar[:-1]
    beta, after, before = 1 - alpha[1:], 1 - alpha_bar[2:], 1 - alpha_bar[1:-1]
    of_posterior = beta * before / after
    expected = beta**2 / (2 * of_posterior * alpha[1:] * after)
    got = step_weights(alpha_bar)
    assert got.shape == (299,)
    torch.testing.assert_close(got, expected, rtol=1e-9, atol=0)


def test_first_steps_weigh_most():
    weights = step_weights(linear_schedule(1000))
    seen = [weights[t - 2].item() for t in (2, 10, 100, 1000)]
    assert seen == pytest.approx([0.600, 0.0864, 0.01027, 0.01020], rel=1e-3)
    assert weights.argmax() == 0


@pytest.mark.parametrize("t", [2, 30, 300])
def test_a_step_costs_its_weight_times_the_squared_error_of_the_noise(t):
    alpha_bar, x, noise, guess = linear_schedule(300), draw(4, 6), draw(4, 6, seed=1), draw(4, 6)
    x_t = diffuse(x, noise, t, alpha_bar)
    x_hat, _ = from_noise(guess, x_t, t, alpha_bar)
    mean_q, variance = step_posterior(x, x_t, t - 1, t, alpha_bar)
    mean_p, _ = step_posterior(x_hat, x_t, t - 1, t, alpha_bar)
    squares = (noise - guess).square().sum(dim=1)
    expected = step_weights(alpha_bar)[t - 2] * squares
    q, p = (Normal(mean, variance.sqrt()) for mean in (mean_q, mean_p))
    torch.testing.assert_close(kl_divergence(q, p).sum(dim=1), expected, rtol=1e-7, atol=0)
