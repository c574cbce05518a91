"""An exercise tells right, not done, each known mistake and everything else apart."""

import pytest
import torch

from genai_course.exercises.engine import Exercise, Mistake

X = torch.tensor([1.0, 2.0, 4.0])


def observe(attempt):
    return {"the mean of 1, 2, 4": attempt(X), "the mean of -X": attempt(-X)}


EXERCISE = Exercise(
    number="9.9",
    title="The mean",
    observe=observe,
    reference=lambda x: x.mean(),
    mistakes=(
        Mistake(lambda x: x.sum(), "That is the sum.", "Divide.", "Divide by len(x)."),
        Mistake(lambda x: x.median(), "That is the median.", "Add up first.", "Use mean()."),
        Mistake(lambda x: x.mean(dim=1), "There is no dim 1.", "Count them.", "Leave dim out."),
    ),
    praise="it is the mean",
)


@pytest.mark.parametrize(
    "attempt", [lambda x: x.sum() / 3, lambda x: x.sum().item() / 3, lambda x: x.mean() + 1e-7]
)
def test_a_right_answer_is_praised(attempt):
    assert EXERCISE.verdict(attempt) == "✓ Exercise 9.9: it is the mean."


@pytest.mark.parametrize("attempt", [lambda x: None, lambda x: None if x[0] < 0 else x.mean()])
def test_a_stub_is_not_done_yet(attempt):
    assert EXERCISE.verdict(attempt) == "Exercise 9.9: not done yet."


def test_an_observe_that_gives_none_is_not_done_yet():
    exercise = Exercise("1.1", "t", observe=lambda attempt: attempt(), reference=lambda: {"a": 1})
    assert exercise.verdict(lambda: None) == "Exercise 1.1: not done yet."


def total(x):
    result = 0.0
    for value in x:
        result = result + value
    return result


def middle(x):
    return torch.sort(x).values[1]


def wrong_dimension(x):
    return torch.mean(x, dim=1)


@pytest.mark.parametrize(
    ("attempt", "sentence", "first", "second"),
    [
        (total, "That is the sum.", "Divide.", "Divide by len(x)."),
        (middle, "That is the median.", "Add up first.", "Use mean()."),
        (wrong_dimension, "There is no dim 1.", "Count them.", "Leave dim out."),
    ],
)
def test_a_known_mistake_is_named_also_when_it_is_an_error(attempt, sentence, first, second):
    assert EXERCISE.verdict(attempt) == f"✗ Exercise 9.9: {sentence} Hint: {first}"
    with_both = f"✗ Exercise 9.9: {sentence} Hint: {first} {second}"
    assert EXERCISE.verdict(attempt, hint=1) == with_both


def stop(x):
    raise ValueError("first line\nsecond line")


@pytest.mark.parametrize(
    ("attempt", "sentence"),
    [
        (lambda x: x.max(), "the mean of 1, 2, 4 is 4, wanted 2.333."),
        (lambda x: x.mean().abs(), "the mean of -X is 2.333, wanted -2.333."),
        (lambda x: x, "the mean of 1, 2, 4 has shape (3,), wanted ()."),
        (lambda x: x.mean().reshape(1), "the mean of 1, 2, 4 has shape (1,), wanted ()."),
        (lambda x: "2.33", "the mean of 1, 2, 4 is a str, wanted a tensor or a number."),
        (lambda x: x * float("nan"), "the mean of 1, 2, 4 has shape (3,), wanted ()."),
        (lambda x: float("nan"), "the mean of 1, 2, 4 is nan, wanted 2.333."),
        (lambda x: float("inf"), "the mean of 1, 2, 4 is inf, wanted 2.333."),
        (lambda x: x.mean() + 1e-3, "the mean of 1, 2, 4 is 2.334, wanted 2.333."),
        (stop, "your answer stopped with ValueError: first line"),
        (None, "your answer stopped with TypeError: 'NoneType' object is not callable"),
    ],
    ids=range(11),
)
def test_any_other_answer_is_compared_plainly(attempt, sentence):
    assert EXERCISE.verdict(attempt) == f"✗ Exercise 9.9: {sentence}"


def test_a_result_that_is_not_what_observe_promises_is_said():
    exercise = Exercise("1.1", "t", observe=lambda attempt: attempt(), reference=lambda: {"a": 1})
    assert exercise.verdict(lambda: {"b": 1}) == "✗ Exercise 1.1: wanted a; it gives b."
    assert exercise.verdict(lambda: 3) == "✗ Exercise 1.1: wanted a; it gives what it returns."
    assert exercise.verdict(lambda: {}) == "✗ Exercise 1.1: wanted a; it gives nothing."


def test_infinity_and_nan_in_the_reference_do_not_let_other_numbers_through():
    want = torch.tensor([float("inf"), 1.0, float("nan")])
    exercise = Exercise("1.1", "t", observe=lambda f: {"v": f()}, reference=lambda: want)
    assert exercise.verdict(lambda: want.clone()).startswith("✓")
    assert exercise.verdict(lambda: torch.tensor([float("inf"), 2.0, float("nan")])).startswith("✗")
    assert exercise.verdict(lambda: torch.tensor([5.0, 1.0, float("nan")])).startswith("✗")
    assert exercise.verdict(lambda: torch.tensor([float("inf"), 1.0, 0.0])).startswith("✗")


def test_an_infinite_number_does_not_make_the_tolerance_infinite():
    want = torch.tensor([float("inf"), 1.0])
    exercise = Exercise("1.1", "t", observe=lambda f: {"v": f()}, reference=lambda: want)
    assert exercise.verdict(lambda: torch.tensor([float("inf"), 2.0])).startswith("✗")
    assert exercise.verdict(lambda: torch.tensor([5.0, 1.0])).startswith("✗")


def test_the_tolerance_follows_the_size_of_the_numbers():
    exercise = Exercise("1.1", "t", observe=lambda f: {"v": f()}, reference=lambda: 1e6)
    assert exercise.verdict(lambda: 1e6 + 5).startswith("✓")
    assert exercise.verdict(lambda: 1e6 + 50).startswith("✗")


def test_random_attempts_see_the_same_numbers_and_the_learners_are_not_moved():
    exercise = Exercise(
        "1.1", "t", observe=lambda f: {"v": f()}, reference=lambda: 2 + torch.randn(3)
    )
    torch.manual_seed(7)
    expected = torch.rand(2)
    torch.manual_seed(7)
    first = torch.rand(1)
    assert exercise.verdict(lambda: torch.randn(3) + 2).startswith("✓")
    assert exercise.verdict(lambda: torch.randn(3)).startswith("✗")
    assert torch.equal(torch.cat([first, torch.rand(1)]), expected)


def test_check_prints_the_verdict(capsys):
    EXERCISE.check(total, hint=1)
    assert capsys.readouterr().out == EXERCISE.verdict(total, hint=1) + "\n"
