"""Answers that learners may hand in to the exercises of notebook 02, right and wrong."""

import math

import numpy as np
import torch


def plain_kl(counts, log=math.log, floor=None):
    n, k = float(counts.sum()), len(counts)
    total = sum(float(c) / n * log(k * float(c) / n) for c in counts if c > 0)
    return total - ((k - 1) / (2 * n) if floor is None else floor(k, n))


def kl_reversed(counts):
    n, k = counts.sum(), len(counts)
    return sum(torch.log(n / (k * c)) / k for c in counts) - (k - 1) / (2 * n)


def kl_nan(counts):
    q, u = counts / counts.sum(), 1 / len(counts)
    return (q * torch.log(q / u)).sum() - (len(counts) - 1) / 2 / counts.sum()


KL_WRONG = {
    "forgot the floor": lambda c: plain_kl(c, floor=lambda k, n: 0),
    "K - 1 in it, not K": lambda c: plain_kl(c, floor=lambda k, n: k / 2 / n),
    "twice too high": lambda c: plain_kl(c, floor=lambda k, n: (k - 1) / n),
    "in bits": lambda c: plain_kl(c, log=math.log2),
    "other way round": kl_reversed,
    "not a number": kl_nan,
    "minus the entropy": lambda c: plain_kl(c) - math.log(len(c)),
}


def lead(a, b, alike=("num", "judge"), errors=3, root=True, seeds=2, flip=False):
    if [a[name] for name in alike] != [b[name] for name in alike]:
        return "neither"
    middles, squares = [], []
    for run in (a, b):
        x = np.array(run["distances"])
        if len(x) < seeds:
            return "neither"
        middles.append(x.mean())
        variance = ((x - x.mean()) ** 2).sum() / max(len(x) - 1, 1)
        squares.append(variance / (len(x) if root else 1))
    if abs(middles[0] - middles[1]) <= errors * sum(squares) ** 0.5:
        return "neither"
    return "ab"[int((middles[0] > middles[1]) != flip)]


def best_of_all(a, b):
    if lead(a, b, errors=0) == "neither":
        return "neither"
    return "a" if sorted(a["distances"])[0] < sorted(b["distances"])[0] else "b"


LEAD_WRONG = {
    "the best seeds": best_of_all,
    "every difference of means": lambda a, b: lead(a, b, errors=0),
    "beyond two standard errors": lambda a, b: lead(a, b, errors=2),
    "spread of single runs": lambda a, b: lead(a, b, root=False),
    "measured with more images": lambda a, b: lead(a, b, alike=["judge"]),
    "features of two judges": lambda a, b: lead(a, b, alike=["num"]),
    "error of a single seed": lambda a, b: lead(a, b, seeds=1),
    "larger distance": lambda a, b: lead(a, b, flip=True),
}


def fitted(x, y):
    """End and slope of the straight line by least squares."""
    slope, end = np.polyfit(x.numpy(), y.numpy(), 1)
    return end, slope


def lines(sizes_a, distances_a, sizes_b, distances_b, number=None):
    number = number or (lambda n, d: fitted(1 / n, d)[0])
    pairs = {"a": (sizes_a, distances_a), "b": (sizes_b, distances_b)}
    return min(pairs, key=lambda name: float(number(*pairs[name])))


NEARER_WRONG = {
    "at the largest N": lambda *them: lines(*them, number=lambda n, d: d[n.argmax()]),
    "at the smallest N": lambda *them: lines(*them, number=lambda n, d: d[n.argmin()]),
    "average over N": lambda *them: lines(*them, number=lambda n, d: d.sum() / len(d)),
    "how fast": lambda *them: lines(*them, number=lambda n, d: fitted(1 / n, d)[1]),
    "a line in N;": lambda *them: lines(*them, number=lambda n, d: fitted(n, d)[0]),
    "4/3 and -1/3": lambda *them: lines(*them, number=lambda n, d: d[1] * 4 / 3 - d[0] / 3),
}


def plain_pr(real, fake, k, rank=None):
    def inside(centres, points):
        own = torch.cdist(centres, centres).sort(dim=1).values[:, k if rank is None else rank(k)]
        return (torch.cdist(points, centres) <= own).any(dim=1).double().mean()

    return inside(real, fake), inside(fake, real)


def pr_coverage(real, fake, k):
    radius = torch.cdist(real, real).sort(dim=1).values[:, k]
    return plain_pr(real, fake, k)[0], (torch.cdist(real, fake).amin(1) < radius).double().mean()


def pr_one_radius(real, fake, k):
    def inside(centres, points):
        radius = torch.cdist(centres, centres).sort(dim=1).values[:, k].mean()
        return (torch.cdist(points, centres).amin(dim=1) < radius).double().mean()

    return inside(real, fake), inside(fake, real)


def pr_nearest(real, fake, k):
    def inside(centres, points):
        radii = torch.cdist(centres, centres).sort(dim=1).values[:, k]
        distance, which = torch.cdist(points, centres).min(dim=1)
        return (distance < radii[which]).double().mean()

    return inside(real, fake), inside(fake, real)


PR_WRONG = {
    "swapped": lambda r, f, k: (plain_pr(r, f, k)[1], plain_pr(r, f, k)[0]),
    "counts the point itself": lambda r, f, k: plain_pr(r, f, k, rank=lambda k: k - 1),
    "one neighbour too far": lambda r, f, k: plain_pr(r, f, k, rank=lambda k: k + 1),
    "your recall is coverage": pr_coverage,
    "average radius": pr_one_radius,
    "nearest image": pr_nearest,
}


def squared(samples, images):
    return (samples[:, None] - images[None]).square().mean(dim=(2, 3, 4))


def ratio(samples, train, test, reduce=lambda d: d.min(dim=1).values, sizes=True):
    train = train[: test.shape[0]] if sizes else train
    near, far = (reduce(squared(samples, x).sqrt()).median() for x in (train, test))
    return near / far


BUG_WRONG = {
    "still the mean distance": lambda s, a, b: ratio(s, a, b, lambda d: d.mean(1), sizes=False),
    "mean distance does not see": lambda s, a, b: ratio(s, a, b, lambda d: d.mean(1)),
    "more training images": lambda s, a, b: ratio(s, a, b, sizes=False),
    "for each image the nearest sample": lambda s, a, b: ratio(s, a, b, lambda d: d.min(0).values),
    "upside down": lambda s, a, b: 1 / ratio(s, a, b),
}


RIGHT = {
    "2.1": [plain_kl],
    "2.2": [lead],
    "2.3": [lines],
    "2.4": [plain_pr],
    "2.5": [ratio],
}
WRONG = {
    "2.1": KL_WRONG,
    "2.2": LEAD_WRONG,
    "2.3": NEARER_WRONG,
    "2.4": PR_WRONG,
    "2.5": BUG_WRONG,
}
