"""Checks of notebook 06: game dynamics."""

import torch

from genai_course.exercises.answers import gradients
from genai_course.exercises.engine import Exercise, Mistake

SETTINGS = ((0.2, 0.0), (0.5, 0.8))  # step size, gamma
X_REAL = torch.tensor([[1.0, -0.5], [0.2, 0.8], [-1.2, 0.4]], dtype=torch.float64)
X_FAKE = torch.tensor([[0.3, 0.9], [-0.7, 0.1], [1.5, -0.2]], dtype=torch.float64)
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


class _Curve(torch.nn.Module):
    """A discriminator whose slope differs from place to place; two weights."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([0.7, -1.1], dtype=torch.float64))

    def forward(self, x):
        return torch.tanh(x @ self.weight)[:, None] + 0.3 * (x**2).sum(dim=1, keepdim=True)


def _observe_matrix(attempt):
    return {f"M at h = {h}, gamma = {gamma}": attempt(h, gamma) for h, gamma in SETTINGS}


def _observe_r1(attempt):
    curve = _Curve()
    term = attempt(curve, X_REAL, X_FAKE, 0.6)
    slope = gradients(term, curve.weight)[0]
    return {"the term at gamma = 0.6": term, "its gradient in the weights": slope}


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


def _in_turn(lr, gamma):
    h, friction = lr / 2, 1 - lr * gamma
    return _matrix([[1 - h * h, h * friction], [-h, friction]])


def _generator_first(lr, gamma):
    h = lr / 2
    return _matrix([[1.0, h], [-h, 1 - h * h - lr * gamma]])


def _r1(discriminator, x_real, x_fake, gamma, power=2, target=0.0, mean=True):
    x = x_real.requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)
    each = (slope.norm(dim=1) - target).abs() ** power
    return gamma / 2 * (each.mean() if mean else each.sum())


def _r1_of_the_mean(discriminator, x_real, x_fake, gamma):
    x = x_real.requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(x).mean(), x, create_graph=True)
    return gamma / 2 * slope.square().sum(dim=1).mean()


def _r1_without_graph(discriminator, x_real, x_fake, gamma):
    x = x_real.requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(x).sum(), x)
    return gamma / 2 * slope.square().sum(dim=1).mean()


def _noisy(s):
    return _matrix([[0.0, 0.5], [-0.5, -s * s / 2]])


def _eigenvalues(matrix):
    return torch.linalg.eigvals(matrix)


MATRIX = Exercise(
    "6.1",
    "the matrix of an alternating step",
    _observe_matrix,
    _in_turn,
    (
        Mistake(
            lambda lr, gamma: _matrix([[1.0, lr / 2], [-lr / 2, 1 - lr * gamma]]),
            "these are simultaneous steps: the generator answers the old discriminator.",
            "what does the generator see when its turn comes?",
            "Multiply two matrices, one for each player; the discriminator's stands on the right.",
        ),
        Mistake(
            _generator_first,
            "here the generator steps first.",
            "in a product of matrices the right one acts first.",
            "Put the matrix that changes psi on the right.",
        ),
        Mistake(
            lambda lr, gamma: _in_turn(lr, 0.0),
            "the penalty is missing.",
            "what does the term -gamma psi do to psi in one step?",
            "The discriminator's matrix has 1 - h gamma in its lower right corner.",
        ),
        Mistake(
            lambda lr, gamma: _in_turn(lr, gamma / 2),
            "this is the penalty with gamma / 2 in the field.",
            "the loss has gamma / 2 times psi squared; differentiate it.",
            "The 2 of the square cancels the 1/2: the field has -gamma psi.",
        ),
        Mistake(
            lambda lr, gamma: _in_turn(-lr, -gamma),
            "the sense of rotation is wrong: theta must rise where psi is positive.",
            "v_theta = +psi / 2 and v_psi = -theta / 2 near the equilibrium.",
            "The upper right entry is positive, the lower left one negative.",
        ),
        Mistake(
            lambda lr, gamma: _in_turn(lr, gamma).T,
            "rows and columns are swapped.",
            "row 1 says what theta becomes.",
            "Transpose it: M times the column (theta, psi) is the next state.",
        ),
    ),
)

R1 = Exercise(
    "6.2",
    "the R1 term",
    _observe_r1,
    lambda d, x_real, x_fake, gamma: _r1(d, x_real, x_fake, gamma),
    (
        Mistake(
            lambda d, x_real, x_fake, gamma: _r1(d, x_fake, x_real, gamma),
            "the slope is taken at fakes; that penalty is called R2.",
            "where does R1 want the discriminator to be flat?",
            "Use x_real; x_fake is not needed.",
        ),
        Mistake(
            lambda d, x_real, x_fake, gamma: _r1(d, x_real, x_fake, 2 * gamma),
            "gamma instead of gamma / 2.",
            "for a(x) = psi x the term must be gamma / 2 times psi squared.",
            "Halve it.",
        ),
        Mistake(
            lambda d, x_real, x_fake, gamma: _r1(d, x_real, x_fake, gamma, power=1),
            "this is the norm of the slope, not its square.",
            "its friction would not fade as the slope does.",
            "Square the norm, or sum the squares and take no root.",
        ),
        Mistake(
            lambda d, x_real, x_fake, gamma: _r1(d, x_real, x_fake, gamma, target=1.0),
            "this wants slope 1, as WGAN-GP does.",
            "what is the slope at the equilibrium?",
            "Do not subtract 1 from the norm.",
        ),
        Mistake(
            lambda d, x_real, x_fake, gamma: _r1(d, x_real, x_fake, gamma, mean=False),
            "summed over the samples, not averaged.",
            "a larger batch would mean a stronger penalty.",
            "Sum over the features of a sample, then take the mean over the samples.",
        ),
        Mistake(
            _r1_of_the_mean,
            "the mean of the logits is differentiated, so each slope is N times too small.",
            "N logits averaged: what factor does each slope get?",
            "Differentiate logits.sum(); average after squaring.",
        ),
        Mistake(
            _r1_without_graph,
            "the term cannot be trained: no graph leads from it back to the weights.",
            "which option of torch.autograd.grad keeps the slope differentiable?",
            "Pass create_graph=True.",
        ),
    ),
    same_shape=True,
)

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

EXERCISES = (MATRIX, R1, DRIFT, NOISY_JACOBIAN, VERDICT)

check_matrix = MATRIX.check
check_r1 = R1.check
check_drift = DRIFT.check
check_noisy_jacobian = NOISY_JACOBIAN.check
check_verdict = VERDICT.check
