"""Answers that learners may hand in to the exercises of notebook 03, right and wrong."""

import torch
from torch import nn
from torch.nn import functional as F


def closer(a, b, key=lambda run: run["best_d_loss"], tie=0.05):
    """Whoever has the larger number is nearer."""
    first, second = key(a), key(b)
    if -tie <= first - second <= tie:
        return "neither"
    return "a" if first > second else "b"


def on_each_fake(fake_logits, steepness, saturating, how=None, words=None):
    d = 1 / (1 + torch.exp(-fake_logits))
    both = [d, 1 - d] if saturating else [1 - d, d]
    this, other = ((how or torch.dot)(s, steepness).item() / len(d) for s in both)
    words = words or {True: "loss", False: "discriminator"}
    return "pulled" if this >= 0.01 else words[other >= 0.01]


def at_the_mean_logit(fake_logits, steepness, saturating):
    return on_each_fake(0 * fake_logits + fake_logits.mean(), steepness, saturating)


def in_d(fake_logits, steepness, saturating):
    d = fake_logits.sigmoid()
    pulls = [(steepness / (1 - d)).mean(), (steepness / d).mean()]
    this, other = pulls if saturating else pulls[::-1]
    return "pulled" if this >= 0.01 else "loss" if other >= 0.01 else "discriminator"


def shares(p, q, r):
    real, fake = p * r, q * (1 - r)
    return real / (real + fake)


def bce_logits(real_logits, fake_logits):
    loss = nn.BCEWithLogitsLoss()
    return loss(real_logits, torch.ones_like(real_logits)) + loss(
        fake_logits, torch.zeros_like(fake_logits)
    )


def suspicious(real_logits, fake_logits):
    return bce_logits(real_logits.sigmoid(), fake_logits.sigmoid())


def joined(real_logits, fake_logits):
    """The learner keeps the shape of the faulty function and drops only the sigmoid."""
    labels = torch.cat([torch.ones_like(real_logits), torch.zeros_like(fake_logits)])
    return 2 * F.binary_cross_entropy_with_logits(torch.cat([real_logits, fake_logits]), labels)


def swapped(real_logits, fake_logits):
    return bce_logits(fake_logits, real_logits)


def label_swapped(real_logits, fake_logits):
    loss = nn.BCEWithLogitsLoss()
    return loss(real_logits, torch.zeros_like(real_logits)) + loss(
        fake_logits, torch.ones_like(fake_logits)
    )


def summed(real_logits, fake_logits):
    return F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum()


def logs(real_logits, fake_logits):
    d_real, d_fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return -(torch.log(d_real).mean() + torch.log(1 - d_fake).mean())


def with_bceloss(real_logits, fake_logits):
    loss = nn.BCELoss()
    d_real, d_fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return loss(d_real, torch.ones_like(d_real)) + loss(d_fake, torch.zeros_like(d_fake))


RIGHT = {
    "3.1": [closer],
    "3.2": [on_each_fake],
    "3.3": [shares],
    "3.4": [
        lambda a: torch.mean(-a),
        lambda a: (F.softplus(-a) - F.softplus(a)).mean(),
        lambda a: (torch.log(1 - a.sigmoid()) - torch.log(a.sigmoid())).mean(),
    ],
    "3.5": [bce_logits, joined, lambda r, f: -F.logsigmoid(r).mean() - F.logsigmoid(-f).mean()],
}
WRONG = {
    "3.1": {
        "generators' losses": lambda a, b: closer(a, b, lambda run: -run["g_loss"]),
        "not at their best": lambda a, b: closer(a, b, lambda run: run["d_loss"]),
        "for success": lambda a, b: closer(a, b, lambda run: -run["d_loss"]),
        "nearer to log 4": lambda a, b: closer(a, b, lambda run: -abs(run["d_loss"] - 1.386)),
        "comparison is turned": lambda a, b: closer(a, b, lambda run: -run["best_d_loss"]),
        "keeps up": lambda a, b: closer(a, b, lambda run: run["best_d_loss"] - run["d_loss"]),
        "difference smaller": lambda a, b: closer(a, b, tie=0),
    },
    "3.2": {
        "exchanged": lambda a, steepness, flag: on_each_fake(a, steepness, not flag),
        "at the mean logit": at_the_mean_logit,
        "slope of D itself": lambda *given: on_each_fake(*given, how=lambda s, t: s.sum()),
        "multiplied the means": lambda *given: on_each_fake(
            *given, how=lambda s, t: s.sum() * t.mean()
        ),
        "blame the loss": lambda *given: on_each_fake(*given, words=["loss", "loss"]),
        "blame the discriminator": lambda *given: on_each_fake(*given, words=["discriminator"] * 2),
        "slopes in D": in_d,
    },
    "3.3": {
        "not used": lambda p, q, r: p / (p + q),
        "shares are swapped": lambda p, q, r: shares(p, q, 1 - r),
        "only the numerator": lambda p, q, r: r * p / (p + q),
        "odds": lambda p, q, r: r * p / (q - r * q),
        "sample is fake": lambda p, q, r: 1 - shares(p, q, r),
    },
    "3.4": {
        "non-saturating loss": lambda a: -a.sigmoid().log().mean(),
        "the saturating loss": lambda a: (1 - a.sigmoid()).log().mean(),
        "4 JSD": lambda a: (F.softplus(-a) + F.softplus(a)).mean(),
        "sign is wrong": lambda a: a.mean(),
        "sum over the batch": lambda a: -a.sum(),
        "mean of -D": lambda a: -a.sigmoid().mean(),
    },
    "3.5": {
        "applied twice": suspicious,
        "labels are swapped": label_swapped,
        "this is V": lambda r, f: -bce_logits(r, f),
        "summed, not averaged": summed,
        "halved": lambda r, f: 0.5 * bce_logits(r, f),
        "infinite": logs,
        "cut at 100": with_bceloss,
        "only real": lambda r, f: -F.logsigmoid(r).mean(),
    },
}
