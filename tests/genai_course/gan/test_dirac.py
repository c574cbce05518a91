"""The Dirac-GAN: field against the losses, steps against hand-made matrices, known limits."""

import math
from functools import partial

import pytest
import torch

from genai_course.gan.dirac import (
    alternating_step,
    dirac_field,
    extragradient_step,
    follow,
    jacobian_at,
    momentum_step,
    simultaneous_step,
    spectral_radius,
    wgan_gp_field,
)
from genai_course.gan.losses import discriminator_loss, saturating_generator_loss
from genai_course.gan.penalties import r1_penalty

ORIGIN = torch.zeros(2, dtype=torch.float64)
START = torch.tensor([1.0, 0.0], dtype=torch.float64)
STATES = torch.tensor([[1.0, 0.5], [-0.3, 2.0], [0.7, -1.1], [0.0, 0.4]], dtype=torch.float64)


def close(got, wanted, atol=1e-12):
    got = torch.as_tensor(got, dtype=torch.float64)
    return torch.allclose(got, torch.as_tensor(wanted, dtype=torch.float64), rtol=0, atol=atol)


@pytest.mark.parametrize("gamma", [0.0, 0.7])
def test_the_field_is_minus_the_gradient_of_the_course_s_own_losses(gamma):
    for theta, psi in STATES:
        theta, psi = theta.clone().requires_grad_(), psi.clone().requires_grad_()
        x_real = torch.zeros(1, 1, dtype=torch.float64, requires_grad=True)
        real_logits, fake_logits = psi * x_real, (psi * theta).reshape(1, 1)
        loss_d = discriminator_loss(real_logits, fake_logits)
        loss_d = loss_d + gamma / 2 * r1_penalty(real_logits, x_real)
        (by_psi,) = torch.autograd.grad(loss_d, psi, retain_graph=True)
        (by_theta,) = torch.autograd.grad(saturating_generator_loss(fake_logits), theta)
        field = dirac_field(torch.stack((theta, psi)), gamma)
        assert close(field.detach(), torch.stack((-by_theta, -by_psi)))


def test_the_wgan_gp_field_is_minus_the_gradient_of_its_losses():
    for theta, psi in STATES:
        theta, psi = theta.clone().requires_grad_(), psi.clone().requires_grad_()
        critic = theta * psi + 0.4 * (psi.abs() - 1) ** 2
        (by_psi,) = torch.autograd.grad(critic, psi)
        field = wgan_gp_field(torch.stack((theta, psi)).detach(), 0.4)
        assert close(field, torch.stack((psi.detach(), -by_psi)))


@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0, 2.5])
def test_eigenvalues_of_r1(gamma):
    values = torch.linalg.eigvals(jacobian_at(partial(dirac_field, gamma=gamma), ORIGIN))
    root = torch.sqrt(torch.tensor(gamma**2 / 4 - 0.25, dtype=torch.complex128))
    for wanted in (-gamma / 2 + root, -gamma / 2 - root):
        assert (values - wanted).abs().min() < 1e-6


def test_steps_have_the_matrices_made_by_hand():
    h, gamma = 0.3, 0.4
    field = partial(dirac_field, gamma=gamma)
    d_moves = torch.tensor([[1, 0], [-h / 2, 1 - h * gamma]], dtype=torch.float64)
    g_moves = torch.tensor([[1, h / 2], [0, 1]], dtype=torch.float64)
    both = torch.tensor([[1, h / 2], [-h / 2, 1 - h * gamma]], dtype=torch.float64)
    matrix = partial(jacobian_at, state=ORIGIN)
    assert close(matrix(lambda s: simultaneous_step(s, field, h)), both)
    assert close(matrix(lambda s: alternating_step(s, field, h)), g_moves @ d_moves)
    eye = torch.eye(2, dtype=torch.float64)
    change = both - eye
    ahead = matrix(lambda s: extragradient_step(s, field, h))
    assert close(ahead, eye + change + change @ change)


