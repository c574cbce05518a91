"""Answers that learners may hand in to the exercises of notebook 07, right and wrong."""

import math

import numpy as np
import torch


def on_modes(samples, centres, sigma, reach=3):
    """The samples on each mode, one array a mode."""
    x, c = np.asarray(samples), np.asarray(centres)
    gaps = np.hypot(*(x[:, None] - c).transpose(2, 0, 1))
    near = gaps.min(axis=1) < reach * sigma
    return [x[near & (gaps.argmin(axis=1) == k)] for k in range(len(c))]


def spread_inside(piles, centres, middle=None):
    about = [pile.mean(axis=0) if len(pile) and middle is None else 0 for pile in piles]
    about = about if middle is None else np.asarray(centres)
    apart = [pile - point for pile, point in zip(piles, about, strict=True)]
    return float(np.sqrt((np.concatenate(apart) ** 2).mean())) if sum(map(len, piles)) else 0.0


def disease(samples, centres, sigma, reach=3, least=0.01, middle=None, order="qkt"):
    piles = on_modes(samples, centres, sigma, reach)
    signs = {
        "q": ("beside", sum(map(len, piles)) < 0.5 * len(samples)),
        "k": ("missing", any(len(pile) < least * len(samples) for pile in piles)),
        "t": ("narrow", spread_inside(piles, centres, middle) < 0.5 * sigma),
    }
    names = [name for name, sick in map(signs.get, order) if sick]
    return names[0] if names else "healthy"


def polygon(angle_of):
    def attempt(modes, radius):
        return torch.tensor(
            [
                [radius * math.cos(angle_of(k, modes)), radius * math.sin(angle_of(k, modes))]
                for k in range(modes)
            ]
        )

    return attempt


def closed_polygon(modes, radius):
    angles = np.linspace(0, 2 * np.pi, modes + 1)
    return np.stack((radius * np.cos(angles), radius * np.sin(angles)), axis=1)


def seven_called_eight(modes, radius):
    angles = np.linspace(0, 2 * np.pi, modes)
    return radius * np.stack((np.cos(angles), np.sin(angles)), axis=1)


turned = polygon(lambda k, n: 1.0 - 2 * math.pi * k / n)  # another start, the other way round


def empty_or_not(counts, shares, chance=None, modes=None, pick=min, words=("missing", "chance")):
    chance = chance or (lambda share, n: math.exp(n * math.log1p(-share)))
    total = counts.sum().item()
    chances = [
        chance(share, total) for n, share in zip(counts.tolist(), shares.tolist(), strict=True)
        if n == 0
    ]  # fmt: skip
    if not chances:
        return "none empty"
    return words[0] if pick(chances) * (modes or len(counts)) <= 0.01 else words[1]


def diagnosis(*, late=True, dominant=0.5, least=0.01, look_back=True, ends_only=False, mean=False):
    def attempt(shares):
        rows = shares.tolist()
        watched = rows[len(rows) // 2 :] if late else rows
        watched = [rows[0], rows[-1]] if ends_only else watched
        for before, after in zip(watched, watched[1:], strict=False):
            moved = before.index(max(before)) != after.index(max(after))
            if look_back and moved and min(max(before), max(after)) > dominant:
                return "hops"
        last = shares.mean(0).tolist() if mean else rows[-1]
        kept = sum(share > 0 and share >= least for share in last)
        return "freezes" if kept <= len(last) / 2 else "covers"

    return attempt


def classes(*, columns=11, sure=0.9, least=0.01, of_all=True, reject=True):
    def attempt(probabilities):
        found = {}
        for row in probabilities[:, :columns].tolist():
            verdict = row.index(max(row))
            if max(row) > sure and not (reject and verdict == 10):
                found[verdict] = found.get(verdict, 0) + 1
        total = len(probabilities) if of_all else sum(found.values())
        return sum(count >= least * total for count in found.values())

    return attempt


RIGHT = {
    "7.1": [disease],
    "7.2": [turned],
    "7.3": [empty_or_not],
    "7.4": [diagnosis()],
    "7.5": [classes()],
}
WRONG = {
    "7.1": {
        "quality alone": lambda *given: disease(*given, order="q"),
        "inside the modes": lambda *given: disease(*given, order="qk"),
        "at its nearest centre": lambda *given: disease(*given, reach=1e9),
        "one stray sample": lambda *given: disease(*given, least=1 / len(given[0])),
        "a rare mode missing": lambda *given: disease(*given, least=0.05),
        "from the centres": lambda *given: disease(*given, middle="centre"),
        "order is part": lambda *given: disease(*given, order="qtk"),
    },
    "7.2": {
        "This ring of eight has seven": seven_called_eight,
        "did not drop the last": closed_polygon,
        "radius 1 whatever": lambda modes, radius: turned(modes, 1),
        "for a diameter": lambda modes, radius: turned(modes, radius / 2),
        "half a circle": polygon(lambda k, n: math.pi * k / n),
        "in degrees": polygon(lambda k, n: 360 * k / n),
    },
    "7.3": {
        "every empty mode": lambda c, s: "none empty" if c.min() > 0 else "missing",
        "any of the K": lambda c, s: empty_or_not(c, s, modes=1),
        "equal shares": lambda c, s: empty_or_not(c, s, chance=lambda share, n: 0.875**n),
        "one sample was expected": lambda c, s: empty_or_not(
            c, s, chance=lambda share, n: float(share * n < 1)
        ),
        "rarest empty mode": lambda c, s: empty_or_not(c, s, pick=max),
        "is turned": lambda c, s: empty_or_not(c, s, words=("chance", "missing")),
    },
    "7.4": {
        "the last snapshot only": diagnosis(look_back=False),
        "averaged over time": diagnosis(look_back=False, mean=True),
        "when no mode holds more than half": diagnosis(dominant=0),
        "the first with the last": diagnosis(ends_only=True),
        "from the very beginning": diagnosis(late=False),
        "stray sample": diagnosis(least=0),
    },
    "7.5": {
        "will name one": classes(columns=10, sure=0, least=0),
        "as a class": classes(reject=False),
        "is not sure": classes(sure=0),
        "a handful of lucky images": classes(least=0),
        "one of the readable images": classes(of_all=False),
    },
}
