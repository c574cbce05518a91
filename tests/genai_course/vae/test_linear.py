"""The linear VAE: closed forms against quadrature, Bayes' rule, random search and each other."""

import math

import pytest
import torch
from torch.distributions import MultivariateNormal, Normal

from genai_course.vae.linear import (
    LinearVAE,
    exact_linear_elbo,
    linear_elbo,
    ppca_log_likelihood,
    ppca_maximum_likelihood,
    ppca_posterior,
)

NOISE = 0.3


def draw(*shape, seed=0):
    numbers = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=numbers, dtype=torch.double)


def some_data():
    x = draw(1500, 3) @ draw(3, 7, seed=1) + 0.6 * draw(1500, 7, seed=2)
    return x - x.mean(dim=0)


def vae_at(weight, noise_variance, encoder, variances):
    vae = LinearVAE(*weight.shape).double()
    with torch.no_grad():
        vae.decoder.weight.copy_(weight)
        vae.log_noise.fill_(math.log(noise_variance))
        vae.encoder.weight.copy_(encoder)
        vae.logvar.copy_(variances.log())
    return vae


def best_diagonal(weight, noise_variance):
    m = weight.T @ weight + noise_variance * torch.eye(weight.shape[1]).double()
    encoder = torch.linalg.solve(m, weight.T)
    return vae_at(weight, noise_variance, encoder, noise_variance / m.diagonal()), m


def test_likelihood_agrees_with_quadrature_over_the_code():
    x, weight = draw(5, 2, seed=3), draw(2, 1, seed=4)
    z = torch.linspace(-10, 10, 4001).double()
    given_z = Normal((weight * z).T, math.sqrt(NOISE)).log_prob(x[:, None]).sum(-1)
    density = (given_z + Normal(0.0, 1.0).log_prob(z)).exp()
    expected = torch.trapezoid(density, z, dim=1).log()
    torch.testing.assert_close(ppca_log_likelihood(x, weight, NOISE), expected, rtol=0, atol=1e-9)


def test_posterior_satisfies_bayes_rule_at_any_code():
    x, weight, z = draw(9, 7, seed=3), draw(7, 3, seed=4), draw(9, 3, seed=5)
    means, covariance = ppca_posterior(x, weight, NOISE)
    assert means.shape == (9, 3) and covariance.shape == (3, 3)
    joint = Normal(z @ weight.T, math.sqrt(NOISE)).log_prob(x).sum(1)
    joint = joint + Normal(0.0, 1.0).log_prob(z).sum(1)
    evidence = joint - MultivariateNormal(means, covariance).log_prob(z)
    torch.testing.assert_close(evidence, ppca_log_likelihood(x, weight, NOISE), rtol=0, atol=1e-9)


def test_maximum_likelihood_has_the_value_of_the_formula_and_no_better_neighbour():
    x = some_data()
    weight, noise = ppca_maximum_likelihood(x, 3)
    best = ppca_log_likelihood(x, weight, noise).mean()
    values = torch.linalg.eigvalsh(x.T @ x / len(x)).flip(0)
    formula = values[:3].log().sum() + 4 * values[3:].mean().log() + 7 + 7 * math.log(2 * math.pi)
    torch.testing.assert_close(best, -0.5 * formula, rtol=0, atol=1e-10)
    for seed in range(50):
        pushed = weight + 0.03 * draw(7, 3, seed=seed)
        assert ppca_log_likelihood(x, pushed, noise * (1 + 0.01 * (seed % 5 - 2))).mean() < best


@pytest.mark.parametrize("latent_dim", [0, 7, 8])
def test_a_latent_dimension_without_discarded_axes_is_refused(latent_dim):
    with pytest.raises(ValueError, match=f"latent_dim is {latent_dim}, expected 1 to 6"):
        ppca_maximum_likelihood(some_data(), latent_dim)


def test_on_principal_axes_the_elbo_is_the_likelihood_of_every_point():
    x = some_data()
    weight, noise = ppca_maximum_likelihood(x, 3)
    vae, _ = best_diagonal(weight, noise.item())
    expected = ppca_log_likelihood(x, weight, noise)
    torch.testing.assert_close(exact_linear_elbo(vae, x), expected, rtol=0, atol=1e-9)


def test_off_the_principal_axes_the_gap_is_the_predicted_one_and_no_diagonal_q_does_better():
    x, weight = some_data(), draw(7, 3, seed=4)
    vae, m = best_diagonal(weight, NOISE)
    gap = ppca_log_likelihood(x, weight, NOISE) - exact_linear_elbo(vae, x)
    precision = m / NOISE
    predicted = 0.5 * (precision.diagonal().log().sum() - precision.logdet())
    torch.testing.assert_close(gap, predicted.expand(len(x)), rtol=0, atol=1e-9)
    assert predicted > 0.05
    best = exact_linear_elbo(vae, x).mean()
    for seed in range(20):
        factor = (0.05 * draw(3, seed=seed)).exp()
        encoder = vae.encoder.weight + 0.01 * draw(3, 7, seed=seed)
        other = vae_at(weight, NOISE, encoder, factor * vae.logvar.detach().exp())
        assert exact_linear_elbo(other, x).mean() < best


def test_the_sampled_elbo_averages_to_the_exact_one():
    torch.manual_seed(0)
    vae = vae_at(draw(7, 3, seed=4), NOISE, 0.2 * draw(3, 7, seed=5), torch.tensor([0.1, 0.2, 0.4]))
    x = draw(1, 7, seed=6)
    sampled = linear_elbo(vae, x.expand(200_000, 7))
    error = 4 * sampled.std() / math.sqrt(len(sampled))
    assert (sampled.mean() - exact_linear_elbo(vae, x)).abs() < error < 0.2


def test_the_sampled_elbo_has_gradients_for_every_parameter():
    vae = LinearVAE(7, 3)
    x = draw(20, 7).float()
    linear_elbo(vae, x).mean().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in vae.parameters())
    mu, logvar = vae.posterior(x)
    assert mu.shape == logvar.shape == (20, 3) and vae.log_likelihood(x, mu).shape == (20,)
