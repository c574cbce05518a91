"""Exercises 2.2 and 2.3: is a difference of distances shown, and who is nearer at large N?"""

from statistics import mean, stdev

import torch

from genai_course.exercises.engine import Exercise, Mistake

# 2.2 ------------------------------------------------------------------------------------------

SMALL_LEAD = [19.6 + 0.1 * (k % 9) for k in range(36)]
REPORTS = {  # distances, one a seed, images in each set, judge: of a, then of b
    "one far nearer": (([9, 10, 11, 10], 1000, "ours"), ([20, 21, 19, 20], 1000, "ours")),
    "a lead within chance": (([9, 12, 8, 11], 1000, "ours"), ([11, 10, 13, 12], 1000, "ours")),
    "a lead of two and a half errors": (([9, 10, 11], 1000, "ours"), ([11, 12, 13], 1000, "ours")),
    "one lucky seed": (([5, 24, 25, 26, 25, 24], 1000, "ours"), ([10, 11, 10], 1000, "ours")),
    "a small lead on many seeds": (
        (SMALL_LEAD, 1000, "ours"),
        ([x + 0.3 for x in SMALL_LEAD], 1000, "ours"),
    ),
    "more images on one side": (([9, 10, 11, 10], 5000, "ours"), ([20, 21, 19], 1000, "ours")),
    "two judges": (([9, 10, 11, 10], 1000, "Inception"), ([20, 21, 19], 1000, "ours")),
    "one seed each": (([5.0], 1000, "ours"), ([9.0], 1000, "ours")),
    "one seed on one side": (([5.0], 1000, "ours"), ([9, 10, 11, 10], 1000, "ours")),
    "the second nearer": (([30, 31, 29, 28], 500, "ours"), ([9, 8, 10], 500, "ours")),
}


def _observe_leads(attempt):
    def report(distances, num, judge):
        return {"distances": [float(x) for x in distances], "num": num, "judge": judge}

    return {f"the verdict on {n}": attempt(report(*a), report(*b)) for n, (a, b) in REPORTS.items()}


def _error(distances):
    return stdev(distances) / len(distances) ** 0.5


def _lead(same=("num", "judge"), errors=3.0, spread=_error, one=False, turned=False):
    """Build an answer: what must agree, how many errors of which kind, whether one seed will do."""

    def attempt(a, b):
        if any(a[name] != b[name] for name in same):
            return "neither"
        if not one and min(len(a["distances"]), len(b["distances"])) < 2:
            return "neither"
        gap = mean(b["distances"]) - mean(a["distances"])
        known = [spread(r["distances"]) if len(r["distances"]) > 1 else 0.0 for r in (a, b)]
        if abs(gap) <= errors * (known[0] ** 2 + known[1] ** 2) ** 0.5:
            return "neither"
        return "a" if (gap > 0) != turned else "b"

    return attempt


def _best_seed(a, b):
    if _lead(errors=0.0)(a, b) == "neither":
        return "neither"
    return "a" if min(a["distances"]) < min(b["distances"]) else "b"


LEAD = Exercise(
    number="2.2",
    title="Judge: is this lead shown?",
    asks="`attempt(a, b)`, two dicts, returns 'a', 'b' or 'neither'.",
    observe=_observe_leads,
    reference=_lead(),
    praise="one judge, equal N, several seeds, and a lead beyond chance",
    mistakes=(
        Mistake(
            _best_seed,
            "you compare the best seeds; whoever tries more often finds a better one.",
            "what will the next seed give?",
            "Compare the means.",
        ),
        Mistake(
            _lead(errors=0.0),
            "you announce every difference of means.",
            "run the same training again, with other seeds: the mean moves.",
            "Ask for more than three standard errors of the difference.",
        ),
        Mistake(
            _lead(errors=2.0),
            "you announce what is beyond two standard errors, not three.",
            "with few seeds the error itself is hardly known.",
            "Ask for more than three.",
        ),
        Mistake(
            _lead(spread=stdev),
            "you compare with the spread of single runs; a mean of many is known far better.",
            "four times as many seeds halve the error of a mean.",
            "Divide each standard deviation by the root of the number of seeds.",
        ),
        Mistake(
            _lead(same=("judge",)),
            "you overlook that one was measured with more images: chance adds to each distance.",
            "what chance adds shrinks as 1/N, and depends on the model.",
            "Return 'neither' unless num agrees.",
        ),
        Mistake(
            _lead(same=("num",)),
            "you compare distances in the features of two judges.",
            "each network has units of its own.",
            "Return 'neither' unless judge agrees.",
        ),
        Mistake(
            _lead(one=True),
            "you take the error of a single seed for 0; it is unknown.",
            "how far would a second seed be from the first?",
            "Return 'neither' unless both have at least two.",
        ),
        Mistake(
            _lead(turned=True),
            "you took the larger distance for the better one.",
            "a copy of the real images has the distance 0.",
            "The smaller mean wins.",
        ),
    ),
)

