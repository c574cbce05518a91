"""Exercises 1.1 and 1.2: which log-likelihoods may be compared, and which divergence was used?"""

import math

import torch

from genai_course.divergences import grid_kl, log_normal, log_two_bumps
from genai_course.exercises.engine import Exercise, Mistake

# 1.1 ------------------------------------------------------------------------------------------

PLAIN = {
    "value": -94.0,
    "unit": "nats",
    "per": "image",
    "of": "probability",
    "white": 1,
    "images": "test",
}
GREY = PLAIN | {"of": "density"}
REPORTS = {  # what the two reports change in a plain one
    "two alike": (PLAIN, PLAIN | {"value": -206.0}),
    "nats and bits": (PLAIN, PLAIN | {"value": -120.0, "unit": "bits"}),
    "an image and a pixel": (PLAIN, PLAIN | {"value": -0.15, "per": "pixel"}),
    "nats and bits a pixel": (PLAIN, PLAIN | {"value": -0.16, "unit": "bits", "per": "pixel"}),
    "a probability and a density": (PLAIN, GREY | {"value": 221.0}),
    "test and training images": (PLAIN, PLAIN | {"value": -80.0, "images": "train"}),
    "training images only": (
        PLAIN | {"images": "train"},
        PLAIN | {"value": -80.0, "images": "train"},
    ),
    "densities in two units": (GREY | {"value": 500.0}, GREY | {"value": -3700.0, "white": 255}),
    "the same, the other way": (GREY | {"value": 300.0}, GREY | {"value": -4100.0, "white": 255}),
    "densities of nearly one value": (GREY | {"value": 9.0}, GREY | {"value": 6.0, "white": 255}),
    "probabilities, white written as 255": (PLAIN, PLAIN | {"value": -100.0, "white": 255}),
}


def _observe_reports(attempt):
    return {f"the better of {n}": attempt(dict(a), dict(b)) for n, (a, b) in REPORTS.items()}


def _better(bits=True, pixels=True, shift=784, tell=("density",), alike=("of",), unseen=True):
    """Build an answer: what is converted, and what has to agree or be of test images."""

    def nats(run):
        value = run["value"] * (math.log(2) if bits and run["unit"] == "bits" else 1)
        value = value * (784 if pixels and run["per"] == "pixel" else 1)
        return value + (shift * math.log(run["white"]) if run["of"] in tell else 0)

    def attempt(a, b):
        if any(a[name] != b[name] for name in alike):
            return "neither"
        if unseen and "train" in (a["images"], b["images"]):
            return "neither"
        return "a" if nats(a) > nats(b) else "b"

    return attempt


BETTER = Exercise(
    number="1.1",
    title="Judge: whose likelihood is higher?",
    asks="`attempt(a, b)`, two dicts, returns 'a', 'b' or 'neither'.",
    observe=_observe_reports,
    reference=_better(),
    praise="the same thing, on images not seen, in one unit",
    mistakes=(
        Mistake(
            _better(bits=False),
            "you take bits for nats.",
            "a bit is worth less than a nat.",
            "One bit is log 2 = 0.69 nats.",
        ),
        Mistake(
            _better(pixels=False),
            "you compare a number for a pixel with one for an image.",
            "an image has 784 pixels, and their log-likelihoods add up.",
            "Multiply what is per pixel by 784.",
        ),
        Mistake(
            _better(shift=0),
            "you compare densities in two units: with white at 255 the same model scores lower.",
            "spread over 255 times as many units, a density falls by log 255.",
            "Add 784 log 255 nats an image, log 255 for each pixel.",
        ),
        Mistake(
            _better(shift=1),
            "you corrected the unit once for an image; it counts once for every pixel.",
            "a density in 784 dimensions is per unit to the power of 784.",
            "Add 784 log 255 nats an image.",
        ),
        Mistake(
            _better(tell=("density", "probability")),
            "you corrected a probability for the unit; it has none.",
            "writing 255 for white does not make an image more probable.",
            "Correct densities only.",
        ),
        Mistake(
            _better(alike=()),
            "you compare a probability with a density.",
            "a log-probability is never above 0, a log density may be anything.",
            "Return 'neither' unless `of` agrees.",
        ),
        Mistake(
            _better(unseen=False),
            "you let a model be judged on the images that it was trained on.",
            "whoever knows the training images by heart is best there.",
            "Return 'neither' unless both are on test images.",
        ),
        Mistake(
            _better(alike=("of", "unit", "per", "white")),
            "you refuse other units; what is the same but for the unit can be converted.",
            "nobody refuses to compare metres with feet.",
            "Convert to nats an image, white at 1; then compare.",
        ),
        Mistake(
            lambda a, b: {"a": "b", "b": "a"}.get(_better()(a, b), "neither"),
            "you took the lower one, as one does with a loss.",
            "asked for is the log-likelihood, without the minus.",
            "The higher value wins.",
        ),
    ),
)

