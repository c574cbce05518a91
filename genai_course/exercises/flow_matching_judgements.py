"""Exercises 15.3 and 15.4: which guidance is best, and is a comparison of two solvers fair?"""

from copy import deepcopy
from operator import itemgetter

import torch

from genai_course.exercises.engine import Exercise, Mistake

# 15.3 ------------------------------------------------------------------------------------------

RULERS = ("accuracy", "distance", "coverage", "diversity")
MANY, FEW = (0.98, 6.0, 0.94, 1.0), (0.98, 40.0, 0.60, 1.0)  # real images: as many as samples
HALF = (1.0, 6.0, 0.5, 1.0)  # 0.9 of these is exact in binary
TABLES = {  # RULERS of the real images; w with the RULERS of its samples
    "five weights": (MANY, {
        0.0: (0.80, 9.0, 0.90, 0.98),
        0.5: (0.95, 5.0, 0.93, 1.00),
        1.0: (0.98, 7.0, 0.90, 1.02),
        2.0: (0.99, 20.0, 0.80, 1.05),
        4.0: (1.00, 60.0, 0.50, 1.10),
    }),
    "weights out of order": (MANY, {
        2.0: (0.97, 8.0, 0.92, 1.04),
        0.0: (0.70, 4.0, 0.93, 0.96),
        1.0: (0.96, 6.0, 0.90, 1.01),
        4.0: (1.00, 5.0, 0.60, 1.08),
        0.5: (0.91, 7.0, 0.94, 0.99),
    }),
    "few images": (FEW, {
        0.0: (0.93, 52.0, 0.62, 0.97),
        1.0: (0.97, 45.0, 0.57, 1.00),
        3.0: (0.99, 90.0, 0.40, 1.06),
    }),
    "a judge that errs on real digits": ((0.80, 6.0, 0.94, 1.0), {
        0.0: (0.60, 7.0, 0.93, 0.97),
        1.0: (0.75, 8.0, 0.92, 1.00),
        2.0: (0.92, 9.0, 0.90, 1.03),
    }),
    "faint digits of all kinds": (MANY, {
        0.5: (0.95, 8.0, 0.92, 0.60),
        1.5: (0.97, 9.0, 0.70, 1.04),
        3.0: (0.75, 30.0, 0.60, 1.06),
    }),
    "equal distances": (MANY, {
        2.0: (0.99, 8.0, 0.88, 1.03),
        0.5: (0.93, 8.0, 0.93, 0.99),
        1.0: (0.96, 8.0, 0.91, 1.01),
        0.2: (0.90, 8.5, 0.92, 0.98),
    }),
    "values at the very limit": (HALF, {
        0.0: (0.90, 9.0, 0.50, 0.98),
        1.0: (0.95, 8.0, 0.45, 1.00),
        2.0: (0.95, 7.0, 0.40, 1.02),
    }),
    "weights of which none qualifies": (MANY, {
        0.0: (0.70, 9.0, 0.93, 0.97),
        4.0: (0.99, 50.0, 0.50, 1.10),
    }),
}  # fmt: skip


def _observe_tables(attempt):
    def row(numbers, **more):
        return more | dict(zip(RULERS, numbers, strict=True))

    return {
        f"the choice among {name}": attempt([row(rows[w], w=w) for w in rows], row(real))
        for name, (real, rows) in TABLES.items()
    }


def _enough(ruler, of_real=True, strict=False):
    """A rule: at least 0.9 of what real images have, or of 1."""

    def rule(row, real):
        least = 0.9 * (real[ruler] if of_real else 1)
        return row[ruler] > least if strict else row[ruler] >= least

    return rule


def _order(row):
    return row["distance"], row["w"]


FITS, COVERS = _enough("accuracy"), _enough("coverage")


def _chosen(fits=FITS, covers=COVERS, order=_order, both=all):
    """Build an answer from its two rules and the order of what qualifies."""

    def attempt(rows, real):
        good = [row for row in rows if both((fits(row, real), covers(row, real)))]
        return [row["w"] for row in sorted(good, key=order)]

    return attempt


def _any(row, real):
    return True


