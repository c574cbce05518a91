"""Answers that learners may hand in to the exercises of notebook 01, right and wrong."""

import numpy as np
import torch


def nats_an_image(report, bit=0.6931471805599453, side=28, unit=255):
    """Nats an image with white at 1; `unit` is what a density is divided by for each pixel."""
    nats = report["value"]
    if report["unit"] == "bits":
        nats = nats * bit
    if report["per"] == "pixel":
        nats = nats * side**2
    if report["of"] == "density" and report["white"] == 255:
        nats = nats + 784 * np.log(unit)
    return nats


def compare(a, b, turn=1, of=True, seen=False, units=True, **options):
    if of and {a["of"], b["of"]} == {"density", "probability"}:
        return "neither"
    if not seen and not a["images"] == b["images"] == "test":
        return "neither"
    if not units and any(a[name] != b[name] for name in ("unit", "per", "white")):
        return "neither"
    gap = nats_an_image(a, **options) - nats_an_image(b, **options)
    return "a" if turn * gap > 0 else "b"


def corrects_probabilities(a, b):
    rows = [r | {"value": nats_an_image(r), "unit": "nats", "per": "image"} for r in (a, b)]
    for row in rows:
        row["value"] += 784 * np.log(row["white"]) * (row["of"] == "probability")
        row["white"] = 1
    return compare(*rows)


BETTER_WRONG = {
    "bits for nats": lambda a, b: compare(a, b, bit=1),
    "a number for a pixel": lambda a, b: compare(a, b, side=1),
    "densities in two units": lambda a, b: compare(a, b, unit=1),
    "once for an image": lambda a, b: compare(a, b, unit=255 ** (1 / 784)),
    "corrected a probability": corrects_probabilities,
    "a probability with a density": lambda a, b: compare(a, b, of=False),
    "images that it was trained on": lambda a, b: compare(a, b, seen=True),
    "refuse other units": lambda a, b: compare(a, b, units=False),
    "took the lower one": lambda a, b: compare(a, b, turn=-1),
}


def forwards(log_p, log_qs, spacing):
    """The best in log-likelihood, which is the best forward: the data's entropy is left out."""
    return int((log_p.exp() * log_qs).sum(dim=1).argmax())


def backwards(log_p, log_qs, spacing):
    q = log_qs.exp().numpy()
    return int(np.argmin(np.sum(q * np.log(q) - q * log_p.numpy(), axis=1)))


def without_entropy(log_p, log_qs, spacing):
    return int(torch.mv(log_qs.exp(), log_p).argmax())


def name_it(log_p, log_qs, spacing, chosen, first=forwards, second=backwards, words=None):
    best = first(log_p, log_qs, spacing), second(log_p, log_qs, spacing)
    words = words or {(1, 1): "both", (1, 0): "forward", (0, 1): "reverse", (0, 0): "neither"}
    return words[best[0] == chosen, best[1] == chosen]


def smaller_of_two(log_p, log_qs, spacing, chosen):
    gap = log_p - log_qs[chosen]
    forward, reverse = (log_p.exp() * gap).sum(), -(log_qs[chosen].exp() * gap).sum()
    return "reverse" if reverse <= forward else "forward"


def wider_than_the_data(log_p, log_qs, spacing, chosen):
    x = torch.arange(len(log_p)) * spacing
    moments = [[(p.exp() * x**k).sum() * spacing for k in (1, 2)] for p in (log_p, log_qs[chosen])]
    data, fit = ((second - first**2) for first, second in moments)
    return "forward" if fit > 0.8 * data else "reverse"


NO_BOTH = {(1, 1): "forward", (1, 0): "forward", (0, 1): "reverse", (0, 0): "neither"}
NO_NEITHER = {(1, 1): "both", (1, 0): "forward", (0, 1): "reverse", (0, 0): "reverse"}
MINIMISED_WRONG = {
    "exchanged the directions": lambda *given: name_it(*given, first=backwards, second=forwards),
    "smaller value": smaller_of_two,
    "judge by the width": wider_than_the_data,
    "never answer 'both'": lambda *given: name_it(*given, words=NO_BOTH),
    "because it is not forward": lambda *given: name_it(*given, words=NO_NEITHER),
    "entropy out of the reverse": lambda *given: name_it(*given, second=without_entropy),
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
    "1.1": [compare],
    "1.2": [name_it],
    "1.3": [plain_mixture],
    "1.4": [plain_drawing],
    "1.5": [plain_masks],
}
WRONG = {
    "1.1": BETTER_WRONG,
    "1.2": MINIMISED_WRONG,
    "1.3": MIXTURE_WRONG,
    "1.4": DRAWING_WRONG,
    "1.5": MASKS_WRONG,
}
