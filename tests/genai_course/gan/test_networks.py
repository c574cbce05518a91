"""The two networks of the GAN: shapes, sizes, ranges, and what dropout does."""

import pytest
import torch
from torch import nn

from genai_course.gan.networks import Discriminator, Generator


def linear_sizes(network):
    return [(m.in_features, m.out_features) for m in network.modules() if isinstance(m, nn.Linear)]


def test_the_layers_are_those_that_the_course_names():
    assert linear_sizes(Generator()) == [(100, 256), (256, 512), (512, 1024), (1024, 784)]
    assert linear_sizes(Discriminator()) == [(784, 1024), (1024, 512), (512, 256), (256, 1)]


def test_every_hidden_layer_has_its_activation_and_the_discriminators_its_dropout():
    hidden = ["Linear", "LeakyReLU"]
    kinds = [type(layer).__name__ for layer in Generator().layers]
    assert kinds == [*hidden * 3, "Linear", "Tanh", "Unflatten"]
    kinds = [type(layer).__name__ for layer in Discriminator().layers]
    assert kinds == ["Flatten", *[*hidden, "Dropout"] * 3, "Linear"]
    for network in (Generator(), Discriminator(dropout=0.3)):
        for layer in network.layers:
            assert getattr(layer, "negative_slope", 0.2) == 0.2
            assert getattr(layer, "p", 0.3) == 0.3


@pytest.mark.parametrize("latent_dim", [2, 100])
def test_images_have_the_right_shape_and_range(latent_dim):
    generator = Generator(latent_dim)
    images = generator(50 * generator.sample_prior(5))
    assert images.shape == (5, 1, 28, 28)
    assert -1 <= images.min() < -0.9 and 0.9 < images.max() <= 1


def test_the_prior_is_standard_normal():
    torch.manual_seed(0)
    z = Generator(64).sample_prior(2000)
    assert z.shape == (2000, 64)
    assert abs(z.mean()) < 0.02 and abs(z.std() - 1) < 0.02
    assert not torch.equal(z[0], z[1])


def test_the_prior_follows_the_weights_to_their_device():
    generator = Generator().to("meta")
    assert generator.sample_prior(3).device.type == "meta"


def test_logits_are_unbounded_numbers_one_an_image():
    discriminator = Discriminator()
    logits = discriminator(1000 * torch.randn(6, 1, 28, 28))
    assert logits.shape == (6, 1) and logits.abs().max() > 1  # a sigmoid would end in [0, 1]


def test_each_image_is_judged_by_itself():
    torch.manual_seed(0)
    discriminator, generator = Discriminator(), Generator()
    x, z = torch.randn(4, 1, 28, 28), torch.randn(4, 100)
    assert torch.allclose(discriminator(x)[1:2], discriminator(x[1:2]), atol=1e-5)
    assert torch.allclose(generator(z)[1:2], generator(z[1:2]), atol=1e-5)


def test_dropout_acts_in_training_only():
    torch.manual_seed(0)
    discriminator, x = Discriminator(dropout=0.3), torch.randn(4, 1, 28, 28)
    assert not torch.equal(discriminator(x), discriminator(x))
    discriminator.eval()
    assert torch.equal(discriminator(x), discriminator(x))
    plain = Discriminator()
    assert torch.equal(plain(x), plain(x))
