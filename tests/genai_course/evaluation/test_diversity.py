"""Diversity measures against values known by hand."""

import math

import pytest
import torch

from genai_course.data import load_images
from genai_course.evaluation.diversity import (
    diversity_ratio,
    mean_pairwise_distance,
    within_class_diversity,
)


@pytest.fixture(scope="module")
def real():
    images, labels = load_images("digits", "test")
    return images, labels


def test_copies_of_one_image_have_no_diversity(real):
    images, _ = real
    copies = images[:1].expand(64, -1, -1, -1)
    assert mean_pairwise_distance(copies) == 0
    assert diversity_ratio(copies, images) == 0


def test_two_images_have_the_distance_between_them():
    black_and_half = torch.stack([torch.zeros(1, 4, 4), torch.full((1, 4, 4), 0.5)])
    assert mean_pairwise_distance(black_and_half, pairs=7) == pytest.approx(0.5, abs=1e-7)
    one_pixel = torch.zeros(2, 1, 28, 28)
    one_pixel[1, 0, 3, 5] = 1
    assert mean_pairwise_distance(one_pixel) == pytest.approx(1 / 28, abs=1e-7)


def test_it_is_a_mean_of_roots_and_not_the_root_of_a_mean():
    """Levels 0, 0, 1: a third of the pairs at distance 0, two thirds at 1."""
    images = torch.tensor([0.0, 0.0, 1.0]).view(3, 1, 1, 1)
    got = mean_pairwise_distance(images, pairs=40_000)
    assert got == pytest.approx(2 / 3, abs=0.01)  # the root of the mean would be 0.816


def test_every_pair_is_as_likely_as_any_other():
    levels = torch.tensor([0.0, 0.1, 0.5, 0.7])
    by_hand = sum(abs(a - b) for a in levels for b in levels) / 12  # 12 ordered pairs
    got = mean_pairwise_distance(levels.view(4, 1), pairs=100_000)
    assert got == pytest.approx(by_hand.item(), abs=0.005)


def test_gaussian_pixels_have_the_distance_that_theory_gives():
    """Differences of Gaussians have twice the variance; with many pixels the root is sqrt(2)."""
    x = 0.5 + 0.05 * torch.randn(500, 1, 28, 28, generator=torch.Generator().manual_seed(3))
    assert mean_pairwise_distance(x) == pytest.approx(0.05 * math.sqrt(2), rel=0.005)


def test_real_images_are_as_diverse_as_other_real_images(real):
    images, _ = real
    assert diversity_ratio(images[::2], images[1::2]) == pytest.approx(1, abs=0.05)


def test_a_set_shrunk_to_its_mean_is_less_diverse_in_proportion(real):
    images, _ = real
    shrunk = images.mean(0) + 0.25 * (images - images.mean(0))
    assert diversity_ratio(shrunk, images) == pytest.approx(0.25, abs=1e-4)


def test_the_seed_chooses_the_pairs(real):
    images, _ = real
    assert mean_pairwise_distance(images, 50, 1) == mean_pairwise_distance(images, 50, 1)
    assert mean_pairwise_distance(images, 50, 1) != mean_pairwise_distance(images, 50, 2)


def test_ten_classes_of_one_picture_each_are_found_out(real):
    images, labels = real
    one_each = torch.stack([images[labels == c][0] for c in range(10)])
    samples, verdicts = one_each.repeat(20, 1, 1, 1), torch.arange(10).repeat(20)
    assert diversity_ratio(samples, images) > 0.8  # looks diverse
    assert set(within_class_diversity(samples, verdicts).values()) == {0.0}
    within = within_class_diversity(images, labels)
    assert sorted(within) == list(range(10)) and min(within.values()) > 0.05


def test_a_class_of_one_image_is_left_out():
    images, labels = torch.rand(5, 1, 28, 28), torch.tensor([3, 3, 7, 3, 10])
    assert list(within_class_diversity(images, labels)) == [3]


def test_bad_input_is_named(real):
    images, labels = real
    with pytest.raises(ValueError, match="1 images and 10000 pairs, wanted at least 2 and 1"):
        mean_pairwise_distance(images[:1])
    with pytest.raises(ValueError, match="0 pairs"):
        mean_pairwise_distance(images, pairs=0)
    with pytest.raises(ValueError, match=r"samples have shape \(784,\) and images \(1, 28, 28\)"):
        diversity_ratio(images.flatten(1), images)
    with pytest.raises(ValueError, match="nothing to compare with"):
        diversity_ratio(images, torch.zeros(5, 1, 28, 28))
    with pytest.raises(ValueError, match="labels of shape"):
        within_class_diversity(images, labels[:-1])


@pytest.mark.parametrize(("pairs", "seed"), [(7, 0), (7, 3), (100, 3)])
def test_samples_and_reference_are_compared_on_the_same_pairs(pairs, seed):
    images = torch.rand(20, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    assert diversity_ratio(images, images, pairs, seed) == 1
