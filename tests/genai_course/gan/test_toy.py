"""The one-dimensional GAN: its data, its two updates, and the density that it is judged by."""

import math

import pytest
import torch
from torch import nn

from genai_course.gan.losses import (
    discriminator_loss,
    generator_loss,
    saturating_generator_loss,
)
from genai_course.gan.toy import (
    generator_density,
    normal_density,
    sample_two_bumps,
    small_network,
    two_bumps_density,
    update_discriminator,
    update_generator,
)

pytestmark = pytest.mark.usefixtures("one_thread")


def weights(network):
    return [p.detach().clone() for p in network.parameters()]


def changed(network, before):
    return any(not torch.equal(a, b) for a, b in zip(network.parameters(), before, strict=True))


@pytest.fixture
def players():
    torch.manual_seed(0)
    generator, discriminator = small_network(8), small_network(8)
    return (
        generator,
        discriminator,
        [torch.optim.SGD(network.parameters(), lr=0.1) for network in (generator, discriminator)],
    )


def test_densities_integrate_to_one_and_match_torch():
    x = torch.linspace(-8, 8, 16_001, dtype=torch.float64)
    wanted = torch.distributions.Normal(0.3, 0.7).log_prob(x).exp()
    torch.testing.assert_close(normal_density(x, 0.3, 0.7), wanted)
    assert torch.trapezoid(two_bumps_density(x), x).item() == pytest.approx(1, abs=1e-9)


def test_samples_follow_the_density():
    torch.manual_seed(0)
    x = sample_two_bumps(100_000)
    assert x.shape == (100_000, 1)
    edges = torch.linspace(-3, 3, 31)
    share = torch.histogram(x[:, 0], edges).hist / len(x) / edges.diff()
    middle = (edges[1:] + edges[:-1]) / 2
    assert (share - two_bumps_density(middle)).abs().max() < 0.02


def test_each_update_changes_one_player_only_and_goes_down(players):
    generator, discriminator, (for_g, for_d) = players
    x_real, g, d = sample_two_bumps(64), weights(generator), weights(discriminator)
    loss = update_discriminator(generator, discriminator, for_d, x_real)
    assert changed(discriminator, d) and not changed(generator, g)
    assert all(p.grad is None for p in generator.parameters())
    assert loss.shape == () and not loss.requires_grad
    d = weights(discriminator)
    update_generator(generator, discriminator, for_g, 64)
    assert changed(generator, g) and not changed(discriminator, d)


def test_the_discriminators_loss_is_that_of_real_and_fake(players):
    generator, discriminator, (_, for_d) = players
    x_real = sample_two_bumps(64)
    torch.manual_seed(5)
    with torch.no_grad():
        fake_logits = discriminator(generator(torch.randn(64, 1)))
        wanted = discriminator_loss(discriminator(x_real), fake_logits)
    torch.manual_seed(5)
    got = update_discriminator(generator, discriminator, for_d, x_real)
    torch.testing.assert_close(got, wanted)


def test_the_generators_loss_is_that_of_fakes_made_of_normal_noise(players):
    generator, discriminator, (for_g, _) = players
    torch.manual_seed(5)
    with torch.no_grad():
        wanted = generator_loss(discriminator(generator(torch.randn(64, 1))))
    torch.manual_seed(5)
    torch.testing.assert_close(update_generator(generator, discriminator, for_g, 64), wanted)


def test_gradients_do_not_pile_up_over_steps(players):
    generator, discriminator, _ = players
    optimizer = torch.optim.SGD(generator.parameters(), lr=0.0)
    norms = []
    for _ in range(3):
        torch.manual_seed(5)
        update_generator(generator, discriminator, optimizer, 64)
        norms.append(sum(p.grad.norm().item() for p in generator.parameters()))
    assert norms[0] > 0 and norms == pytest.approx([norms[0]] * 3)


def test_updates_improve_each_players_own_loss(players):
    generator, discriminator, (for_g, for_d) = players
    first = update_discriminator(generator, discriminator, for_d, sample_two_bumps(512))
    for _ in range(200):
        last = update_discriminator(generator, discriminator, for_d, sample_two_bumps(512))
    assert last < first - 0.05
    before = update_generator(generator, discriminator, for_g, 512)
    for _ in range(50):
        after = update_generator(generator, discriminator, for_g, 512)
    assert after < before


def test_the_generators_loss_can_be_chosen(players):
    generator, discriminator, (for_g, _) = players
    assert update_generator(generator, discriminator, for_g, 64) > 0
    chosen = update_generator(generator, discriminator, for_g, 64, saturating_generator_loss)
    assert chosen < 0


def test_generator_density_of_a_known_generator():
    generator = nn.Linear(1, 1)
    nn.init.constant_(generator.weight, 0.5)
    nn.init.constant_(generator.bias, 1.0)
    edges = torch.linspace(-3, 5, 81)
    middle = (edges[1:] + edges[:-1]) / 2
    q = generator_density(generator, edges)
    torch.testing.assert_close(q, normal_density(middle, 1.0, 0.5), atol=5e-3, rtol=0)
    half = generator_density(generator, torch.linspace(1.0, 5.0, 11))
    assert (half * 0.4).sum().item() == pytest.approx(0.5, abs=1e-3)


def test_a_trained_discriminator_is_the_density_ratio():
    """A shifted Gaussian as fake: the best logit is known, log p - log q = 1/2 + x."""
    torch.manual_seed(0)
    generator, discriminator = nn.Linear(1, 1), nn.Linear(1, 1)
    nn.init.ones_(generator.weight)
    nn.init.constant_(generator.bias, -1.0)
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=0.02)
    for _ in range(600):
        update_discriminator(generator, discriminator, optimizer, torch.randn(1024, 1))
    assert discriminator.weight.item() == pytest.approx(1.0, abs=0.15)
    assert discriminator.bias.item() == pytest.approx(0.5, abs=0.15)
    assert math.isfinite(discriminator.bias.item())
