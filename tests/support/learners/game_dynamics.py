"""Answers that learners may hand in to the exercises of notebook 06, right and wrong."""

import torch


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


RIGHT = {
    "6.1": [matrix_by_product],
    "6.2": [r1],
    "6.3": [drift],
    "6.4": [noisy],
    "6.5": [
        lambda m: bool(modulus(m).max() < 1),
        lambda m: modulus(m).amax() < 1,
        lambda m: torch.linalg.matrix_power(m, 500).abs().max() < 1e-3,
    ],
}
WRONG = {
    "6.1": {
        "simultaneous steps": matrix_at_once,
        "generator steps first": lambda h, g: matrix_by_product(h, g, swap=True),
        "penalty is missing": lambda h, g: matrix_by_product(h, 0),
        "gamma / 2 in the field": lambda h, g: matrix_by_product(h, g / 2),
        "sense of rotation": matrix_other_way_round,
        "rows and columns": lambda h, g: matrix_by_product(h, g).mT,
    },
    "6.2": {
        "R2": r2,
        "gamma instead of gamma / 2": r1_whole_gamma,
        "not its square": r1_norm,
        "wants slope 1": r1_towards_one,
        "summed over the samples": r1_sum,
        "N times too small": r1_mean_logit,
        "cannot be trained": r1_no_graph,
    },
    "6.3": {
        "drift in, not out": lambda t, p: -drift(t, p),
        "saturating game": lambda t, p: torch.zeros_like(t),
        "rate of r squared": lambda t, p: 2 * drift(t, p),
        "only the generator's part": lambda t, p: t * p * sig(-t * p),
        "they are subtracted": lambda t, p: t * p * (sig(-t * p) + sig(t * p)),
    },
    "6.4": {
        "only one of the two samples": lambda s: noisy(s, 0.25),
        "by its variance": lambda s: noisy(s**0.5),
        "push psi away": lambda s: noisy(s, -0.5),
        "1/4, not 1/2": lambda s: noisy(s, 1.0),
        "generator feels no friction": lambda s: noisy(s, 0.5, True),
        "without noise": lambda s: noisy(0.0),
    },
    "6.5": {
        "real part is compared with 1": lambda m: all(v.real < 1 for v in eig(m)),
        "rule for a field": lambda m: all(v.real < 0 for v in eig(m)),
        "imaginary part is ignored": lambda m: all(v.real.abs() < 1 for v in eig(m)),
        "one shrinking direction": lambda m: any(v < 1 for v in modulus(m)),
        "determinant": lambda m: bool(modulus(m).prod() < 1),
        "too strict": lambda m: bool(torch.linalg.norm(m, 2) < 1),
        "turned round": lambda m: bool((modulus(m) > 1).all()),
    },
}
