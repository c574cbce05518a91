"""The losses of a Wasserstein GAN: signs, slopes and stacks."""

import torch

from genai_course.gan.wasserstein import wasserstein_critic_loss, wasserstein_generator_loss

REAL = torch.tensor([[2.0], [-1.0], [0.5], [3.0]], dtype=torch.double)
FAKE = torch.tensor([[-0.5], [1.5], [-2.0], [0.0]], dtype=torch.double)


def test_the_pair_has_opposite_wishes():
    assert torch.isclose(wasserstein_critic_loss(REAL, FAKE), -(REAL.mean() - FAKE.mean()))
    assert torch.isclose(wasserstein_generator_loss(FAKE), -FAKE.mean())


def test_a_critic_wants_real_high_and_fake_low():
    real, fake = REAL.clone().requires_grad_(), FAKE.clone().requires_grad_()
    wasserstein_critic_loss(real, fake).backward()
    assert torch.allclose(real.grad, torch.full_like(real, -1 / 4))
    assert torch.allclose(fake.grad, torch.full_like(fake, 1 / 4))


def test_a_generator_wants_its_samples_higher():
    fake = FAKE.clone().requires_grad_()
    wasserstein_generator_loss(fake).backward()
    assert torch.allclose(fake.grad, torch.full_like(fake, -1 / 4))


def test_the_loss_of_a_stack_is_the_mean_of_its_networks():
    stacked = wasserstein_critic_loss(torch.stack((REAL, FAKE)), torch.stack((FAKE, REAL)))
    one, other = wasserstein_critic_loss(REAL, FAKE), wasserstein_critic_loss(FAKE, REAL)
    assert torch.isclose(stacked, (one + other) / 2)
