"""The updates of both players, against gradients worked out by another way."""

import math

import pytest
import torch
from torch.nn import functional as F

from genai_course.gan.losses import discriminator_loss, generator_loss
from genai_course.gan.networks import Discriminator, Generator
from genai_course.gan.steps import discriminator_step, generator_step


@pytest.fixture
def players():
    torch.manual_seed(0)
    return Generator(8), Discriminator(), torch.rand(6, 1, 28, 28) * 2 - 1


def flat(network):
    return torch.cat([p.detach().flatten() for p in network.parameters()])


def sgd(network):
    return torch.optim.SGD(network.parameters(), lr=0.1)


def moved_by(network, loss):
    """Where plain gradient descent on `loss` would put the weights."""
    gradients = torch.autograd.grad(loss, list(network.parameters()))
    return flat(network) - 0.1 * torch.cat([g.flatten() for g in gradients])


def test_the_discriminator_moves_as_binary_cross_entropy_says(players):
    generator, discriminator, x_real = players
    torch.manual_seed(1)
    x_fake = generator(torch.randn(6, 8)).detach()
    real, fake = discriminator(x_real), discriminator(x_fake)
    loss = F.binary_cross_entropy_with_logits(real, torch.ones(6, 1))
    loss = loss + F.binary_cross_entropy_with_logits(fake, torch.zeros(6, 1))
    wanted, before = moved_by(discriminator, loss), flat(generator)
    torch.manual_seed(1)
    seen = discriminator_step(generator, discriminator, sgd(discriminator), x_real)
    assert torch.allclose(flat(discriminator), wanted, atol=1e-6)
    assert torch.equal(flat(generator), before)
    assert all(p.grad is None for p in generator.parameters())
    assert math.isclose(seen["discriminator_loss"].item(), loss.item(), rel_tol=1e-5)
    assert math.isclose(seen["mean_d_real"], real.sigmoid().mean().item(), rel_tol=1e-5)
    assert math.isclose(seen["mean_d_fake"], fake.sigmoid().mean().item(), rel_tol=1e-5)


def test_the_generator_moves_to_be_called_real(players):
    generator, discriminator, _ = players
    torch.manual_seed(1)
    fake = discriminator(generator(torch.randn(6, 8)))
    loss = F.binary_cross_entropy_with_logits(fake, torch.ones(6, 1))
    wanted, before = moved_by(generator, loss), flat(discriminator)
    torch.manual_seed(1)
    seen = generator_step(generator, discriminator, sgd(generator), 6)
    assert torch.allclose(flat(generator), wanted, atol=1e-6)
    assert torch.equal(flat(discriminator), before)
    assert all(p.grad is None for p in discriminator.parameters())
    assert math.isclose(seen["generator_loss"].item(), loss.item(), rel_tol=1e-5)


def test_gradients_of_earlier_batches_do_not_count(players):
    generator, discriminator, x_real = players
    results = []
    for leftover in (0.0, 7.0):
        torch.manual_seed(0)
        g, d = Generator(8), Discriminator()
        for parameter in (*g.parameters(), *d.parameters()):
            parameter.grad = torch.full_like(parameter, leftover)
        discriminator_step(g, d, sgd(d), x_real)
        generator_step(g, d, sgd(g), 6)
        results.append(torch.cat((flat(g), flat(d))))
    assert torch.equal(*results)


def test_what_is_returned_is_detached_and_0_d(players):
    generator, discriminator, x_real = players
    seen = discriminator_step(generator, discriminator, sgd(discriminator), x_real)
    seen |= generator_step(generator, discriminator, sgd(generator), 6)
    names = {"discriminator_loss", "mean_d_real", "mean_d_fake", "generator_loss"}
    assert seen.keys() == names
    assert all(v.ndim == 0 and not v.requires_grad for v in seen.values())


def test_a_discriminator_against_a_fixed_generator_wins(players):
    generator, discriminator, _ = players
    x_real = torch.ones(16, 1, 28, 28)
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=1e-3)
    for _ in range(20):
        seen = discriminator_step(generator, discriminator, optimizer, x_real)
    assert seen["discriminator_loss"] < 0.1
    assert seen["mean_d_real"] > 0.9 and seen["mean_d_fake"] < 0.1


def test_a_generator_against_a_fixed_discriminator_wins(players):
    generator, discriminator, _ = players
    optimizer = torch.optim.Adam(generator.parameters(), lr=1e-3)
    losses = [generator_step(generator, discriminator, optimizer, 16) for _ in range(20)]
    assert losses[-1]["generator_loss"] < losses[0]["generator_loss"] - 0.05
    zero = torch.zeros(3, 1)
    assert math.isclose(discriminator_loss(zero, zero), math.log(4), rel_tol=1e-6)
    assert math.isclose(generator_loss(zero), math.log(2), rel_tol=1e-6)
