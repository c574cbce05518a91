"""Densities and divergences on the line against closed forms and against torch.distributions."""

import math

import pytest
import torch
from torch import distributions

from genai_course import divergences as d

GRID = torch.linspace(-12, 12, 2401, dtype=torch.float64)
SPACING = GRID[1] - GRID[0]


def test_log_normal_is_that_of_torch():
    x, mean, sigma = torch.randn(7).double(), torch.randn(7).double(), torch.rand(7).double() + 0.1
    expected = distributions.Normal(mean, sigma).log_prob(x)
    assert torch.allclose(d.log_normal(x, mean, sigma), expected, atol=1e-12)
    assert torch.allclose(d.log_normal(x, 0.5, 2.0), distributions.Normal(0.5, 2.0).log_prob(x))


@pytest.mark.parametrize("distance, share, sigma", [(4.0, 0.5, 0.5), (3.0, 0.2, 0.7)])
def test_two_bumps_are_the_mixture_that_they_say(distance, share, sigma):
    parts = distributions.Normal(
        torch.tensor([-distance / 2, distance / 2]).double(), torch.tensor(sigma).double()
    )
    weights = distributions.Categorical(torch.tensor([share, 1 - share]).double())
    mixture = distributions.MixtureSameFamily(weights, parts)
    log_p = d.log_two_bumps(GRID, distance, share, sigma)
    assert torch.allclose(log_p, mixture.log_prob(GRID), atol=1e-10)
    mean, spread = d.two_bumps_moments(distance, share, sigma)
    assert mean == pytest.approx(mixture.mean.item())
    assert spread == pytest.approx(mixture.variance.sqrt().item())


def test_far_out_the_log_density_stays_finite():
    assert d.log_two_bumps(torch.tensor([1e4]).double()).isfinite().all()


def test_grid_kl_is_the_closed_form_and_not_its_reverse():
    a, b = distributions.Normal(0.0, 1.0), distributions.Normal(1.0, 1.5)
    log_a, log_b = a.log_prob(GRID), b.log_prob(GRID)
    forward, back = d.grid_kl(log_a, log_b, SPACING), d.grid_kl(log_b, log_a, SPACING)
    assert forward == pytest.approx(distributions.kl_divergence(a, b).item(), abs=1e-6)
    assert back == pytest.approx(distributions.kl_divergence(b, a).item(), abs=1e-6)
    assert abs(forward - back) > 0.05


def test_jsd_is_symmetric_bounded_and_zero_for_equals():
    log_a, log_b = d.log_normal(GRID, -6.0, 0.3), d.log_normal(GRID, 6.0, 0.3)
    assert d.grid_jsd(log_a, log_b, SPACING) == pytest.approx(math.log(2), abs=1e-9)
    assert d.grid_jsd(log_a, log_a, SPACING) == pytest.approx(0.0, abs=1e-12)
    near = d.log_normal(GRID, 1.0, 1.0), d.log_normal(GRID, 0.0, 1.0)
    assert d.grid_jsd(*near, SPACING) == pytest.approx(0.111421, abs=1e-6)
    assert d.grid_jsd(*near, SPACING) == pytest.approx(d.grid_jsd(*near[::-1], SPACING).item())


def test_forward_kl_matches_moments_wherever_it_starts():
    log_p = d.log_two_bumps(GRID, 5.0, 0.4)
    for start in ((0.0, 1.0), (-2.5, 0.5), (2.5, 0.5)):
        fit = d.fit_one_gaussian(lambda q: d.grid_kl(log_p, q, SPACING), GRID, [start])
        assert fit[:2] == pytest.approx(d.two_bumps_moments(5.0, 0.4), abs=1e-3)


def test_reverse_kl_has_two_valleys_and_the_lower_one_is_returned():
    log_p = d.log_two_bumps(GRID, 5.0, 0.4)

    def reverse(log_q):
        return d.grid_kl(log_q, log_p, SPACING)

    left = d.fit_one_gaussian(reverse, GRID, [(-2.5, 0.5)])
    both = d.fit_one_gaussian(reverse, GRID, [(-2.5, 0.5), (2.5, 0.5)])
    assert left == pytest.approx((-2.5, 0.5, math.log(1 / 0.4)), abs=1e-3)
    assert both == pytest.approx((2.5, 0.5, math.log(1 / 0.6)), abs=1e-3)


@pytest.mark.parametrize("share", [0.1, 0.4, 0.5, 0.9])
def test_nothing_leaves_the_grid(share):
    for distance in (0.0, 3.0, 6.0):
        for mean, sigma, value in d.three_fits(distance, share).values():
            assert abs(mean) <= distance / 2 + 0.01 and 0.49 < sigma < 3.1 and value > -1e-9


def test_jsd_covers_near_bumps_and_picks_one_of_far_bumps():
    near, far = d.three_fits(3.0, 0.4), d.three_fits(5.0, 0.4)
    assert near["JSD"][1] > 1.4 and near["reverse KL"][1] < 0.6
    assert far["JSD"][1] < 0.6 and far["forward KL"][1] > 2.4
    s = 0.6  # the share of the bump that is chosen
    value = 0.5 * (s * math.log(2 * s / (1 + s)) + (1 - s) * math.log(2) + math.log(2 / (1 + s)))
    assert far["JSD"][2] == pytest.approx(value, abs=1e-3)
