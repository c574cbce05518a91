"""Answers that learners may hand in to the exercises of notebook 12, right and wrong."""

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


def projected(phi, psi, table, labels):
    rows = [psi[i] + phi[i] @ table[y] for i, y in enumerate(labels.tolist())]
    return torch.stack(rows)


PROJECTION_WRONG = {
    "every image with every label": lambda a, b, t, y: torch.einsum("nf,kf->nk", a, t) + b,
    "broadcast to (N, N)": lambda a, b, t, y: b + torch.einsum("nf,nf->n", a, t[y]),
    "you took the mean": lambda a, b, t, y: b + (a * t[y]).mean(1)[:, None],
    "psi is missing": lambda a, b, t, y: (a * t[y]).sum(1)[:, None],
    "added where you should multiply": lambda a, b, t, y: b + a.sum(1, True) + t[y].sum(1, True),
    "labels belong to other": lambda a, b, t, y: projected(a, b, t, torch.cat((y[-1:], y[:-1]))),
}


def accuracies(counts):
    return [row[i] / sum(row) for i, row in enumerate(counts.tolist())]


ACCURACY_WRONG = {
    "left the unreadable": lambda c: [r[i] / sum(r[:3]) for i, r in enumerate(c.tolist())],
    "divided by the columns": lambda c: torch.diag(c[:, :3]) / c[:, :3].sum(0),
    "one number for all": lambda c: torch.trace(c[:, :3]) / c.sum(),
    "divided by all images": lambda c: torch.diag(c[:, :3]) / c.sum(),
    "share of errors": lambda c: 1 - torch.tensor(accuracies(c)),
    "largest count of each row": lambda c: [max(row) / sum(row) for row in c.tolist()],
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
    "12.2": [projected],
    "12.3": [accuracies],
    "12.4": [by_class(mean_distance)],
    "12.5": [shuffled_alike],
}
WRONG = {
    "12.1": OPTIMUM_WRONG,
    "12.2": PROJECTION_WRONG,
    "12.3": ACCURACY_WRONG,
    "12.4": COLLAPSE_WRONG,
    "12.5": STEP_WRONG,
}
