"""Exercises 6.1 to 6.5: right answers pass, stubs are not done, each wrong answer is named."""

import pytest
import torch
from exercise_bank import assert_named, assert_right, assert_stub

from genai_course.exercises import game_dynamics as dynamics


def matrix_by_product(lr, gamma, swap=False):
    discriminator = torch.eye(2, dtype=torch.float64)
    discriminator[1, 0], discriminator[1, 1] = -lr / 2, 1 - lr * gamma
    generator = torch.eye(2, dtype=torch.float64)
    generator[0, 1] = lr / 2
    return discriminator @ generator if swap else generator @ discriminator


def matrix_at_once(lr, gamma):
    jacobian = torch.tensor([[0, 0.5], [-0.5, -gamma]], dtype=torch.float64)
    return torch.eye(2, dtype=torch.float64) + lr * jacobian


def matrix_other_way_round(lr, gamma):
    matrix = matrix_by_product(lr, gamma)
    return matrix * torch.tensor([[1.0, -1.0], [-1.0, 1.0]])


def squared_slopes(logits, x, **options):
    slope = torch.autograd.grad(logits, x, **options)[0]
    return (slope * slope).sum(1)


def r1(d, x_real, x_fake, gamma):
    x_real.requires_grad = True
    return 0.5 * gamma * squared_slopes(d(x_real).sum(), x_real, create_graph=True).mean()


def r2(d, x_real, x_fake, gamma):
    x_fake.requires_grad_()
    return 0.5 * gamma * squared_slopes(d(x_fake).sum(), x_fake, create_graph=True).mean()


def r1_whole_gamma(d, x_real, x_fake, gamma):
    return 2 * r1(d, x_real, x_fake, gamma)


def r1_norm(d, x_real, x_fake, gamma):
    x_real.requires_grad_()
    squares = squared_slopes(d(x_real).sum(), x_real, create_graph=True)
    return gamma / 2 * squares.sqrt().mean()


def r1_towards_one(d, x_real, x_fake, gamma):
    x_real.requires_grad_()
    norms = squared_slopes(d(x_real).sum(), x_real, create_graph=True).sqrt()
    return gamma / 2 * ((norms - 1) ** 2).mean()


def r1_sum(d, x_real, x_fake, gamma):
    return r1(d, x_real, x_fake, gamma) * len(x_real)


def r1_mean_logit(d, x_real, x_fake, gamma):
    x_real.requires_grad_()
    return gamma / 2 * squared_slopes(d(x_real).mean(), x_real, create_graph=True).mean()


def r1_no_graph(d, x_real, x_fake, gamma):
    x_real.requires_grad_()
    return gamma / 2 * squared_slopes(d(x_real).sum(), x_real).mean()


def sig(u):
    return 1 / (1 + torch.exp(-u))


def drift(theta, psi):
    u = theta * psi
    return u * (sig(-u) - sig(u))


def noisy(s, factor=0.5, theta_too=False):
    jacobian = torch.tensor([[0.0, 0.5], [-0.5, 0.0]])
    jacobian[1, 1] = -factor * s**2
    if theta_too:
        jacobian[0, 0] = jacobian[1, 1]
    return jacobian


def eig(matrix):
    return torch.linalg.eig(matrix).eigenvalues


def modulus(matrix):
    values = eig(matrix)
    return (values.real**2 + values.imag**2).sqrt()


RIGHT = [
    (dynamics.MATRIX, matrix_by_product),
    (dynamics.R1, r1),
    (dynamics.DRIFT, drift),
    (dynamics.NOISY_JACOBIAN, noisy),
    (dynamics.VERDICT, lambda m: bool(modulus(m).max() < 1)),
    (dynamics.VERDICT, lambda m: modulus(m).amax() < 1),
    (dynamics.VERDICT, lambda m: torch.linalg.matrix_power(m, 500).abs().max() < 1e-3),
]

