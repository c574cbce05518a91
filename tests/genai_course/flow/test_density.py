"""Densities by change of variables: against exact mixtures and against traces of matrices."""

import itertools
from functools import partial

import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from genai_course.flow.density import exact_divergence, flow_log_density, hutchinson_divergence
from genai_course.flow.mixtures import mixture_velocity

CENTRES = torch.tensor([[1.0, 0.5], [-1.0, 0.0], [0.0, -1.5]], dtype=torch.float64)
WIDTH = 0.4


def of_mixture(x, t):
    return mixture_velocity(x, t, CENTRES, WIDTH)


def exact(x):
    parts = Independent(Normal(CENTRES, WIDTH), 1)
    return MixtureSameFamily(Categorical(torch.ones(3).double()), parts).log_prob(x)


def points():
    return torch.randn(30, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def worst(num_steps):
    return (flow_log_density(of_mixture, points(), num_steps) - exact(points())).abs().max().item()


def test_the_density_of_a_mixture_is_found_to_a_thousandth_of_a_nat():
    got = flow_log_density(of_mixture, points())
    assert got.shape == (30,) and got.dtype == torch.float64 and not got.requires_grad
    torch.testing.assert_close(got, exact(points()), rtol=0, atol=1e-3)


def test_twice_as_many_steps_divide_the_error_by_sixteen():
    assert 8 < worst(40) / worst(80) < 32


def test_where_nothing_moves_the_density_is_the_standard_normal():
    x = points()
    normal = Normal(torch.zeros(2).double(), 1.0).log_prob(x).sum(dim=1)
    torch.testing.assert_close(flow_log_density(lambda x, t: 0 * x, x, 3), normal)


def test_time_runs_from_data_to_noise():
    seen = []
    flow_log_density(lambda x, t: seen.append(t) or 0 * x, points(), 2)
    assert seen == pytest.approx([k / 4 for k in (0, 1, 1, 2, 2, 3, 3, 4)])


def test_the_divergence_is_the_trace_of_the_slopes_of_each_point():
    matrix = torch.tensor([[2.0, 5.0, -1.0], [7.0, -3.0, 4.0], [0.5, 9.0, 0.25]])
    x = torch.randn(6, 3, generator=torch.Generator().manual_seed(1))
    v, divergence = exact_divergence(lambda x, t: t * x @ matrix.T, x, 2.0)
    torch.testing.assert_close(v, 2 * x @ matrix.T)
    torch.testing.assert_close(divergence, torch.full((6,), 2 * (2.0 - 3.0 + 0.25)))
    _, divergence = exact_divergence(lambda x, t: x**3, x, 0.0)
    torch.testing.assert_close(divergence, 3 * x.square().sum(dim=1))


def test_an_estimate_with_a_probe_is_its_quadratic_form():
    matrix = torch.tensor([[2.0, 5.0, -1.0], [7.0, -3.0, 4.0], [0.5, 9.0, 0.25]])
    x, probe = torch.zeros(2, 3), torch.tensor([[1.0, -1.0, 1.0], [2.0, 0.0, 1.0]])
    v, got = hutchinson_divergence(lambda x, t: x @ matrix.T + t, x, 2.0, probe)
    torch.testing.assert_close(v, torch.full((2, 3), 2.0))
    torch.testing.assert_close(got, torch.stack([e @ matrix @ e for e in probe]))


def test_the_mean_over_all_probes_of_signs_is_the_divergence():
    matrix = torch.tensor([[2.0, 5.0, -1.0], [7.0, -3.0, 4.0], [0.5, 9.0, 0.25]])
    probes = torch.tensor([*itertools.product((-1.0, 1.0), repeat=3)])
    _, got = hutchinson_divergence(lambda x, t: x @ matrix.T, torch.zeros(8, 3), 0.0, probes)
    assert got.mean().item() == pytest.approx(2 - 3 + 0.25)
    pairs = (5.0 + 7.0) ** 2 + (-1.0 + 0.5) ** 2 + (4.0 + 9.0) ** 2
    assert got.var(correction=0).item() == pytest.approx(pairs)


def guess(probe):
    return partial(hutchinson_divergence, probe=probe)


def test_every_divergence_is_the_one_that_was_asked_for():
    """Nothing moves and the volume is said to grow by 2 at all times: 2 nats more than a normal."""
    x = points()
    got = flow_log_density(None, x, 3, lambda v, x, t: (0 * x, x.new_full((len(x),), 2.0)))
    normal = Normal(torch.zeros(2).double(), 1.0).log_prob(x).sum(dim=1)
    torch.testing.assert_close(got, normal + 2)


def test_in_the_plane_two_probes_err_by_the_same_on_either_side():
    x, signs = points()[:5], torch.tensor([1.0, 1.0]).double()
    estimates = [
        flow_log_density(
            of_mixture, x, 20, partial(hutchinson_divergence, probe=probe.expand(5, 2))
        )
        for probe in (signs, signs * torch.tensor([1.0, -1.0]))
    ]
    assert (estimates[0] - estimates[1]).abs().min() > 1e-4
    torch.testing.assert_close(sum(estimates) / 2, flow_log_density(of_mixture, x, 20))


@pytest.mark.parametrize("divergence", [exact_divergence, hutchinson_divergence])
def test_no_graph_is_kept_and_the_points_are_left_alone(divergence):
    x = points()
    more = {} if divergence is exact_divergence else {"probe": torch.ones_like(x)}
    with torch.no_grad():  # slopes are found even there
        v, sums = divergence(of_mixture, x, 0.3, **more)
    assert not (x.requires_grad or v.requires_grad or sums.requires_grad)
    assert v.isfinite().all() and sums.any()


def test_what_are_no_points_is_refused():
    for call in (flow_log_density, lambda v, x: exact_divergence(v, x, 0.5)):
        with pytest.raises(ValueError, match="wanted"):
            call(of_mixture, torch.zeros(3))
    with pytest.raises(ValueError, match="wanted"):
        hutchinson_divergence(of_mixture, points(), 0.5, torch.zeros(30, 3))
