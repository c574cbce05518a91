"""Exercises of notebook 11: the judgements have all answers in them."""

from genai_course.exercises.vae_tradeoffs import COMPARABLE, WINNER


def test_every_verdict_is_the_right_one_somewhere():
    seen = WINNER.observe(WINNER.reference)
    assert set(seen.values()) == {"a", "b", "open", "unfair"}


def test_some_numbers_may_be_compared_and_some_may_not():
    seen = COMPARABLE.observe(COMPARABLE.reference)
    assert list(seen.values()).count(True) == 6
    assert seen["'-ELBOs, grey and static: comparable'"] is False
