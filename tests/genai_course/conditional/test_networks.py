"""Conditional networks: shapes, the one-hot code, and that each hears its condition."""

import pytest
import torch
from torch import nn

from genai_course.conditional.discriminators import (
    ConcatenationDiscriminator,
    EmbeddingDiscriminator,
    ProjectionDiscriminator,
)
from genai_course.conditional.networks import (
    ConditionalGenerator,
    ConditionalVAE,
    hidden_layers,
    one_hot,
)

KINDS = (ConcatenationDiscriminator, EmbeddingDiscriminator, ProjectionDiscriminator)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def test_the_code_has_a_one_in_the_labels_column_and_the_given_width():
    code = one_hot(torch.tensor([2, 0]), 3)
    assert code.tolist() == [[0, 0, 1], [1, 0, 0]] and code.dtype == torch.float32
    assert one_hot(torch.tensor([7, 7])).shape == (2, 10)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (torch.tensor([3]), "from 3 to 3, wanted 0 to 2"),
        (torch.tensor([-1, 2]), "from -1 to 2"),
        (torch.tensor([1.0]), "wanted .N,. integers"),
        (torch.tensor([[1]]), "wanted .N,. integers"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, words):
    with pytest.raises(ValueError, match=words):
        one_hot(labels, 3)


def test_hidden_layers_have_the_asked_widths():
    layers = hidden_layers(7, 4, 3)
    linear = [layer for layer in layers if isinstance(layer, nn.Linear)]
    assert [(layer.in_features, layer.out_features) for layer in linear] == [(7, 4), (4, 4), (4, 4)]
    assert len(layers) == 6
    assert all(isinstance(layer, nn.ReLU) for layer in layers[1::2])


def test_the_vae_has_the_shapes_of_its_parts_and_a_sample_in_between():
    vae = ConditionalVAE(condition_dim=5, latent_dim=3, hidden=8, layers=2, shape=(1, 14, 28))
    x, c = torch.rand(4, 1, 14, 28), torch.rand(4, 5)
    logits, mu, logvar = vae(x, c)
    assert logits.shape == x.shape and mu.shape == logvar.shape == (4, 3)
    assert not torch.equal(vae(x, c)[0], logits)
    assert torch.equal(vae(x, c)[1], mu)


def test_the_vae_returns_what_its_encoder_says():
    torch.manual_seed(0)
    vae = ConditionalVAE(hidden=30)
    x, c = torch.rand(5, 1, 28, 28), one_hot(torch.arange(5))
    _, mu, logvar = vae(x, c)
    assert torch.equal(mu, vae.encode(x, c)[0]) and torch.equal(logvar, vae.encode(x, c)[1])
    assert not torch.equal(mu, logvar)


def test_encoder_and_decoder_both_hear_the_condition():
    vae, x, z = ConditionalVAE(hidden=8), torch.rand(3, 1, 28, 28), torch.randn(3, 20)
    a, b = (one_hot(torch.full((3,), y)) for y in (0, 7))
    assert not torch.allclose(vae.encode(x, a)[0], vae.encode(x, b)[0])
    assert not torch.allclose(vae.decode(z, a), vae.decode(z, b))
    assert not torch.allclose(vae.decode(z, a), vae.decode(-z, a))


def test_the_generator_hears_label_and_noise():
    generator = ConditionalGenerator(latent_dim=6, width=4).eval()
    z, y = generator.sample_prior(3), torch.tensor([1, 2, 3])
    drawn = generator(z, y)
    assert z.shape == (3, 6) and drawn.shape == (3, 1, 28, 28) and drawn.abs().max() <= 1
    assert not torch.allclose(drawn, generator(z, y + 1))
    assert not torch.allclose(drawn, generator(-z, y))


@pytest.mark.parametrize("kind", KINDS)
def test_a_discriminator_scores_each_pair_by_itself(kind):
    discriminator = kind(width=4).eval()
    x, y = torch.randn(3, 1, 28, 28), torch.tensor([0, 7, 9])
    logits = discriminator(x, y)
    assert logits.shape == (3, 1)
    assert (logits - discriminator(x, torch.tensor([1, 8, 0]))).abs().min() > 0
    assert (logits - discriminator(-x, y)).abs().min() > 0
    assert torch.allclose(logits[1:2], discriminator(x[1:2], y[1:2]), atol=1e-5)


def test_the_projection_is_an_inner_product_and_a_part_without_label():
    discriminator = ProjectionDiscriminator(width=4).eval()
    x, y = torch.randn(2, 1, 28, 28), torch.tensor([3, 5])
    phi = discriminator.body.features(x)
    table = discriminator.embedding.weight
    by_hand = torch.stack([phi[0] @ table[3], phi[1] @ table[5]])[:, None]
    assert torch.allclose(discriminator(x, y), by_hand + discriminator.body(x), atol=1e-5)
    assert torch.linalg.svdvals(table)[0] < 1.2  # spectral normalisation


def test_the_other_two_put_the_label_beside_the_image():
    x, y = torch.randn(2, 1, 28, 28), torch.tensor([3, 5])
    planes = ConcatenationDiscriminator(width=4).eval()
    white = torch.zeros(2, 10, 28, 28)
    white[0, 3], white[1, 5] = 1, 1
    assert torch.allclose(planes(x, y), planes.body(torch.cat((x, white), 1)))
    learned = EmbeddingDiscriminator(width=4).eval()
    picture = torch.stack([learned.embedding.weight[k].view(1, 28, 28) for k in (3, 5)])
    assert torch.allclose(learned(x, y), learned.body(torch.cat((x, picture), 1)))
