"""Checks of notebook 06: game dynamics."""

import torch

from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.game_dynamics_judgements import FASTER, SMALLER

THETA = torch.tensor([1.0, -0.5, 2.0, 0.3], dtype=torch.float64)
PSI = torch.tensor([0.8, 1.5, -1.0, 0.0], dtype=torch.float64)
MATRICES = {
    "a spiral inwards": [[0.9, 0.3], [-0.3, 0.9]],
    "a spiral outwards": [[0.95, 0.4], [-0.4, 0.95]],
    "a jump across 0 that grows": [[-1.2, 0.0], [0.0, 0.5]],
    "a jump across 0 that shrinks": [[-0.9, 0.0], [0.0, 0.5]],
    "a shrinking step that stretches first": [[0.5, 3.0], [0.0, 0.6]],
    "one direction far in, one out": [[0.2, 0.0], [0.0, 1.5]],
    "one direction in, one far out": [[0.8, 0.0], [0.0, 1.5]],
}


def _observe_drift(attempt):
    return {"theta v_theta + psi v_psi": attempt(THETA, PSI)}


def _observe_noisy(attempt):
    return {f"J at s = {s}": attempt(s) for s in (0.0, 0.5, 2.0)}


def _observe_verdict(attempt):
    return {
        name: attempt(torch.tensor(rows, dtype=torch.float64)) for name, rows in MATRICES.items()
    }


def _matrix(rows):
    return torch.tensor(rows, dtype=torch.float64)


def _noisy(s):
    return _matrix([[0.0, 0.5], [-0.5, -s * s / 2]])


def _eigenvalues(matrix):
    return torch.linalg.eigvals(matrix)


DRIFT = Exercise(
    "6.3",
    "drift of the non-saturating game",
    _observe_drift,
    lambda theta, psi: -theta * psi * torch.tanh(theta * psi / 2),
    (
        Mistake(
            lambda theta, psi: theta * psi * torch.tanh(theta * psi / 2),
            "the sign is wrong: the players drift in, not out.",
            "the discriminator's term is subtracted.",
            "theta psi times sigmoid(-theta psi) minus sigmoid(theta psi).",
        ),
        Mistake(
            lambda theta, psi: 0 * theta,
            "this is the saturating game, whose drift is 0.",
            "the generator's component has sigmoid(-theta psi) now.",
            "Insert psi * sigmoid(-theta psi) for v_theta and leave v_psi.",
        ),
        Mistake(
            lambda theta, psi: -2 * theta * psi * torch.tanh(theta * psi / 2),
            "this is the rate of r squared, twice what is asked.",
            "half the derivative of r squared is theta v_theta + psi v_psi.",
            "Leave out the factor 2.",
        ),
        Mistake(
            lambda theta, psi: theta * psi * torch.sigmoid(-theta * psi),
            "only the generator's part; the discriminator moves as well.",
            "two players, two terms.",
            "Add psi v_psi = -theta psi sigmoid(theta psi).",
        ),
        Mistake(
            lambda theta, psi: theta * psi,
            "sigmoid(-u) + sigmoid(u) = 1, but here they are subtracted.",
            "what sign has v_psi?",
            "v_psi = -theta sigmoid(theta psi).",
        ),
    ),
    without=("non_saturating_field",),
    praise="right: never positive, so the loss itself draws in, but so weakly near (0, 0) that "
    "no eigenvalue shows it",
)