# 2.3 ------------------------------------------------------------------------------------------

LINES = {  # sizes, distance at 1/N = 0, and how chance adds to it: of a, then of b
    "one below the other": (((500, 1000), 5.0, 1000), ((500, 1000), 8.0, 900)),
    "lines that cross beyond the largest N": (
        ((200, 400), 0.64, 1990),
        ((200, 400), 0.52, 2420),
    ),
    "lines that cross in between": (((500, 4000), 6.0, 1000), ((500, 4000), 5.0, 1700)),
    "sizes that differ": (((2000, 3000), 5.0, 4000), ((1000, 8000), 6.0, 1500)),
    "few images of the better one": (((250, 500), 4.0, 1000), ((2000, 50_000), 5.0, 900)),
    "few images of the better one, again": (
        ((10_000, 50_000), 5.5, 4100),
        ((1000, 4000), 5.0, 4000),
    ),
    "the steeper one nearer": (((500, 1000), 3.0, 3000), ((500, 1000), 4.0, 1000)),
    "the steeper one farther": (((1000, 4000), 3.5, 3000), ((1000, 4000), 3.0, 1000)),
}


def _observe_lines(attempt):
    def measured(sizes, end, slope):
        sizes = torch.tensor(sizes, dtype=torch.double)
        return sizes, end + slope / sizes

    return {
        f"the nearer one of {name}": attempt(*measured(*a), *measured(*b))
        for name, (a, b) in LINES.items()
    }


def _nearer(end):
    """Build an answer from the number that it takes from sizes and distances."""

    def attempt(sizes_a, distances_a, sizes_b, distances_b):
        return "a" if end(sizes_a, distances_a) < end(sizes_b, distances_b) else "b"

    return attempt


def _line(x, y):
    """Where the line through two points meets x = 0, and its slope."""
    slope = (y[1] - y[0]) / (x[1] - x[0])
    return y[0] - slope * x[0], slope


NEARER = Exercise(
    number="2.3",
    title="Judge: who is nearer at large N?",
    asks="`attempt(sizes_a, distances_a, sizes_b, distances_b)` returns 'a' or 'b'.",
    observe=_observe_lines,
    reference=_nearer(lambda sizes, distances: _line(1 / sizes, distances)[0]),
    praise="drawn out to 1/N = 0, where chance adds nothing",
    mistakes=(
        Mistake(
            _nearer(lambda sizes, distances: distances[-1]),
            "you compare at the largest N, where chance still adds to both, and not alike.",
            "more images only move the place where the lines cross.",
            "Draw each line out to 1/N = 0.",
        ),
        Mistake(
            _nearer(lambda sizes, distances: distances[0]),
            "you compare at the smallest N, where chance adds most.",
            "what would remain with endless images?",
            "Draw each line out to 1/N = 0.",
        ),
        Mistake(
            _nearer(lambda sizes, distances: distances.mean()),
            "you average over N, and with it what chance adds.",
            "what would remain with endless images?",
            "Draw each line out to 1/N = 0.",
        ),
        Mistake(
            _nearer(lambda sizes, distances: _line(1 / sizes, distances)[1]),
            "you compare how fast the distances fall; that is chance, not distance.",
            "a line has a slope and an end.",
            "Compare where the lines meet 1/N = 0.",
        ),
        Mistake(
            _nearer(lambda sizes, distances: _line(sizes, distances)[0]),
            "you drew a line in N; it ends at N = 0, with no images at all.",
            "chance adds something proportional to 1/N.",
            "Take 1 / sizes as the horizontal axis.",
        ),
        Mistake(
            _nearer(lambda sizes, distances: (4 * distances[-1] - distances[0]) / 3),
            "you used the weights 4/3 and -1/3 for all sizes; they are right for a ratio of 4.",
            "with sizes N and 2N the weights are 2 and -1.",
            "Work the line out from the sizes that you are given.",
        ),
    ),
)
