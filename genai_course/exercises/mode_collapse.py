"""Exercises of notebook 07: rulers for mode collapse, and the traps of published ones."""

import math

import torch

from genai_course.collapse.problems import RING_RADIUS, RING_SIGMA
from genai_course.data import ring_centres
from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.mode_collapse_verdicts import CLASSES, DIAGNOSE

# 7.1 ------------------------------------------------------------------------------------------


def _ring_with_strays():
    """Samples on five of eight modes, some on their edges, some on the way between two modes."""
    generator = torch.Generator().manual_seed(3)
    centres = ring_centres(8, RING_RADIUS)
    on_modes = centres[:5].repeat(40, 1) + RING_SIGMA * torch.randn(200, 2, generator=generator)
    corner = (centres[0] + 2.5 * RING_SIGMA).expand(10, 2)  # 3.54 sigma away
    edge = (centres[1] + RING_SIGMA * torch.tensor([0.0, 2.5])).expand(7, 2)
    outside = (centres[3] * (1 + 3 * RING_SIGMA)).expand(4, 2)  # 6 sigma away
    between = (0.55 * centres[2] + 0.45 * centres[3]).expand(40, 2)
    return torch.cat((on_modes, corner, edge, outside, between)), centres


def _observe_counts(attempt):
    return {"the counts": attempt(*_ring_with_strays(), RING_SIGMA)}


def _counter(inside):
    """Build an answer to 7.1 from a test of (offsets, distances, sigma) at the nearest centre."""

    def attempt(samples, centres, sigma):
        offsets = samples[:, None] - centres
        distance, index = offsets.norm(dim=2).min(dim=1)
        nearest = offsets[torch.arange(len(samples)), index]
        keep = inside(nearest, distance, sigma)
        return torch.bincount(index[keep], minlength=len(centres))

    return attempt


def _within_three_sigma(offset, distance, sigma):
    return distance < 3 * sigma


_count = _counter(_within_three_sigma)


def _without_empty_modes(samples, centres, sigma):
    distance, index = torch.cdist(samples, centres).min(dim=1)
    return torch.bincount(index[distance < 3 * sigma])


MODE_COUNTS = Exercise(
    number="7.1",
    title="Count the samples on each mode",
    asks="a function of (samples, centres, sigma) that returns (K,) counts.",
    observe=_observe_counts,
    reference=_count,
    without=("mode_counts", "mode_report"),
    praise="only samples on a mode count, and modes without any are reported as 0",
    mistakes=(
        Mistake(
            _counter(lambda offset, distance, sigma: distance < math.inf),
            "you counted every sample at its nearest mode, even those halfway between two modes.",
            "a generator that misses every mode would reach all eight.",
            "Keep a sample only if its distance is below 3 sigma.",
        ),
        Mistake(
            _counter(lambda offset, distance, sigma: (offset.abs() < 3 * sigma).all(dim=1)),
            "your test is a square, not a disc: perfect samples score 99.46 %, above the ceiling.",
            "|dx| and |dy| may both be below 3 sigma while the distance is not.",
            "Compare the Euclidean distance with 3 sigma.",
        ),
        Mistake(
            _counter(lambda offset, distance, sigma: distance < 3 * sigma**2),
            "you compared a distance with three variances.",
            "sigma is a standard deviation here; some published code stores its square as `sig`.",
            "Use 3 * sigma.",
        ),
        Mistake(
            _counter(lambda offset, distance, sigma: distance**2 < 3 * sigma),
            "you compared a squared distance with 3 sigma, so the disc is several times too wide.",
            "both sides must have the unit of a length.",
            "Take the root, or square 3 sigma.",
        ),
        Mistake(
            _counter(lambda offset, distance, sigma: distance < sigma),
            "your disc reaches to one sigma only, where a perfect sampler has 39 % of its samples.",
            "a sample counts as high quality within three standard deviations.",
            "Use 3 * sigma.",
        ),
        Mistake(
            _without_empty_modes,
            "modes behind the last one reached are missing from your answer.",
            "the answer has one entry for each mode, also for those with no sample.",
            "Give bincount minlength=len(centres).",
        ),
        Mistake(
            lambda samples, centres, sigma: _count(samples, centres, sigma) / len(samples),
            "these are shares; asked for are counts.",
            "the KL floor needs the number of samples, which a share has forgotten.",
            "Do not divide.",
        ),
    ),
)

# 7.2 ------------------------------------------------------------------------------------------


def _observe_ring(attempt):
    seen = {}
    for modes, radius in ((8, 2.0), (5, 0.7)):
        points = attempt(modes, radius)
        distances = (points[:, None] - points).norm(dim=2).flatten().sort().values
        seen[f"distances from the origin, {modes} modes"] = points.norm(dim=1).sort().values
        seen[f"distances between the centres, {modes} modes"] = distances
    return seen


def _circle(angles_of):
    def attempt(modes, radius):
        angles = angles_of(modes)
        return radius * torch.stack((angles.cos(), angles.sin()), dim=1)

    return attempt