GUIDANCE = Exercise(
    number="15.3",
    title="Judge: which guidance?",
    asks="`attempt(rows, real)` returns a list of weights w.",
    observe=_observe_tables,
    reference=lambda rows, real: torch.tensor(_chosen()(rows, real)),
    praise="first what qualifies beside real images, then the distance",
    mistakes=(
        Mistake(
            _chosen(fits=_any, covers=_any),
            "you let every w qualify.",
            "what is nearest may be another digit than was asked for.",
            "Ask for accuracy and coverage first.",
        ),
        Mistake(
            _chosen(fits=_any),
            "you do not ask whether the digits are those asked for.",
            "that is why guidance is used at all.",
            "Ask for the accuracy as well.",
        ),
        Mistake(
            _chosen(covers=_any),
            "you do not ask what was lost on the way.",
            "strong guidance draws few kinds of each digit.",
            "Ask for the coverage as well.",
        ),
        Mistake(
            _chosen(both=any),
            "you are content with one of the two.",
            "guidance buys accuracy with coverage; one of them alone is cheap.",
            "Both must be large enough.",
        ),
        Mistake(
            _chosen(fits=_enough("accuracy", of_real=False)),
            "you compare the accuracy with 1, not with that of real images.",
            "the judge errs on real digits, too.",
            "Compare it with 0.9 * real['accuracy'].",
        ),
        Mistake(
            _chosen(covers=_enough("coverage", of_real=False)),
            "you compare the coverage with 1, not with that of real images.",
            "not even as many real images cover everything.",
            "Compare it with 0.9 * real['coverage'].",
        ),
        Mistake(
            _chosen(covers=_enough("diversity")),
            "you went by the diversity.",
            "that of pixels rises with w, as strokes get fatter.",
            "Which part of the data is reached, coverage says.",
        ),
        Mistake(
            _chosen(_enough("accuracy", strict=True), _enough("coverage", strict=True)),
            "you turn down what is exactly at the limit.",
            "at least 0.9 of it: 0.9 of it is enough.",
            "Use >=.",
        ),
        Mistake(
            _chosen(order=lambda row: 0),
            "you leave them in the order of the list.",
            "the best one is wanted first.",
            "Sort by the distance.",
        ),
        Mistake(
            _chosen(order=lambda row: (-row["distance"], row["w"])),
            "you put the largest distance first.",
            "a large distance is far from real images.",
            "Sort from small to large.",
        ),
        Mistake(
            _chosen(order=lambda row: row["w"]),
            "you sort by w.",
            "the least guidance that qualifies need not be the best.",
            "Sort by the distance.",
        ),
        Mistake(
            _chosen(order=lambda row: -row["accuracy"]),
            "you sort by the accuracy.",
            "it rises with w, and so asks for ever more.",
            "Sort by the distance, small ones first.",
        ),
        Mistake(
            _chosen(order=lambda row: -row["coverage"]),
            "you sort by the coverage.",
            "it has been asked for already; the distance sees more than what is reached.",
            "Sort by the distance, small ones first.",
        ),
        Mistake(
            _chosen(order=lambda row: row["distance"]),
            "where distances are equal, you leave w in the order of the list.",
            "of two that are equally good take the one that changes less.",
            "Sort by the pair of distance and w.",
        ),
        Mistake(
            _chosen(order=lambda row: (row["distance"], -row["w"])),
            "where distances are equal, you put the larger w first.",
            "of two that are equally good take the one that changes less.",
            "Sort by the pair of distance and w.",
        ),
    ),
)

# 15.4 ------------------------------------------------------------------------------------------

EULER = {
    "network": "unet.pt",
    "w": 1.0,
    "steps": 20,
    "velocities": 1,
    "num_images": 500,
    "seeds": [1, 2, 3],
}
HEUN = EULER | {"steps": 10, "velocities": 2}
COMPARISONS = {  # what differs from EULER, from HEUN
    "Euler's 20 steps and Heun's 10": ({}, {}),
    "Euler's 40 steps and Runge and Kutta's 10": ({"steps": 40}, {"velocities": 4}),
    "solvers on other seeds": ({}, {"seeds": [4, 5, 6]}),
    "two seeds each": ({"seeds": [1, 2]}, {"seeds": [1, 2]}),
    "two networks": ({}, {"network": "unet_longer.pt"}),
    "10 steps each": ({"steps": 10}, {}),
    "20 steps of Euler without guidance": ({"w": 0.0}, {}),
    "40 steps of Euler without guidance": ({"w": 0.0, "steps": 40}, {}),
    "10 steps of Euler against 10 of Heun without guidance": ({"steps": 10}, {"w": 0.0}),
    "no guidance for both": ({"w": 0.0}, {"w": 0.0}),
    "two weights of guidance": ({}, {"w": 2.0}),
    "half of the calls for twice the images": ({"steps": 10, "num_images": 1000}, {}),
    "half of the images": ({}, {"num_images": 250}),
    "one seed each": ({"seeds": [1]}, {"seeds": [2]}),
    "one seed of Euler": ({"seeds": [1]}, {}),
    "one seed of Heun": ({}, {"seeds": [1]}),
    "no seed told of either": ({"seeds": []}, {"seeds": []}),
    "another network and one seed": ({"network": "unet_longer.pt"}, {"seeds": [1]}),
    "another network and more calls": ({}, {"network": "unet_longer.pt", "steps": 30}),
    "other guidance and fewer images": ({"w": 2.0}, {"num_images": 250}),
}


