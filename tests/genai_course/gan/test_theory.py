"""The ideal game, checked against independent routes: search, autograd, quadrature, enumeration."""

import math

import numpy as np
import pytest
import torch

from genai_course.gan.theory import discrete_kl, game_value, js_divergence, optimal_discriminator

LOG4 = math.log(4)


@pytest.fixture
def pair():
    draw = np.random.default_rng(3).dirichlet(np.ones(12), size=2)
    return torch.from_numpy(draw[0]), torch.from_numpy(draw[1])


def test_best_discriminator_by_search_on_a_grid(pair):
    p, q = pair
    d = torch.linspace(1e-5, 1 - 1e-5, 100_001, dtype=torch.float64)[:, None]
    best = d[(p * d.log() + q * (1 - d).log()).argmax(0), 0]
    torch.testing.assert_close(best, optimal_discriminator(p, q), atol=1e-5, rtol=0)


def test_value_by_enumeration(pair):
    p, q = pair
    d = torch.rand(12, dtype=torch.float64)
    by_hand = sum(
        a * math.log(b) + c * math.log(1 - b)
        for a, b, c in zip(p.tolist(), d.tolist(), q.tolist(), strict=True)
    )
    assert game_value(p, q, d).item() == pytest.approx(by_hand, abs=1e-12)


def test_value_at_the_best_discriminator_is_2_jsd_minus_log_4(pair):
    p, q = pair
    value = game_value(p, q, optimal_discriminator(p, q))
    m = (p.numpy() + q.numpy()) / 2
    jsd = 0.5 * np.sum(p.numpy() * np.log(p.numpy() / m)) + 0.5 * np.sum(
        q.numpy() * np.log(q.numpy() / m)
    )
    assert value.item() == pytest.approx(2 * jsd - LOG4, abs=1e-12)
    assert js_divergence(p, q).item() == pytest.approx(jsd, abs=1e-12)


def test_published_value_for_two_gaussians():
    x = torch.linspace(-12, 13, 20_001, dtype=torch.float64)
    dx = x[1] - x[0]
    p, q = (torch.distributions.Normal(m, 1.0).log_prob(x).exp() * dx for m in (0.0, 1.0))
    value = game_value(p, q, optimal_discriminator(p, q)).item()
    assert value == pytest.approx(-1.163451, abs=1e-6)
    assert js_divergence(p, q).item() == pytest.approx(0.111421, abs=1e-6)


def test_kl_against_torch_and_its_conventions(pair):
    p, q = pair
    wanted = torch.distributions.kl_divergence(
        torch.distributions.Categorical(p), torch.distributions.Categorical(q)
    )
    torch.testing.assert_close(discrete_kl(p, q), wanted, atol=1e-12, rtol=0)
    one, other = torch.tensor([1.0, 0.0]), torch.tensor([0.5, 0.5])
    assert discrete_kl(one, other).item() == pytest.approx(math.log(2))
    assert discrete_kl(other, one).item() == math.inf


def test_extremes_equal_and_disjoint(pair):
    p, q = pair
    zero = torch.zeros(12, dtype=torch.float64)
    assert js_divergence(p, p).item() == pytest.approx(0, abs=1e-15)
    far = js_divergence(torch.cat([p, zero]), torch.cat([zero, q]))
    assert far.item() == pytest.approx(math.log(2), abs=1e-12)


def test_leading_dimensions_are_kept():
    p = torch.softmax(torch.randn(5, 4), -1)
    assert js_divergence(p, p.roll(1, 0)).shape == (5,)


def test_different_shapes_are_refused():
    with pytest.raises(ValueError, match=r"q has shape \(4,\), wanted \(3,\) like p"):
        discrete_kl(torch.ones(3) / 3, torch.ones(4) / 4)


@pytest.mark.parametrize("seed", range(3))
def test_what_the_generator_losses_follow(seed, pair):
    p, _ = pair
    theta = torch.randn(12, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    theta.requires_grad_()

    def gradient(quantity):
        return torch.autograd.grad(quantity(torch.softmax(theta, 0)), theta)[0]

    d = optimal_discriminator(p, torch.softmax(theta, 0)).detach()
    saturating = gradient(lambda q: (q * (1 - d).log()).sum())
    other = gradient(lambda q: -(q * d.log()).sum())
    close = {"atol": 1e-12, "rtol": 0}
    torch.testing.assert_close(saturating, gradient(lambda q: 2 * js_divergence(p, q)), **close)
    follows = gradient(lambda q: discrete_kl(q, p) - 2 * js_divergence(p, q))
    torch.testing.assert_close(other, follows, **close)
    reversed_kl = gradient(lambda q: discrete_kl(p, q) - 2 * js_divergence(p, q))
    assert (other - reversed_kl).abs().max() > 1e-3