def _full_turn(modes):
    return 2 * math.pi * torch.arange(modes) / modes


RING = Exercise(
    number="7.2",
    title="Eight modes that are eight",
    asks="a function of (modes, radius) that returns centres (modes, 2).",
    observe=_observe_ring,
    same_shape=True,
    reference=_circle(_full_turn),
    praise="all centres are different, and neighbours are equally far apart",
    mistakes=(
        Mistake(
            _circle(lambda modes: torch.linspace(0, 2 * math.pi, modes)),
            "two of your centres are the same point: 0 and 2 pi. This ring of eight has seven.",
            "linspace includes both ends.",
            "Take one point more and leave out the last, or use arange.",
        ),
        Mistake(
            _circle(lambda modes: torch.linspace(0, 2 * math.pi, modes + 1)),
            "you took one point more, so that the first comes twice, and did not drop the last.",
            "how many rows does your answer have?",
            "Cut with [:modes].",
        ),
        Mistake(
            lambda modes, radius: _circle(_full_turn)(modes, 1.0),
            "your circle has radius 1 whatever was asked for.",
            "radius is an argument.",
            "Multiply by it.",
        ),
        Mistake(
            lambda modes, radius: _circle(_full_turn)(modes, radius / 2),
            "you took the radius for a diameter.",
            "every centre lies at that distance from the origin.",
            "Multiply by radius, not by half of it.",
        ),
        Mistake(
            _circle(lambda modes: math.pi * torch.arange(modes) / modes),
            "your centres lie on half a circle.",
            "a full turn is 2 pi.",
            "The angles are 2 pi k / modes.",
        ),
        Mistake(
            _circle(lambda modes: 360 * torch.arange(modes) / modes),
            "your angles are in degrees, but cos and sin want radians.",
            "a full turn is 2 pi.",
            "The angles are 2 pi k / modes.",
        ),
    ),
)

# 7.3 ------------------------------------------------------------------------------------------

COUNTS = (torch.tensor([30, 20, 50, 0]), torch.tensor([8, 11, 9, 12, 10, 10]))


def _observe_kl(attempt):
    return {f"the excess for counts {c.tolist()}": attempt(c) for c in COUNTS}


def _excess(divergence, floor):
    """Build an answer to 7.3 from a divergence of the shares and a floor of (K, N)."""

    def attempt(counts):
        counts = counts.double()
        return divergence(counts / counts.sum()) - floor(len(counts), counts.sum().item())

    return attempt


def _kl(shares):
    return torch.xlogy(shares, shares * len(shares)).sum()


def _floor(num_classes, num_samples):
    return (num_classes - 1) / (2 * num_samples)


def _zero(num_classes, num_samples):
    return 0.0


EXCESS_KL = Exercise(
    number="7.3",
    title="How uneven, beyond chance?",
    asks="a function of counts (K,) that returns nats above the floor.",
    observe=_observe_kl,
    reference=_excess(_kl, _floor),
    praise="a perfect sampler now scores zero on average, whatever the number of samples",
    tolerance=1e-6,
    mistakes=(
        Mistake(
            _excess(_kl, _zero),
            "the KL is right, but the floor is still in it: a perfect sampler does not score 0.",
            "what does chance alone cost with K modes and N samples?",
            "Subtract (K - 1) / (2 N).",
        ),
        Mistake(
            _excess(_kl, lambda k, n: (k - 1) / n),
            "your floor is twice too high.",
            "the KL is half a chi-squared with K - 1 degrees of freedom, divided by N.",
            "Subtract (K - 1) / (2 N).",
        ),
        Mistake(
            _excess(_kl, lambda k, n: k / (2 * n)),
            "your floor counts K degrees of freedom; the shares sum to 1, so one is not free.",
            "with a single mode chance costs nothing.",
            "Subtract (K - 1) / (2 N).",
        ),
        Mistake(
            _excess(lambda q: -(q * len(q)).log().mean(), _floor),
            "your KL is reversed, KL(uniform || shares): one empty mode makes it infinite.",
            "the weights in front of the logarithms are the observed shares.",
            "Sum q log(K q).",
        ),
        Mistake(
            _excess(lambda q: (q * (q * len(q)).log()).sum(), _floor),
            "an empty mode gave 0 times log 0, which a computer calls nan.",
            "the limit is 0.",
            "torch.xlogy knows that.",
        ),
        Mistake(
            _excess(lambda q: _kl(q) / math.log(2), _floor),
            "your KL is in bits, your floor in nats.",
            "the course uses natural logarithms.",
            "Use log, not log2.",
        ),
    ),
)

EXERCISES = (MODE_COUNTS, RING, EXCESS_KL, DIAGNOSE, CLASSES)
check_mode_counts = MODE_COUNTS.check
check_ring = RING.check
check_excess_kl = EXCESS_KL.check
check_diagnose = DIAGNOSE.check
check_classes = CLASSES.check
