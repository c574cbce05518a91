"""Is what is trained anew the same as what is stored, as far as a few seeds can tell?

Another processor or number of threads gives other games after some hundred steps, since small
differences grow. What must stay is where their mean lies. The mean of n stored and m new games
scatters around 0 with the standard error spread * sqrt(1/n + 1/m).
"""

import math
from statistics import fmean, stdev

from genai_course.claims import claim

ERRORS = 4.0  # standard errors that the two means may differ by
SMALLEST_SPREAD = {"modes_kept": 0.4, "quality": 0.04}  # a few equal games do not prove more


def standard_errors(name, stored, again):
    """Return by how many standard errors the means of a metric differ: one number a game."""
    spread = max(stdev(stored), SMALLEST_SPREAD[name])
    error = spread * math.sqrt(1 / len(stored) + 1 / len(again))
    return abs(fmean(stored) - fmean(again)) / error


def moved(what, stored, again):
    """Return the names of the metrics that have moved too far; each distance is recorded.

    Args:
        what: What was trained, for the record that GENAI_COURSE_MARGINS asks for.
        stored, again: Dicts from the name of a metric to its values, one a game.
    """
    distances = {name: standard_errors(name, stored[name], again[name]) for name in stored}
    for name, distance in distances.items():
        claim(f"{what}: {name} is where it was, in standard errors", distance, "<=", ERRORS)
    return [name for name, distance in distances.items() if not distance <= ERRORS]
