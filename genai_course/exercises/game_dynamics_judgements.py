"""Exercises 6.1 and 6.2: would a smaller step arrive, and who is faster at equal cost?"""

import math

import torch

from genai_course.exercises.engine import Exercise, Mistake


def _matrix(rows):
    return torch.tensor(rows, dtype=torch.float64)


def _turning(real, imaginary):
    """A matrix with the eigenvalues real +- i imaginary."""
    return _matrix([[real, imaginary], [-imaginary, real]])


# 6.1 ------------------------------------------------------------------------------------------

STEPS = {  # the Jacobian of the field, and the step size
    "a turn with friction, small steps": (_turning(-0.2, 0.5), 0.2),
    "the same, large steps": (_turning(-0.2, 0.5), 2.0),
    "steps twenty times too large": (_turning(-0.05, 1.0), 2.0),
    "the Dirac-GAN, small steps": (_turning(0.0, 0.5), 0.01),
    "a spiral outwards": (_turning(0.1, 0.5), 0.2),
    "a straight way in": (_matrix([[-1.0, 0.0], [0.0, -3.0]]), 0.3),
    "a straight way in, steps too large": (_matrix([[-1.0, 0.0], [0.0, -3.0]]), 0.9),
    "a saddle": (_matrix([[-3.0, 0.0], [0.0, 0.5]]), 0.2),
    "a way in that first leads out": (_matrix([[-1.0, 9.0], [0.0, -1.0]]), 0.1),
    "the same, steps too large": (_matrix([[-1.0, 9.0], [0.0, -1.0]]), 2.5),
    "fast turning, small steps": (_turning(-1.0, 3.0), 0.1),
}


def _observe_steps(attempt):
    return {f"the verdict on {name}": attempt(*given) for name, given in STEPS.items()}


def _of(eigenvalues, lr):
    return (1 + lr * eigenvalues).abs().max().item()


def _verdict(arrives=lambda w, lr: _of(w, lr) < 1, curable=lambda w, lr: w.real.max() < 0):
    def attempt(jacobian, lr):
        eigenvalues = torch.linalg.eigvals(jacobian)
        if arrives(eigenvalues, lr):
            return "arrives"
        return "smaller" if curable(eigenvalues, lr) else "never"

    return attempt


def _symmetric(jacobian, lr):
    if _verdict()(jacobian, lr) == "arrives":
        return "arrives"
    largest = torch.linalg.eigvalsh((jacobian + jacobian.T) / 2).max()
    return "smaller" if largest < 0 else "never"


SMALLER = Exercise(
    number="6.1",
    title="Judge: would smaller steps arrive?",
    asks="`attempt(jacobian, lr)` returns 'arrives', 'smaller' or 'never'.",
    observe=_observe_steps,
    reference=_verdict(),
    praise="small steps follow the flow, and only a flow that leads in can be followed home",
    mistakes=(
        Mistake(
            _verdict(arrives=lambda w, lr: w.real.max() < 0),
            "you judge the flow; a step of finite size may leave it and spiral out.",
            "the eigenvalues of a step are 1 + lr * lambda.",
            "Compare their modulus with 1.",
        ),
        Mistake(
            _verdict(arrives=lambda w, lr: (1 + lr * w).real.abs().max() < 1),
            "you compare the real part of 1 + lr * lambda with 1, and forget that it turns.",
            "what is the modulus of 0.9 + 0.9 i?",
            "Use abs() of the complex numbers.",
        ),
        Mistake(
            _verdict(curable=lambda w, lr: _of(w, lr / 2) < 1),
            "you halved the step once; it may take a far smaller one.",
            "which sign decides as the step goes to 0?",
            "Ask whether all real parts of the Jacobian's eigenvalues are negative.",
        ),
        Mistake(
            _verdict(curable=lambda w, lr: w.real.max() <= 1e-12),
            "you promise that a pure rotation comes home; each step leads out, however small.",
            "the modulus of 1 + i h / 2 is above 1 for every h.",
            "Ask for real parts below 0.",
        ),
        Mistake(
            _verdict(curable=lambda w, lr: w.real.sum() < 0),
            "you look at the trace; one direction may lead out while the sum is negative.",
            "a saddle: in one direction it falls fast, in the other it climbs slowly.",
            "Ask that every real part is negative.",
        ),
        Mistake(
            _verdict(curable=lambda w, lr: True),
            "you believe that small steps cure everything; they follow the flow wherever it leads.",
            "follow a spiral outwards, slowly.",
            "Say 'smaller' only if the flow itself leads in.",
        ),
        Mistake(
            _symmetric,
            "you ask that the distance shrinks from the start; it may grow first and vanish later.",
            "what remains of t e^-t after a long time?",
            "Use the eigenvalues of the Jacobian, not those of its symmetric part.",
        ),
        Mistake(
            _verdict(arrives=lambda w, lr: _of(w, lr) < 1 and lr * w.abs().max() < 0.3),
            "you call steps too large that arrive.",
            "what must be below 1?",
            "Compare the largest modulus of 1 + lr * lambda with 1, and nothing else.",
        ),
    ),
)

