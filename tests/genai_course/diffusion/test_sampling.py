"""Steps back against Bayes on a grid, and whole walks with an exact prediction."""

import math

import pytest
import torch

from genai_course.diffusion.mixtures import exact_prediction
from genai_course.diffusion.sampling import draw_samples, even_steps, step_back, step_posterior
from genai_course.diffusion.schedules import diffuse, linear_schedule

ALPHA_BAR = linear_schedule(200)
PAIRS = [(1, 2), (9, 10), (99, 100), (199, 200), (50, 60), (10, 190)]


def draw(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


def single_steps(start, stop):
    """Factor and variance of the noise of steps start + 1 to stop, taken one at a time."""
    factor, variance = 1.0, 0.0
    for t in range(start + 1, stop + 1):
        beta = 1000 / 200 * (1e-4 + (0.02 - 1e-4) * (t - 1) / 199)
        factor, variance = math.sqrt(1 - beta) * factor, (1 - beta) * variance + beta
    return factor, variance


@pytest.mark.parametrize(("s", "t"), PAIRS)
def test_the_posterior_is_bayes_on_a_grid(s, t):
    x, x_t = 0.7, -0.4
    (to_s, noise_s), (on, added) = single_steps(0, s), single_steps(s, t)
    grid = torch.linspace(-8, 8, 400_001, dtype=torch.float64)
    log_belief = -((grid - to_s * x) ** 2) / (2 * noise_s) - (x_t - on * grid) ** 2 / (2 * added)
    belief = log_belief.softmax(dim=0)
    expected = (belief * grid).sum()
    spread = (belief * (grid - expected) ** 2).sum()
    both = torch.tensor([[[x]], [[x_t]]], dtype=torch.float64)
    mean, variance = step_posterior(*both, s, t, ALPHA_BAR)
    assert mean.shape == (1, 1) and variance.shape == ()
    torch.testing.assert_close(mean[0, 0], expected, rtol=0, atol=1e-9)
    torch.testing.assert_close(variance, spread, rtol=1e-9, atol=0)


def test_the_mean_of_one_step_is_that_of_the_paper():
    """(x_t - beta noise / sqrt(1 - alpha_bar)) / sqrt(alpha), a form without the image."""
    x, noise, t = draw(4, 3), draw(4, 3, seed=1), 60
    alpha = ALPHA_BAR[t] / ALPHA_BAR[t - 1]
    x_t = diffuse(x, noise, t, ALPHA_BAR)
    expected = (x_t - (1 - alpha) / (1 - ALPHA_BAR[t]).sqrt() * noise) / alpha.sqrt()
    mean, _ = step_posterior(x, x_t, t - 1, t, ALPHA_BAR)
    torch.testing.assert_close(mean, expected, rtol=0, atol=1e-12)


def test_nothing_is_uncertain_at_step_0():
    x, x_t = draw(4, 3), draw(4, 3, seed=1)
    mean, variance = step_posterior(x, x_t, 0, 7, ALPHA_BAR)
    torch.testing.assert_close(mean, x, rtol=0, atol=1e-12)
    assert variance == 0


@pytest.mark.parametrize(("s", "t"), PAIRS)
def test_with_eta_1_a_step_back_is_a_draw_from_the_posterior(s, t):
    x_hat, noise_hat = draw(5, 3), draw(5, 3, seed=1)
    torch.manual_seed(3)
    got = step_back(x_hat, noise_hat, s, t, ALPHA_BAR)
    torch.manual_seed(3)
    fresh = torch.randn_like(x_hat)
    mean, variance = step_posterior(x_hat, diffuse(x_hat, noise_hat, t, ALPHA_BAR), s, t, ALPHA_BAR)
    torch.testing.assert_close(got, mean + variance.sqrt() * fresh, rtol=0, atol=1e-10)


@pytest.mark.parametrize(("s", "t"), PAIRS)
def test_with_eta_0_nothing_is_drawn(s, t):
    x_hat, noise_hat = draw(5, 3), draw(5, 3, seed=1)
    got = step_back(x_hat, noise_hat, s, t, ALPHA_BAR, eta=0.0)
    assert torch.equal(got, step_back(x_hat, noise_hat, s, t, ALPHA_BAR, eta=0.0))
    torch.testing.assert_close(got, diffuse(x_hat, noise_hat, s, ALPHA_BAR))


@pytest.mark.parametrize("eta", [0.3, 0.7])
def test_eta_is_a_share_of_the_standard_deviation(eta):
    count, s, t = 200_000, 50, 60
    x_hat, noise_hat = torch.full((count, 1), 0.7), torch.zeros(count, 1)
    torch.manual_seed(0)
    got = step_back(x_hat, noise_hat, s, t, ALPHA_BAR, eta)
    whole = math.sqrt(step_posterior(x_hat, x_hat, s, t, ALPHA_BAR)[1])
    assert got.std().item() == pytest.approx(eta * whole, rel=0.01)


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_true_predictions_lead_to_the_marginal_whatever_eta_is(eta):
    count, s, t = 200_000, 50, 60
    torch.manual_seed(0)
    got = step_back(torch.full((count, 1), 0.7), torch.randn(count, 1), s, t, ALPHA_BAR, eta)
    factor, variance = single_steps(0, s)
    assert got.mean().item() == pytest.approx(0.7 * factor, abs=0.01)
    assert got.var().item() == pytest.approx(variance, rel=0.02)


def test_each_sample_and_each_pixel_gets_noise_of_its_own():
    x_s = step_back(torch.zeros(3, 4), torch.zeros(3, 4), 50, 60, ALPHA_BAR)
    assert len(x_s.unique()) == 12


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_the_last_step_adds_no_noise(eta):
    x_hat, noise_hat = draw(5, 3), draw(5, 3, seed=1)
    assert torch.equal(step_back(x_hat, noise_hat, 0, 1, ALPHA_BAR, eta), x_hat)


@pytest.mark.parametrize(("num_steps", "calls"), [(200, 200), (1000, 1000), (200, 50), (1000, 30),
                                                  (7, 3), (10, 4), (1, 1)])  # fmt: skip
def test_steps_fall_evenly_from_the_last_to_0(num_steps, calls):
    steps = even_steps(num_steps, calls)
    assert len(steps) == calls + 1 and steps[0] == num_steps and steps[-1] == 0
    strides = {before - after for before, after in zip(steps[:-1], steps[1:], strict=True)}
    assert strides <= {num_steps // calls, -(-num_steps // calls)}
    assert all(isinstance(step, int) for step in steps)


@pytest.mark.parametrize("calls", [0, 11])
def test_no_steps_and_more_than_there_are_are_refused(calls):
    with pytest.raises(ValueError, match=f"calls is {calls}, wanted 1 to 10"):
        even_steps(10, calls)


def test_a_walk_asks_at_each_step_but_the_last_and_hands_on_what_it_gets():
    seen = []

    def predict(x_t, t):
        seen.append((t, x_t.clone()))
        return x_t / 2, x_t / 4

    start = draw(3, 2)
    end = draw_samples(predict, start, [9, 5, 2, 0], ALPHA_BAR, eta=0.0)
    assert [t for t, _ in seen] == [9, 5, 2]
    x_t = start
    for (_, given), s in zip(seen, [5, 2, 0], strict=True):
        torch.testing.assert_close(given, x_t)
        x_t = diffuse(x_t / 2, x_t / 4, s, ALPHA_BAR)
    torch.testing.assert_close(end, x_t)


def test_a_walk_with_eta_0_depends_on_its_start_alone_and_one_with_eta_1_does_not():
    ends = {eta: [walk(draw(50, 1), 20, eta) for _ in range(2)] for eta in (0.0, 1.0)}
    assert torch.equal(*ends[0.0]) and not torch.equal(*ends[1.0])


def walk(start, calls, eta, centres=((0.0,),), width=0.5):
    """Follow the exact prediction for a mixture."""
    centres = torch.tensor(centres, dtype=torch.float64)

    def predict(x_t, t):
        return exact_prediction(x_t, t, ALPHA_BAR, centres, width)

    return draw_samples(predict, start, even_steps(200, calls), ALPHA_BAR, eta)


def test_ddim_stretches_the_start_to_the_spread_of_the_data():
    """On a Gaussian the walk is a factor: the start 1 ends at one standard deviation, 0.5."""
    ends = [walk(torch.ones(1, 1).double(), calls, eta=0.0).item() for calls in (10, 50, 200)]
    assert ends[0] < ends[1] < ends[2] < 0.5  # long steps shrink
    assert ends[2] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_samples_of_two_far_centres_are_shared_out_evenly_and_have_their_width(eta):
    torch.manual_seed(0)
    ends = walk(torch.randn(4000, 1).double(), 200, eta, centres=((-2.0,), (3.0,)), width=0.5)
    right = ends > 0.5
    assert right.double().mean().item() == pytest.approx(0.5, abs=0.03)
    for side, centre in ((ends[~right], -2.0), (ends[right], 3.0)):
        assert side.mean().item() == pytest.approx(centre, abs=0.05)
        assert side.std().item() == pytest.approx(0.5, abs=0.03)


def test_a_walk_keeps_no_graph():
    scale = torch.ones(1, requires_grad=True)
    end = draw_samples(lambda x, t: (scale * x, x), torch.ones(2, 1), [3, 0], ALPHA_BAR)
    assert not end.requires_grad
