"""Exercises 7.1 and 7.3: name the disease from samples, and is an empty mode missing?"""

import torch

from genai_course.collapse.problems import RING_RADIUS, RING_SIGMA
from genai_course.data import ring_centres
from genai_course.evaluation.modes import nearest_mode
from genai_course.exercises.engine import Exercise, Mistake

# 7.1 ------------------------------------------------------------------------------------------

CENTRES = ring_centres(8, RING_RADIUS).double()


def _patients():
    """Sets of 800 samples, each with a flaw that is known; shape (800, 2)."""
    generator = torch.Generator().manual_seed(7)
    noise = RING_SIGMA * torch.randn(800, 2, generator=generator, dtype=torch.double)
    mode = torch.arange(800) % 8
    halfway = (CENTRES[mode] + CENTRES[mode - 1]) / 2
    few, rank = mode % 3, torch.arange(800)
    aside = CENTRES[mode] + 0.9 * RING_SIGMA * torch.tensor([1.0, 1.0])

    def some(share, mine, others):
        return torch.where((rank < 800 * share)[:, None], mine, others)

    return {
        "real data": CENTRES[mode] + noise,
        "one mode": CENTRES[0] + noise,
        "three modes": CENTRES[few] + noise,
        "samples halfway between the modes": halfway + noise / 4,
        "three in ten beside": some(0.3, halfway, CENTRES[mode] + noise),
        "three modes and some beside": some(0.2, 1.3 * CENTRES[mode], CENTRES[few] + noise),
        "three modes and five strays": some(0.01, CENTRES[mode], CENTRES[few] + noise / 2),
        "eight points": CENTRES[mode] + noise / 1000,
        "eight points aside": aside + noise / 1000,
        "three points": CENTRES[few] + noise / 1000,
        "a rare mode": CENTRES[torch.where((mode == 7) & (rank > 160), 0, mode)] + noise,
    }


def _observe_patients(attempt):
    return {f"the name for {n}": attempt(x, CENTRES, RING_SIGMA) for n, x in _patients().items()}


def _tightness(samples, centres, sigma, reach, about_mean=True):
    distance, index = nearest_mode(samples, centres)
    squares, count = 0.0, 0
    for k in range(len(centres)):
        own = samples[(index == k) & (distance < reach * sigma)]
        if len(own):
            middle = own.mean(dim=0) if about_mean else centres[k]
            squares, count = squares + (own - middle).square().sum().item(), count + own.numel()
    return (squares / max(count, 1)) ** 0.5 / sigma


def _kept(counts, total):
    return int((counts >= 0.01 * total).sum())


def _diagnose(reach=3.0, tight=_tightness, kept=_kept, first=("beside", "missing", "narrow")):
    def attempt(samples, centres, sigma):
        distance, index = nearest_mode(samples, centres)
        near = distance < reach * sigma
        counts = torch.bincount(index[near], minlength=len(centres))
        signs = {
            "beside": bool(near.double().mean() < 0.5),
            "missing": kept(counts, len(samples)) < len(centres),
            "narrow": tight(samples, centres, sigma, reach) < 0.5,
        }
        return next((name for name in first if signs[name]), "healthy")

    return attempt


NAME_IT = Exercise(
    number="7.1",
    title="Judge: name the disease",
    asks="`attempt(samples, centres, sigma)` returns one of four words.",
    observe=_observe_patients,
    reference=_diagnose(),
    praise="quality, modes and tightness are three questions, and each is asked",
    mistakes=(
        Mistake(
            _diagnose(first=("beside",)),
            "you asked for quality alone; a generator of one mode has all of it.",
            "quality says whether samples lie on modes, not on how many.",
            "Count the modes kept, and measure the spread within them.",
        ),
        Mistake(
            _diagnose(first=("beside", "missing")),
            "you did not look inside the modes: a single point in each counts as healthy.",
            "what is the spread of copies of one point?",
            "Measure the spread of the samples of each mode.",
        ),
        Mistake(
            _diagnose(reach=float("inf")),
            "you counted every sample at its nearest centre, however far away it is.",
            "what lies halfway between two modes is on neither.",
            "Keep a sample only if its distance is below 3 sigma.",
        ),
        Mistake(
            _diagnose(kept=lambda counts, total: int((counts > 0).sum())),
            "one stray sample is enough for you to call a mode kept.",
            "a mode is kept if at least one sample in a hundred is on it.",
            "Compare the counts with 0.01 * len(samples).",
        ),
        Mistake(
            _diagnose(kept=lambda counts, total: int((counts >= total / 16).sum())),
            "you call a rare mode missing; uneven is another flaw.",
            "2 % of the samples are on it.",
            "Compare the counts with 0.01 * len(samples).",
        ),
        Mistake(
            _diagnose(tight=lambda *given: _tightness(*given, about_mean=False)),
            "you measured distances from the centres; copies of a point aside are far from them.",
            "how far are the samples of a mode from each other?",
            "Subtract the mean of the mode's own samples.",
        ),
        Mistake(
            _diagnose(first=("beside", "narrow", "missing")),
            "you say 'narrow' of what is also missing modes; the order is part of the task.",
            "three points of eight modes: which fault comes first in the list?",
            "Ask for missing modes before the spread.",
        ),
    ),
)

