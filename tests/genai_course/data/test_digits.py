"""The offline data: MNIST's layout, fixed splits, no original in both."""

import pytest
import torch
from sklearn.datasets import load_digits

from genai_course.data import digits
from genai_course.data.digits import load_digits_as_mnist, split_indices

STORED = load_digits()
LABELS = torch.from_numpy(STORED.target).long()
FIRST_TEST_INDICES = [362, 1568, 1440, 1761, 815, 1792]


@pytest.fixture(scope="module")
def train():
    return load_digits_as_mnist("train")


@pytest.fixture(scope="module")
def test():
    return load_digits_as_mnist("test")


def test_shapes_types_and_range(train, test):
    for (images, labels), count in ((train, 20_000), (test, 500)):
        assert images.shape == (count, 1, 28, 28) and images.dtype == torch.float32
        assert labels.shape == (count,) and labels.dtype == torch.int64
        assert images.min() == 0 and images.max() == 1


def test_split_is_stratified_and_disjoint(test):
    train_indices, test_indices = split_indices(LABELS)
    assert len(train_indices) == 1297 and len(test_indices) == 500
    assert sorted(torch.cat([train_indices, test_indices]).tolist()) == list(range(1797))
    assert test[1].bincount().tolist() == [50] * 10
    assert torch.equal(test[1], LABELS[test_indices])


def test_split_is_the_same_everywhere():
    _, test_indices = split_indices(LABELS)
    assert test_indices[:6].tolist() == FIRST_TEST_INDICES


def test_every_training_original_is_used_about_equally(train):
    shares = train[1].bincount() / len(train[1])
    wanted = LABELS[split_indices(LABELS)[0]].bincount() / 1297
    assert (shares - wanted).abs().max() < 0.001


def test_training_order_is_mixed(train):
    assert (train[1][:1000].bincount(minlength=10) > 50).all()


def test_layout_is_like_mnist(train, test):
    for images, _ in (train, test):
        assert 0.11 < images.mean() < 0.17  # MNIST: 0.13
        assert (images == 0).float().mean() > 0.75  # MNIST: 0.81
        assert (images > 0.9).float().mean() > 0.07  # MNIST: 0.09
        assert ((images > 0.1) & (images < 0.9)).float().mean() < 0.11  # MNIST: 0.09
        assert (images.amax((1, 2, 3)) > 0.95).float().mean() > 0.99
        # a frame of 2 pixels is all but empty, as around MNIST's 20x20 digits
        inner = images[:, :, 2:-2, 2:-2].sum()
        assert inner / images.sum() > 0.995


def test_test_digits_are_centred_and_twenty_high(test):
    images = test[0]
    position = torch.arange(28) - 13.5
    mass = images.sum((1, 2, 3))
    for dims in ((1, 2), (1, 3)):
        centre = (images.sum(dims) * position).sum(1) / mass
        assert centre.abs().mean() < 0.15 and centre.abs().max() < 0.6
    height = (images.amax((1, 3)) > 0.2).sum(1).float()
    assert 17.5 < height.median() < 20.5


def test_redrawn_digits_show_the_stored_ones(test):
    """Averaged back to the stored 8x8 raster, the redrawn images are the originals."""
    _, indices = split_indices(LABELS)
    stored = torch.from_numpy(STORED.images).float()[indices] / 16
    fine = digits._redraw(stored)
    back = torch.nn.functional.avg_pool2d(fine, digits.FINE)[:, 0, 2:-2, 2:-2]
    pairs = torch.stack([back.flatten(1), stored.flatten(1)], dim=1)
    correlations = torch.stack([torch.corrcoef(pair)[0, 1] for pair in pairs])
    assert correlations.median() > 0.93 and correlations.min() > 0.8


def test_the_warp_neither_mirrors_nor_turns(test):
    """The images cover the middle 56 of 60 fine pixels, shifted by the mass only."""
    fine = digits._redraw(torch.from_numpy(STORED.images).float()[split_indices(LABELS)[1]] / 16)
    images = torch.nn.functional.interpolate(test[0], scale_factor=2).flatten(1)
    middle = fine[:, :, 2:58, 2:58]

    def agreement(drawings):
        pairs = torch.stack([images, drawings.flatten(1)], dim=1)
        return torch.stack([torch.corrcoef(pair)[0, 1] for pair in pairs]).mean()

    assert agreement(middle) > 0.8
    for wrong in (middle.flip(2), middle.flip(3), middle.flip(2, 3), middle.transpose(2, 3)):
        assert agreement(wrong) < 0.65


def test_nearest_training_image_tells_the_class(train, test):
    """Crude but independent: 95 % of the test digits lie nearest to a training image of theirs."""
    distances = torch.cdist(test[0].flatten(1), train[0][:6000].flatten(1))
    assert (train[1][distances.argmin(1)] == test[1]).float().mean() > 0.95


def test_training_images_are_small_changes_of_one_original(train):
    images, labels = train
    assert len(images.flatten(1).unique(dim=0)) == 20_000
    assert images[labels == 0].std(0).max() > 0.1


def test_same_bits_every_time_and_no_effect_on_the_global_generator(train):
    digits._build.cache_clear()
    torch.manual_seed(3)
    before = torch.get_rng_state()
    again = load_digits_as_mnist("train")
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(again[0], train[0]) and torch.equal(again[1], train[1])


def test_changing_the_result_does_not_change_the_next(test):
    images, labels = load_digits_as_mnist("test")
    images.zero_()
    labels.zero_()
    assert torch.equal(load_digits_as_mnist("test")[0], test[0])
    assert torch.equal(load_digits_as_mnist("test")[1], test[1])


def test_they_are_made_once_from_one_reading_in_few_pieces(monkeypatch):
    """How quick that is `make benchmark` measures."""
    pieces, readings, warp, originals = [], [], digits._warp, digits._originals
    monkeypatch.setattr(digits, "_warp", lambda *x: pieces.append(len(x[0])) or warp(*x))
    monkeypatch.setattr(digits, "_originals", lambda: readings.append(1) or originals())
    monkeypatch.setattr(digits, "NUM_TRAIN", 3000)
    digits._build.cache_clear()
    try:
        for _ in range(2):
            assert len(load_digits_as_mnist("train")[0]) == 3000
    finally:
        digits._build.cache_clear()  # others want all of them
    assert pieces == [2000, 1000] and readings == [1]


def test_unknown_split():
    with pytest.raises(ValueError, match="wanted 'train' or 'test'"):
        load_digits_as_mnist("validation")