# 1.2 ------------------------------------------------------------------------------------------

GRID = torch.linspace(-8, 8, 401, dtype=torch.double)
SPACING = (GRID[1] - GRID[0]).item()
TWO_BUMPS, ONE_BUMP = log_two_bumps(GRID, 4.0, 0.4), log_normal(GRID, 0.0, 1.0)
WIDE = ((0.4, 2.06), (0.0, 1.5), (2.0, 0.5), (-2.0, 0.5), (2.0, 0.4), (0.0, 1.0), (0.0, 3.0))
NARROW = ((-2.0, 0.5), (2.0, 0.5), (0.0, 0.5))
BROAD = ((0.4, 2.5), (0.4, 3.0), (4.0, 2.5))
FITS = {  # the data, the family as means and spreads, and the member that was chosen
    "the broad fit to two bumps": (TWO_BUMPS, WIDE, 0),
    "the fit on the larger bump": (TWO_BUMPS, WIDE, 2),
    "the fit on the smaller bump": (TWO_BUMPS, WIDE, 3),
    "a fit narrower than its bump": (TWO_BUMPS, WIDE, 4),
    "the fit that matches one bump": (ONE_BUMP, WIDE, 5),
    "a broad fit to one bump": (ONE_BUMP, WIDE, 1),
    "the best of broad ones": (TWO_BUMPS, BROAD, 0),
    "a narrow one where all are": (TWO_BUMPS, NARROW, 2),
    "another narrow one there": (TWO_BUMPS, NARROW, 1),
}


def _observe_fits(attempt):
    seen = {}
    for name, (log_p, family, chosen) in FITS.items():
        log_qs = torch.stack([log_normal(GRID, *member) for member in family])
        seen[f"the divergence behind {name}"] = attempt(log_p, log_qs, SPACING, chosen)
    return seen


def _reverse(log_p, log_q, spacing):
    return grid_kl(log_q, log_p, spacing)


def _minimised(forward=grid_kl, reverse=_reverse, both="both", neither="neither"):
    def attempt(log_p, log_qs, spacing, chosen):
        first, second = (
            min(range(len(log_qs)), key=lambda i: of(log_p, log_qs[i], spacing)) == chosen
            for of in (forward, reverse)
        )
        if first and second:
            return both
        return "forward" if first else "reverse" if second else neither

    return attempt


def _smaller_value(log_p, log_qs, spacing, chosen):
    forward = grid_kl(log_p, log_qs[chosen], spacing)
    return "forward" if forward < _reverse(log_p, log_qs[chosen], spacing) else "reverse"


def _by_width(log_p, log_qs, spacing, chosen):
    def width(log_density):  # in grid points
        share = log_density.exp() * spacing
        place = torch.arange(len(share), dtype=torch.double)
        return (share * (place - (share * place).sum()).square()).sum().sqrt()

    return "forward" if width(log_qs[chosen]) > 0.9 * width(log_p) else "reverse"


MINIMISED = Exercise(
    number="1.2",
    title="Judge: which divergence was minimised?",
    asks="`attempt(log_p, log_qs, spacing, chosen)` returns one of four words.",
    observe=_observe_fits,
    reference=_minimised(),
    praise="the one in which no other member of the family is closer",
    mistakes=(
        Mistake(
            _minimised(forward=_reverse, reverse=grid_kl),
            "you exchanged the directions: forward averages over the data.",
            "which of the two cannot leave a bump out?",
            "Forward weights by log_p.exp(), reverse by log_q.exp().",
        ),
        Mistake(
            _smaller_value,
            "you took the divergence that has the smaller value at this fit.",
            "what was minimised is small beside its values at the other fits.",
            "For each divergence find the best member of log_qs.",
        ),
        Mistake(
            _by_width,
            "you judge by the width; what covers and what seeks depends on what the family offers.",
            "if all members are narrow, the best one forward is narrow too.",
            "For each divergence find the best member of log_qs.",
        ),
        Mistake(
            _minimised(both="forward"),
            "you never answer 'both': where the family holds p, both have one minimum.",
            "a fit alone does not tell which of them was used there.",
            "Look at both before you answer.",
        ),
        Mistake(
            _minimised(neither="reverse"),
            "you answer 'reverse' because it is not forward; it may be neither.",
            "somebody may have stopped early, or minimised something else.",
            "Ask of each divergence whether the chosen one is its best.",
        ),
        Mistake(
            _minimised(reverse=lambda log_p, log_q, h: -(log_q.exp() * log_p).sum() * h),
            "you left the model's entropy out of the reverse KL, so the narrowest fit wins.",
            "forward, the entropy left out is the data's, a constant; the model's is none.",
            "Average log_q - log_p, not -log_p alone.",
        ),
    ),
)
