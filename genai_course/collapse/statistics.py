"""What a few seeds allow to be said: means with intervals, many paired tests at once, a word."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from scipy import special

FALSE_ALARMS = 0.05  # expected share of false ones among the differences that are announced
ROUNDING = 12**-0.5  # standard deviation of the rounding error of a count


@dataclass(frozen=True)
class Summary:
    """Mean over seeds, its 95 % t-interval from `low` to `high`, and the value of each seed."""

    mean: float
    low: float
    high: float
    values: tuple

    def reaches_half(self) -> bool:
        """Return whether half of the samples count or more, the values being shares that do.

        Where they do not, notebooks 07 and 08 call a game, or a cure, one that *spreads*.
        """
        return self.mean >= 0.5


def summarise(values: Sequence[float | None]) -> Summary:
    """Mean and 95 % t-interval of one number a seed; missing ones (None) are left out.

    With fewer than two numbers the interval is endless, since one number has no spread.

    Args:
        values: Numbers or None, one a seed.

    Returns:
        A `Summary`.
    """
    numbers = [float(v) for v in values if v is not None]
    if not numbers:
        return Summary(math.nan, -math.inf, math.inf, tuple(values))
    mean = math.fsum(numbers) / len(numbers)
    half = math.inf
    if len(numbers) > 1:
        variance = math.fsum((v - mean) ** 2 for v in numbers) / (len(numbers) - 1)
        half = special.stdtrit(len(numbers) - 1, 0.975) * math.sqrt(variance / len(numbers))
    return Summary(mean, mean - half, mean + half, tuple(values))


def paired_p_value(
    ours: Sequence[float], theirs: Sequence[float], smallest_deviation: float = 0.0
) -> float:
    """Two-sided p-value of the paired t-test that two ways do equally well on the same seeds.

    Args:
        ours, theirs: One number a seed, in the same order, at least two.
        smallest_deviation: The standard deviation of the differences is taken to be at least
            this; for counts, whose differences may be all the same by rounding, `ROUNDING`.

    Returns:
        A number from 0 to 1.
    """
    differences = [a - b for a, b in zip(ours, theirs, strict=True)]
    count = len(differences)
    mean = math.fsum(differences) / count
    variance = math.fsum((d - mean) ** 2 for d in differences) / (count - 1)
    deviation = max(math.sqrt(variance), smallest_deviation)
    if deviation == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * special.stdtr(count - 1, -abs(mean) / deviation * math.sqrt(count)))


def announced(p_values: Mapping[str, float], rate: float = FALSE_ALARMS) -> set[str]:
    """Which of many tests may be announced: at most this share of them false, on average.

    Args:
        p_values: Dict from name to p-value; a test of nothing but noise has a uniform one.
        rate: Tolerated share of false ones among those announced.

    Returns:
        Set of names.

    Source:
        Benjamini and Hochberg (1995), the step-up procedure.
    """
    ordered = sorted(p_values, key=p_values.__getitem__)
    last = 0
    for rank, name in enumerate(ordered, 1):
        if p_values[name] <= rate * rank / len(ordered):
            last = rank
    return set(ordered[:last])


def power(gain: float, deviation: float, seeds: int, level: float = 0.05) -> float:
    """Probability that the two-sided paired t-test finds a true gain.

    Args:
        gain: True mean of the differences between two ways to train.
        deviation: Standard deviation of the differences from seed to seed, positive.
        seeds: How many seeds both ways are trained with, at least two.
        level: The p-value below which a difference counts as found.

    Returns:
        A number from level (no gain) to 1.

    Raises:
        ValueError: If there are fewer than two seeds or the deviation is not positive.

    Source:
        Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 2.
    """
    if seeds < 2 or not deviation > 0:
        raise ValueError(f"{seeds} seeds and a deviation of {deviation}, wanted 2 or more and > 0")
    limit = special.stdtrit(seeds - 1, 1 - level / 2)
    noncentrality = (gain / deviation) ** 2 * seeds  # t squared has a noncentral F distribution
    return float(1 - special.ncfdtr(1, seeds - 1, noncentrality, limit**2))


def verdict(reports: Sequence[Mapping[str, float]]) -> str:
    """Return in one word what the games of some reports, one a seed, did.

    hops: the median of the hopping is above 0.5. spreads: fewer than half of the samples lie on a
    mode, in the mean over seeds. freezes: the median of the modes kept is at most four. covers:
    none of these.

    Args:
        reports: One dict a seed, with "hopping", "quality" and "modes_kept".
    """
    kept, hops = (median(report[key] for report in reports) for key in ("modes_kept", "hopping"))
    if hops > 0.5:
        return "hops"
    if not summarise([report["quality"] for report in reports]).reaches_half():
        return "spreads"
    return "freezes" if kept <= 4 else "covers"
