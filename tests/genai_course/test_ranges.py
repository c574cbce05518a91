"""One check at every door: what is refused, in which words, and what is let through."""

import pytest
import torch

from genai_course import ranges
from genai_course.ranges import (
    check_batches,
    check_finite_numbers,
    check_images,
    check_neighbours,
    check_points,
    check_rows,
    check_signed,
)

GREY = torch.linspace(0, 1, 2 * 49).view(2, 1, 7, 7)
NAN = torch.full((2, 3), float("nan"))


@pytest.mark.parametrize(
    "good", [GREY, GREY.double(), GREY.bfloat16(), GREY[:1, 0, 0, 0], GREY.clone().requires_grad_()]
)
def test_images_in_their_range_pass(good):
    assert check_images(good) is good and check_signed(good, often=True) is good
    assert check_signed(2 * good - 1) is not None


@pytest.mark.parametrize(
    ("check", "bad", "sentence"),
    [
        (check_images, 2 * GREY - 1, "span [-1.00, 1.00], wanted [0, 1]; use to_unit_range"),
        (check_images, 255 * GREY, "span [0.00, 255.00], wanted [0, 1]; divide by 255"),
        (check_images, GREY - 3, "span [-3.00, -2.00], wanted [0, 1]"),
        (check_images, GREY * torch.inf, "span [nan, nan], wanted [0, 1]"),
        (check_images, GREY[:0], "there are no images: shape (0, 1, 7, 7)"),
        (check_images, GREY.tolist(), "of type list, wanted a tensor of numbers in [0, 1]"),
        (check_images, GREY.numpy(force=True), "of type ndarray, wanted a tensor"),
        (check_images, GREY > 0.5, "of type bool, wanted floating-point numbers in [0, 1]; call"),
        (check_images, (255 * GREY).byte(), ".float() on them and divide by 255"),
        (check_signed, 255 * GREY, "wanted [-1, 1]; divide by 255, then use to_signed_range"),
        (check_signed, 1.01 * GREY - 1.01, "span [-1.01, 0.00], wanted [-1, 1]"),
        (check_signed, NAN, "span [nan, nan], wanted [-1, 1]"),
        (check_signed, (255 * GREY).byte(), "of type uint8, wanted floating-point numbers in [-1"),
    ],
)
def test_other_images_are_refused_in_one_sentence(check, bad, sentence):
    with pytest.raises(ValueError) as refusal:
        check(bad, "samples")
    assert str(refusal.value).startswith(("samples ", "there are no samples"))
    assert sentence.replace("images", "samples") in str(refusal.value)


@pytest.mark.parametrize(
    ("sets", "least", "sentence"),
    [
        ([NAN], 1, "points hold NaN or infinite values, wanted finite numbers"),
        ([GREY[0, 0], GREY[0, 0] / 0], 1, "points hold NaN or infinite values"),
        ([torch.ones(3)], 1, "points have shape (3,), wanted (N, d), 1 or more"),
        ([torch.ones(())], 1, "points have shape (), wanted (N, d)"),
        ([torch.ones(3, 2), torch.ones(0, 2)], 1, "there are no points: shape (0, 2)"),
        ([torch.ones(3, 2), torch.ones(3, 4)], 1, "(3, 2) and (3, 4), wanted (N, d) and (M, d)"),
        ([torch.ones(1, 2)], 2, "points have shape (1, 2), wanted (N, d), 2 or more"),
        ([torch.ones(3, 2).long()], 1, "points are of type int64, wanted floating-point"),
    ],
)
def test_other_points_are_refused_in_one_sentence(sets, least, sentence):
    with pytest.raises(ValueError) as refusal:
        check_points(*sets, least=least)
    assert sentence in str(refusal.value)


def test_good_points_and_numbers_pass():
    assert check_points(torch.ones(1, 2), torch.zeros(5, 2)) is None
    assert check_points(torch.ones(2, 2), least=2) is None
    assert check_finite_numbers(torch.ones(()), "logits") is None


@pytest.mark.parametrize(
    ("wanted", "shapes", "same"),
    [
        ("(..., N, 1) or (N,)", [(8, 1), (5, 1)], False),
        ("(..., N, 1) or (N,)", [(8,), (5,)], False),
        ("(..., N, 1) or (N,)", [(3, 8, 1), (3, 5, 1)], False),
        ("(..., N, 1) or (N,)", [(8, 1), (8, 1)], True),
        ("(N, ...)", [(8,)], False),
        ("(N, ..., d)", [(8, 1, 28, 28)], False),
        ("(...)", [()], False),
        ("(..., 2)", [(2,), (2,)], True),
        ("(4,)", [(4,)], False),
        ("(N, 1, 28, 28)", [(8, 1, 28, 28)], False),
    ],
)
def test_batches_that_belong_together_pass(wanted, shapes, same):
    given = {name: torch.ones(shape) for name, shape in zip("ab", shapes, strict=False)}
    assert check_batches(wanted, same, **given) is None
    assert check_batches(wanted, same, **{n: v * torch.nan for n, v in given.items()}) is None


