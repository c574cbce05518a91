"""Exercises of notebook 12: D* of pairs, two judgements, collapse, a broken step."""

import torch

from genai_course.exercises.conditional_generation_judgements import ILLNESS, USED
from genai_course.exercises.engine import Exercise, Mistake
from genai_course.gan.losses import discriminator_loss


def _random(*shape, seed):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


# 12.1 -----------------------------------------------------------------------------------------

_P, _Q = (t / t.sum(dim=1, keepdim=True) for t in (_random(2, 4, seed=1), _random(2, 4, seed=2)))
_WANTED, _ASKED = torch.tensor([0.7, 0.3]), torch.tensor([0.2, 0.8])


def _best(p, q, p_y, q_y):
    real, fake = p * p_y[:, None], q * q_y[:, None]
    return real / (real + fake)


def _best_without_labels(p, q, p_y, q_y):
    real, fake = p_y @ p, q_y @ q
    return (real / (real + fake)).expand(len(p), -1)


OPTIMUM = Exercise(
    number="12.1", title="The optimal discriminator of pairs", reference=_best,
    observe=lambda attempt: {"D* of two labels and four images": attempt(_P, _Q, _WANTED, _ASKED)},
    praise="a ratio of joint probabilities",
    mistakes=(
        Mistake(lambda p, q, p_y, q_y: p / (p + q),
                "you left out the labels' own frequencies, which differ here.",
                "D sees pairs; how often does the pair (x, y) occur?",
                "Multiply p(x|y) by p(y) and q(x|y) by q(y)."),
        Mistake(lambda p, q, p_y, q_y: 1 - _best(p, q, p_y, q_y),
                "this is the probability that the pair is generated.",
                "D* is large where real pairs are frequent.", "Real goes into the numerator."),
        Mistake(_best_without_labels,
                "you summed over the labels: this discriminator does not look at y.",
                "one value for each pair, not for each x.", "Leave out the sum over y."),
        Mistake(lambda p, q, p_y, q_y: (p * p_y[:, None]) / (q * q_y[:, None]),
                "this is the ratio p/q, not the probability p/(p+q).",
                "D* lies between 0 and 1.", "r / (1 + r)."),
        Mistake(lambda p, q, p_y, q_y: _best(p, q, p_y, q_y).logit(),
                "this is the logit of D*, the log-ratio.", "D* is a probability.",
                "Apply a sigmoid."),
        Mistake(lambda p, q, p_y, q_y: _best(p, q, q_y, p_y),
                "the labels' frequencies are swapped.", "p_y belongs to the real pairs.",
                "p * p_y[:, None], q * q_y[:, None]."),
    ),
)  # fmt: skip

# 12.4 -----------------------------------------------------------------------------------------

_REAL, _FAKE = _random(9, 6, seed=6), _random(8, 6, seed=7)
_FAKE[2:5] = _FAKE[2] + 0.05 * _FAKE[2:5]  # the second class has nearly collapsed
_REAL_LABELS = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1, 1])
_FAKE_LABELS = torch.tensor([0, 0, 1, 1, 1, 0, 0, 0])


def _spread(x, distance=torch.cdist, pairs=lambda n: n * (n - 1)):
    return distance(x, x).sum() / pairs(len(x))


def _ratios(spread=_spread, combine=lambda fake, real: fake / real):
    def ratios(real, real_labels, fake, fake_labels):
        return torch.stack([
            combine(spread(fake[fake_labels == c]), spread(real[real_labels == c]))
            for c in (0, 1)
        ])  # fmt: skip

    return ratios


def _all_classes(real, real_labels, fake, fake_labels):
    return (_spread(fake) / _spread(real)).expand(2)


def _to_mean(x):
    return (x - x.mean(dim=0)).norm(dim=1).mean()


