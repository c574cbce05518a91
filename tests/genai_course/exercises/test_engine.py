"""An exercise tells right, not done, each known mistake and everything else apart."""

from dataclasses import replace

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


def test_an_answer_with_other_numbers_may_be_right_as_well():
    either = replace(EXERCISE, also_right=(lambda x: x.sum(),), mistakes=())
    for attempt in (lambda x: x.sum(), lambda x: x.mean()):
        assert either.verdict(attempt) == "✓ Exercise 9.9: it is the mean."
    assert either.verdict(lambda x: x.median()).startswith("✗")


@pytest.mark.parametrize("attempt", [lambda x: None, lambda x: (None, 1)])
def test_a_stub_is_not_done_yet(attempt):
    assert EXERCISE.verdict(attempt) == "Exercise 9.9: not done yet."


def forgets_to_return(x):
    x.mean()


@pytest.mark.parametrize("attempt", [forgets_to_return, lambda x: None if x[0] < 0 else x.mean()])
def test_who_does_something_and_returns_none_is_asked_for_the_return(attempt):
    said = "Exercise 9.9: not done yet: it returns None. Is a `return` missing?"
    assert EXERCISE.verdict(attempt) == said


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
        (lambda x: x, "the mean of 1, 2, 4: the shape is (3,), wanted a single number."),
        (lambda x: x[:1], "the mean of 1, 2, 4: the shape is (1,), wanted a single number."),
        (lambda x: "2.33", "your answer returns the str '2.33', wanted a single number."),
        (
            lambda x: x * float("nan"),
            "the mean of 1, 2, 4: the shape is (3,), wanted a single number.",
        ),
        (lambda x: float("nan"), "the mean of 1, 2, 4 is nan, wanted 2.333."),
        (lambda x: float("inf"), "the mean of 1, 2, 4 is inf, wanted 2.333."),
        (lambda x: x.mean() + 1e-3, "the mean of 1, 2, 4 is 2.334, wanted 2.333."),
        (stop, "your answer stopped with ValueError: first line"),
        (None, "your answer is None, wanted a function: its name, without parentheses."),
    ],
    ids=range(11),
)
def test_any_other_answer_is_compared_plainly(attempt, sentence):
    assert EXERCISE.verdict(attempt) == f"✗ Exercise 9.9: {sentence}"


MANY = Exercise(
    "1.1", "t", observe=lambda f: {"the grid": f(torch.zeros(3, 4))}, reference=lambda x: x
)


@pytest.mark.parametrize(
    ("places", "step", "sentence"),
    [
        ([(2, 1)], 1.0, "1 of 12 entries are wrong, the first at [2, 1]: it is 1, wanted 0."),
        (
            [(2, 3), (1, 0)],
            0.5,
            "2 of 12 entries are wrong, the first at [1, 0]: it is 0.5, wanted 0.",
        ),
        (
            [(0, 0)],
            float("nan"),
            "1 of 12 entries are wrong, the first at [0, 0]: it is nan, wanted",
        ),
    ],
)
def test_the_first_place_where_answers_differ_is_shown(places, step, sentence):
    def attempt(x):
        for place in places:
            x[place] = step
        return x

    assert f"the grid: {sentence}" in MANY.verdict(attempt)


def test_two_numbers_get_as_many_digits_as_it_takes_to_tell_them_apart():
    exercise = Exercise("1.1", "t", observe=lambda f: {"v": f()}, reference=lambda: 1000.0)
    assert exercise.verdict(lambda: 1000.02) == "✗ Exercise 1.1: v is 1000.02, wanted 1000."


def test_a_check_that_stumbles_blames_itself_or_names_the_shape():
    def observe(attempt):
        return {"the sum": attempt(X) @ torch.ones(3, dtype=torch.float64)}

    exercise = Exercise("1.1", "t", observe, reference=lambda x: x)
    said = exercise.verdict(lambda x: x[:2])
    assert said == "✗ Exercise 1.1: your answer has shape (2,), wanted a tensor of shape (3,)."

    def stumbling(attempt):
        return {"the rest": (attempt(X), 1 / (2 - len(WORLD)))[0]}

    WORLD = [1]
    exercise = Exercise("1.1", "t", stumbling, reference=lambda x: x)
    said = exercise.verdict(lambda x: (WORLD.append(2), x)[1])
    assert "the check could not look at what your answer did: ZeroDivisionError" in said
    assert "stopped" not in said


def test_a_broken_reference_is_an_error_of_the_course_and_not_of_the_learner():
    exercise = Exercise("1.1", "t", observe=lambda f: {"v": f(X)}, reference=lambda x: 1 / 0)
    with pytest.raises(Exception, match="ZeroDivisionError"):
        exercise.verdict(lambda x: x)


def test_an_answer_that_changes_its_input_is_told_and_spoils_nothing():
    def spoiling(x):
        x /= 3
        return x.sum()

    said = EXERCISE.verdict(spoiling)
    assert said == "✓ Exercise 9.9: it is the mean. But it changes its input: work on a copy."
    assert X.tolist() == [1.0, 2.0, 4.0] and EXERCISE.verdict(total).startswith("✗")


@pytest.mark.parametrize("bad_call", [0, 1, 2])
def test_whichever_call_does_what_is_forbidden_is_the_one_that_counts(bad_call):
    """What is kept over all calls of an answer: changed inputs, and calls of `without`."""

    def spoilt(deed):
        calls = []

        def attempt(x):
            calls.append(x)
            if len(calls) == bad_call + 1:
                deed(x)
            return torch.tensor(float(len(calls)))

        return attempt

    thrice = Exercise(
        number="9.9",
        title="Count",
        observe=lambda attempt: {f"call {k}": attempt(X) for k in range(3)},
        reference=spoilt(lambda x: None),
        without=("torch.cov",),
    )
    assert thrice.verdict(spoilt(lambda x: None)) == "✓ Exercise 9.9: right."
    assert "But it changes its input" in thrice.verdict(spoilt(lambda x: x.add_(1)))
    said = thrice.verdict(spoilt(lambda x: torch.cov(x)))
    assert said == "✗ Exercise 9.9: right, but it is to be done without torch.cov."


def test_texts_and_truth_values_are_compared_as_such():
    words = Exercise("1.1", "t", observe=lambda f: {"it": f()}, reference=lambda: "hops")
    assert words.verdict(lambda: "Hops") == "✗ Exercise 1.1: it is 'Hops', wanted 'hops'."
    said = words.verdict(lambda: 0)
    assert said == "✗ Exercise 1.1: your answer returns the int 0, wanted a text such as 'hops'."
    truth = Exercise("1.1", "t", observe=lambda f: {"it": f()}, reference=lambda: True)
    assert truth.verdict(lambda: False) == "✗ Exercise 1.1: it is False, wanted True."
    assert truth.verdict(lambda: torch.tensor([1])).startswith("✓")
    said = truth.verdict(lambda: 0.7)
    assert said == "✗ Exercise 1.1: your answer returns the float 0.7, wanted True or False."


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
