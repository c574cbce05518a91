"""Exercises 5.1 and 5.3: what shows that neighbours matter, and what proves a slope bounded?"""

import math

import torch
from torch.nn import functional as F

from genai_course.exercises.engine import Exercise, Mistake

# 5.1 ------------------------------------------------------------------------------------------

ORDERED = {
    "layers": "conv",
    "pixels": "in order",
    "norm": "batch",
    "lr": 2e-4,
    "steps": 1200,
    "distances": [30.0, 33.0, 31.0],
}
REWIRED = ORDERED | {"pixels": "rewired", "distances": [80.0, 75.0, 91.0]}
DENSE = {"layers": "dense", "distances": [95.0, 90.0, 99.0]}
PAIRS = {
    "nothing but the order differs": (ORDERED, REWIRED),
    "the rewired one comes first": (REWIRED, ORDERED),
    "the layers differ": (ORDERED, ORDERED | DENSE),
    "order and layers differ": (ORDERED, REWIRED | DENSE),
    "the rewired one trains less": (ORDERED, REWIRED | {"steps": 400}),
    "the rewired one has no normalisation": (ORDERED, REWIRED | {"norm": "none"}),
    "the rates differ as well": (ORDERED, REWIRED | {"lr": 1e-3}),
    "one seed is as good": (ORDERED, REWIRED | {"distances": [80.0, 32.0, 91.0]}),
    "the rewired one is nearer": (ORDERED, REWIRED | {"distances": [20.0, 21.0, 19.0]}),
    "both are alike": (ORDERED, ORDERED),
    "fully connected layers had luck": (
        ORDERED | DENSE | {"distances": [60.0, 61.0, 59.0]},
        REWIRED | DENSE,
    ),
}


def _observe_pairs(attempt):
    return {f"'shown where {name}'": attempt(dict(a), dict(b)) for name, (a, b) in PAIRS.items()}


def _every_seed(ordered, rewired):
    return max(ordered) < min(rewired)


def _shown(alike=("norm", "lr", "steps"), conv=("conv",), ahead=_every_seed, sort=True):
    """Build an answer: what agrees, which layers may be used, and when one run is ahead."""

    def attempt(a, b):
        if sort and a["pixels"] == "rewired":
            a, b = b, a
        return (
            (a["pixels"], b["pixels"]) == ("in order", "rewired")
            and a["layers"] == b["layers"]
            and a["layers"] in conv
            and all(a[name] == b[name] for name in alike)
            and ahead(a["distances"], b["distances"])
        )

    return attempt


def _conv_against_dense(a, b):
    if a["layers"] == "dense":
        a, b = b, a
    apart = (a["layers"], b["layers"]) == ("conv", "dense") and a["pixels"] == b["pixels"]
    return apart and _every_seed(a["distances"], b["distances"])


def _mean_is_less(ordered, rewired):
    return sum(ordered) / len(ordered) < sum(rewired) / len(rewired)


NEIGHBOURS = Exercise(
    number="5.1",
    title="Judge: does knowing about neighbours help?",
    asks="`attempt(a, b)`, two dicts, returns True or False.",
    observe=_observe_pairs,
    reference=_shown(),
    praise="the same network, with and without neighbours",
    mistakes=(
        Mistake(
            _conv_against_dense,
            "you compare convolutions with dense layers, which differ in more.",
            "how do you take the neighbours away, and nothing else?",
            "Compare a convolutional network with itself on rewired pixels.",
        ),
        Mistake(
            _shown(alike=("norm", "lr")),
            "you overlook that one of them was trained for longer.",
            "what would it reach in as many steps?",
            "Ask that steps agrees.",
        ),
        Mistake(
            _shown(alike=("steps",)),
            "you overlook another difference: the normalisation or the rate.",
            "if two things change, which of them was it?",
            "Ask that norm and lr agree.",
        ),
        Mistake(
            _shown(ahead=_mean_is_less),
            "you compare the means, and a seed of the wrong side is drowned.",
            "would the next pair of seeds come out the same way?",
            "Ask that every ordered run is nearer than every rewired one.",
        ),
        Mistake(
            _shown(conv=("conv", "dense")),
            "you accept dense layers; they know of no neighbours, so their lead must be luck.",
            "rewire a dense layer with its pixels: nothing changes.",
            "Ask that both are convolutional.",
        ),
        Mistake(
            _shown(
                ahead=lambda ordered, rewired: (
                    max(ordered) < min(rewired) or max(rewired) < min(ordered)
                )
            ),
            "you count a difference in either direction; here the rewired one is nearer.",
            "then knowing about neighbours did harm.",
            "The ordered one must be nearer.",
        ),
        Mistake(
            _shown(sort=False),
            "you take for granted that a is the ordered one.",
            "the two may come in either order.",
            "Look at pixels first, and exchange a and b if needed.",
        ),
    ),
)

# 5.3 ------------------------------------------------------------------------------------------


def _diagonal(*entries):
    return torch.diag(torch.tensor(entries, dtype=torch.double))


