"""Exercises of notebook 05: sizes, transposed convolution, singular values, a mode left behind."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from genai_course.exercises.engine import Exercise, Mistake

# 5.1 ------------------------------------------------------------------------------------------

SETTINGS = ((7, 4, 2, 1), (3, 3, 2, 0), (14, 4, 2, 1), (8, 5, 1, 2), (5, 2, 3, 0))


def _sizes(attempt):
    """What an attempt says for each of the settings (size, kernel, stride, padding)."""
    seen = {}
    for size, kernel, stride, padding in SETTINGS:
        what = f"the output size for size {size}, kernel {kernel}, stride {stride}, "
        seen[f"{what}padding {padding}"] = attempt(size, kernel, stride, padding)
    return seen


TRANSPOSED_SIZE = Exercise(
    number="5.1",
    title="How large is the output of a transposed convolution?",
    asks="`attempt(size, kernel, stride, padding)` returns the output size.",
    observe=_sizes,
    reference=lambda n, k, s, p: (n - 1) * s + k - 2 * p,
    praise="that is the size, before and after a stride",
    mistakes=(
        Mistake(
            lambda n, k, s, p: (n + 2 * p - k) // s + 1,
            "this is the size after a convolution, which goes the other way.",
            "solve m = (n + 2 p - k) / s + 1 for n.",
            "From m inputs come (m - 1) s positions, then one kernel more, then the padding goes.",
        ),
        Mistake(
            lambda n, k, s, p: (n - 1) * s + k - p,
            "padding is cut off on one side only.",
            "there is padding on the left and on the right.",
            "Subtract 2 p.",
        ),
        Mistake(
            lambda n, k, s, p: (n - 1) * s + k + 2 * p,
            "you added the padding; in a transposed convolution it is what is cut off.",
            "the convolution added a border before it started. What must the way back do?",
            "Subtract 2 p.",
        ),
        Mistake(
            lambda n, k, s, p: n * s + k - 2 * p,
            "you counted one stride too many.",
            "n kernels stand at 0, s, 2 s, ... Where does the last one stand?",
            "At (n - 1) s.",
        ),
        Mistake(
            lambda n, k, s, p: n * s,
            "the output is not always s times as large: the kernel and the padding matter too.",
            "it is so for kernel 4, stride 2, padding 1. Try kernel 3.",
            "The last kernel starts at (n - 1) s and is k long.",
        ),
        Mistake(
            lambda n, k, s, p: (n - 1) * s + 1 - 2 * p,
            "you counted where the last kernel starts, not where it ends.",
            "a kernel is k long.",
            "Add k, not 1.",
        ),
    ),
)

# 5.2 ------------------------------------------------------------------------------------------


def _scatter(y, kernel, stride, *, flip=False, overwrite=False, step=None):
    """Build wrong and right answers to 5.2 from their differences."""
    step, size = stride if step is None else step, len(kernel)
    x = torch.zeros((len(y) - 1) * stride + size, dtype=y.dtype)
    for i, value in enumerate(y):
        piece = value * (kernel.flip(0) if flip else kernel)
        place = slice(i * step, i * step + size)
        x[place] = piece if overwrite else x[place] + piece
    return x


def _gather(y, kernel, stride):
    return F.conv1d(y[None, None], kernel[None, None], stride=stride)[0, 0]


def _averaged(y, kernel, stride):
    return _scatter(y, kernel, stride) / _scatter(
        torch.ones_like(y), torch.ones_like(kernel), stride
    )


def _transposed(attempt):
    cases = {
        "kernel 3, stride 2": ([1.0, 2.0, -1.0, 3.0], [1.0, 10.0, 100.0], 2),
        "kernel 4, stride 2": ([0.5, 2.0, 1.0], [1.0, -2.0, 3.0, 5.0], 2),
        "kernel 2, stride 1": ([1.0, 4.0], [2.0, -3.0], 1),
    }
    return {
        f"the output for {name}": attempt(torch.tensor(y), torch.tensor(kernel), stride)
        for name, (y, kernel, stride) in cases.items()
    }


TRANSPOSED_BY_HAND = Exercise(
    number="5.2",
    title="A transposed convolution by hand",
    asks="`attempt(y, kernel, stride)`, two vectors in, one out, no padding.",
    observe=_transposed,
    reference=_scatter,
    praise="every number writes its kernel, and overlaps add up",
    without=("torch.conv_transpose1d", "torch.conv_transpose2d", "torch.conv_transpose3d"),
    mistakes=(
        Mistake(
            lambda y, kernel, stride: _scatter(y, kernel, stride, overwrite=True),
            "where two kernels overlap, the later one has replaced the earlier one.",
            "a matrix product adds what its columns contribute.",
            "Use += in place of =.",
        ),
        Mistake(
            lambda y, kernel, stride: _scatter(y, kernel, stride, flip=True),
            "the kernel is written backwards.",
            "a single input 1 must come out as the kernel itself.",
            "Leave out the flip.",
        ),
        Mistake(
            lambda y, kernel, stride: _scatter(y, kernel, stride, step=1),
            "all kernels are written one place apart, whatever the stride.",
            "where does the kernel of the second number begin?",
            "Number i writes from i * stride.",
        ),
        Mistake(
            _gather,
            "this is the convolution, which makes the signal shorter.",
            "its transpose makes a signal longer: (n - 1) stride + k numbers.",
            "Start from zeros, and add y[i] * kernel at i * stride.",
        ),
        Mistake(
            _averaged,
            "you divided by the number of overlaps; a transposed convolution does not, which is "
            "where its checkerboard comes from.",
            "it is a matrix product, and nothing else.",
            "Return the sums as they are.",
        ),
    ),
)

# 5.3 ------------------------------------------------------------------------------------------


_DECOMPOSITIONS = ("svd", "svdvals", "matrix_norm", "cond", "eig", "eigvals", "eigh", "eigvalsh")


def _iterate(matrix, num_steps, *, normalise=True):
    u = torch.ones(len(matrix), dtype=matrix.dtype)
    for _ in range(num_steps):
        v = matrix.T @ u
        v = v / v.norm() if normalise else v
        u = matrix @ v
        u = u / u.norm() if normalise else u
    return u, v


def _largest(matrix):
    u, v = _iterate(matrix, 100)
    return u @ matrix @ v


def _unnormalised(matrix):
    u, v = _iterate(matrix, 100, normalise=False)
    return u @ matrix @ v


def _singular_values(attempt):
    torch.manual_seed(0)
    wide, tall = torch.randn(3, 6, dtype=torch.float64), 2 * torch.randn(5, 4, dtype=torch.float64)
    shear = torch.tensor([[1.0, 4.0], [0.0, 1.0]], dtype=torch.float64)
    cases = {"a wide matrix": wide, "a tall matrix": tall, "a shear": shear}
    return {f"the value for {name}": attempt(matrix) for name, matrix in cases.items()}


LARGEST_STRETCH = Exercise(
    number="5.3",
    title="How far can a layer stretch?",
    asks="`attempt(matrix)` returns its largest singular value.",
    observe=_singular_values,
    reference=_largest,
    praise="that is the largest singular value",
    without=tuple(f"{top}.linalg.{n}" for n in _DECOMPOSITIONS for top in ("torch", "numpy")),
    tolerance=1e-4,
    mistakes=(
        Mistake(
            _unnormalised,
            "the vectors grew from round to round until the number means nothing: they are not "
            "normalised.",
            "each multiplication stretches the vector again.",
            "Divide v and u by their norms after every product.",
        ),
        Mistake(
            lambda matrix: _largest(matrix) ** 2,
            "this is the square of the value: the eigenvalue of W W^T.",
            "going there and back stretches twice.",
            "Return u @ W @ v, or take the square root.",
        ),
        Mistake(
            lambda matrix: matrix.norm(),
            "this is the Frobenius norm, the root of the sum of all squared singular values.",
            "it is never smaller than the largest one, and equal only in rank one.",
            "Multiply a vector to and fro instead of summing entries.",
        ),
        Mistake(
            lambda matrix: _iterate(matrix, 1)[0] @ matrix @ _iterate(matrix, 1)[1],
            "one round is a good start, not the answer.",
            "the training gets away with one round a step because the weights hardly move.",
            "Repeat the two products, a hundred times, say.",
        ),
        Mistake(
            lambda matrix: matrix.abs().sum(dim=1).max(),
            "this is the largest row sum, which bounds the stretch in the maximum norm.",
            "here lengths are Euclidean.",
            "Compare with torch.linalg.svdvals.",
        ),
        Mistake(
            lambda matrix: torch.linalg.svdvals(matrix)[-1],
            "this is the smallest singular value: the least a vector is stretched.",
            "svdvals sorts from large to small.",
            "Take the first one.",
        ),
    ),
)

# 5.4 ------------------------------------------------------------------------------------------


def _contrasts(attempt):
    cases = ((3, 2), (4, 2), (5, 2), (5, 3), (6, 3), (4, 3), (7, 4))
    return {f"the contrast of kernel {k}, stride {s}": attempt(k, s) for k, s in cases}


CONTRAST = Exercise(
    number="5.4",
    title="A number for the checkerboard",
    asks="`attempt(kernel, stride)` returns a ratio; kernel >= stride.",
    observe=_contrasts,
    reference=lambda k, s: (math.ceil(k / s) / (k // s)) ** 2,
    praise="1 means no checkerboard, and it takes a kernel that the stride divides",
    mistakes=(
        Mistake(
            lambda k, s: math.ceil(k / s) / (k // s),
            "this is the contrast along one axis; an image has two.",
            "a pixel that is written twice along each axis is written four times.",
            "Square it.",
        ),
        Mistake(
            lambda k, s: (k / s) ** 2,
            "this is how often a pixel is written on average.",
            "the contrast compares the most with the least.",
            "Along one axis these are ceil(k / s) and floor(k / s).",
        ),
        Mistake(
            lambda k, s: math.ceil(k / s) ** 2,
            "this is how often the luckiest pixel is written; divide by the unluckiest.",
            "with kernel 4 and stride 2 every pixel is written four times: contrast 1.",
            "Divide by floor(k / s) squared.",
        ),
        Mistake(
            lambda k, s: (math.floor(k / s) / math.ceil(k / s)) ** 2,
            "your fraction is upside down.",
            "a contrast is the most over the least, at least 1.",
            "Divide ceil(k / s) by floor(k / s), then square.",
        ),
        Mistake(
            lambda k, s: 1.0 if k % s == 0 else 2.0,
            "whether there is a checkerboard is right; how strong it is depends on the kernel.",
            "count for kernel 5 and stride 2: some pixels three times, some twice, on each axis.",
            "(ceil(k / s) / floor(k / s)) squared.",
        ),
    ),
)

# 5.5 ------------------------------------------------------------------------------------------


class _Watched(nn.Module):
    """A generator with batch normalisation that writes down how it was called."""

    def __init__(self):
        super().__init__()
        self.latent_dim, self.calls = 2, []
        self.norm = nn.BatchNorm1d(2)

    def forward(self, z):
        self.calls.append((self.training, torch.is_grad_enabled()))
        return self.norm(z)

    def sample_prior(self, num_samples):
        """Draw z, shape (num_samples, latent_dim)."""
        return torch.randn(num_samples, self.latent_dim)


def _previews(attempt):
    """Run two steps with a preview after each and return what the generator saw."""
    generator, updates = _Watched(), []

    def update(network):
        updates.append(network.training)
        network(network.sample_prior(8) + 3)

    fixed_z = torch.tensor([[1.0, -1.0], [0.5, 2.0], [0.0, 0.0]])
    previews = attempt(generator, update, fixed_z, 2)
    drawn = [call for call in generator.calls if call not in ((True, True),)]
    return {
        "the number of updates": len(updates),
        "the number of updates in training mode": sum(updates),
        "the number of calls for a preview": len(drawn),
        "the number of previews drawn in evaluation mode": sum(not t for t, _ in drawn),
        "the number of previews drawn without a graph": sum(not graph for _, graph in drawn),
        "the number of batches in the statistics": generator.norm.num_batches_tracked.item(),
        "'the generator is in training mode at the end'": generator.training,
        "the first preview": previews[0],
        "the second preview": previews[1],
    }


def _loop(*, to_eval=True, to_train="each", graph=False, once=False):
    """Build answers to 5.5: when the mode changes, and whether the preview keeps a graph."""

    def attempt(generator, update, fixed_z, num_steps):
        previews = []
        for step in range(num_steps):
            update(generator)
            if once and step < num_steps - 1:
                continue
            if to_eval:
                generator.eval()
            with torch.set_grad_enabled(graph):
                previews.append(generator(fixed_z))
            if to_train == "each":
                generator.train()
        if to_train == "end":
            generator.train()
        return previews

    return attempt


FIND_THE_BUG = Exercise(
    number="5.5",
    title="Find the bug: previews that spoil the training",
    asks="`attempt(generator, update, fixed_z, num_steps)` returns the previews.",
    observe=_previews,
    reference=_loop(),
    praise="previews in evaluation mode, updates in training mode",
    mistakes=(
        Mistake(
            _loop(to_train="never"),
            "after the first preview the generator stays in evaluation mode: from then on it "
            "trains with the statistics of its first batch.",
            "eval() lasts until somebody calls train().",
            "Call generator.train() after each preview.",
        ),
        Mistake(
            _loop(to_train="end"),
            "you go back to training mode only at the end, when all the updates are over.",
            "the second update comes before the end.",
            "Move generator.train() into the loop.",
        ),
        Mistake(
            _loop(to_eval=False),
            "the preview is drawn in training mode: each picture depends on the others beside it, "
            "and the preview moves the running statistics.",
            "a preview should look and not touch.",
            "Call generator.eval() before and generator.train() after.",
        ),
        Mistake(
            _loop(graph=True),
            "the previews keep their graph, so the memory of every step stays occupied.",
            "nobody will call backward on a preview.",
            "Draw within torch.no_grad().",
        ),
        Mistake(
            _loop(once=True),
            "you draw a single preview at the end; one after each update was asked for.",
            "nothing is wrong with drawing them, if the mode is put back.",
            "Keep the preview in the loop, between eval() and train().",
        ),
    ),
)

EXERCISES = (TRANSPOSED_SIZE, TRANSPOSED_BY_HAND, LARGEST_STRETCH, CONTRAST, FIND_THE_BUG)
check_transposed_size = TRANSPOSED_SIZE.check
check_transposed_by_hand = TRANSPOSED_BY_HAND.check
check_largest_stretch = LARGEST_STRETCH.check
check_contrast = CONTRAST.check
check_find_the_bug = FIND_THE_BUG.check