COLLAPSE = Exercise(
    number="12.4", title="Collapse inside a class", reference=_ratios(),
    observe=lambda attempt: {
        "the ratios of two classes": attempt(_REAL, _REAL_LABELS, _FAKE, _FAKE_LABELS)
    },
    praise="1 is as varied as reality, 0 is a single image",
    mistakes=(
        Mistake(_ratios(lambda x: _spread(x, pairs=lambda n: n * n)),
                "you counted each image's distance 0 to itself.",
                "n images have n (n - 1) ordered pairs.", "Divide by n * (n - 1)."),
        Mistake(_all_classes, "you took all the images together: ten pictures look diverse so.",
                "first choose a class.", "fake[fake_labels == c]."),
        Mistake(_ratios(combine=lambda fake, real: real / fake),
                "your ratio is upside down.", "a collapsed class must get 0.", "fake / real."),
        Mistake(_ratios(lambda x: _spread(x, lambda a, b: torch.cdist(a, b).square())),
                "you squared the distances.", "the mean distance, not the mean square.",
                "No square."),
        Mistake(_ratios(_to_mean), "you measured distances to the mean of the class.",
                "distances between two images are asked for.", "Use torch.cdist(x, x)."),
        Mistake(_ratios(combine=lambda fake, real: fake),
                "you did not divide by the spread of real images.",
                "ones differ less than zeros do, in reality too.", "fake / real."),
    ),
)  # fmt: skip

# 12.5 -----------------------------------------------------------------------------------------


class _Drawer(torch.nn.Module):
    """Draws the same three pixels for each label, whatever z is."""

    def sample_prior(self, num_samples):
        return torch.zeros(num_samples, 2)

    def forward(self, z, labels):
        return torch.eye(3)[labels] * 0.5 - 0.2


class _Scorer(torch.nn.Module):
    """A logit from image and label, with every product of a pixel and a label."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(_random(3, 3, seed=8) - 0.5)

    def forward(self, images, labels):
        return (images * self.weight[labels]).sum(dim=1, keepdim=True)


def _observe_step(attempt):
    drawer, scorer, seen = _Drawer(), _Scorer(), {}
    optimizer = torch.optim.SGD(scorer.parameters(), lr=0.5)
    labels = torch.tensor([0, 1, 2, 2, 1, 0, 0])
    x_real = torch.eye(3)[labels] + 0.1 * _random(7, 3, seed=9)
    for step in (1, 2):
        loss = attempt(drawer, scorer, optimizer, x_real, labels)
        seen[f"what D has learned after step {step}"] = scorer.weight.detach().clone()
        seen[f"the loss of step {step}"] = loss
    return seen


def _step(real=lambda x: x, shown=lambda y: y, swap=False, empty=True, blind=False, steps=True):
    def step(generator, discriminator, optimizer, x_real, labels):
        x_fake = generator(generator.sample_prior(len(labels)), labels).detach()
        told = torch.zeros_like(labels) if blind else labels
        logits = discriminator(real(x_real), told), discriminator(x_fake, shown(told))
        loss = discriminator_loss(*(logits[::-1] if swap else logits))
        if empty:
            optimizer.zero_grad()
        loss.backward()
        if steps:
            optimizer.step()
        return loss.detach()

    return step


def _flip(tensor):
    return tensor.flip(0)


STEP = Exercise(
    number="12.5", title="Find two bugs", observe=_observe_step, reference=_step(),
    praise="every image meets its own label",
    mistakes=(
        Mistake(_step(real=_flip, shown=_flip), "both bugs are still there.",
                "for each call of the discriminator: whose labels are these?",
                "No flip is needed anywhere."),
        Mistake(_step(shown=_flip), "generated images still meet labels they were not drawn for.",
                "which labels did the generator get?", "Give both the same labels."),
        Mistake(_step(real=_flip), "real images still meet the labels of other images.",
                "row i of x_real belongs to labels[i].", "Leave x_real in its order."),
        Mistake(_step(blind=True), "you tell the discriminator nothing about the label.",
                "then any readable digit will do.", "Pass `labels` both times."),
        Mistake(_step(swap=True), "real and generated logits are swapped.",
                "discriminator_loss takes the real ones first.", "Swap the two arguments."),
        Mistake(_step(empty=False), "gradients of earlier steps are still in the sum.",
                "backward adds to .grad.", "Call optimizer.zero_grad() before backward."),
        Mistake(_step(steps=False), "nothing moves: when the optimiser steps there is no gradient, "
                "or it never steps.", "zero_grad, backward, step.", "Check the order."),
    ),
)  # fmt: skip

EXERCISES = (OPTIMUM, USED, ILLNESS, COLLAPSE, STEP)
check_optimum = OPTIMUM.check
check_use = USED.check
check_illness = ILLNESS.check
check_collapse = COLLAPSE.check
check_step = STEP.check
