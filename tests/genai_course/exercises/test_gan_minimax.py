"""Exercises of notebook 03: answers that nobody foresaw."""

import torch
from learners.gan_minimax import shares, swapped

from genai_course.exercises import gan_minimax


def test_unknown_errors_are_compared_plainly():
    assert "wanted" in gan_minimax.UNEQUAL_SHARES.verdict(lambda p, q, r: torch.full((3,), 3.0))
    assert "shape" in gan_minimax.UNEQUAL_SHARES.verdict(lambda p, q, r: shares(p, q, r).sum())
    swapped_arguments = gan_minimax.MENDED_LOSS.verdict(swapped)
    assert swapped_arguments.startswith("✗")
    assert "your function takes (p)" in gan_minimax.NEARER.verdict(lambda p: p)