@pytest.mark.parametrize(
    ("wanted", "shapes", "same", "sentence"),
    [
        ("(N, 1)", [(8,)], False, "a has shape (8,), wanted (N, 1)"),
        ("(N, 1) or (N,)", [(8, 2)], False, "a has shape (8, 2), wanted (N, 1) or (N,)"),
        ("(..., N, 1)", [(1,)], False, "a has shape (1,), wanted (..., N, 1)"),
        ("(N, ..., d)", [(8,)], False, "a has shape (8,), wanted (N, ..., d)"),
        ("(N, ...)", [()], False, "a has shape (), wanted (N, ...)"),
        ("(N, 1, 28, 28)", [(8, 784)], False, "a has shape (8, 784), wanted (N, 1, 28, 28)"),
        ("(4,)", [(5,)], False, "a has shape (5,), wanted (4,)"),
        ("(..., N, 1) or (N,)", [(8, 1), (8,)], True, "b has shape (8,), wanted (8, 1) like a"),
        ("(..., N, 1) or (N,)", [(8, 1), (8,)], False, "b has shape (8,), wanted (M, 1) like a"),
        ("(..., N, d)", [(8, 2), (8, 3)], False, "b has shape (8, 3), wanted (M, 2) like a"),
        ("(..., N, d)", [(3, 8, 2), (1, 8, 2)], False, "(1, 8, 2), wanted (3, M, 2) like a"),
        ("(N, d)", [(8, 2), (1, 2)], True, "b has shape (1, 2), wanted (8, 2) like a"),
        ("(N, d)", [(8, 2), (0, 2)], False, "there are no b: shape (0, 2)"),
    ],
)
def test_batches_that_would_broadcast_are_refused(wanted, shapes, same, sentence):
    given = {name: torch.ones(shape) for name, shape in zip("ab", shapes, strict=False)}
    with pytest.raises(ValueError) as refusal:
        check_batches(wanted, same, **given)
    assert sentence in str(refusal.value)


def test_batches_are_tensors_of_floats():
    with pytest.raises(ValueError, match="logits are of type int64, wanted floating-point numbers"):
        check_batches(logits=torch.ones(3, 1).long())
    with pytest.raises(ValueError, match="logits are of type list, wanted a tensor of numbers"):
        check_batches(logits=[1.0, 2.0])


@pytest.mark.parametrize("check", [check_images, check_signed])
def test_images_of_another_shape_are_refused(check):
    assert check(GREY, wanted="(N, 1, 7, 7)") is GREY
    with pytest.raises(ValueError, match=r"^images has shape \(2, 49\), wanted \(N, 1, H, W\)$"):
        check(GREY.flatten(1), wanted="(N, 1, H, W)")


def test_rows_that_do_not_belong_together_are_refused():
    assert check_rows(torch.ones(3, 2), torch.zeros(3, 5), least=3) is None
    with pytest.raises(ValueError, match="there are 3 and 4 rows, wanted equally many, 1 or more"):
        check_rows(torch.ones(3, 2), torch.ones(4, 2))
    with pytest.raises(ValueError, match="there are 3 rows, wanted equally many, 4 or more"):
        check_rows(torch.ones(3), least=4)
    with pytest.raises(ValueError, match="rows hold NaN"):
        check_rows(torch.ones(2, 3), NAN)


@pytest.mark.parametrize(
    ("count", "k", "sentence"),
    [
        (1, 3, "for k = 3 at least 4 points are wanted, got 1"),
        (0, 1, "for k = 1 at least 2 points are wanted, got 0"),
        (5, 5, "for k = 5 at least 6 points are wanted, got 5"),
        (5, 0, "k is 0, wanted 1 or more"),
    ],
)
def test_too_few_neighbours_are_told_how_many_are_wanted(count, k, sentence):
    with pytest.raises(ValueError) as refusal:
        check_neighbours(count, k)
    assert sentence in str(refusal.value)
    assert check_neighbours(5, 4) is None and check_neighbours(2, 1) is None


def test_where_looking_means_waiting_one_batch_in_a_hundred_of_a_training_is_looked_at(monkeypatch):
    """As on a GPU: the first is, and a training on wrong images ends within 100 steps."""
    monkeypatch.setattr(ranges, "TURNS", iter(range(1000)))
    monkeypatch.setattr(ranges, "_must_wait", lambda values: True)
    refused = []
    for turn in range(201):
        try:
            check_images(GREY - 3, often=True)
        except ValueError:
            refused.append(turn)
    assert refused == [0, 100, 200]
    for _ in range(3):
        with pytest.raises(ValueError, match="wanted"):
            check_images(GREY - 3)  # a metric looks every time
        with pytest.raises(ValueError, match="of type uint8"):
            check_images(GREY.byte(), often=True)


def test_on_a_cpu_every_batch_is_looked_at():
    for _ in range(3):
        with pytest.raises(ValueError, match="wanted"):
            check_signed(GREY - 3, often=True)