def test_step_sizes_may_differ():
    lrs = torch.tensor([0.1, 0.4], dtype=torch.float64)
    field = torch.tensor([0.5, -0.5], dtype=torch.float64)  # sigmoid(0) = 1/2
    step = simultaneous_step(torch.tensor([1.0, 1.0]).double(), lambda s: field, lrs)
    assert close(step, [1.05, 0.8])
    psi = 0.5 - 0.4 * torch.sigmoid(torch.tensor(0.5, dtype=torch.float64))
    theta = 1 + 0.1 * psi * torch.sigmoid(psi)
    state = torch.tensor([1.0, 0.5], dtype=torch.float64)
    assert close(alternating_step(state, dirac_field, lrs), torch.stack((theta, psi)))


def test_simultaneous_runs_leave_alternating_ones_stay_and_r1_arrives():
    def distances(step, field, lr=0.1):
        return follow(partial(step, field=field, lr=lr), torch.ones(2).double(), 4000).norm(dim=1)

    leaving = distances(simultaneous_step, dirac_field)
    assert (leaving.diff() > 0).all() and leaving[-1] > 3
    staying = distances(alternating_step, dirac_field)
    assert staying.min() > 1.3 and staying.max() < 1.6
    assert distances(simultaneous_step, partial(dirac_field, gamma=1.0))[-1] < 1e-6
    for weight in (0.25, 0.5, 1.0, 2.0):
        assert distances(simultaneous_step, partial(wgan_gp_field, weight=weight)).min() > 0.3


def test_wgan_gp_stops_at_twice_its_weight():
    field = partial(wgan_gp_field, weight=1.5)
    end = follow(partial(alternating_step, field=field, lr=0.02), torch.ones(2).double(), 4000)[-1]
    assert close(end.abs(), [3.0, 0.0], 1e-6)


def test_momentum_remembers_moves_and_zero_momentum_is_the_alternating_step():
    memory = torch.cat((START, torch.tensor([0.3, -0.2], dtype=torch.float64)))
    plain = momentum_step(memory, dirac_field, 0.2, 0.0)
    assert close(plain[:2], alternating_step(START, dirac_field, 0.2))
    assert close(plain[2:], plain[:2] - START)
    psi = -0.2 * 0.5 - 0.2 * 0.5
    theta = 1 + 0.3 * 0.5 + 0.2 * psi / (1 + math.exp(-psi * 1.0))
    assert close(momentum_step(memory, dirac_field, 0.2, 0.5)[:2], [theta, psi])


@pytest.mark.parametrize("beta", [-0.5, 0.3, 0.6])
def test_momentum_changes_the_factor_as_derived(beta):
    h = 0.005
    step = partial(momentum_step, field=dirac_field, lr=h, beta=beta)
    factor = spectral_radius(jacobian_at(step, torch.zeros(4, dtype=torch.float64))).item()
    assert (factor - 1) * 4 / h**2 == pytest.approx(beta / (1 - beta) ** 3, rel=0.02)


def test_follow_keeps_the_start_and_every_step():
    path = follow(lambda s: 2 * s, START, 3)
    assert path.shape == (4, 2) and path[:, 0].tolist() == [1, 2, 4, 8]


def test_the_spectral_radius_is_a_modulus_and_works_on_many_matrices():
    turn = torch.tensor([[0.0, 2.0], [-2.0, 0.0]], dtype=torch.float64)
    flip = torch.tensor([[-3.0, 0.0], [5.0, 1.0]], dtype=torch.float64)
    assert close(spectral_radius(torch.stack((turn, flip))), [2.0, 3.0])


def test_clouds_of_states_move_as_their_members_do():
    for step in (simultaneous_step, alternating_step, extragradient_step):
        cloud = step(STATES, partial(dirac_field, gamma=0.2), 0.3)
        alone = [step(state, partial(dirac_field, gamma=0.2), 0.3) for state in STATES]
        assert close(cloud, torch.stack(alone))
