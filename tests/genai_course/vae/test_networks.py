"""Encoder, decoder and VAE: shapes, what depends on what, and the untrained likelihood."""

import math

import pytest
import torch

from genai_course.vae.losses import reconstruction_loss
from genai_course.vae.networks import VAE, Decoder, Encoder


@pytest.fixture
def images():
    return torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(1))


def test_shapes_follow_the_latent_dimension(images):
    for latent_dim in (2, 20):
        mu, logvar = Encoder(latent_dim)(images)
        assert mu.shape == logvar.shape == (5, latent_dim)
        assert Decoder(latent_dim)(mu).shape == images.shape


def test_the_parameter_count_is_that_of_784_400_20():
    count = sum(p.numel() for p in VAE().parameters())
    encoder = 784 * 400 + 400 + 2 * (400 * 20 + 20)
    decoder = 20 * 400 + 400 + 400 * 784 + 784
    assert count == encoder + decoder == 652824


def test_mean_and_log_variance_have_heads_of_their_own(images):
    encoder = Encoder(3)
    mu, logvar = encoder(images)
    with torch.no_grad():
        encoder.to_logvar.bias += 1
    new_mu, new_logvar = encoder(images)
    assert torch.equal(mu, new_mu)
    assert torch.allclose(new_logvar, logvar + 1, atol=1e-6)


def test_log_variance_may_be_negative_and_logits_leave_the_unit_interval(images):
    torch.manual_seed(0)
    vae = VAE()
    logits, mu, logvar = vae(5 * images)
    for output in (logits, mu, logvar):
        assert output.min() < 0 < output.max()


def test_the_decoder_takes_a_sample_not_mean_and_variance(images):
    vae = VAE()
    seen = []
    vae.decoder.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    torch.manual_seed(3)
    _, mu, logvar = vae(images)
    torch.manual_seed(3)
    noise = torch.randn(mu.shape)
    assert torch.allclose(seen[0], mu + (0.5 * logvar).exp() * noise)
    assert seen[0].shape == (5, 20)
    with pytest.raises(RuntimeError):
        vae.decoder(torch.cat([mu, logvar], dim=1))


def test_two_passes_differ_only_by_the_noise(images):
    vae = VAE()
    torch.manual_seed(0)
    first, mu, logvar = vae(images)
    second, mu_again, logvar_again = vae(images)
    assert torch.equal(mu, mu_again) and torch.equal(logvar, logvar_again)
    assert not torch.equal(first, second)
    torch.manual_seed(0)
    assert torch.equal(vae(images)[0], first)


def test_gradients_reach_every_parameter(images):
    torch.manual_seed(0)
    vae = VAE()
    vae(images)[0].square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in vae.parameters())


def test_an_untrained_decoder_spends_one_bit_a_pixel(images):
    torch.manual_seed(0)
    logits, _, _ = VAE()(images)
    nats = reconstruction_loss(logits, images).mean().item()
    assert nats == pytest.approx(784 * math.log(2), rel=0.02)


def test_the_encoder_takes_a_batch_of_any_size():
    assert Encoder()(torch.zeros(1, 1, 28, 28))[0].shape == (1, 20)


def test_the_hidden_layer_of_the_encoder_is_never_negative():
    torch.manual_seed(0)
    h = Encoder().body(torch.rand(8, 1, 28, 28))
    assert h.min() == 0 and h.max() > 0
