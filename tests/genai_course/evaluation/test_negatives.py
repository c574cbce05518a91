"""What the judge learns to refuse must not be what it learns to read.

Each family is given pictures that have nothing in common, and what it makes of a picture is
compared with that picture: only two families may show it, spoilt.
"""

import pytest
import torch

from genai_course.evaluation import negatives

SPOIL_THE_PICTURE = {"shuffled_patches", "blurred"}  # the others are made of other pictures


def likeness(family):
    """Mean correlation, over pixels, of what is made in a picture's place with that picture."""
    digits = (torch.rand(400, 1, 28, 28, generator=torch.Generator().manual_seed(0)) < 0.2).float()
    made = family(digits, torch.Generator().manual_seed(1))
    assert made.shape == digits.shape and 0 <= made.min() and made.max() <= 1
    rows = [(x - x.mean(dim=0)).flatten(1) for x in (made, digits)]
    ours, theirs = (row - row.mean(dim=1, keepdim=True) for row in rows)
    return torch.cosine_similarity(ours, theirs, dim=1).mean().item()


@pytest.mark.parametrize("family", negatives.FAMILIES, ids=lambda family: family.__name__)
def test_a_family_does_not_teach_the_judge_to_refuse_the_digits_themselves(family):
    alike = likeness(family)
    if family.__name__ in SPOIL_THE_PICTURE:
        assert alike < 0.6
    else:
        assert abs(alike) < 0.02


def test_two_families_are_made_of_the_picture():
    made_of_it = {f.__name__ for f in negatives.FAMILIES if likeness(f) > 0.02}
    assert made_of_it == SPOIL_THE_PICTURE
