"""Answers that learners may hand in to the exercises of notebook 07, right and wrong."""

import math

import numpy as np
import torch


def counts_by_loop(samples, centres, sigma):
    counts = [0] * len(centres)
    for x in samples:
        gaps = [(x - c).norm().item() for c in centres]
        if min(gaps) < 3 * sigma:
            counts[gaps.index(min(gaps))] += 1
    return counts


def counts_anywhere(samples, centres, sigma):
    return torch.bincount(torch.cdist(samples, centres).argmin(1), minlength=len(centres))


def counts_in_squares(samples, centres, sigma):
    gaps = (samples[:, None, :] - centres[None]).abs()
    return (gaps.amax(dim=2) < 3 * sigma).sum(dim=0)


def counts_by_variance(samples, centres, sigma):
    return (torch.cdist(samples, centres) < 3 * sigma * sigma).sum(0)


def counts_by_square(samples, centres, sigma):
    squares = ((samples[:, None] - centres) ** 2).sum(2)
    nearest = squares.min(1)
    return torch.bincount(nearest.indices[nearest.values < 3 * sigma], minlength=8)


def counts_of_core(samples, centres, sigma):
    return (torch.cdist(samples, centres) < sigma).sum(0)


def counts_short(samples, centres, sigma):
    d = torch.cdist(samples, centres)
    return torch.bincount(d.argmin(1)[d.amin(1) < 3 * sigma])


def counts_as_shares(samples, centres, sigma):
    return (torch.cdist(samples, centres) < 3 * sigma).float().mean(0)


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


def kl_by_loop(counts, floor):
    total, result = counts.sum().item(), 0.0
    for n in counts.tolist():
        if n:
            result += n / total * math.log(len(counts) * n / total)
    return result - floor(len(counts), total)


def kl_with(floor):
    return lambda counts: kl_by_loop(counts, floor)


def kl_reversed(counts):
    k, n = len(counts), counts.sum().item()
    return (
        sum(math.log(n / k / c) if c else math.inf for c in counts.tolist()) / k - (k - 1) / 2 / n
    )


def kl_nan(counts):
    q = counts / counts.sum()
    return (q * torch.log(len(q) * q)).sum() - (len(q) - 1) / (2 * counts.sum())


def kl_in_bits(counts):
    return kl_by_loop(counts, lambda k, n: 0) / math.log(2) - (len(counts) - 1) / 2 / counts.sum()


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


def right_floor(k, n):
    return (k - 1) / 2 / n


RIGHT = {
    "7.1": [counts_by_loop],
    "7.2": [turned],
    "7.3": [kl_with(right_floor)],
    "7.4": [diagnosis()],
    "7.5": [classes()],
}
WRONG = {
    "7.1": {
        "halfway between two modes": counts_anywhere,
        "a square, not a disc": counts_in_squares,
        "three variances": counts_by_variance,
        "a squared distance with 3 sigma": counts_by_square,
        "one sigma only": counts_of_core,
        "are missing from your answer": counts_short,
        "asked for are counts": counts_as_shares,
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
        "the floor is still in it": kl_with(lambda k, n: 0),
        "twice too high": kl_with(lambda k, n: (k - 1) / n),
        "one is not free": kl_with(lambda k, n: k / n / 2),
        "reversed": kl_reversed,
        "0 times log 0": kl_nan,
        "in bits": kl_in_bits,
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
