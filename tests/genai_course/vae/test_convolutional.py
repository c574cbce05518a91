"""The convolutional VAE: shapes, size, gradients, and what it draws."""

import pytest
import torch

from genai_course.vae.convolutional import (
    ConvolutionalDecoder,
    ConvolutionalEncoder,
    ConvolutionalVAE,
)
from genai_course.vae.steps import vae_step


@pytest.fixture
def images():
    return torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(1)).round()


def test_shapes_follow_the_settings(images):
    mu, logvar = ConvolutionalEncoder(5, width=4, hidden=8)(images)
    assert mu.shape == logvar.shape == (3, 5) and not torch.equal(mu, logvar)
    decoder = ConvolutionalDecoder(5, width=4, hidden=8)
    assert decoder(mu).shape == (3, 1, 28, 28) and decoder.latent_dim == 5
    logits, mu, logvar = ConvolutionalVAE(5, width=4, hidden=8)(images)
    assert logits.shape == images.shape and mu.shape == (3, 5)
    assert logits.abs().max() < 1  # about one bit a pixel at the start


def test_the_default_model_fits_a_megabyte_of_half_precision_numbers():
    names = [name for name, _ in ConvolutionalVAE().named_parameters()]
    count = sum(p.numel() for p in ConvolutionalVAE().parameters())
    assert count == 482_369 and 2 * count < 1_000_000
    assert all(name.startswith(("encoder.", "decoder.")) for name in names)


def test_gradients_reach_every_parameter_and_a_step_moves_it(images):
    torch.manual_seed(0)
    vae = ConvolutionalVAE(5, width=4, hidden=8)
    before = [p.detach().clone() for p in vae.parameters()]
    vae_step(vae, torch.optim.Adam(vae.parameters(), lr=1e-3), images)
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in vae.parameters())
    assert all(not torch.equal(a, b) for a, b in zip(before, vae.parameters(), strict=True))


def test_the_decoder_gets_a_sample(images):
    vae = ConvolutionalVAE(5, width=4, hidden=8)
    first, second = vae(images), vae(images)
    assert torch.equal(first[1], second[1]) and not torch.equal(first[0], second[0])


def test_the_encoder_returns_the_mean_first():
    encoder, x = ConvolutionalEncoder(latent_dim=3, width=2, hidden=8), torch.rand(2, 1, 28, 28)
    (mu, logvar), h = encoder(x), encoder.body(x)
    assert torch.equal(mu, encoder.to_mu(h)) and torch.equal(logvar, encoder.to_logvar(h))