# 7.3 ------------------------------------------------------------------------------------------

EVEN, UNEVEN = [1 / 8] * 8, [0.23] * 4 + [0.02] * 4
DRAWS = {  # samples on each mode, and the modes' shares of the data
    "2,500 samples, one of eight modes empty": ([357] * 7 + [0], EVEN),
    "2,500 samples, none empty": ([312] * 7 + [1], EVEN),
    "40 samples, one of eight empty": ([6] * 6 + [4, 0], EVEN),
    "50 samples, four of 25 empty": ([3] * 8 + [2] * 13 + [0] * 4, [1 / 25] * 25),
    "100 samples, a rare one empty": ([25, 24, 23, 24, 1, 2, 1, 0], UNEVEN),
    "2,500 samples, a rare one empty": ([600, 610, 590, 600, 50, 25, 25, 0], UNEVEN),
    "100 samples, a common and a rare one empty": ([33, 32, 31, 0, 1, 2, 1, 0], UNEVEN),
    "60 samples, one of eight empty": ([8, 9, 8, 9, 8, 9, 9, 0], EVEN),
    "30 samples, two rare ones empty": ([8, 7, 7, 6, 1, 1, 0, 0], UNEVEN),
    "10 samples, most empty": ([4, 3, 3, 0, 0, 0, 0, 0], EVEN),
}


def _observe_draws(attempt):
    def numbers(values):
        return torch.tensor(values, dtype=torch.double)

    return {
        f"the verdict on {name}": attempt(numbers(counts), numbers(shares))
        for name, (counts, shares) in DRAWS.items()
    }


def _verdict(chance=lambda s, n: (1 - s) ** n, times=len, which=torch.min, limit=0.01):
    def attempt(counts, shares):
        empty = counts == 0
        if not empty.any():
            return "none empty"
        chances = chance(shares[empty], counts.sum()) * times(counts)
        return "missing" if which(chances) <= limit else "chance"

    return attempt


MISSING = Exercise(
    number="7.3",
    title="Judge: missing, or not drawn?",
    asks="`attempt(counts, shares)` returns 'missing', 'chance' or 'none empty'.",
    observe=_observe_draws,
    reference=_verdict(),
    praise="an empty mode counts where an honest sampler would hardly have left it empty",
    mistakes=(
        Mistake(
            _verdict(limit=float("inf")),
            "you call every empty mode missing; real data leave modes empty too, if few are drawn.",
            "how often do ten real samples reach all of eight modes?",
            "Compute the chance that N samples all miss the mode.",
        ),
        Mistake(
            _verdict(times=lambda counts: 1),
            "you forgot that any of the K modes might have been the empty one.",
            "25 modes, each with a chance of 1 in 100: one of them is often empty.",
            "Multiply the chance by the number of modes.",
        ),
        Mistake(
            _verdict(chance=lambda s, n: (1 - 1 / 8) ** n * torch.ones_like(s)),
            "you took eight equal shares for granted; a rare mode is easily missed.",
            "shares is an argument.",
            "Use (1 - share) ** N with the share of the mode that is empty.",
        ),
        Mistake(
            _verdict(chance=lambda s, n: (n * s < 1).double(), times=lambda counts: 1),
            "you ask whether at least one sample was expected; five expected may fail to come.",
            "with one expected, a sampler misses the mode in every third set.",
            "Compute the chance that N samples all miss the mode.",
        ),
        Mistake(
            _verdict(which=torch.max),
            "you let the rarest empty mode decide; a common one is empty as well.",
            "one mode that is shown to be missing is enough.",
            "Take the smallest of the chances.",
        ),
        Mistake(
            lambda counts, shares: {"missing": "chance", "chance": "missing"}.get(
                _verdict()(counts, shares), "none empty"
            ),
            "the comparison is turned: a large chance speaks for chance.",
            "what happens easily proves nothing.",
            "Say 'missing' if the chance is at most 0.01.",
        ),
    ),
)
