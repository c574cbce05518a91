"""Losses of the literature, each against its definition written another way."""

import math

import pytest
import torch
from torch.nn import functional as F

from genai_course.gan import proposed_losses as o
from genai_course.gan.losses import discriminator_loss


@pytest.fixture
def values():
    draw = torch.Generator().manual_seed(3)
    return (
        2 * torch.randn(16, 1, generator=draw, dtype=torch.float64),
        2 * torch.randn(16, 1, generator=draw, dtype=torch.float64) - 1,
    )


@pytest.fixture
def atoms():
    """p and q on three atoms, and batches that hold each atom as often as they say."""
    counts_p, counts_q = torch.tensor([5, 3, 2]), torch.tensor([1, 3, 6])
    of_real, of_fake = (torch.arange(3).repeat_interleave(c) for c in (counts_p, counts_q))
    return counts_p.double() / 10, counts_q.double() / 10, of_real, of_fake


def test_smoothing_moves_the_target_of_real_data_only(values):
    real, fake = values
    bce = F.binary_cross_entropy_with_logits
    wanted = bce(real, torch.full_like(real, 0.9)) + bce(fake, torch.zeros_like(fake))
    assert torch.isclose(o.smoothed_discriminator_loss(real, fake), wanted)
    plain = o.smoothed_discriminator_loss(real, fake, real_target=1.0)
    assert torch.isclose(plain, discriminator_loss(real, fake))


def test_without_fakes_the_smoothed_logit_stops_at_nine_to_one():
    logit = torch.tensor([[math.log(9)]], dtype=torch.float64, requires_grad=True)
    o.smoothed_discriminator_loss(logit, torch.zeros(1, 1)).backward()
    assert abs(logit.grad.item()) < 1e-12


def test_least_squares_by_hand():
    real, fake = torch.tensor([[1.0], [3.0]]), torch.tensor([[-1.0], [1.0]])
    assert o.least_squares_discriminator_loss(real, fake) == (2.0 + 2.0) / 2
    assert o.least_squares_generator_loss(fake) == 0.5
    assert o.least_squares_discriminator_loss(real, fake, 0.0, 1.0) == (2.0 + 1.0) / 2
    assert o.least_squares_generator_loss(fake, 1.0) == 1.0


@pytest.mark.parametrize("fake_label, real_label", [(-1.0, 1.0), (0.0, 1.0), (0.5, 3.0)])
def test_the_best_least_squares_critic_is_the_weighted_mean_of_the_labels(
    atoms, fake_label, real_label
):
    p, q, of_real, of_fake = atoms
    best = ((real_label * p + fake_label * q) / (p + q)).requires_grad_()
    real, fake = best[of_real].unsqueeze(1), best[of_fake].unsqueeze(1)
    loss = o.least_squares_discriminator_loss(real, fake, fake_label, real_label)
    (slope,) = torch.autograd.grad(loss, best)
    assert slope.abs().max() < 1e-12


def test_the_hinge_has_corners_at_plus_and_minus_one():
    loss = o.hinge_discriminator_loss
    far_real, far_fake = torch.full((3, 1), 1.5), torch.full((3, 1), -1.5)
    assert loss(far_real, far_fake) == 0
    assert loss(torch.zeros(3, 1), far_fake) == 1 and loss(far_real, torch.zeros(3, 1)) == 1
    assert loss(far_fake, far_real) == 5
    assert o.hinge_generator_loss(far_fake) == 1.5


def test_only_the_difference_of_a_pair_counts(values):
    real, fake = values
    loss = o.relativistic_discriminator_loss(real, fake)
    assert torch.isclose(loss, o.relativistic_discriminator_loss(real + 7, fake + 7))
    assert torch.isclose(loss, -torch.log(torch.sigmoid(real - fake)).mean())
    assert torch.isclose(o.relativistic_generator_loss(fake, real), loss)
    sure = torch.full((4, 1), 20.0)
    assert o.relativistic_discriminator_loss(sure, -sure) < 1e-9
    assert o.relativistic_generator_loss(sure, -sure) > 30