# 6.2 ------------------------------------------------------------------------------------------


def _spiral(radius, angle=0.5):
    return radius * _turning(math.cos(angle), math.sin(angle))


RACES = {  # the matrix of one step and its cost in gradients: of a, then of b
    "equal costs": ((_spiral(0.95), 2), (_spiral(0.98), 2)),
    "a dear step that shrinks little more": ((_spiral(0.96), 4), (_spiral(0.97), 2)),
    "a dear step that shrinks much more": ((_spiral(0.90), 4), (_spiral(0.97), 2)),
    "a dear step that shrinks a good deal": ((_spiral(0.80), 4), (_spiral(0.92), 2)),
    "a cheap step that shrinks more": ((_spiral(0.95), 1), (_spiral(0.97), 4)),
    "steps that hardly shrink": ((_spiral(0.999), 1), (_spiral(0.997), 2)),
    "one that leads out": ((_spiral(1.01), 1), (_spiral(0.999), 4)),
    "two that lead out": ((_spiral(1.01), 1), (_spiral(1.05), 2)),
    "one that goes round for ever": ((_turning(0.0, 1.0), 1), (_spiral(1.02), 2)),
    "a narrow turn and a wide one": ((_spiral(0.98, 1.5), 2), (_spiral(0.95, 0.1), 2)),
    "one that first leads out": ((_matrix([[0.8, 5], [0, 0.8]]), 2), (_spiral(0.95), 2)),
    "a fast direction and a slow one": ((_matrix([[0.1, 0], [0, 0.99]]), 2), (_spiral(0.9), 2)),
}


def _observe_races(attempt):
    return {f"the faster one of {name}": attempt(*a, *b) for name, (a, b) in RACES.items()}


def _radius(step):
    return torch.linalg.eigvals(step).abs().max().item()


def _per_gradient(radius, cost):
    return radius ** (1 / cost)


def _faster(size=_radius, price=_per_gradient, must_arrive=True):
    def attempt(step_a, cost_a, step_b, cost_b):
        radii = size(step_a), size(step_b)
        if must_arrive and min(radii) >= 1:
            return "neither"
        prices = price(radii[0], cost_a), price(radii[1], cost_b)
        return "a" if prices[0] < prices[1] else "b"

    return attempt


FASTER = Exercise(
    number="6.2",
    title="Judge: who is faster at equal cost?",
    asks="`attempt(step_a, cost_a, step_b, cost_b)` returns 'a', 'b' or 'neither'.",
    observe=_observe_races,
    reference=_faster(),
    praise="the factor in the long run, shared among the gradients that it costs",
    mistakes=(
        Mistake(
            _faster(price=lambda radius, cost: radius),
            "you compare step with step and forget what a step costs.",
            "for the price of one dear step you may do several cheap ones.",
            "Take the factor per gradient, radius ** (1 / cost).",
        ),
        Mistake(
            _faster(price=lambda radius, cost: radius * cost),
            "you multiplied the factor by its cost; factors of several steps multiply, not add.",
            "two steps of factor 0.9 make 0.81.",
            "Take the factor per gradient, radius ** (1 / cost).",
        ),
        Mistake(
            _faster(price=lambda radius, cost: radius / cost),
            "you divided the factor by its cost, and reward whoever is dear.",
            "a factor of 1 gets nowhere, whatever it costs.",
            "Take the factor per gradient, radius ** (1 / cost).",
        ),
        Mistake(
            _faster(size=lambda step: torch.linalg.matrix_norm(step, 2).item()),
            "you took the norm of a step: it bounds the first, and asked is about many.",
            "a step may stretch once and shrink for ever after.",
            "Use the largest modulus of the eigenvalues.",
        ),
        Mistake(
            _faster(size=lambda step: torch.linalg.eigvals(step).real.abs().max().item()),
            "you took the real part: a narrow turn looks fast.",
            "how long is a number after a quarter turn?",
            "Use the modulus of the eigenvalues.",
        ),
        Mistake(
            _faster(size=lambda step: torch.linalg.eigvals(step).abs().min().item()),
            "you took the fastest direction; in the end the slowest is left.",
            "0.1^n and 0.99^n: which one do you wait for?",
            "Use the largest modulus.",
        ),
        Mistake(
            _faster(must_arrive=False),
            "you name a winner where nobody arrives.",
            "the slower of two that leave is no winner.",
            "Return 'neither' unless one factor is below 1.",
        ),
    ),
)