NOISY_JACOBIAN = Exercise(
    "6.4",
    "instance noise",
    _observe_noisy,
    _noisy,
    (
        Mistake(
            lambda s: _matrix([[0.0, 0.5], [-0.5, -s * s / 4]]),
            "only one of the two samples is noisy here, or one term was forgotten.",
            "real and fake samples each contribute to the curvature in psi.",
            "Each gives s squared / 4.",
        ),
        Mistake(
            lambda s: _matrix([[0.0, 0.5], [-0.5, -s / 2]]),
            "the noise enters by its variance, s squared.",
            "the second derivative of softplus(psi x) in psi has x squared in it.",
            "E[x^2] = s^2 at the equilibrium.",
        ),
        Mistake(
            lambda s: _matrix([[0.0, 0.5], [-0.5, s * s / 2]]),
            "the sign is wrong: noise would push psi away from 0.",
            "the discriminator's loss is convex in psi; it goes down.",
            "The lower right entry is minus a second derivative of a loss.",
        ),
        Mistake(
            lambda s: _matrix([[0.0, 0.5], [-0.5, -s * s]]),
            "the second derivative of softplus at 0 is 1/4, not 1/2.",
            "the derivative of sigmoid is sigmoid (1 - sigmoid).",
            "Two samples, s^2 / 4 each.",
        ),
        Mistake(
            lambda s: _matrix([[-s * s / 2, 0.5], [-0.5, -s * s / 2]]),
            "the generator feels no friction.",
            "differentiate v_theta by theta at psi = 0.",
            "v_theta is psi times something, so its derivative by theta is 0 at psi = 0.",
        ),
        Mistake(
            lambda s: _matrix([[0.0, 0.5], [-0.5, 0.0]]),
            "this is the game without noise.",
            "the second derivative of the discriminator's loss in psi is no longer 0.",
            "Compute E[x^2] / 4 for the real and for the fake sample.",
        ),
    ),
    praise="right: it acts as R1 with gamma = s^2 / 2",
)

VERDICT = Exercise(
    "6.5",
    "does a repeated step arrive?",
    _observe_verdict,
    lambda m: bool((_eigenvalues(m).abs() < 1).all()),
    (
        Mistake(
            lambda m: bool((_eigenvalues(m).real < 1).all()),
            "the real part is compared with 1; a rotation can grow with a real part below 1.",
            "repeating multiplies by lambda; when does lambda^n vanish?",
            "Compare the modulus, abs(), with 1.",
        ),
        Mistake(
            lambda m: bool((_eigenvalues(m).real < 0).all()),
            "a negative real part is the rule for a field, not for a step.",
            "a step that shrinks everything by half has eigenvalues 1/2.",
            "For a step compare the modulus with 1.",
        ),
        Mistake(
            lambda m: bool((_eigenvalues(m).real.abs() < 1).all()),
            "the imaginary part is ignored.",
            "what is the modulus of 0.95 + 0.4 i?",
            "Take abs() of the complex eigenvalues, not of their real part.",
        ),
        Mistake(
            lambda m: bool(_eigenvalues(m).abs().min() < 1),
            "one shrinking direction is not enough.",
            "what happens to a state in the other direction?",
            "The largest modulus must be below 1.",
        ),
        Mistake(
            lambda m: bool(torch.linalg.det(m).abs() < 1),
            "the determinant is the product of the eigenvalues; one may still exceed 1.",
            "look at a matrix with 0.2 and 1.5 on its diagonal.",
            "Look at each eigenvalue.",
        ),
        Mistake(
            lambda m: bool(torch.linalg.matrix_norm(m, 2) < 1),
            "too strict: a step may stretch once and still shrink in the long run.",
            "the norm bounds one step; asked is about many.",
            "Use eigenvalues: their largest modulus is the rate in the long run.",
        ),
        Mistake(
            lambda m: bool((_eigenvalues(m).abs() > 1).all()),
            "the comparison is turned round.",
            "which is it, inwards or outwards?",
            "Inwards means modulus below 1.",
        ),
    ),
)

EXERCISES = (SMALLER, FASTER, DRIFT, NOISY_JACOBIAN, VERDICT)

check_smaller = SMALLER.check
check_faster = FASTER.check
check_drift = DRIFT.check
check_noisy_jacobian = NOISY_JACOBIAN.check
check_verdict = VERDICT.check
