"""Kinds of discriminators: what they look at, and spectral norm."""

import pytest
import torch
from torch.nn import functional as F

from genai_course.collapse.discriminators import (
    StackedSpectralNorm,
    plain,
    spectral,
    with_closeness,
    with_deviation,
)
from genai_course.collapse.problems import few_images, ring
from genai_course.collapse.streams import Streams


def test_packs_and_extra_features_have_room():
    x = torch.randn(2, 8, 2)
    packed = plain(ring(), Streams([0, 1]), pack=4)
    assert packed(x).shape == (2, 2, 1)
    assert with_deviation(ring(), Streams([0, 1]), 1)(x).shape == (2, 8, 1)
    with_layer = with_closeness(ring(), Streams([0, 1]), 1)
    assert with_layer(x).shape == (2, 8, 1)
    assert with_layer.batch_layer.projection.std().item() == pytest.approx(64**-0.5, rel=0.1)


@pytest.mark.parametrize("problem", [ring(), few_images(torch.zeros(10, 784))], ids=["2", "784"])
def test_spectral_norm_makes_the_largest_singular_value_one(problem):
    discriminator = spectral(problem, Streams([0, 1]), 1)
    for _ in range(50):  # the power iteration converges while in use
        discriminator(torch.zeros(2, 4, problem.data_dim))
    layers = [discriminator.head, *[m for m in discriminator.body[0] if hasattr(m, "weight")]]
    for layer in layers:
        largest = torch.linalg.svdvals(layer.weight.detach())[:, 0]
        assert torch.allclose(largest, torch.ones(2), atol=0.02)
    slope = torch.randn(2, 1000, problem.data_dim)
    steps = discriminator(slope + 1e-2 * F.normalize(slope, dim=-1)) - discriminator(slope)
    assert steps.abs().max() <= 1.05e-2


def test_spectral_norm_stands_still_in_evaluation_mode():
    norm = StackedSpectralNorm(torch.randn(2, 3, 5))
    norm.eval()
    before = norm.u.clone()
    norm(torch.randn(2, 3, 5))
    assert torch.equal(norm.u, before)
    norm.train()(torch.randn(2, 3, 5))
    assert not torch.equal(norm.u, before)


def test_the_gradient_of_spectral_norm_is_that_of_a_division_by_the_true_norm():
    torch.manual_seed(0)
    weight = torch.randn(1, 3, 5, dtype=torch.double, requires_grad=True)
    norm = StackedSpectralNorm(weight.detach().float()).double()
    for _ in range(100):
        norm(weight.detach())
    target = torch.randn(1, 3, 5, dtype=torch.double)
    (ours,) = torch.autograd.grad((norm(weight) * target).sum(), weight)
    exact = weight / torch.linalg.matrix_norm(weight, 2)[:, None, None]
    (wanted,) = torch.autograd.grad((exact * target).sum(), weight)
    assert torch.allclose(ours, wanted, atol=1e-6)
