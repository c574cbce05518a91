"""Answers that learners may hand in to the exercises of notebook 05, right and wrong."""

import math

import torch
from torch.nn import functional as F

# ---- 5.1: the size of a transposed convolution ----


def size_by_torch(n, k, s, p):
    x = torch.zeros(1, 1, n)
    return F.conv_transpose1d(x, torch.zeros(1, 1, k), stride=s, padding=p).shape[-1]


SIZES = {
    "goes the other way": lambda n, k, s, p: math.floor((n - k + 2 * p) / s + 1),
    "one side only": lambda n, k, s, p: s * (n - 1) - p + k,
    "it is what is cut off": lambda n, k, s, p: s * (n - 1) + 2 * p + k,
    "one stride too many": lambda n, k, s, p: s * n - 2 * p + k,
    "not always s times as large": lambda n, k, s, p: s * n,
    "where the last kernel starts": lambda n, k, s, p: s * (n - 1) - 2 * p + 1,
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

# ---- 5.3: the largest singular value ----


def by_iteration(matrix):
    v = torch.randn(matrix.shape[1], dtype=matrix.dtype)
    for _ in range(200):
        u = F.normalize(matrix @ v, dim=0)
        v = F.normalize(matrix.T @ u, dim=0)
    return (matrix @ v).norm()


def growing(matrix):
    u = torch.ones(matrix.shape[0], dtype=matrix.dtype)
    for _ in range(100):
        v = matrix.T @ u
        u = matrix @ v
    return u @ (matrix @ v)


def one_round(matrix):
    u = torch.ones(matrix.shape[0], dtype=matrix.dtype)
    v = F.normalize(matrix.T @ u, dim=0)
    return (matrix @ v).norm()


STRETCHES = {
    "not normalised": growing,
    "square of the value": lambda matrix: torch.linalg.eigvalsh(matrix @ matrix.T).max(),
    "Frobenius": lambda matrix: matrix.square().sum().sqrt(),
    "one round": one_round,
    "row sum": lambda matrix: torch.linalg.matrix_norm(matrix, ord=float("inf")),
    "smallest": lambda matrix: torch.linalg.svd(matrix)[1].min(),
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
    "5.1": [size_by_torch],
    "5.2": [transposed_by_matrix],
    "5.3": [by_iteration],
    "5.4": [contrast_by_counting],
    "5.5": [mended],
}
WRONG = {
    "5.1": SIZES,
    "5.2": TRANSPOSED,
    "5.3": STRETCHES,
    "5.4": CONTRASTS,
    "5.5": PREVIEWS,
}