WRONG = [
    (dynamics.MATRIX, matrix_at_once, "simultaneous steps"),
    (dynamics.MATRIX, lambda h, g: matrix_by_product(h, g, swap=True), "generator steps first"),
    (dynamics.MATRIX, lambda h, g: matrix_by_product(h, 0), "penalty is missing"),
    (dynamics.MATRIX, lambda h, g: matrix_by_product(h, g / 2), "gamma / 2 in the field"),
    (dynamics.MATRIX, matrix_other_way_round, "sense of rotation"),
    (dynamics.MATRIX, lambda h, g: matrix_by_product(h, g).mT, "rows and columns"),
    (dynamics.R1, r2, "R2"),
    (dynamics.R1, r1_whole_gamma, "gamma instead of gamma / 2"),
    (dynamics.R1, r1_norm, "not its square"),
    (dynamics.R1, r1_towards_one, "wants slope 1"),
    (dynamics.R1, r1_sum, "summed over the samples"),
    (dynamics.R1, r1_mean_logit, "N times too small"),
    (dynamics.R1, r1_no_graph, "cannot be trained"),
    (dynamics.DRIFT, lambda t, p: -drift(t, p), "drift in, not out"),
    (dynamics.DRIFT, lambda t, p: torch.zeros_like(t), "saturating game"),
    (dynamics.DRIFT, lambda t, p: 2 * drift(t, p), "rate of r squared"),
    (dynamics.DRIFT, lambda t, p: t * p * sig(-t * p), "only the generator's part"),
    (dynamics.DRIFT, lambda t, p: t * p * (sig(-t * p) + sig(t * p)), "they are subtracted"),
    (dynamics.NOISY_JACOBIAN, lambda s: noisy(s, 0.25), "only one of the two samples"),
    (dynamics.NOISY_JACOBIAN, lambda s: noisy(s**0.5), "by its variance"),
    (dynamics.NOISY_JACOBIAN, lambda s: noisy(s, -0.5), "push psi away"),
    (dynamics.NOISY_JACOBIAN, lambda s: noisy(s, 1.0), "1/4, not 1/2"),
    (dynamics.NOISY_JACOBIAN, lambda s: noisy(s, 0.5, True), "generator feels no friction"),
    (dynamics.NOISY_JACOBIAN, lambda s: noisy(0.0), "without noise"),
    (dynamics.VERDICT, lambda m: all(v.real < 1 for v in eig(m)), "real part is compared with 1"),
    (dynamics.VERDICT, lambda m: all(v.real < 0 for v in eig(m)), "rule for a field"),
    (
        dynamics.VERDICT,
        lambda m: all(v.real.abs() < 1 for v in eig(m)),
        "imaginary part is ignored",
    ),
    (dynamics.VERDICT, lambda m: any(v < 1 for v in modulus(m)), "one shrinking direction"),
    (dynamics.VERDICT, lambda m: bool(modulus(m).prod() < 1), "determinant"),
    (dynamics.VERDICT, lambda m: bool(torch.linalg.norm(m, 2) < 1), "too strict"),
    (dynamics.VERDICT, lambda m: bool((modulus(m) > 1).all()), "turned round"),
]


@pytest.mark.parametrize("exercise, attempt", RIGHT)
def test_right_answers_pass(exercise, attempt):
    assert_right(exercise, attempt)


@pytest.mark.parametrize("exercise", dynamics.EXERCISES, ids=lambda e: e.number)
def test_references_pass_and_stubs_are_not_done(exercise):
    assert_right(exercise, exercise.reference)
    assert_stub(exercise)


@pytest.mark.parametrize("exercise, attempt, naming", WRONG)
def test_every_wrong_answer_is_named(exercise, attempt, naming):
    assert_named(exercise, attempt, naming)


def test_each_exercise_has_four_wrong_answers_and_they_cover_every_sentence():
    for exercise in dynamics.EXERCISES:
        sentences = {e.verdict(a).split(" Hint:")[0] for e, a, _ in WRONG if e is exercise}
        assert len(sentences) == len(exercise.mistakes) >= 4


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
