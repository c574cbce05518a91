"""Exercises of notebook 07: a word too many, and a square that holds more than a disc."""

import math

import torch
from learners.mode_collapse import counts_in_squares

from genai_course.exercises import mode_collapse as exercise


def test_a_word_that_is_no_diagnosis_is_refused():
    assert exercise.DIAGNOSE.verdict(lambda shares: "collapsed").startswith("✗")


def test_the_square_scores_above_the_ceiling_and_the_disc_does_not():
    x = 0.05 * torch.randn(400_000, 2, generator=torch.Generator().manual_seed(0))
    centre = torch.zeros(1, 2)
    ceiling = 1 - math.exp(-4.5)
    assert counts_in_squares(x, centre, 0.05).item() / len(x) > ceiling + 0.004
    disc = exercise.MODE_COUNTS.reference(x[:100_000], centre, 0.05).item() / 100_000
    assert abs(disc - ceiling) < 0.002
