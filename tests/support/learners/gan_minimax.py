"""Answers that learners may hand in to the exercises of notebook 03, right and wrong."""

import torch
from torch import nn
from torch.nn import functional as F


def right_jsd(p, q):
    m = 0.5 * (p + q)
    first = torch.where(p > 0, p * torch.log(p.clamp(min=1e-300) / m), 0.0)
    second = torch.where(q > 0, q * torch.log(q.clamp(min=1e-300) / m), 0.0)
    return 0.5 * (first.sum() + second.sum())


def jsd_with_log(log, half=0.5, mixture=0.5):
    def attempt(p, q):
        m = mixture * (p + q)
        return half * (torch.nansum(p * log(p / m)) + torch.nansum(q * log(q / m)))

    return attempt


def jsd_nan(p, q):
    m = (p + q) / 2
    return 0.5 * torch.sum(p * torch.log(p / m)) + 0.5 * torch.sum(q * torch.log(q / m))


def kl(p, q):
    return torch.nansum(torch.where(p > 0, p * torch.log(p / q), 0.0))


def ns_slope_by_autograd(logits):
    a = logits.clone().requires_grad_()
    b = logits.clone().requires_grad_()
    (saturating,) = torch.autograd.grad(F.logsigmoid(-a).sum(), a)
    (other,) = torch.autograd.grad(-F.logsigmoid(b).sum(), b)
    return saturating, other


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
    "3.1": [right_jsd],
    "3.2": [lambda a: (-1 / (1 + torch.exp(-a)), -1 / (1 + torch.exp(a)))],
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
        "a half is missing": jsd_with_log(torch.log, half=1.0),
        "not JSD": kl,
        "mixture is forgotten": lambda p, q: 0.5 * kl(p, q) + 0.5 * kl(q, p),
        "in bits": jsd_with_log(torch.log2),
        "not halved": jsd_with_log(torch.log, mixture=1.0),
        "gives NaN": jsd_nan,
    },
    "3.2": {
        "swapped": lambda a: (a.sigmoid() - 1, -a.sigmoid()),
        "both signs": lambda a: (a.sigmoid(), 1 - a.sigmoid()),
        "slopes in D": lambda a: (-1 / (1 - a.sigmoid()), -1 / a.sigmoid()),
        "logarithm is forgotten": lambda a: (
            -a.sigmoid() * (-a).sigmoid(),
            -a.sigmoid() * (-a).sigmoid(),
        ),
        "of the mean": lambda a: tuple(s / 5 for s in ns_slope_by_autograd(a)),
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
