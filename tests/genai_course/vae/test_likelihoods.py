"""The continuous Bernoulli against quadrature and PyTorch's own."""

import math

import pytest
import torch
from torch.distributions import ContinuousBernoulli

from genai_course.vae.likelihoods import continuous_bernoulli_loss, log_normaliser
from genai_course.vae.losses import reconstruction_loss

LOGITS = torch.tensor([-8.0, -1.4, -0.02, -0.009, 0.0, 0.003, 0.5, 6.0], dtype=torch.double)


def test_with_the_constant_the_area_is_one():
    x = torch.linspace(0, 1, 200_001, dtype=torch.double)
    for a in LOGITS:
        weight = torch.exp(a * x - torch.nn.functional.softplus(a))
        area = torch.trapezoid(weight, x)
        assert area.log() == pytest.approx(-log_normaliser(a).item(), abs=1e-8)


def test_the_constant_is_even_smooth_and_at_least_log_two():
    torch.testing.assert_close(log_normaliser(LOGITS), log_normaliser(-LOGITS), rtol=0, atol=1e-12)
    assert log_normaliser(torch.zeros(3)).tolist() == pytest.approx([math.log(2)] * 3)
    assert (log_normaliser(LOGITS) >= math.log(2) - 1e-12).all()
    below, above = (log_normaliser(torch.tensor(v).double()) for v in (0.00999, 0.01001))
    assert abs(below - above) < 1e-5


def test_gradients_are_finite_where_the_formula_is_zero_over_zero():
    a = torch.tensor([0.0, 1e-8, 0.5], requires_grad=True)
    log_normaliser(a).sum().backward()
    assert a.grad.isfinite().all() and a.grad[2] > 0.05


@pytest.mark.parametrize(
    "wrong",
    [
        lambda a: (a / torch.tanh(a)).log(),
        lambda a: (torch.tanh(a / 2) / a).log(),
        lambda a: (2 * a / torch.tanh(a / 2)).log(),
    ],
    ids=["no half", "inverse", "factor 2"],
)
def test_wrong_constants_are_told_apart(wrong):
    assert (wrong(LOGITS[1:2]) - log_normaliser(LOGITS[1:2])).abs() > 0.1


def test_the_loss_is_that_of_the_library_for_each_image():
    torch.manual_seed(0)
    logits, x = 2 * torch.randn(4, 1, 5, 5).double(), torch.rand(4, 1, 5, 5).double()
    library = -ContinuousBernoulli(logits=logits).log_prob(x).sum((1, 2, 3))
    ours = continuous_bernoulli_loss(logits, x)
    torch.testing.assert_close(ours, library, rtol=0, atol=1e-2)
    shift = reconstruction_loss(logits, x) - ours
    assert (shift >= 25 * math.log(2)).all()