def _observe_comparisons(attempt):
    return {
        f"the verdict on {name}": attempt(deepcopy(EULER | a), deepcopy(HEUN | b))
        for name, (a, b) in COMPARISONS.items()
    }


def _calls(one):
    return one["steps"] * one["velocities"] * (2 if one["w"] else 1)


SAME = {  # what must be equal, and where it is read
    "network": itemgetter("network"),
    "calls": _calls,
    "w": itemgetter("w"),
    "num_images": itemgetter("num_images"),
}


def _few(a, b, count=lambda a, b: min(len(a["seeds"]), len(b["seeds"]))):
    return "too few seeds" if count(a, b) < 2 else None


def _pooled(a, b):
    return _few(a, b, count=lambda a, b: len(set(a["seeds"]) | set(b["seeds"])))


def _differing(names=tuple(SAME), **measured):
    """A rule: the first of these names of which the two have different amounts."""
    amounts = SAME | measured
    return lambda a, b: next((n for n in names if amounts[n](a) != amounts[n](b)), None)


def _fairness(*rules):
    """Build an answer: the first rule that finds something speaks."""
    return lambda a, b: next(filter(None, (rule(a, b) for rule in rules)), "fair")


def _equal(*names, **measured):
    return _fairness(_differing(names or tuple(SAME), **measured), _few)


SOLVERS = Exercise(
    number="15.4",
    title="Judge: is this solver better?",
    asks="`attempt(a, b)`, two dicts, returns what spoils the comparison, or 'fair'.",
    observe=_observe_comparisons,
    reference=_equal(),
    praise="one network, one price, one w, equal N, several seeds; the solver alone differs",
    mistakes=(
        Mistake(
            _equal(calls=lambda one: one["steps"]),
            "you compare the steps.",
            "a step of Heun costs as much as two of Euler.",
            "Multiply by the velocities in a step, and by 2 with guidance.",
        ),
        Mistake(
            _equal(calls=lambda one: one["steps"] * one["velocities"]),
            "you forget what guidance costs.",
            "with the label and without: each velocity is two calls.",
            "Multiply by 2 where w is not 0.",
        ),
        Mistake(
            _equal(calls=lambda one: one["steps"] * (2 if one["w"] else 1)),
            "you forget that a step may ask for several velocities.",
            "Heun asks for two in each step.",
            "Multiply by the velocities in a step as well.",
        ),
        Mistake(
            _equal(calls=lambda one: (one["steps"], one["velocities"], bool(one["w"]))),
            "you want the solvers to be alike; they are what is compared.",
            "many short steps and few long ones may cost the same.",
            "Compare the product, not its factors.",
        ),
        Mistake(
            _equal(calls=lambda one: _calls(one) * one["num_images"]),
            "you multiply calls and images.",
            "twice as many images do not make each of them better; they change the ruler.",
            "Compare calls and num_images one after the other.",
        ),
        Mistake(
            _equal("calls", "w", "num_images"),
            "you overlook that there are two networks.",
            "which of the two has the better samples, solver or network?",
            "Return 'network' where it differs.",
        ),
        Mistake(
            _equal("network", "w", "num_images"),
            "you overlook that one may call the network more often.",
            "the question is which is better at equal price.",
            "Return 'calls' where they differ.",
        ),
        Mistake(
            _equal("network", "calls", "num_images"),
            "you overlook that they may follow different fields.",
            "guidance changes the samples, whatever the solver.",
            "Return 'w' where it differs.",
        ),
        Mistake(
            _equal("network", "calls", "w"),
            "you overlook that one was judged with more images.",
            "what chance adds to a distance shrinks as 1/N.",
            "Return 'num_images' where it differs.",
        ),
        Mistake(
            _equal("network", "w", "calls", "num_images"),
            "you ask for w before the calls.",
            "the order is network, calls, w, num_images.",
            "Compare the calls first, then w.",
        ),
        Mistake(
            _equal("num_images", "w", "calls", "network"),
            "where two things differ you name the later one.",
            "the order is network, calls, w, num_images.",
            "Return at the first that differs.",
        ),
        Mistake(
            _fairness(_differing()),
            "you let a single seed pass.",
            "how far would a second seed be from the first?",
            "Return 'too few seeds' unless both have at least two.",
        ),
        Mistake(
            _fairness(_differing(), _pooled),
            "you count the seeds of both together.",
            "the spread of one says nothing about that of the other.",
            "Each of them needs at least two.",
        ),
        Mistake(
            _fairness(_few, _differing()),
            "you count seeds before you ask what differs.",
            "more seeds do not repair a comparison of two networks.",
            "Try network, calls, w and num_images first.",
        ),
    ),
)
