"""Binary images: right probabilities, a new draw each time, and refusals."""

import pytest
import torch

from genai_course.vae.binarise import binarise


def test_pixels_are_white_as_often_as_they_are_light():
    grey = torch.tensor([0.0, 0.2, 0.7, 1.0])
    drawn = binarise(grey.expand(20_000, 4), torch.Generator().manual_seed(0))
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    torch.testing.assert_close(drawn.mean(0), grey, rtol=0, atol=0.015)


def test_it_is_a_draw_not_a_threshold_and_each_call_draws_anew():
    grey = torch.full((1000,), 0.4)
    first, second = binarise(grey), binarise(grey)
    assert first.sum() > 0 and not torch.equal(first, second)


def test_a_seeded_generator_makes_a_fixed_set():
    grey = torch.rand(50, 1, 28, 28)
    seeded = [binarise(grey, torch.Generator().manual_seed(4)) for _ in range(2)]
    assert torch.equal(*seeded) and seeded[0].shape == grey.shape
    assert seeded[0].dtype == grey.dtype


@pytest.mark.parametrize("bad", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_is_refused(bad):
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        binarise(torch.tensor([0.5, bad]))
