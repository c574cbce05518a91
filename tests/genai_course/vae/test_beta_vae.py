"""The price of the code, and the linear theory: V7 and V8 by search, V9 by exact sums."""

import math

import pytest
import torch

from genai_course.vae.beta_vae import active_units, kl_per_dimension, rated_step
from genai_course.vae.linear import LinearVAE, exact_linear_elbo
from genai_course.vae.losses import kl_divergence, reconstruction_loss
from genai_course.vae.networks import VAE


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_the_prices_add_up_to_the_mean_kl():
    mu, logvar = draw(9, 4), draw(9, 4, seed=1)
    price = kl_per_dimension(mu, logvar)
    assert price.shape == (4,) and price.min() > 0
    torch.testing.assert_close(price.sum(), kl_divergence(mu, logvar).mean())


def test_a_unit_is_active_when_its_mean_moves():
    mu = torch.stack([5 + 0.05 * draw(4000), 0.2 * draw(4000, seed=1), torch.full((4000,), 3.0)], 1)
    assert active_units(mu) == 1  # variances 0.0025, 0.04 and 0
    assert active_units(mu, threshold=0.001) == 2


def small_vae():
    torch.manual_seed(0)
    return VAE(latent_dim=3, hidden=8)


@pytest.mark.parametrize("beta, free", [(1.0, 0.0), (4.0, 0.0), (1.0, 0.3), (4.0, 0.3)])
def test_a_step_follows_the_gradient_of_distortion_plus_beta_times_taxed_rate(beta, free):
    x = torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(1)).round()
    vae, by_hand = small_vae(), small_vae()
    with torch.no_grad():  # so that one dimension lies below the allowance and two above
        for model in (vae, by_hand):
            model.encoder.to_mu.bias.copy_(torch.tensor([0.0, 1.5, 2.0]))
    torch.manual_seed(5)
    seen = rated_step(vae, torch.optim.SGD(vae.parameters(), lr=1e-3), x, beta, free)
    torch.manual_seed(5)
    logits, mu, logvar = by_hand(x)
    each = kl_per_dimension(mu, logvar)
    assert each.min() < 0.3 < each.max()
    taxed = sum(price if price > free else torch.tensor(free) for price in each)
    loss = reconstruction_loss(logits, x).mean() + beta * taxed
    loss.backward()
    for new, old in zip(vae.parameters(), by_hand.parameters(), strict=True):
        torch.testing.assert_close(new, old - 1e-3 * old.grad, rtol=0, atol=1e-6)
    torch.testing.assert_close(seen["rate"], each.sum())
    assert not seen["rate"].requires_grad and not seen["distortion"].requires_grad


def test_gradients_do_not_pile_up():
    vae, x = small_vae(), torch.ones(4, 1, 28, 28)
    optimizer, norms = torch.optim.SGD(vae.parameters(), lr=0.0), []
    for _ in range(2):
        torch.manual_seed(5)
        rated_step(vae, optimizer, x)
        norms.append(vae.encoder.to_mu.weight.grad.norm().item())
    assert norms[0] == pytest.approx(norms[1]) and norms[0] > 0


def best_linear_vae(variances, noise_variance, beta, steps=1200):
    """Train a linear VAE on data with exactly these variances; nothing is sampled.

    Only these variances count, so few rows say as much as many.
    """
    torch.manual_seed(0)
    count, rows = len(variances), 400
    x = draw(rows, count, seed=3).double()
    x = torch.linalg.qr(x - x.mean(dim=0))[0] * rows**0.5 * variances.sqrt()  # uncorrelated
    vae = LinearVAE(count, count).double()
    vae.log_noise.requires_grad_(False).fill_(math.log(noise_variance))
    optimizer = torch.optim.Adam([p for p in vae.parameters() if p.requires_grad], lr=0.02)
    for _ in range(steps):
        kl = kl_divergence(*vae.posterior(x)).mean()
        loss = -exact_linear_elbo(vae, x).mean() + (beta - 1) * kl
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return vae, x


def test_a_dimension_dies_when_its_variance_is_at_most_beta_times_the_noise():
    variances, noise = torch.tensor([4.0, 1.5, 0.5]).double(), 0.25
    for beta, alive in ((1.0, 3), (4.0, 2), (8.0, 1)):
        vae, x = best_linear_vae(variances, noise, beta)
        mu, logvar = vae.posterior(x)
        assert active_units(mu.detach()) == alive
        rates = kl_per_dimension(mu, logvar).detach().sort(descending=True).values
        theory = (0.5 * (variances / (beta * noise)).log()).clamp(min=0)
        torch.testing.assert_close(rates, theory, rtol=0, atol=0.03)
        spread = mu.detach().var(dim=0).sort(descending=True).values
        expected = (1 - beta * noise / variances).clamp(min=0)
        torch.testing.assert_close(spread, expected, rtol=0, atol=0.02)
        living = spread > 0.01
        total = spread + logvar[0].detach().exp()[mu.detach().var(dim=0).argsort(descending=True)]
        torch.testing.assert_close(total[living], torch.ones(alive).double(), rtol=0, atol=0.02)


def test_planted_wrong_thresholds_would_be_seen():
    variances, noise, beta = torch.tensor([4.0, 1.5, 0.5]), 0.25, 4.0
    right = int((variances > beta * noise).sum())
    wrong = [variances > noise, variances > beta * noise**0.5, variances**0.5 > 3 * beta * noise]
    assert all(int(alive.sum()) != right for alive in wrong)


def test_the_rate_is_information_plus_the_distance_of_all_codes_from_the_prior():
    torch.manual_seed(0)
    p_x, prior = torch.rand(5).double().softmax(0), torch.rand(4).double().softmax(0)
    q = (2 * torch.randn(5, 4).double()).softmax(1)
    q_z = p_x @ q

    def kl(a, b):
        return (a * (a / b).log()).sum(-1)

    rate, information = p_x @ kl(q, prior), p_x @ kl(q, q_z)
    assert abs(rate - (information + kl(q_z, prior))) < 1e-12
    for wrong in (
        information,
        kl(q_z, prior),
        information - kl(q_z, prior),
        information + kl(prior, q_z),
    ):
        assert abs(rate - wrong) > 1e-3


def test_mean_over_pixels_is_beta_784():
    torch.manual_seed(0)
    logits, x, kl = torch.randn(8, 1, 28, 28).double(), torch.rand(8, 1, 28, 28).double(), 25.0
    per_pixel = torch.nn.functional.binary_cross_entropy_with_logits(logits, x)
    right = (reconstruction_loss(logits, x).mean() + 784 * kl) / 784
    assert abs(per_pixel + kl - right) < 1e-9
    assert abs(per_pixel + kl - (reconstruction_loss(logits, x).mean() + kl) / 784) > 1
