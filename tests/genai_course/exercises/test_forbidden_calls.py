"""What an exercise is to be done without is noticed when a right answer calls it."""

import sys

import numpy as np
import pytest
import torch
from every_exercise import BY_NUMBER
from torch import nn
from torch.nn import functional as F

from genai_course.evaluation.neighbours import precision_recall
from genai_course.exercises.forbidden_calls import watched
from genai_course.gan.penalties import gradient_penalty
from genai_course.gan.steps import discriminator_step
from genai_course.vae.losses import elbo, kl_divergence


def slope(logits):
    return torch.autograd.grad(F.softplus(logits.requires_grad_()).sum(), logits)


def slope_by_backward(logits):
    F.softplus(logits.requires_grad_()).sum().backward()


def by_layer(y, kernel, stride):
    layer = nn.ConvTranspose1d(1, 1, len(kernel), stride, bias=False)
    layer.weight.data = kernel.view(1, 1, -1)
    return layer(y.view(1, 1, -1)).flatten()


def half_by_the_course(logits, x, mu, logvar):
    pixels = F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return -pixels.sum((1, 2, 3)) - kl_divergence(mu, logvar)


def defined_in_a_notebook(source):
    cell = {"__name__": "__main__", "torch": torch}
    exec(source, cell)
    return cell


FIELD = """
def non_saturating_field(theta, psi):
    u = theta * psi
    return psi * torch.sigmoid(-u), -theta * torch.sigmoid(u)
"""


def drift(theta, psi):
    v_theta, v_psi = defined_in_a_notebook(FIELD)["non_saturating_field"](theta, psi)
    return theta * v_theta + psi * v_psi


CALLS = [
    ("2.4", "precision_recall", precision_recall),
    ("4.1", "discriminator_step", lambda *given: discriminator_step(*given)["discriminator_loss"]),
    (
        "5.2",
        "torch.conv_transpose1d",
        lambda y, k, s: F.conv_transpose1d(y[None, None], k[None, None], stride=s)[0, 0],
    ),
    ("5.2", "torch.conv_transpose1d", by_layer),
    ("6.3", "non_saturating_field", drift),
    ("8.1", "gradient_penalty", gradient_penalty),
    ("10.1", "elbo", elbo),
    ("10.1", "kl_divergence", half_by_the_course),
]


# ways to call a function of a library, whatever the exercise
WAYS = [
    ("torch.cov", torch.cov),
    ("torch.cov", lambda m: m.T.cov()),
    ("numpy.cov", lambda m: np.cov(m.numpy().T)),
    ("torch.autograd.grad", slope),
    ("torch.autograd.backward", slope_by_backward),
    ("torch.linalg.svdvals", torch.linalg.svdvals),
    ("torch.linalg.svd", lambda m: torch.svd(m).S[0]),
    ("torch.linalg.matrix_norm", lambda m: torch.linalg.matrix_norm(m, 2)),
    ("numpy.linalg.svd", lambda m: np.linalg.svd(m.numpy())[1][0]),
    ("torch.linalg.eigvalsh", lambda m: torch.linalg.eigvalsh(m @ m.T)[-1].sqrt()),
]


@pytest.mark.parametrize(("name", "call"), WAYS)
def test_every_way_to_call_a_function_of_a_library_is_noticed(name, call):
    called = []
    with watched((name,), called):
        call(torch.rand(3, 4))
    assert set(called) == {name}


@pytest.mark.parametrize(("number", "name", "attempt"), CALLS)
def test_a_right_answer_that_calls_it_is_told_so(number, name, attempt):
    said = BY_NUMBER[number].verdict(attempt)
    assert said == f"✗ Exercise {number}: right, but it is to be done without {name}."
    assert sys.getprofile() is None


def test_every_exercise_that_forbids_something_is_tried_here():
    forbidding = {number for number, item in BY_NUMBER.items() if item.without}
    assert {number for number, _, _ in CALLS} == forbidding


def test_the_learners_own_function_of_a_librarys_name_is_no_offence():
    def cov(rows):
        rows = rows - rows.mean(dim=0)
        return rows.T @ rows / (len(rows) - 1)

    called = []
    with watched(("torch.cov", "numpy.cov"), called):
        cov(torch.rand(3, 4))
    assert called == []


def test_the_courses_function_written_out_in_a_notebook_counts_as_the_courses():
    cell = defined_in_a_notebook("def grid_kl(p, q, spacing):\n    return (p - q).sum() * spacing")
    called = []
    with watched(("grid_kl",), called):
        cell["grid_kl"](torch.zeros(3), torch.zeros(3), 1.0)
    assert called == ["grid_kl"]


def test_watching_ends_with_an_error_and_keeps_another_watcher():
    seen = []

    def other(frame, event, function):
        seen.append(event)

    sys.setprofile(other)
    try:
        with pytest.raises(ZeroDivisionError), watched(("grid_kl",), []):
            raise ZeroDivisionError
        assert sys.getprofile() is other
    finally:
        sys.setprofile(None)


def test_a_wrong_answer_that_calls_it_gets_the_sentence_of_its_mistake():
    said = BY_NUMBER["2.4"].verdict(lambda *given: precision_recall(*given)[::-1])
    assert "precision and recall are swapped" in said