@pytest.mark.parametrize("loss", [o.relativistic_discriminator_loss, o.relativistic_generator_loss])
def test_a_pair_is_one_logit_each_and_not_each_with_each(loss):
    real, fake = torch.tensor([[2.0], [0.0]]), torch.tensor([[-1.0], [3.0]])
    with pytest.raises(ValueError, match=r"^fake_logits has shape \(2,\), wanted \(2, 1\) like"):
        loss(real, fake.flatten())
    with pytest.raises(ValueError, match=r"^fake_logits has shape \(1, 1\), wanted \(2, 1\) like"):
        loss(real, fake[:1])


def test_the_fisher_constraint_is_the_mean_of_two_second_moments():
    real, fake = torch.tensor([[1.0], [3.0]]), torch.tensor([[2.0], [2.0]])
    assert o.fisher_constraint(real, fake) == (5 + 4) / 2
    stacked = o.fisher_constraint(torch.stack((real, fake)), torch.stack((fake, fake)))
    assert stacked.tolist() == [[4.5], [4.0]]


def test_the_fisher_loss_is_minus_the_augmented_lagrangian(values):
    real, fake = values
    excess = ((real**2).mean() + (fake**2).mean()) / 2 - 1
    wanted = -(real.mean() - fake.mean() - 0.3 * excess - 0.7 / 2 * excess**2)
    assert torch.isclose(o.fisher_critic_loss(real, fake, 0.3, 0.7), wanted)


def test_dual_ascent_on_the_fisher_loss_finds_the_best_critic(atoms):
    p, q, of_real, of_fake = atoms
    f = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    multiplier, rho = torch.zeros(1, dtype=torch.float64), 0.1
    for _ in range(1500):
        real, fake = f[of_real].unsqueeze(1), f[of_fake].unsqueeze(1)
        (slope,) = torch.autograd.grad(o.fisher_critic_loss(real, fake, multiplier, rho), f)
        multiplier = multiplier + rho * (o.fisher_constraint(real, fake).detach() - 1)
        f = (f - 0.5 * slope).detach().requires_grad_()
    distance = (2 * ((p - q) ** 2 / (p + q)).sum()).sqrt()
    assert torch.isclose(((p - q) * f).sum(), distance, atol=1e-8)
    assert torch.isclose(multiplier, distance / 2, atol=1e-8)
    assert torch.allclose(f, 2 / distance * (p - q) / (p + q), atol=1e-8)


def test_features_are_matched_in_the_mean_only():
    real = torch.tensor([[0.0, 2.0], [2.0, 4.0]])
    assert o.feature_matching_loss(real, real.flip(0)) == 0
    assert o.feature_matching_loss(real, torch.zeros(2, 2)) == 1 + 9
    both = torch.stack((real, torch.zeros(2, 2)))
    assert o.feature_matching_loss(both, torch.zeros(2, 2, 2)) == (10 + 0) / 2


NAMES = (
    "smoothed_discriminator_loss",
    "least_squares_discriminator_loss",
    "hinge_discriminator_loss",
    "relativistic_discriminator_loss",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_discriminator_wants_real_high_and_fake_low(name, values):
    real, fake = (v.clamp(-0.9, 0.9).requires_grad_() for v in values)
    getattr(o, name)(real, fake).backward()
    assert real.grad.sum() < 0 < fake.grad.sum()


@pytest.mark.parametrize("name", NAMES)
def test_the_loss_of_a_stack_is_the_mean_of_its_networks(name, values):
    real, fake = values
    stacked = getattr(o, name)(torch.stack((real, fake)), torch.stack((fake, real)))
    one, other = getattr(o, name)(real, fake), getattr(o, name)(fake, real)
    assert torch.isclose(stacked, (one + other) / 2)


@pytest.mark.parametrize("name", ["least_squares", "hinge"])
def test_a_generator_wants_its_samples_higher(name):
    fake = torch.full((4, 1), -0.5, requires_grad=True)
    getattr(o, f"{name}_generator_loss")(fake).backward()
    assert (fake.grad < 0).all()
