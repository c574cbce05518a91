"""Digits with known causes: each factor does what its name says, and only that."""

import math

import pytest
import torch

from genai_course.data.factors import NAMES, THICK, THIN, digits_with_factors, transform


def bar():
    """A vertical bar, 4 pixels wide."""
    image = torch.zeros(1, 1, 28, 28)
    image[..., 6:22, 12:16] = 1.0
    return image


def moved(**given):
    row = [float(given.get(name, 0.0)) for name in NAMES]
    return transform(bar(), torch.tensor([row]))[0, 0]


def columns_of(image, row):
    places = torch.arange(28.0)
    return (image[row] * places).sum() / image[row].sum()


def test_the_neutral_factors_keep_the_bar_upright_and_in_place():
    image = moved()
    assert columns_of(image, 9).item() == pytest.approx(13.5, abs=0.1)
    assert image.min() >= 0 and image.max() <= 1
    assert 0.6 < (image > 0.5).sum() / (4 * 16) < 1.8


def test_thickness_changes_the_ink_and_not_the_place():
    inks = [moved(thickness=t).sum().item() for t in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert sorted(inks) == inks and inks[-1] > 1.4 * inks[0] > 0
    assert columns_of(moved(thickness=1.0), 14).item() == pytest.approx(13.5, abs=0.1)


def test_a_positive_slant_leans_to_the_right_row_by_row():
    image = moved(slant=1.0)
    top, bottom = columns_of(image, 9), columns_of(image, 18)
    assert (top - bottom).item() == pytest.approx(0.6 * 9, abs=0.4)
    assert (columns_of(moved(slant=-1.0), 9) - 13.5).item() == pytest.approx(
        -(top - 13.5).item(), abs=0.2
    )


def test_a_positive_rotation_is_anticlockwise_and_keeps_the_ink():
    image = moved(rotation=1.0)
    assert columns_of(image, 9) < columns_of(image, 18) - 3  # the top goes to the left
    assert image.sum().item() == pytest.approx(moved().sum().item(), rel=0.03)


def test_a_bar_is_slanted_first_and_turned_afterwards():
    image = moved(rotation=1.0, slant=1.0)
    angle = math.atan2(1, 0.6) + math.radians(40)  # of the bar, against the horizontal
    lean = (columns_of(image, 9) - columns_of(image, 18)).item()
    assert lean == pytest.approx(9 / math.tan(angle), abs=0.3)  # the other order: -2.2


def test_a_broad_stroke_keeps_its_width_where_half_the_ink_is_the_level():
    broad = torch.zeros(1, 1, 28, 28)
    broad[..., 8:20] = 1.0
    half = 1 - 2 * (0.5 - THICK) / (THIN - THICK)
    image = transform(broad, torch.tensor([[0.0, 0.0, half]]))[0, 0]
    assert image[14].sum().item() == pytest.approx(12, abs=0.05)


def test_versions_are_drawn_independently_and_reproducibly():
    images, factors = digits_with_factors(bar()[0], 3000, torch.Generator().manual_seed(0))
    again, same = digits_with_factors(bar()[0], 3000, torch.Generator().manual_seed(0))
    assert torch.equal(images, again) and torch.equal(factors, same)
    assert images.shape == (3000, 1, 28, 28) and factors.abs().max() <= 1
    assert (torch.corrcoef(factors.T) - torch.eye(3)).abs().max() < 0.06
    torch.testing.assert_close(factors.var(dim=0), torch.full((3,), 1 / 3), rtol=0, atol=0.03)
    torch.testing.assert_close(images[7], transform(bar(), factors[7:8])[0])


def test_wrong_numbers_of_factors_are_refused():
    with pytest.raises(ValueError, match=r"factors have shape \(2, 3\), wanted \(1, 3\)"):
        transform(bar(), torch.zeros(2, 3))
