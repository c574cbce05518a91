"""Exercises of notebook 06: the formulas of two references against the losses themselves."""

import torch

from genai_course.exercises import game_dynamics as dynamics


def test_the_noisy_jacobian_of_the_bank_is_that_of_the_losses():
    """By quadrature over the noise and autograd, so the bank cannot share a learner's slip."""
    from genai_course.gan.losses import discriminator_loss, saturating_generator_loss

    s = 0.8
    levels = (torch.arange(4000, dtype=torch.float64) + 0.5) / 4000
    noise = s * torch.special.ndtri(levels)

    def field(state):
        theta, psi = state
        fake = psi * (theta + noise)
        loss_d, loss_g = discriminator_loss(psi * noise, fake), saturating_generator_loss(fake)
        (by_psi,) = torch.autograd.grad(loss_d, psi, create_graph=True)
        (by_theta,) = torch.autograd.grad(loss_g, theta, create_graph=True)
        return torch.stack((-by_theta, -by_psi))

    jacobian = torch.autograd.functional.jacobian(field, torch.zeros(2, dtype=torch.float64))
    assert torch.allclose(jacobian, dynamics.NOISY_JACOBIAN.reference(s), atol=2e-3)


def test_the_drift_of_the_bank_is_that_of_the_non_saturating_losses():
    from genai_course.gan.losses import discriminator_loss, generator_loss

    state = torch.tensor([1.3, -0.8], dtype=torch.float64, requires_grad=True)
    logit = state.prod()[None]
    by_g = torch.autograd.grad(generator_loss(logit), state, retain_graph=True)[0][0]
    by_d = torch.autograd.grad(discriminator_loss(0 * logit, logit), state)[0][1]
    wanted = -(state[0] * by_g + state[1] * by_d)
    assert torch.allclose(dynamics.DRIFT.reference(*state.detach()), wanted)
