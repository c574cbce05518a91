"""A walk keeps what the sampler passes, and changes nothing of it."""

import torch

from genai_course.diffusion.sampling import draw_samples
from genai_course.diffusion.schedules import linear_schedule
from genai_course.diffusion.walks import moments_of_walk

ALPHA_BAR = linear_schedule(40)


def halve(x_t, t):
    return x_t / 2, x_t / (t + 1)


def start():
    return torch.randn(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def test_a_walk_keeps_each_moment_and_ends_with_the_samples():
    torch.manual_seed(1)
    seen = moments_of_walk(halve, start(), [40, 15, 0], ALPHA_BAR, 0.5)
    torch.manual_seed(1)
    samples = draw_samples(halve, start(), [40, 15, 0], ALPHA_BAR, 0.5)
    assert [t for t, _, _ in seen] == [40, 15, 0]
    assert torch.equal(seen[0][1], start()) and torch.equal(seen[0][2], start() / 2)
    assert torch.equal(seen[1][2], seen[1][1] / 2) and not torch.equal(seen[1][1], start())
    assert torch.equal(seen[2][1], samples) and torch.equal(seen[2][2], samples)


def test_a_walk_hands_eta_on():
    first, second = (moments_of_walk(halve, start(), [40, 15, 0], ALPHA_BAR, 0.0) for _ in range(2))
    assert torch.equal(first[1][1], second[1][1])
