"""Exercises of notebook 01: the reference passes, the stub does not, each wrong answer is named."""

import math

import numpy as np
import pytest
import torch
from exercise_bank import (
    assert_all_tried,
    assert_checks_print,
    assert_named,
    assert_right_twice,
    namings,
)

from genai_course.exercises import generative_models as exercise


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
CASES = {
    "PIXELS": (plain_pixels, PIXELS_WRONG),
    "REVERSE_KL": (plain_reverse, KL_WRONG),
    "MIXTURE": (plain_mixture, MIXTURE_WRONG),
    "DRAWING": (plain_drawing, DRAWING_WRONG),
    "FIND_THE_BUG": (plain_masks, MASKS_WRONG),
}


@pytest.mark.parametrize("name", CASES)
def test_the_reference_and_another_right_answer_pass(name):
    assert_right_twice(getattr(exercise, name), CASES[name][0])


@pytest.mark.parametrize(("name", "naming"), namings(CASES))
def test_a_wrong_answer_is_named(name, naming):
    assert_named(getattr(exercise, name), CASES[name][1][naming], naming)


def test_every_known_mistake_is_tried_and_each_has_its_own_sentence():
    assert_all_tried(exercise, CASES, chapter=1)


def test_the_chain_of_exercise_four_is_what_its_answer_is_compared_with():
    torch.manual_seed(0)
    x = plain_drawing(exercise._chain, 3, 40_000)
    repeats = (x[:, 1] == x[:, 0]).float().mean()
    assert repeats == pytest.approx(0.9, abs=0.01)
    assert x[:, 0].mean() == pytest.approx(0.7, abs=0.01) and math.isfinite(repeats)


def test_the_checks_print_their_verdict(capsys):
    checks = (
        exercise.check_pixels,
        exercise.check_reverse_kl,
        exercise.check_mixture,
        exercise.check_drawing,
        exercise.check_find_the_bug,
    )
    assert_checks_print(exercise, checks, capsys)
