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


def namings(cases):
    """All pairs of an exercise's name and the words by which one wrong answer to it is named.

    `cases` is a dict from the name of an exercise in its module to (another right answer, dict
    from naming words to wrong answers).
    """
    return [(name, naming) for name, (_, wrong) in cases.items() for naming in wrong]


def assert_right_twice(exercise, other):
    """The reference passes, so does another right answer, and the stub does neither."""
    assert_right(exercise, exercise.reference)
    assert_right(exercise, other)
    assert_stub(exercise)


def assert_all_tried(module, cases, chapter):
    """Five exercises, at least four mistakes each, all of them tried, each told by its sentence."""
    assert [exercise.number for exercise in module.EXERCISES] == [
        f"{chapter}.{i}" for i in range(1, 6)
    ]
    for name, (_, wrong) in cases.items():
        exercise = getattr(module, name)
        assert len(wrong) == len(exercise.mistakes) >= 4
        for mistake in exercise.mistakes:
            assert mistake.sentence in exercise.verdict(mistake.wrong)


def assert_checks_print(module, checks, capsys):
    """Each check, in the order of the exercises, prints what its exercise says."""
    for check, exercise in zip(checks, module.EXERCISES, strict=True):
        check(exercise.reference)
        said = capsys.readouterr().out
        assert said.startswith(f"✓ Exercise {exercise.number}: {exercise.praise}")
