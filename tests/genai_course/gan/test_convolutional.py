"""The convolutional players: shapes on the way, sizes, normalisation."""

import pytest
import torch
from torch import nn

from genai_course.gan.convolutional import ConvDiscriminator, ConvGenerator


def shapes_on_the_way(network, x):
    shapes = []
    for layer in network.layers:
        x = layer(x)
        shapes.append(tuple(x.shape[1:]))
    return list(dict.fromkeys(shapes))


def count_weights(network):
    return sum(p.numel() for p in network.parameters())


def batch_norms(network):
    return [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]


@pytest.mark.parametrize("channels", [1, 3])
def test_the_generator_enlarges_height_and_width_three_times(channels):
    generator = ConvGenerator(latent_dim=10, width=4, channels=channels)
    shapes = shapes_on_the_way(generator, generator.sample_prior(2))
    assert shapes == [(144,), (16, 3, 3), (8, 7, 7), (4, 14, 14), (channels, 28, 28)]


@pytest.mark.parametrize("spectral", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_discriminator_walks_the_same_way_back(channels, spectral):
    discriminator = ConvDiscriminator(width=4, channels=channels, spectral=spectral)
    images = torch.randn(2, channels, 28, 28)
    shapes = shapes_on_the_way(discriminator, images)
    assert shapes == [(4, 14, 14), (8, 7, 7), (16, 3, 3), (144,)]
    assert discriminator(images).shape == (2, 1)
    assert discriminator.features(images).shape == (2, 144)


def test_the_logit_is_linear_in_the_features_and_unbounded():
    discriminator = ConvDiscriminator().eval()
    images = 1000 * torch.randn(4, 1, 28, 28)
    logits = discriminator(images)
    assert torch.allclose(logits, discriminator.to_logits(discriminator.features(images)))
    assert logits.abs().max() > 1


def test_the_networks_are_as_small_as_the_course_says():
    # 64 * 576, 64 * 32 * 9, (32 * 16 + 16 * 1) * 16 + 1, 2 * (64 + 32 + 16)
    assert count_weights(ConvGenerator()) == 63_969
    # 16 * 16 + 16, 16 * 32 * 16, 32 * 64 * 9, 2 * (32 + 64), 576 + 1
    assert count_weights(ConvDiscriminator()) == 27_665
    assert count_weights(ConvDiscriminator(spectral=True)) == 27_665 - 2 * (32 + 64) + 32 + 64


def test_images_lie_between_minus_one_and_one():
    generator = ConvGenerator()
    images = generator(100 * generator.sample_prior(50))
    assert -1 <= images.min() < -0.9 and 0.9 < images.max() <= 1


def test_the_prior_is_standard_normal_and_follows_the_weights():
    torch.manual_seed(0)
    z = ConvGenerator(32).sample_prior(4000)
    assert z.shape == (4000, 32)
    assert abs(z.mean()) < 0.02 and abs(z.std() - 1) < 0.02 and not torch.equal(z[0], z[1])
    assert ConvGenerator().to("meta").sample_prior(3).device.type == "meta"


def test_the_rules_about_batch_normalisation():
    generator, discriminator = ConvGenerator(), ConvDiscriminator()
    assert isinstance(generator.layers[-1], nn.Tanh)
    assert not isinstance(generator.layers[-2], nn.BatchNorm2d)  # none before the output
    assert len(batch_norms(generator)) == 3 and len(batch_norms(discriminator)) == 2
    assert not isinstance(discriminator.layers[1], nn.BatchNorm2d)  # none after the input
    assert batch_norms(ConvDiscriminator(spectral=True)) == []


def test_with_spectral_norm_each_image_is_judged_by_itself():
    torch.manual_seed(0)
    x = torch.randn(6, 1, 28, 28)
    bounded, batched = ConvDiscriminator(spectral=True), ConvDiscriminator()
    bounded.eval()  # no further power iteration between the two calls
    assert torch.allclose(bounded(x)[:2], bounded(x[:2]), atol=1e-5)
    assert not torch.allclose(batched(x)[:2], batched(x[:2]), atol=1e-2)


def test_with_spectral_norm_every_layer_has_largest_singular_value_one():
    torch.manual_seed(0)
    discriminator = ConvDiscriminator(spectral=True)
    for _ in range(200):
        discriminator(torch.zeros(1, 1, 28, 28))
    layers = [m for m in discriminator.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    assert len(layers) == 4
    for layer in layers:
        largest = torch.linalg.svdvals(layer.weight.detach().flatten(1))[0]
        assert abs(largest - 1) < 1e-3


def test_the_discriminator_with_spectral_norm_learns():
    torch.manual_seed(0)
    discriminator = ConvDiscriminator(width=4, spectral=True)
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=1e-2)
    real, fake = torch.rand(32, 1, 28, 28), -torch.rand(32, 1, 28, 28)
    first = None
    for _ in range(30):
        loss = (1 - discriminator(real)).relu().mean() + (1 + discriminator(fake)).relu().mean()
        first = first or loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.5 * first
