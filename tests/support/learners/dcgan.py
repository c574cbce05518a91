"""Answers that learners may hand in to the exercises of notebook 05, right and wrong."""

import math

import torch
from torch.nn import functional as F

# ---- 5.1: does knowing about neighbours help? ----


def every_seed(near, far):
    return all(x < y for x in near for y in far)


def helps(a, b, free=("pixels", "distances"), conv=True, ahead=every_seed, either_way=True):
    by_order = {run["pixels"]: run["distances"] for run in (a, b)}
    if len(by_order) < 2 or (not either_way and a["pixels"] == "rewired"):
        return False
    if any(a[name] != b[name] for name in a if name not in free):
        return False
    if conv and a["layers"] != "conv":
        return False
    return ahead(by_order["in order"], by_order["rewired"])


def conv_or_dense(a, b):
    runs = {run["layers"]: run["distances"] for run in (a, b)}
    return len(runs) == 2 and a["pixels"] == b["pixels"] and every_seed(runs["conv"], runs["dense"])


def without(*names):
    return lambda a, b: helps(a, b, free=("pixels", "distances", *names))


NEIGHBOURS = {
    "with dense layers": conv_or_dense,
    "trained for longer": without("steps"),
    "another difference": without("norm", "lr"),
    "compare the means": lambda a, b: helps(a, b, ahead=lambda x, y: sum(x) / 3 < sum(y) / 3),
    "accept dense layers": lambda a, b: helps(a, b, conv=False),
    "either direction": lambda a, b: helps(
        a, b, ahead=lambda x, y: every_seed(x, y) or every_seed(y, x)
    ),
    "a is the ordered one": lambda a, b: helps(a, b, either_way=False),
}

# ---- 5.2: a transposed convolution by hand ----


def transposed_by_torch(y, kernel, stride):
    return F.conv_transpose1d(y.view(1, 1, -1), kernel.view(1, 1, -1), stride=stride).flatten()


def transposed_by_matrix(y, kernel, stride):
    columns = torch.zeros((len(y) - 1) * stride + len(kernel), len(y))
    for j in range(len(y)):
        for a in range(len(kernel)):
            columns[j * stride + a, j] = kernel[a]
    return columns @ y


def later_wins(y, kernel, stride):
    out = torch.zeros((len(y) - 1) * stride + len(kernel))
    for i in range(len(y)):
        for a in range(len(kernel)):
            out[i * stride + a] = y[i] * kernel[a]
    return out


def flipped(y, kernel, stride):
    return transposed_by_torch(y, torch.flip(kernel, (0,)), stride)


def no_stride(y, kernel, stride):
    out = torch.zeros((len(y) - 1) * stride + len(kernel))
    for i in range(len(y)):
        for a in range(len(kernel)):
            out[i + a] += y[i] * kernel[a]
    return out


def forwards(y, kernel, stride):
    return F.conv1d(y.view(1, 1, -1), kernel.view(1, 1, -1), stride=stride).flatten()


def mean_of_overlaps(y, kernel, stride):
    out = torch.zeros((len(y) - 1) * stride + len(kernel))
    count = torch.zeros_like(out)
    for i in range(len(y)):
        for a in range(len(kernel)):
            out[i * stride + a] += y[i] * kernel[a]
            count[i * stride + a] += 1
    return out / count


TRANSPOSED = {
    "replaced the earlier one": later_wins,
    "backwards": flipped,
    "one place apart": no_stride,
    "makes the signal shorter": forwards,
    "divided by the number of overlaps": mean_of_overlaps,
}

# ---- 5.3: is its slope bounded? ----


def norm(matrix):
    """The largest singular value, by power iteration."""
    v = torch.randn(matrix.shape[1], dtype=matrix.dtype)
    for _ in range(200):
        v = F.normalize(matrix.T @ (matrix @ v), dim=0)
    return (matrix @ v).norm().item()


def product(matrices):
    return math.prod(map(norm, matrices))


def steepest(matrices, points, slope=0.2):
    steep = 0.0
    for i, x in enumerate(points):
        for y in points[:i]:
            ends = []
            for h in (x, y):
                for matrix in matrices[:-1]:
                    h = matrix @ h
                    h = torch.maximum(h, slope * h)
                ends.append((matrices[-1] @ h).item())
            steep = max(steep, abs(ends[0] - ends[1]) / (x - y).norm().item())
    return steep


