"""Exercises of notebook 07: a ring of eight modes; judgements and verdicts stand elsewhere."""

import math

import torch

from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.mode_collapse_judgements import MISSING, NAME_IT
from genai_course.exercises.mode_collapse_verdicts import CLASSES, DIAGNOSE

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

EXERCISES = (NAME_IT, RING, MISSING, DIAGNOSE, CLASSES)
check_name_it = NAME_IT.check
check_ring = RING.check
check_missing = MISSING.check
check_diagnose = DIAGNOSE.check
check_classes = CLASSES.check
