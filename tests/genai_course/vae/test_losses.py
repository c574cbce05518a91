"""The pieces of the ELBO against torch.distributions, known gradients and planted mistakes."""

import pytest
import torch
from torch.distributions import Bernoulli, Normal
from torch.distributions import kl_divergence as library_kl

from genai_course.vae.losses import elbo, kl_divergence, reconstruction_loss, reparameterize


def draw(*shape, seed=0):
    numbers = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=numbers, dtype=torch.double)


MU, LOGVAR = draw(6, 4), draw(6, 4, seed=1)


def posterior():
    return Normal(MU, LOGVAR.exp().sqrt())


def test_kl_agrees_with_the_library_and_has_one_value_per_image():
    expected = library_kl(posterior(), Normal(torch.zeros_like(MU), torch.ones_like(MU))).sum(1)
    assert kl_divergence(MU, LOGVAR).shape == (6,)
    torch.testing.assert_close(kl_divergence(MU, LOGVAR), expected, rtol=0, atol=1e-12)


def test_kl_is_zero_at_the_prior_and_positive_elsewhere():
    assert kl_divergence(torch.zeros(3, 5), torch.zeros(3, 5)).eq(0).all()
    assert kl_divergence(MU, LOGVAR).gt(0).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda m, v: (m**2 + v.exp() - 1 - v).sum(1),
        lambda m, v: 0.5 * (m**2 + v.exp() - 1 - v).mean(1),
        lambda m, v: 0.5 * (m**2 + (0.5 * v).exp() - 1 - v).sum(1),
        lambda m, v: 0.5 * (m**2 + (2 * v).exp() - 1 - 2 * v).sum(1),
        lambda m, v: 0.5 * ((1 + m**2) / v.exp() - 1 + v).sum(1),
        lambda m, v: 0.5 * (1 + v - m**2 - v.exp()).sum(1),
    ],
    ids=["no half", "mean", "sigma", "log-std", "reversed", "sign"],
)
def test_each_common_wrong_kl_is_told_apart(wrong):
    assert (wrong(MU, LOGVAR) - kl_divergence(MU, LOGVAR)).abs().min() > 1e-3


def test_samples_have_the_asked_for_mean_and_variance():
    z = reparameterize(
        MU[:1].expand(200_000, 4), LOGVAR[:1].expand(200_000, 4), torch.Generator().manual_seed(0)
    )
    scale = LOGVAR[0].exp()
    torch.testing.assert_close(z.mean(0), MU[0], rtol=0, atol=0.02)
    torch.testing.assert_close(z.var(0) / scale, torch.ones(4).double(), rtol=0, atol=0.02)


def test_gradients_reach_both_inputs():
    mu, logvar = MU.clone().requires_grad_(), LOGVAR.clone().requires_grad_()
    z = reparameterize(mu, logvar)
    z.sum().backward()
    torch.testing.assert_close(mu.grad, torch.ones_like(MU))
    torch.testing.assert_close(logvar.grad, 0.5 * (z - mu).detach())


def test_the_generator_decides_the_noise_and_rows_differ():
    first = reparameterize(MU, LOGVAR, torch.Generator().manual_seed(3))
    again = reparameterize(MU, LOGVAR, generator=torch.Generator().manual_seed(3))
    other = reparameterize(MU, LOGVAR, torch.Generator().manual_seed(4))
    assert torch.equal(first, again) and not torch.equal(first, other)
    noise = (first - MU) / (0.5 * LOGVAR).exp()
    assert noise.flatten().unique().numel() == noise.numel()
    assert first.dtype == torch.double


def test_reconstruction_is_the_bernoulli_log_likelihood_summed_over_pixels():
    logits, x = draw(5, 1, 8, 8, seed=2), draw(5, 1, 8, 8, seed=3).gt(0).double()
    expected = -Bernoulli(logits=logits).log_prob(x).flatten(1).sum(1)
    torch.testing.assert_close(reconstruction_loss(logits, x), expected, rtol=0, atol=1e-10)


def test_reconstruction_of_grey_is_the_mean_over_binary_images():
    logits, grey = draw(1, 1, 1, 1), torch.full((1, 1, 1, 1), 0.37, dtype=torch.double)
    ink, blank = (reconstruction_loss(logits, torch.full_like(grey, b)) for b in (1.0, 0.0))
    torch.testing.assert_close(reconstruction_loss(logits, grey), 0.37 * ink + 0.63 * blank)


def test_elbo_is_minus_reconstruction_minus_kl():
    logits, x = draw(6, 1, 8, 8, seed=2), draw(6, 1, 8, 8, seed=3).sigmoid()
    total = elbo(logits, x, MU, LOGVAR) + reconstruction_loss(logits, x)
    torch.testing.assert_close(total, -kl_divergence(MU, LOGVAR))


def test_extreme_logits_stay_finite():
    x = torch.tensor([[1.0, 0.0]])
    loss = reconstruction_loss(torch.tensor([[-200.0, 200.0]]), x)
    torch.testing.assert_close(loss, torch.tensor([400.0]))


@pytest.mark.parametrize("function", [kl_divergence, reparameterize])
def test_shapes_that_differ_are_refused(function):
    with pytest.raises(ValueError, match=r"logvar has shape \(8, 20\), wanted \(8, 16\) like mu"):
        function(torch.zeros(8, 16), torch.zeros(8, 20))
    with pytest.raises(ValueError, match="wanted"):
        function(torch.zeros(8, 16), torch.zeros(1, 16))


def test_images_that_do_not_fit_are_refused():
    mu = torch.zeros(2, 3)
    with pytest.raises(ValueError, match=r"logits has shape \(2, 784\), wanted \(2, 1"):
        elbo(torch.zeros(2, 784), torch.zeros(2, 1, 28, 28), mu, mu)
    with pytest.raises(ValueError, match="mu holds 2 images, expected 1 like x"):
        elbo(torch.zeros(1, 784), torch.zeros(1, 784), mu, mu)
