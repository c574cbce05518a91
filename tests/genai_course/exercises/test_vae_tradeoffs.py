"""Exercises of notebook 11: passes that are none."""

import torch

from genai_course.exercises.vae_tradeoffs import PASSES


def test_a_wrong_shape_of_the_passes_is_said():
    assert "shape" in PASSES.verdict(lambda images: torch.bernoulli(images))
