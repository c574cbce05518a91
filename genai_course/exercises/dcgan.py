"""Exercises of notebook 05: transposed convolution, checkerboards, a mode left behind."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from genai_course.exercises.dcgan_judgements import BOUNDED, NEIGHBOURS
from genai_course.exercises.engine import Exercise, Mistake

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

EXERCISES = (NEIGHBOURS, TRANSPOSED_BY_HAND, BOUNDED, CONTRAST, FIND_THE_BUG)
check_neighbours = NEIGHBOURS.check
check_transposed_by_hand = TRANSPOSED_BY_HAND.check
check_bounded = BOUNDED.check
check_contrast = CONTRAST.check
check_find_the_bug = FIND_THE_BUG.check
