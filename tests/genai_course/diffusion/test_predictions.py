"""Noise, image and v: v by differences of x_t, and each of the three gives back the others."""

import math

import pytest
import torch

from genai_course.diffusion.predictions import from_noise, from_v, predictor, v_target
from genai_course.diffusion.schedules import diffuse, linear_schedule

STEPS = [7, torch.tensor([1, 50, 120, 200])]  # of all, and of each sample


def pair():
    return torch.randn(2, 4, 3, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("angle", [0.1, 0.8, 1.5])
def test_v_is_the_velocity_of_x_t_where_the_angle_grows(angle):
    (x, noise), h = pair(), 1e-5
    turned = torch.tensor([math.cos(angle + k * h) ** 2 for k in (-1, 0, 1)], dtype=torch.float64)
    before, after = (diffuse(x, noise, t, turned) for t in (0, 2))
    v = v_target(x, noise, 1, turned)
    torch.testing.assert_close(v, (after - before) / (2 * h), rtol=0, atol=1e-7)


@pytest.mark.parametrize("t", STEPS, ids=["all", "each"])
def test_the_right_v_gives_image_and_noise(t):
    (x, noise), alpha_bar = pair(), linear_schedule(200)
    v, x_t = v_target(x, noise, t, alpha_bar), diffuse(x, noise, t, alpha_bar)
    x_hat, noise_hat = from_v(v, x_t, t, alpha_bar)
    torch.testing.assert_close(x_hat, x, rtol=0, atol=1e-12)
    torch.testing.assert_close(noise_hat, noise, rtol=0, atol=1e-12)


@pytest.mark.parametrize("t", STEPS, ids=["all", "each"])
def test_the_right_noise_gives_the_image(t):
    (x, noise), alpha_bar = pair(), linear_schedule(200)
    x_hat, noise_hat = from_noise(noise, diffuse(x, noise, t, alpha_bar), t, alpha_bar)
    torch.testing.assert_close(x_hat, x, rtol=0, atol=1e-10)
    assert torch.equal(noise_hat, noise)


@pytest.mark.parametrize("convert", [from_v, from_noise])
def test_whatever_is_predicted_image_and_noise_make_the_x_t_that_was_given(convert):
    (guess, x_t), alpha_bar = pair(), linear_schedule(200)
    t = STEPS[1]
    again = diffuse(*convert(guess, x_t, t, alpha_bar), t, alpha_bar)
    torch.testing.assert_close(again, x_t, rtol=0, atol=1e-9)


def test_an_error_of_v_is_never_enlarged_and_one_of_the_noise_is():
    """A wrong v makes the image wrong by sigma of it, a wrong noise by sigma over signal."""
    (x, noise), alpha_bar = pair(), linear_schedule(200)
    x_t = diffuse(x, noise, 200, alpha_bar)
    by_v = from_v(v_target(x, noise, 200, alpha_bar) + 0.01, x_t, 200, alpha_bar)[0]
    by_noise = from_noise(noise + 0.01, x_t, 200, alpha_bar)[0]
    assert (by_v - x).abs().max() < 0.0101
    assert (by_noise - x).abs().min() > 1


def test_a_predictor_tells_the_share_of_steps_and_makes_image_and_noise_of_v():
    (x, noise), alpha_bar, told = pair(), linear_schedule(200), []

    def network(x_t, time):
        told.append(time)
        return v_target(x, noise, 50, alpha_bar)

    x_hat, noise_hat = predictor(network, alpha_bar)(diffuse(x, noise, 50, alpha_bar), 50)
    torch.testing.assert_close(x_hat, x)
    torch.testing.assert_close(noise_hat, noise)
    torch.testing.assert_close(told[0], torch.full((len(x),), 0.25, dtype=x.dtype))
