"""Answers that learners may hand in to the exercises of notebook 01, right and wrong."""

import numpy as np
import torch


def bernoulli(x, chance):
    return torch.distributions.Bernoulli(probs=chance).log_prob(x)


def plain_pixels(x, chance):
    return torch.stack([bernoulli(image, chance).sum() for image in x])


PIXELS_WRONG = {
    "mean over the pixels": lambda x, c: bernoulli(x, c).mean(dim=(1, 2, 3)),
    "black pixels are missing": lambda x, c: torch.where(x == 1, c.log(), 0.0).sum((1, 2, 3)),
    "summed over the images": lambda x, c: plain_pixels(x, c).sum(),
    "minus the log-likelihood": lambda x, c: torch.nn.functional.binary_cross_entropy(
        c.expand_as(x), x, reduction="none"
    ).sum((1, 2, 3)),
    "in bits": lambda x, c: torch.where(x == 1, c.log2(), (1 - c).log2()).sum((1, 2, 3)),
    "probability itself": lambda x, c: torch.where(x == 1, c, 1 - c).flatten(1).prod(dim=1),
}


def plain_reverse(log_p, log_q, spacing):
    p, q = log_p.exp().numpy(), log_q.exp().numpy()
    return float(np.sum(q * np.log(q / p)) * spacing)


def plain_forward(log_p, log_q, spacing):
    return plain_reverse(log_q, log_p, spacing)


KL_WRONG = {
    "this is the forward": plain_forward,
    "value is negative": lambda p, q, h: (q.exp() * (p - q)).sum() * h,
    "spacing is missing": lambda p, q, h: (q.exp() * (q - p)).sum(),
    "weighted by a logarithm": lambda p, q, h: h * torch.dot(q, q - p),
    "plain mean": lambda p, q, h: torch.mean(q.exp() * (q - p)),
    "both directions": lambda p, q, h: 0.5 * plain_forward(p, q, h) + 0.5 * plain_reverse(p, q, h),
}


def plain_mixture(logs, shares):
    top = logs.max(dim=1, keepdim=True).values
    return top[:, 0] + ((logs - top).exp() @ shares).log()


MIXTURE_WRONG = {
    "underflows": lambda logs, shares: torch.log(logs.exp() @ shares),
    "mean of the logs": lambda logs, shares: logs @ shares,
    "shares are missing": lambda logs, shares: plain_mixture(logs, torch.ones(3).double()),
    "same share": lambda logs, shares: plain_mixture(logs, torch.full((3,), 1 / 3).double()),
    "multiplied the log": lambda logs, shares: plain_mixture(logs * shares, torch.ones(3).double()),
    "most probable component": lambda logs, shares: (torch.log(shares) + logs).max(dim=1).values,
}


def plain_drawing(chances, num_pixels, num_images, pick=None):
    x = torch.zeros((num_images, num_pixels))
    for d in range(num_pixels):
        p = chances(x)[:, d]
        x[:, d] = (torch.rand(num_images) < p).float() if pick is None else pick(p)
    return x


def all_at_once(chances, num_pixels, num_images):
    p = chances(torch.zeros((num_images, num_pixels)))
    return (torch.rand(num_images, num_pixels) < p).float()


def once_from_noise(chances, num_pixels, num_images):
    p = chances((torch.rand(num_images, num_pixels) < 0.5).float())
    return (torch.rand(num_images, num_pixels) < p).float()


DRAWING_WRONG = {
    "believed that those before are black": all_at_once,
    "given noise": once_from_noise,
    "more probable value": lambda c, d, n: plain_drawing(c, d, n, pick=torch.round),
    "returned probabilities": lambda c, d, n: plain_drawing(c, d, n, pick=lambda p: p),
    "averaged the chances": lambda c, d, n: plain_drawing(
        c, d, n, pick=lambda p: (torch.rand(n) < p.mean()).float()
    ),
}


def plain_masks(num_inputs, num_hidden, into=None, out=None, degrees=None):
    into = into or (lambda m, j: m >= j)
    out = out or (lambda d, m: d > m)
    m = degrees or [1 + k % (num_inputs - 1) for k in range(num_hidden)]
    pixels = range(1, num_inputs + 1)
    return (
        torch.tensor([[into(unit, j) for j in pixels] for unit in m]),
        torch.tensor([[out(d, unit) for unit in m] for d in pixels]),
    )


def wide_degrees(num_inputs, num_hidden):
    degrees = np.linspace(0, num_inputs, num_hidden).round().tolist()
    return plain_masks(num_inputs, num_hidden, degrees=degrees)


def swapped(num_inputs, num_hidden):
    into, out = plain_masks(num_inputs, num_hidden)
    return out.T, into.T


MASKS_WRONG = {
    "still sees pixel d": lambda i, h: plain_masks(i, h, out=lambda d, m: d >= m),
    "no longer sees pixel d - 1": lambda i, h: plain_masks(i, h, into=lambda m, j: m > j),
    "know the future": lambda i, h: plain_masks(i, h, out=lambda d, m: d < m),
    "runs backwards": lambda i, h: plain_masks(
        i, h, into=lambda m, j: m <= j, out=lambda d, m: d < m
    ),
    "exchanged or transposed": swapped,
    "waste hidden units": wide_degrees,
}


RIGHT = {
    "1.1": [plain_pixels],
    "1.2": [plain_reverse],
    "1.3": [plain_mixture],
    "1.4": [plain_drawing],
    "1.5": [plain_masks],
}
WRONG = {
    "1.1": PIXELS_WRONG,
    "1.2": KL_WRONG,
    "1.3": MIXTURE_WRONG,
    "1.4": DRAWING_WRONG,
    "1.5": MASKS_WRONG,
}
