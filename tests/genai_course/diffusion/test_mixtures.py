"""The exact answers for mixtures: against torch.distributions, sums over x_0, and differences."""

import math

import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from genai_course.diffusion.mixtures import exact_prediction, mixture_log_density
from genai_course.diffusion.predictions import from_noise
from genai_course.diffusion.schedules import linear_schedule

TRIANGLE = torch.tensor([[1.0, 0.0], [-0.5, 1.0], [-0.5, -1.5]], dtype=torch.float64)
LINE, WIDTH = torch.tensor([[-1.0], [0.3], [1.2]], dtype=torch.float64), 0.2
ALPHA_BAR = linear_schedule(200)


def plane():
    return torch.randn(9, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("t", [0, 10, 80, 200])
def test_the_density_of_x_t_is_that_of_a_shrunken_and_widened_mixture(t):
    kept = ALPHA_BAR[t].item()
    spread = math.sqrt(kept * WIDTH**2 + 1 - kept)
    parts = Independent(Normal(math.sqrt(kept) * TRIANGLE, spread), 1)
    mixture = MixtureSameFamily(Categorical(torch.ones(3).double()), parts)
    signal, sigma = ALPHA_BAR[t].sqrt(), (1 - ALPHA_BAR[t]).sqrt()
    got = mixture_log_density(plane(), signal, sigma, TRIANGLE, WIDTH)
    assert got.shape == (9,)
    torch.testing.assert_close(got, mixture.log_prob(plane()), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("t", [1, 60, 200])
def test_the_density_sums_to_one(t):
    x_t = torch.linspace(-9, 9, 20_001, dtype=torch.float64).unsqueeze(1)
    signal, sigma = ALPHA_BAR[t].sqrt(), (1 - ALPHA_BAR[t]).sqrt()
    density = mixture_log_density(x_t, signal, sigma, LINE, WIDTH).exp()
    assert torch.trapezoid(density, x_t[:, 0]).item() == pytest.approx(1, abs=1e-9)


def sums_over_x_0(x_t, t):
    """Means of x_0 and of the noise, given x_t (N, 1): Bayes on a grid of x_0, in logarithms."""
    x_0 = torch.linspace(-4, 4, 20_001, dtype=torch.float64)
    prior = torch.logsumexp(-((x_0 - LINE) ** 2) / (2 * WIDTH**2), dim=0)
    kept = ALPHA_BAR[t].item()
    noise = (x_t - math.sqrt(kept) * x_0) / math.sqrt(1 - kept)  # (N, grid)
    belief = (prior - noise**2 / 2).softmax(dim=1)
    return (belief * x_0).sum(dim=1, keepdim=True), (belief * noise).sum(dim=1, keepdim=True)


@pytest.mark.parametrize("t", [5, 60, 150, 200])
def test_the_exact_prediction_is_the_mean_over_all_images_that_could_be_below(t):
    x_t = torch.linspace(-2.5, 2.5, 41, dtype=torch.float64).unsqueeze(1)
    image, noise = sums_over_x_0(x_t, t)
    x_hat, noise_hat = exact_prediction(x_t, t, ALPHA_BAR, LINE, WIDTH)
    torch.testing.assert_close(noise_hat, noise, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(x_hat, image, rtol=0, atol=1e-9)
    by_tweedie, _ = from_noise(noise_hat, x_t, t, ALPHA_BAR)
    torch.testing.assert_close(by_tweedie, image, rtol=0, atol=1e-8)


@pytest.mark.parametrize("t", [3, 60, 200])
def test_the_exact_noise_is_minus_sigma_times_the_slope_of_the_log_density(t):
    x_t, h = plane(), 1e-5
    signal, sigma = ALPHA_BAR[t].sqrt(), (1 - ALPHA_BAR[t]).sqrt()
    _, got = exact_prediction(x_t, t, ALPHA_BAR, TRIANGLE, WIDTH)
    for i, away in enumerate(h * torch.eye(2, dtype=torch.float64)):
        up, down = (
            mixture_log_density(x, signal, sigma, TRIANGLE, WIDTH) for x in (x_t + away, x_t - away)
        )
        slope = (up - down) / (2 * h)
        torch.testing.assert_close(got[:, i], -sigma * slope, rtol=1e-6, atol=1e-7)


def test_far_away_nothing_underflows():
    far = torch.full((1, 2), 60.0)
    x_hat, got = exact_prediction(far, 1, ALPHA_BAR, TRIANGLE.float(), 0.05)
    assert x_hat.isfinite().all() and got.isfinite().all() and (got > 100).all()
    assert (
        mixture_log_density(far, torch.tensor(1.0), torch.tensor(0.0), TRIANGLE.float(), 0.05)
        < -1e5
    )


def test_where_nothing_is_left_of_the_image_its_mean_is_that_of_the_data():
    x_hat, noise_hat = exact_prediction(plane(), 1, torch.tensor([1.0, 0.0]), TRIANGLE, WIDTH)
    torch.testing.assert_close(x_hat, TRIANGLE.mean(dim=0).expand(9, 2))
    torch.testing.assert_close(noise_hat, plane())


def test_without_noise_the_image_is_what_is_seen():
    x_hat, noise_hat = exact_prediction(plane(), 0, torch.tensor([1.0, 0.0]), TRIANGLE, WIDTH)
    torch.testing.assert_close(x_hat, plane())
    assert not noise_hat.any()
