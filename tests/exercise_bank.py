"""What the tests of all exercises ask of a verdict."""


def assert_right(exercise, attempt):
    """A right answer is ticked and numbered."""
    assert exercise.verdict(attempt).startswith(f"✓ Exercise {exercise.number}")


def assert_stub(exercise):
    """A stub that returns None is neither right nor wrong."""
    said = exercise.verdict(lambda *arguments: None)
    assert said == f"Exercise {exercise.number}: not done yet."


def assert_named(exercise, attempt, naming):
    """A wrong answer is crossed, its mistake named, and a second hint says more."""
    said = exercise.verdict(attempt)
    assert said.startswith(f"✗ Exercise {exercise.number}") and naming in said and "Hint:" in said
    assert len(exercise.verdict(attempt, hint=1)) > len(said)
