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


def products(x):
    rows = x - x.sum(dim=0) / len(x)
    return torch.einsum("ni,nj->ij", rows, rows) / (len(x) - 1)


COVARIANCE_WRONG = {
    "did not subtract the mean": lambda x: torch.einsum("ni,nj->ij", x, x) / (x.shape[0] - 1),
    "you did not subtract": lambda x: torch.einsum("ni,nj->ij", x, x) / x.shape[0],
    "divided by N;": lambda x: np.cov(x.numpy(), rowvar=False, bias=True),
    "images with images": lambda x: np.cov(x.numpy()),
    "its own mean over the features": lambda x: (
        torch.einsum("ni,nj->ij", x - x.mean(1)[:, None], x - x.mean(1)[:, None]) / 6
    ),
    "only the variances": lambda x: torch.eye(3) * x.std(0) ** 2,
}


def pairs_kid(a, b, k=None, own=lambda n: n * (n - 1), skip=True, cross=2.0):
    d = a.shape[1]
    k = k or (lambda x, y: (x @ y / d + 1) ** 3)

    def inner(s):
        n = len(s)
        terms = [k(s[i], s[j]) for i in range(n) for j in range(n) if i != j or not skip]
        return sum(terms) / own(n)

    return inner(a) + inner(b) - cross * sum(k(x, y) for x in a for y in b) / (len(a) * len(b))


KID_WRONG = {
    "biased form": lambda a, b: pairs_kid(a, b, own=lambda n: n * n, skip=False),
    "still in the sum": lambda a, b: pairs_kid(a, b, skip=False),
    "divide by n squared": lambda a, b: pairs_kid(a, b, own=lambda n: n**2),
    "quadratic": lambda a, b: pairs_kid(a, b, k=lambda x, y: (x @ y / 4 + 1) ** 2),
    "number of features": lambda a, b: pairs_kid(a, b, k=lambda x, y: (x @ y + 1) ** 3),
    "subtracted once": lambda a, b: pairs_kid(a, b, cross=1.0),
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
    "2.2": [products],
    "2.3": [pairs_kid],
    "2.4": [plain_pr],
    "2.5": [ratio],
}
WRONG = {
    "2.1": KL_WRONG,
    "2.2": COVARIANCE_WRONG,
    "2.3": KID_WRONG,
    "2.4": PR_WRONG,
    "2.5": BUG_WRONG,
}
