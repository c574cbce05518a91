"""Every exercise: its reference passes, its stub does not, each wrong answer has its own sentence.

The wrong answers are written once more, as a learner would type them: `tests/support/learners` has
a module for each notebook with RIGHT, {number: [answers in other words]}, and WRONG,
{number: {words by which the answer is named: answer}}.
"""

from pathlib import Path

import pytest
import torch
from every_exercise import ANSWERS, BY_NUMBER, EXERCISES, OF_NOTEBOOK, RIGHT, WRONG

NOTEBOOKS = sorted(Path(__file__).parents[3].glob("notebooks/[0-9][0-9]_*.ipynb"))
CHAPTERS = {path.stem[3:]: int(path.stem[:2]) for path in NOTEBOOKS}
RIGHT_CASES = [(number, place) for number in RIGHT for place in range(len(RIGHT[number]))]
WRONG_CASES = [(number, naming) for number in WRONG for naming in WRONG[number]]
every_exercise = pytest.mark.parametrize("number", BY_NUMBER)
every_notebook = pytest.mark.parametrize("stem", CHAPTERS)


def stub(*arguments):
    return None


def ticked(exercise):
    return f"✓ Exercise {exercise.number}: {exercise.praise}."


def told(exercise, attempt):
    """The mistakes whose sentence and two hints are the verdict on an attempt."""
    said = exercise.verdict(attempt, hint=1)
    start = f"✗ Exercise {exercise.number}: "
    return [
        mistake
        for mistake in exercise.mistakes
        if said == f"{start}{mistake.sentence} Hint: {mistake.hint} {mistake.second_hint}"
    ]


@every_notebook
def test_a_notebook_has_exercises_and_each_of_them_a_bank(stem):
    numbers = [exercise.number for exercise in OF_NOTEBOOK[stem].EXERCISES]
    assert numbers == [f"{CHAPTERS[stem]}.{i}" for i in range(1, len(numbers) + 1)]
    assert 3 <= len(numbers) <= 5
    assert list(ANSWERS[stem].RIGHT) == list(ANSWERS[stem].WRONG) == numbers


def test_no_bank_and_no_exercise_is_left_over():
    assert set(CHAPTERS) == set(OF_NOTEBOOK) == set(ANSWERS)
    assert len(EXERCISES) == len(BY_NUMBER) and all(RIGHT.values())


@every_exercise
def test_the_reference_passes(number):
    exercise = BY_NUMBER[number]
    assert exercise.verdict(exercise.reference) == ticked(exercise)


@every_exercise
def test_the_stub_is_not_done_yet(number):
    assert BY_NUMBER[number].verdict(stub) == f"Exercise {number}: not done yet."


@pytest.mark.parametrize(("number", "place"), RIGHT_CASES)
def test_an_answer_in_other_words_passes(number, place):
    assert BY_NUMBER[number].verdict(RIGHT[number][place]) == ticked(BY_NUMBER[number])


@pytest.mark.parametrize(("number", "naming"), WRONG_CASES)
def test_a_wrong_answer_gets_the_sentence_that_names_it(number, naming):
    exercise, attempt = BY_NUMBER[number], WRONG[number][naming]
    (mistake,) = told(exercise, attempt)
    short = f"✗ Exercise {number}: {mistake.sentence} Hint: {mistake.hint}"
    assert naming in mistake.sentence and exercise.verdict(attempt) == short


@every_exercise
def test_every_mistake_is_made_by_one_wrong_answer_and_has_its_own_sentence(number):
    exercise = BY_NUMBER[number]
    assert len(exercise.mistakes) >= 4
    different = {mistake.sentence for mistake in exercise.mistakes}
    assert len(different) == len(exercise.mistakes)
    assert all(told(exercise, mistake.wrong) == [mistake] for mistake in exercise.mistakes)
    made = [told(exercise, attempt) for attempt in WRONG[number].values()]
    assert len(made) == len(exercise.mistakes)
    assert all([mistake] in made for mistake in exercise.mistakes)


@every_exercise
def test_a_check_leaves_the_random_numbers_alone(number):
    torch.manual_seed(1)
    before = torch.get_rng_state()
    for attempt in (BY_NUMBER[number].reference, *RIGHT[number]):
        BY_NUMBER[number].verdict(attempt)
    assert torch.equal(torch.get_rng_state(), before)


@every_notebook
def test_the_checks_print_what_their_exercises_say_and_tell_what_is_asked(stem, capsys):
    module = OF_NOTEBOOK[stem]
    checks = [value for name, value in vars(module).items() if name.startswith("check_")]
    for check, exercise in zip(checks, module.EXERCISES, strict=True):
        asked = exercise.asks or f"{exercise.title}."
        assert check.__doc__ == f"Exercise {exercise.number}: {asked}"
        for attempt in (exercise.reference, stub, *WRONG[exercise.number].values()):
            check(attempt)
            assert capsys.readouterr().out == f"{exercise.verdict(attempt)}\n"
        check(exercise.mistakes[0].wrong, hint=1)
        assert capsys.readouterr().out.endswith(f"{exercise.mistakes[0].second_hint}\n")
