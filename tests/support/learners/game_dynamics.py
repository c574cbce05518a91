"""Answers that learners may hand in to the exercises of notebook 06, right and wrong."""

import torch


def modes(jacobian):
    return [complex(w) for w in torch.linalg.eigvals(jacobian)]


def within(jacobian, lr):
    """Whether steps of this size end at the equilibrium."""
    return all(abs(1 + lr * w) < 1 for w in modes(jacobian))


def leads_in(jacobian, lr):
    return all(w.real < 0 for w in modes(jacobian))


def by_size(jacobian, lr, here=within, smaller=leads_in):
    if here(jacobian, lr):
        return "arrives"
    return "smaller" if smaller(jacobian, lr) else "never"


def only_real(jacobian, lr):
    return all(abs(1 + lr * w.real) < 1 for w in modes(jacobian))


def timid(jacobian, lr):
    return within(jacobian, lr) and lr * max(map(abs, modes(jacobian))) < 0.28


def shrinks_at_once(jacobian, lr):
    return torch.linalg.eigvalsh(0.5 * jacobian + 0.5 * jacobian.T)[-1].item() < 0


def reach(step):
    return max(map(abs, modes(step)))


def race(step_a, cost_a, step_b, cost_b, factor=reach, price=None, all_named=False):
    """Compare the logarithms of the factors, per gradient."""
    price = price or (lambda r, cost: float(torch.tensor(r).log()) / cost)
    a, b = factor(step_a), factor(step_b)
    if not all_named and not (a < 1 or b < 1):
        return "neither"
    return "b" if price(b, cost_b) <= price(a, cost_a) else "a"


def priced(price):
    return lambda *given: race(*given, price=price)


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
    "6.1": [by_size],
    "6.2": [race],
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
        "judge the flow": lambda j, lr: by_size(j, lr, here=leads_in),
        "forget that it turns": lambda j, lr: by_size(j, lr, here=only_real),
        "halved the step once": lambda j, lr: by_size(
            j, lr, smaller=lambda j, lr: within(j, lr * 0.5)
        ),
        "pure rotation": lambda j, lr: by_size(
            j, lr, smaller=lambda j, lr: all(w.real < 1e-9 for w in modes(j))
        ),
        "the trace": lambda j, lr: by_size(j, lr, smaller=lambda j, lr: bool(j.trace() < 0)),
        "cure everything": lambda j, lr: by_size(j, lr, smaller=lambda j, lr: True),
        "distance shrinks": lambda j, lr: by_size(j, lr, smaller=shrinks_at_once),
        "too large that arrive": lambda j, lr: by_size(j, lr, here=timid),
    },
    "6.2": {
        "forget what a step costs": priced(lambda r, cost: r),
        "multiplied the factor": priced(lambda r, cost: r * cost),
        "divided the factor": priced(lambda r, cost: r / cost),
        "norm of a step": lambda *given: race(
            *given, factor=lambda m: torch.linalg.svd(m)[1].max().item()
        ),
        "real part": lambda *given: race(
            *given, factor=lambda m: max(abs(w.real) for w in modes(m))
        ),
        "fastest direction": lambda *given: race(*given, factor=lambda m: min(map(abs, modes(m)))),
        "where nobody arrives": lambda *given: race(*given, all_named=True),
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
