"""Exercises of notebook 01: the images that an answer is compared with."""

import math

import pytest
import torch
from learners.generative_models import plain_drawing

from genai_course.exercises import generative_models as exercise


def test_the_chain_of_exercise_four_is_what_its_answer_is_compared_with():
    torch.manual_seed(0)
    x = plain_drawing(exercise._chain, 3, 40_000)
    repeats = (x[:, 1] == x[:, 0]).float().mean()
    assert repeats == pytest.approx(0.9, abs=0.01)
    assert x[:, 0].mean() == pytest.approx(0.7, abs=0.01) and math.isfinite(repeats)