_ROW = torch.tensor([[0.6, 0.8]], dtype=torch.double)  # of length 1
_TURN = torch.tensor([[0.8, -0.6], [0.6, 0.8]], dtype=torch.double)
_SPLIT = torch.tensor([[1.0, 0.0], [-1.0, 0.0]], dtype=torch.double)
_SUM = torch.tensor([[1.0, 1.0]], dtype=torch.double)
_POINTS = torch.tensor([[0, 0], [1, 0], [0, 1], [3, 4], [-2, 1]], dtype=torch.double)
_LEFT = torch.tensor([[0, 0], [-1, -1], [-2, 0], [0, -3]], dtype=torch.double)
_NEAR = torch.tensor([[1, 0], [2, 0], [1.5, 0.1]], dtype=torch.double)
CLAIMS = {  # the matrices, the points that were tried, and the slope that is claimed
    "a claim with room": ((_diagonal(2, 1), _TURN, 2 * _ROW), _POINTS, 4.5),
    "a pair that is steeper": ((_diagonal(2, 1), _TURN, 2 * _ROW), _POINTS, 1.0),
    "a claim in between": ((_diagonal(2, 1), _TURN, 2 * _ROW), _POINTS, 3.9),
    "one steep layer of three": ((_diagonal(3, 1), 0.5 * _TURN, 0.4 * _ROW), _POINTS, 1.0),
    "three layers of slope 2": ((2 * _TURN, 2 * _TURN, 2 * _ROW), _NEAR, 4.0),
    "three layers of slope 2, again": ((2 * _TURN, 2 * _TURN, 2 * _ROW), _NEAR, 7.0),
    "matrices that cancel": ((_SPLIT, _SUM), _POINTS, 0.5),
    "points where the units are off": ((_diagonal(2, 2), 2 * _ROW), _LEFT, 1.5),
}


def _observe_claims(attempt):
    return {
        f"the verdict on {name}": attempt([m.clone() for m in matrices], points, claim)
        for name, (matrices, points, claim) in CLAIMS.items()
    }


def _largest(matrix):
    return torch.linalg.matrix_norm(matrix, 2).item()


def _each(of_one, together):
    return lambda matrices: together([of_one(matrix) for matrix in matrices])


def _steepest_pair(matrices, points, bend=lambda x: F.leaky_relu(x, 0.2)):
    values = points
    for place, matrix in enumerate(matrices):
        values = (values if place == 0 else bend(values)) @ matrix.T
    ways = torch.cdist(points, points).fill_diagonal_(math.inf)
    return ((values - values.T).abs() / ways).max().item()


_product = _each(_largest, math.prod)


def _verdict(bound=_product, pair=_steepest_pair, above="open", below="open"):
    """Build an answer; `above` is said of a loose bound, `below` of pairs that do not object."""

    def attempt(matrices, points, claim):
        if bound(matrices) <= claim:
            return "proved"
        if pair(matrices, points) > claim:
            return "refuted"
        return above if above != "open" else below

    return attempt


def _of_the_product(matrices):
    return _largest(torch.linalg.multi_dot(matrices[::-1]))


BOUNDED = Exercise(
    number="5.3",
    title="Judge: is its slope bounded?",
    asks="`attempt(matrices, points, claim)` returns 'proved', 'refuted' or 'open'.",
    observe=_observe_claims,
    reference=_verdict(),
    praise="a bound proves, a pair refutes, and between the two nothing is known",
    mistakes=(
        Mistake(
            _verdict(above="refuted"),
            "you call a claim refuted because your bound is larger; a bound may be generous.",
            "to reach it, one pair would have to stretch every layer to the utmost.",
            "Say 'refuted' only if a pair of the points is steeper.",
        ),
        Mistake(
            _verdict(below="proved"),
            "you call a claim proved because no pair objects; other points may.",
            "how many pairs of images are there?",
            "Say 'proved' only if the bound is at most the claim.",
        ),
        Mistake(
            _verdict(bound=_each(lambda matrix: matrix.norm().item(), math.prod)),
            "you multiplied Frobenius norms: a bound, but a looser one than you could have.",
            "the norm of all entries is at least the largest singular value.",
            "Use torch.linalg.matrix_norm(matrix, 2).",
        ),
        Mistake(
            _verdict(bound=_each(_largest, max)),
            "you took the steepest layer; steep layers behind each other multiply.",
            "two layers of slope 2 make 4.",
            "Multiply the largest singular values.",
        ),
        Mistake(
            _verdict(bound=_each(_largest, sum)),
            "you added the slopes; layers behind each other multiply.",
            "two layers of slope 3 make 9, not 6.",
            "Multiply the largest singular values.",
        ),
        Mistake(
            _verdict(bound=_of_the_product),
            "you multiplied the matrices first, as if nothing bent between them.",
            "what one matrix would cancel, a LeakyReLU may have spared.",
            "Multiply the singular values of the single matrices.",
        ),
        Mistake(
            _verdict(pair=lambda m, p: _steepest_pair(m, p, bend=lambda x: x)),
            "you left out the LeakyReLU where you look for a steep pair.",
            "where units are off the network is flatter.",
            "Bend the values between two matrices.",
        ),
    ),
)
