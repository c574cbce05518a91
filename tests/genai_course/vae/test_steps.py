"""The update of the variational autoencoder, against an update written out by hand."""

import copy

import pytest
import torch

from genai_course.training.precision import in_bfloat16
from genai_course.vae.losses import elbo
from genai_course.vae.networks import VAE
from genai_course.vae.steps import vae_step


@pytest.fixture
def images():
    return torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(1))


def small_vae():
    torch.manual_seed(0)
    return VAE(latent_dim=3, hidden=16)


def test_one_step_is_plain_gradient_descent_on_the_negative_elbo(images):
    vae = small_vae()
    by_hand = copy.deepcopy(vae)
    torch.manual_seed(5)
    losses = vae_step(vae, torch.optim.SGD(vae.parameters(), lr=1e-3), images)
    torch.manual_seed(5)
    logits, mu, logvar = by_hand(images)
    loss = -elbo(logits, images, mu, logvar).mean()
    gradients = torch.autograd.grad(loss, list(by_hand.parameters()))
    for new, old, gradient in zip(vae.parameters(), by_hand.parameters(), gradients, strict=True):
        assert torch.allclose(new, old - 1e-3 * gradient, atol=1e-6)
    assert losses["negative_elbo"].item() == pytest.approx(loss.item(), rel=1e-6)


def test_gradients_do_not_pile_up_over_steps(images):
    vae = small_vae()
    optimizer = torch.optim.SGD(vae.parameters(), lr=0.0)
    norms = []
    for _ in range(3):
        torch.manual_seed(5)
        vae_step(vae, optimizer, images)
        norms.append(vae.encoder.to_mu.weight.grad.norm().item())
    assert norms[0] > 0 and norms[1] == pytest.approx(norms[0]) == pytest.approx(norms[2])


def test_the_parts_add_up_and_carry_no_graph(images):
    vae = small_vae()
    losses = vae_step(vae, torch.optim.Adam(vae.parameters()), images)
    assert list(losses) == ["negative_elbo", "reconstruction", "kl"]
    assert all(v.ndim == 0 and not v.requires_grad for v in losses.values())
    total = losses["reconstruction"] + losses["kl"]
    assert total.item() == pytest.approx(losses["negative_elbo"].item(), rel=1e-6)
    assert losses["kl"] > 0


def test_the_reported_parts_are_sums_over_pixels_and_means_over_images(images):
    vae = small_vae()
    optimizer = torch.optim.SGD(vae.parameters(), lr=0.0)
    torch.manual_seed(5)
    losses = vae_step(vae, optimizer, images)
    torch.manual_seed(5)
    with torch.no_grad():
        logits, mu, logvar = vae(images)
    likelihood = torch.distributions.Bernoulli(logits=logits, validate_args=False)
    nats = -likelihood.log_prob(images).sum((1, 2, 3)).mean()
    posterior = torch.distributions.Normal(mu, (0.5 * logvar).exp())
    prior = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    kl = torch.distributions.kl_divergence(posterior, prior).sum(1).mean()
    assert losses["reconstruction"].item() == pytest.approx(nats.item(), rel=1e-5)
    assert losses["kl"].item() == pytest.approx(kl.item(), rel=1e-4)


def test_training_on_few_images_raises_the_elbo(images):
    vae = small_vae()
    optimizer = torch.optim.Adam(vae.parameters(), lr=1e-3)
    losses = [vae_step(vae, optimizer, images)["negative_elbo"].item() for _ in range(60)]
    assert losses[-1] < losses[0] - 5


def test_a_step_in_bfloat16_moves_the_same_network_by_nearly_the_same_loss(images):
    vae, narrow = small_vae(), small_vae()
    torch.manual_seed(5)
    exact = vae_step(vae, torch.optim.SGD(vae.parameters(), lr=1e-3), images)
    torch.manual_seed(5)
    before = narrow.encoder.to_mu.weight.clone()
    rounded = vae_step(in_bfloat16(narrow), torch.optim.SGD(narrow.parameters(), lr=1e-3), images)
    assert rounded["negative_elbo"].dtype == torch.float32
    assert rounded["negative_elbo"].item() == pytest.approx(exact["negative_elbo"].item(), rel=0.01)
    assert not torch.equal(narrow.encoder.to_mu.weight, before)
