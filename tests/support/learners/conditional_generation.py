"""Answers that learners may hand in to the exercises of notebook 12, right and wrong."""

import statistics

import torch
from torch.nn import functional as F


def optimum(p, q, p_y, q_y):
    return torch.sigmoid(p.log() + p_y.log()[:, None] - q.log() - q_y.log()[:, None])


OPTIMUM_WRONG = {
    "left out the labels' own": lambda p, q, p_y, q_y: 1 / (1 + q / p),
    "the pair is generated": lambda p, q, p_y, q_y: optimum(q, p, q_y, p_y),
    "does not look at y": lambda p, q, p_y, q_y: torch.stack([(p_y @ p) / (p_y @ p + q_y @ q)] * 2),
    "ratio p/q": lambda p, q, p_y, q_y: p * p_y.view(-1, 1) / q / q_y.view(-1, 1),
    "logit of D*": lambda p, q, p_y, q_y: (p * p_y.view(-1, 1) / q / q_y.view(-1, 1)).log(),
    "frequencies are swapped": lambda p, q, p_y, q_y: optimum(p, q, q_y, p_y),
}


def use(own, permuted, error=None, cost=None, floor=0.0, sign=1, blind=False):
    paid = [b - a for a, b in zip(own.tolist(), permuted.tolist(), strict=True)]
    paid = paid if cost is None else [cost(each) for each in paid]
    count, mean = len(paid), sum(paid) / len(paid)
    if error is None:
        spread = [b - a for a, b in zip(own.tolist(), permuted.tolist(), strict=True)]
        error = statistics.stdev(spread) / count**0.5
    else:
        error = error(own, permuted)
    if sign * mean > max(3 * error, floor):
        return "used"
    return "mismatched" if not blind and sign * mean < -3 * error else "no sign"


USE_WRONG = {
    "treat both as independent": lambda a, b: use(
        a, b, error=lambda a, b: float(torch.sqrt((a.var() + b.var()) / len(a)))
    ),
    "spread of single images": lambda a, b: use(a, b, error=lambda a, b: float((a - b).std())),
    "chance included": lambda a, b: use(a, b, error=lambda a, b: 0.0),
    "average absolute": lambda a, b: use(a, b, cost=abs, blind=True),
    "ask for log 10": lambda a, b: use(a, b, floor=2.3),
    "count images": lambda a, b: "used" if 2 * int((b > a).sum()) > len(a) else "no sign",
    "overlook a model": lambda a, b: use(a, b, blind=True),
    "sign is turned": lambda a, b: use(a, b, sign=-1),
}


def listens(counts, limit=0.2, shares=True):
    rows = [[n / sum(row) if shares else n for n in row] for row in counts.tolist()]
    return any(max(column) - min(column) >= limit for column in zip(*rows, strict=True))


def names_right(counts, columns=4):
    rows = [row[:columns] for row in counts.tolist()]
    return all(row.index(max(row)) == i for i, row in enumerate(rows))


def mostly_right(counts):
    return sum(row[i] / sum(row) for i, row in enumerate(counts.tolist())) / len(counts) >= 0.4


def columns_right(counts):
    columns = counts[:, :4].T.tolist()
    return all(column.index(max(column)) == i for i, column in enumerate(columns))


def illness(counts, diversity, hears=listens, named=names_right, smallest=min, hasty=False):
    if hasty and not named(counts):
        return "misnamed"
    if not hears(counts):
        return "deaf"
    if not named(counts):
        return "misnamed"
    return "collapsed" if smallest(diversity.tolist()) < 0.5 else "healthy"


ILLNESS_WRONG = {
    "often wrong": lambda c, d: illness(c, d, hears=mostly_right),
    "good mean accuracy": lambda c, d: illness(c, d, named=mostly_right),
    "look down the columns": lambda c, d: illness(c, d, named=columns_right),
    "bad drawing, but no other name": lambda c, d: illness(
        c, d, named=lambda counts: names_right(counts, 5)
    ),
    "hides behind the mean": lambda c, d: illness(c, d, smallest=lambda d: sum(d) / len(d)),
    "did not look at the diversity": lambda c, d: illness(c, d, smallest=lambda d: 1.0),
    "you compare counts": lambda c, d: illness(
        c, d, hears=lambda counts: listens(counts, 20, shares=False)
    ),
    "its names are wrong": lambda c, d: illness(c, d, hasty=True),
}


def mean_distance(x, power=1, own=False):
    pairs = [(i, j) for i in range(len(x)) for j in range(len(x)) if own or i != j]
    return sum(float((x[i] - x[j]).norm()) ** power for i, j in pairs) / len(pairs)


def by_class(measure, combine=lambda f, r: f / r):
    return lambda real, a, fake, b: [
        combine(measure(fake[b == c]), measure(real[a == c])) for c in (0, 1)
    ]


COLLAPSE_WRONG = {
    "distance 0 to itself": by_class(lambda x: mean_distance(x, own=True)),
    "all the images together": lambda r, a, f, b: [mean_distance(f) / mean_distance(r)] * 2,
    "upside down": by_class(mean_distance, lambda f, r: r / f),
    "squared the distances": by_class(lambda x: mean_distance(x, power=2)),
    "mean of the class": by_class(lambda x: float((x - x.mean(0)).norm(dim=1).mean())),
    "spread of real images": by_class(mean_distance, lambda f, r: f),
}


def step(turn_real=False, turn_fake=False, told=None, sides=(1, -1), clear=True, late=False):
    def update(generator, discriminator, optimizer, x_real, labels):
        y = labels if told is None else torch.full_like(labels, told)
        with torch.no_grad():
            x_fake = generator(generator.sample_prior(len(labels)), labels)
        turned = torch.arange(len(labels) - 1, -1, -1)
        a = discriminator(x_real[turned] if turn_real else x_real, y)
        b = discriminator(x_fake, y[turned] if turn_fake else y)
        loss = F.softplus(-sides[0] * a).mean() + F.softplus(-sides[1] * b).mean()
        if clear:
            discriminator.zero_grad()
        loss.backward()
        if late:
            optimizer.zero_grad()
        optimizer.step()
        return loss

    return update


def shuffled_alike(generator, discriminator, optimizer, x_real, labels):
    order = torch.tensor([3, 1, 4, 0, 6, 2, 5])
    return step()(generator, discriminator, optimizer, x_real[order], labels[order])


STEP_WRONG = {
    "both bugs are still there": step(turn_real=True, turn_fake=True),
    "they were not drawn for": step(turn_fake=True),
    "labels of other images": step(turn_real=True),
    "nothing about the label": step(told=0),
    "logits are swapped": step(sides=(-1, 1)),
    "gradients of earlier steps": step(clear=False),
    "nothing moves": step(late=True),
}


RIGHT = {
    "12.1": [optimum],
    "12.2": [use],
    "12.3": [illness],
    "12.4": [by_class(mean_distance)],
    "12.5": [shuffled_alike],
}
WRONG = {
    "12.1": OPTIMUM_WRONG,
    "12.2": USE_WRONG,
    "12.3": ILLNESS_WRONG,
    "12.4": COLLAPSE_WRONG,
    "12.5": STEP_WRONG,
}
