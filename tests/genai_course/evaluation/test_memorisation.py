"""Copies are flagged, honest samples are not, and distances are those of the plain definition."""

import pytest
import torch

from genai_course.data import load_images
from genai_course.evaluation.memorisation import (
    memorisation,
    near_duplicate_share,
    nearest_distances,
)


def uniform(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def split():
    """Training, test and further images of one distribution, each once in the pool."""
    images = load_images("digits", "test")[0]
    images = images[torch.randperm(500, generator=torch.Generator().manual_seed(0))]
    return images[:160], images[160:320], images[320:480]


def test_distances_are_root_mean_square_pixel_differences():
    samples, images = uniform(300, 1, 4, 4), uniform(70, 1, 4, 4, seed=1)
    differences = samples[:, None] - images[None]
    expected = differences.square().mean(dim=(2, 3, 4)).sqrt().min(dim=1).values
    assert torch.allclose(nearest_distances(samples, images), expected, atol=1e-4)
    white, black = torch.ones(2, 1, 28, 28), torch.zeros(3, 1, 28, 28)
    assert nearest_distances(white, black).tolist() == pytest.approx([1, 1])


def test_near_duplicates_are_twice_as_near_to_training_images():
    to_train, to_test = torch.tensor([0.1, 0.3, 0.2, 0.0]), torch.tensor([0.3, 0.4, 0.1, 0.2])
    assert near_duplicate_share(to_train, to_test) == 0.5
    assert near_duplicate_share(to_test, to_train) == 0


@pytest.mark.parametrize("noise", [0.0, 0.05, 0.1, 0.2])
def test_training_images_with_noise_are_flagged(split, noise):
    train, test, _ = split
    samples = train + noise * torch.randn(train.shape, generator=torch.Generator().manual_seed(1))
    got = memorisation(samples.clamp(0, 1), train, test)
    assert got["flagged"] and got["ratio"] < 0.85
    assert got["copies"] > 0.5 or noise == 0.2


def test_new_images_are_not_flagged(split):
    train, test, fresh = split
    got = memorisation(fresh, train, test)
    assert not got["flagged"] and abs(got["ratio"] - 1) < 0.1 and abs(got["copies"]) < 0.02


def test_copies_of_test_images_are_no_memory_of_the_training_set(split):
    train, test, _ = split
    got = memorisation(test, train, test)
    assert not got["flagged"] and got["copies"] < -0.9


def test_a_tenth_of_copies_is_flagged_although_the_medians_agree(split):
    train, test, fresh = split
    got = memorisation(torch.cat([train[:16], fresh[16:]]), train, test)
    assert got["ratio"] > 0.85 and got["copies"] == pytest.approx(0.1, abs=0.02) and got["flagged"]


def test_more_training_than_test_images_are_refused(split):
    train, test, fresh = split
    with pytest.raises(ValueError, match="wanted as many"):
        memorisation(fresh, train, test[:-1])


def test_no_more_than_a_block_of_distances_is_held(largest_tensor):
    """So that 10,000 images fit; how quick that is `make benchmark` measures."""
    images = uniform(1500, 1, 4, 4)
    with largest_tensor() as largest:
        memorisation(images, images.flip(3), images.flip(2))
    assert 0 < largest.count <= 250 * 1500