def ruling(matrices, points, claim, bound=product, pair=steepest):
    if claim >= bound(matrices):
        return "proved"
    return "refuted" if pair(matrices, points) > claim else "open"


def no_pair_objects(matrices, points, claim):
    return "refuted" if steepest(matrices, points) > claim else "proved"


def bent_nowhere(matrices):
    whole = matrices[0]
    for matrix in matrices[1:]:
        whole = matrix @ whole
    return torch.linalg.svd(whole)[1].max().item()


def bounded_by(bound):
    return lambda *given: ruling(*given, bound=bound)


BOUNDS = {
    "a bound may be generous": lambda m, p, c: "proved" if product(m) <= c else "refuted",
    "no pair objects": no_pair_objects,
    "Frobenius": bounded_by(lambda ms: math.prod(m.square().sum().sqrt().item() for m in ms)),
    "the steepest layer": bounded_by(lambda ms: max(map(norm, ms))),
    "added the slopes": bounded_by(lambda ms: sum(map(norm, ms))),
    "multiplied the matrices first": bounded_by(bent_nowhere),
    "left out the LeakyReLU": lambda *given: ruling(
        *given, pair=lambda m, p: steepest(m, p, slope=1.0)
    ),
}

# ---- 5.4: the contrast of the checkerboard ----


def contrast_by_counting(k, s):
    written = F.conv_transpose2d(torch.ones(1, 1, 20, 20), torch.ones(1, 1, k, k), stride=s)
    inner = written[..., 2 * k : -2 * k, 2 * k : -2 * k]
    return inner.max() / inner.min()


def least_over_most(k, s):
    return 1 / contrast_by_counting(k, s)


CONTRASTS = {
    "has two": lambda k, s: contrast_by_counting(k, s) ** 0.5,
    "on average": lambda k, s: k * k / (s * s),
    "the luckiest": lambda k, s: (-(-k // s)) ** 2,
    "upside down": least_over_most,
    "how strong": lambda k, s: 2 if k % s else 1,
}

# ---- 5.5: previews ----


def mended(generator, update, fixed_z, num_steps):
    pictures = []
    for _ in range(num_steps):
        update(generator)
        generator.train(False)
        with torch.no_grad():
            pictures.append(generator(fixed_z))
        generator.train(True)
    return pictures


def stays(generator, update, fixed_z, num_steps):
    pictures = []
    for _ in range(num_steps):
        update(generator)
        generator.eval()
        with torch.no_grad():
            pictures.append(generator(fixed_z))
    return pictures


def back_at_the_end(generator, update, fixed_z, num_steps):
    pictures = stays(generator, update, fixed_z, num_steps)
    generator.train()
    return pictures


def never_eval(generator, update, fixed_z, num_steps):
    pictures = []
    for _ in range(num_steps):
        update(generator)
        with torch.no_grad():
            pictures.append(generator(fixed_z))
    return pictures


def keeps_the_graph(generator, update, fixed_z, num_steps):
    pictures = []
    for _ in range(num_steps):
        update(generator)
        generator.eval()
        pictures.append(generator(fixed_z))
        generator.train()
    return pictures


def only_the_last(generator, update, fixed_z, num_steps):
    for _ in range(num_steps):
        update(generator)
    generator.eval()
    with torch.no_grad():
        pictures = [generator(fixed_z)]
    generator.train()
    return pictures


PREVIEWS = {
    "stays in evaluation mode": stays,
    "only at the end": back_at_the_end,
    "depends on the others": never_eval,
    "keep their graph": keeps_the_graph,
    "single preview": only_the_last,
}


RIGHT = {
    "5.1": [helps],
    "5.2": [transposed_by_matrix],
    "5.3": [ruling],
    "5.4": [contrast_by_counting],
    "5.5": [mended],
}
WRONG = {
    "5.1": NEIGHBOURS,
    "5.2": TRANSPOSED,
    "5.3": BOUNDS,
    "5.4": CONTRASTS,
    "5.5": PREVIEWS,
}
