"""The judge reads digits, refuses everything else, and its weights cannot be tampered with.

What it must refuse is made here anew, by NumPy and with other parameters, not by the functions
that made the negatives of its training.
"""

import hashlib
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from genai_course.data import load_images
from genai_course.data.mnist_files import DataError
from genai_course.evaluation.judge import (
    NOT_A_DIGIT,
    Judge,
    class_histogram,
    class_probabilities,
    count_classes,
    judge_features,
    load_judge,
    predicted_class,
    readable,
    readable_share,
)
from genai_course.models import weights_file
from genai_course.models.weights_file import WEIGHTS, PretrainedError, card_of
from workbench.pretraining.judge import measure, spoil, train_judge, write_judge

WANTED = {"mnist": (0.99, 0.97), "digits": (0.97, 0.93)}  # accuracy, readable share
COUNT = 600


@pytest.fixture(scope="module", params=["mnist", "digits"])
def court(request):
    """A judge with the test set it must read: name, judge, images, labels."""
    name = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENAI_COURSE_OFFLINE", "1")  # where MNIST is missing, do not fetch it
        try:
            images, labels = load_images(name, "test")
        except DataError as error:
            pytest.skip(f"no {name} here: {error}")
    return name, load_judge(name), images, labels


# ---- reading digits ----


def test_it_reads_the_test_set(court):
    name, judge, images, labels = court
    accuracy, share = WANTED[name]
    scores = measure(judge, images, labels)
    assert scores["accuracy"] >= accuracy, scores
    assert scores["accuracy_among_digits"] >= accuracy, scores
    assert scores["readable_share"] >= share, scores


def test_what_it_finds_readable_is_read_rightly(court):
    _, judge, images, labels = court
    images, labels = images[:3000], labels[:3000]
    seen = readable(judge, images)
    assert (predicted_class(judge, images)[seen] == labels[seen]).float().mean() >= 0.99


def test_slightly_soft_faint_or_speckled_digits_are_still_readable(court):
    """A stranger reads them, so samples of that quality must count."""
    _, judge, images, _ = court
    some = images[:COUNT]
    rng = np.random.default_rng(5)
    speckled = some.numpy() + 0.1 * rng.standard_normal(some.shape)
    for spoilt in (blur(some, 0.9), 0.75 * some, speckled):
        assert readable_share(judge, as_images(spoilt)) >= 0.85


# ---- refusing the rest ----


def as_images(array):
    return torch.as_tensor(np.clip(np.asarray(array), 0, 1), dtype=torch.float32)


def blur(images, sigma):
    """Gaussian blur by multiplying each side with a banded matrix (training uses convolutions)."""
    x = np.arange(28)
    kernel = np.exp(-((x[:, None] - x) ** 2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    return kernel @ np.asarray(images) @ kernel.T


def white_noise(rng, digits):
    return rng.random(digits.shape)


def gaussian_noise(rng, digits):
    return 0.5 + 0.3 * rng.standard_normal(digits.shape)


def salt_and_pepper(density):
    return lambda rng, digits: (rng.random(digits.shape) < density) * 1.0


def constant(rng, digits):
    return np.ones_like(digits) * np.linspace(0, 1, len(digits)).reshape(-1, 1, 1, 1)


def patches_in_another_order(cells):
    """No patch stays where it was: two halves left in place may still be a readable digit."""

    def shuffle(rng, digits):
        side = 28 // cells
        tiles = digits.reshape(-1, cells, side, cells, side).transpose(0, 1, 3, 2, 4)
        tiles = tiles.reshape(len(digits), cells * cells, side, side)
        for image in tiles:
            order = rng.permutation(cells * cells)
            while (order == np.arange(cells * cells)).any():
                order = rng.permutation(cells * cells)
            image[:] = image[order]
        tiles = tiles.reshape(-1, cells, cells, side, side).transpose(0, 1, 3, 2, 4)
        return tiles.reshape(digits.shape)

    return shuffle


def low_waves(rng, digits):
    """Sums of a few cosines of low frequency, cut at their median."""
    u, total = (np.arange(28) + 0.5) / 28, 0
    for i in range(4):
        for j in range(4):
            wave = np.cos(np.pi * i * u)[:, None] * np.cos(np.pi * j * u)
            total = total + rng.standard_normal((len(digits), 1, 1, 1)) * wave
    return 1 / (1 + np.exp(-5 * (total - np.median(total, axis=(2, 3), keepdims=True))))


def checkerboard(rng, digits):
    period = rng.integers(1, 8, (len(digits), 1, 1, 1))
    x = np.arange(28)
    return ((x[:, None] // period + x // period) % 2) * rng.uniform(0.3, 1, period.shape)


def many_straight_strokes(rng, digits):
    """Nine straight lines, each 2 pixels wide, from rim to rim."""
    image, x = np.zeros_like(digits), np.arange(28) - 13.5
    for _ in range(9):
        angle = rng.uniform(0, np.pi, (len(digits), 1, 1, 1))
        distance = np.cos(angle) * x + np.sin(angle) * x[:, None]
        image = np.maximum(image, np.abs(distance - rng.uniform(-12, 12, angle.shape)) < 1)
    return image


def mean_of_ten(rng, digits):
    """Of five, one or two in a hundred are one digit drawn five times over, and readable."""
    return 1.7 * sum(digits[rng.permutation(len(digits))] for _ in range(10)) / 10


def bernoulli_of_the_mean_digit(rng, digits):
    """What a collapsed generator draws: hard noise, dark at the rim."""
    return (rng.random(digits.shape) < digits.mean(0)) * 1.0


def untrained_network(rng, digits):
    """Saturated output of a generator whose weights are random."""
    hidden = np.maximum(0, rng.standard_normal((len(digits), 64)))
    logits = hidden @ rng.standard_normal((64, 784)) * 0.5
    return (1 / (1 + np.exp(-logits))).reshape(digits.shape)


REFUSED = {
    "white noise": white_noise,
    "Gaussian noise": gaussian_noise,
    "salt and pepper, 3 % white": salt_and_pepper(0.03),
    "salt and pepper, 10 % white": salt_and_pepper(0.1),
    "salt and pepper, 20 % white": salt_and_pepper(0.2),
    "salt and pepper, half white": salt_and_pepper(0.5),
    "salt and pepper, 90 % white": salt_and_pepper(0.9),
    "one grey": constant,
    "patches 7x7 shuffled": patches_in_another_order(4),
    "patches 14x14 shuffled": patches_in_another_order(2),
    "low waves": low_waves,
    "checkerboard": checkerboard,
    "straight strokes": many_straight_strokes,
    "mean of ten digits": mean_of_ten,
    "noise under the mean digit": bernoulli_of_the_mean_digit,
    "untrained network": untrained_network,
}


@pytest.mark.parametrize("family", REFUSED)
def test_what_is_no_digit_is_not_readable(court, family):
    _, judge, images, _ = court
    digits = images[torch.randperm(len(images))[: 2 * COUNT]].numpy()
    refused = as_images(REFUSED[family](np.random.default_rng(11), digits.copy()))
    assert refused.shape[1:] == (1, 28, 28)
    assert readable_share(judge, refused) < 0.01


@pytest.mark.parametrize("sigma", [2.5, 3.0, 4.0])
@pytest.mark.parametrize("restored", [False, True])
def test_heavily_blurred_digits_are_not_readable(court, sigma, restored):
    """A Gaussian as wide as the stroke or wider, with and without the contrast restored."""
    _, judge, images, _ = court
    soft = blur(images[: 2 * COUNT], sigma)
    if restored:
        soft = soft / soft.max(axis=(2, 3), keepdims=True)
    assert readable_share(judge, as_images(soft)) < 0.2


def test_salt_and_pepper_is_not_an_eight(court):
    _, judge, images, _ = court
    rng = np.random.default_rng(2)
    noise = as_images(rng.random((COUNT, 1, 28, 28)) < 0.5)
    probabilities = class_probabilities(judge, noise)
    assert probabilities[:, 8].max() < 0.5
    assert (predicted_class(judge, noise) == NOT_A_DIGIT).float().mean() > 0.99
    assert class_histogram(judge, noise).sum() < 0.01 * COUNT and count_classes(judge, noise) == 0


# ---- what is computed from the verdicts ----


class Fixed(Judge):
    """A judge whose logits are the first eleven pixels."""

    def forward(self, x):
        return 100 * x[:, 0, 0, :11]


def sheet(verdicts):
    """Images on which `Fixed` gives these verdicts; None for one that it cannot decide."""
    images = torch.zeros(len(verdicts), 1, 28, 28)
    for image, verdict in zip(images, verdicts, strict=True):
        if verdict is not None:
            image[0, 0, verdict] = 1
    return images


def test_counts_are_over_readable_images_and_shares_over_all():
    images = sheet([3] * 98 + [7] + [None])
    assert class_histogram(Fixed(), images).tolist() == [0, 0, 0, 98, 0, 0, 0, 1, 0, 0]
    assert readable_share(Fixed(), images) == pytest.approx(0.99)
    assert count_classes(Fixed(), images) == 2
    assert count_classes(Fixed(), images, minimum_share=0.02) == 1
    assert count_classes(Fixed(), sheet([7] + [NOT_A_DIGIT] * 199)) == 0  # half a percent


def test_the_reject_class_is_never_readable_however_sure():
    images = sheet([NOT_A_DIGIT, 4, None])
    assert readable(Fixed(), images).tolist() == [False, True, False]
    assert class_histogram(Fixed(), images).sum() == 1


def test_readable_needs_more_than_nine_tenths():
    """One logit t above ten others of 0 has probability exp(t) / (exp(t) + 10)."""
    images = 0.04 * sheet([4]), 0.05 * sheet([4])  # t = 4: 0.845, t = 5: 0.937
    assert [readable(Fixed(), image).item() for image in images] == [False, True]


def test_histogram_and_features_of_real_digits(court):
    _, judge, images, labels = court
    images, labels = images[:3000], labels[:3000]
    histogram = class_histogram(judge, images)
    assert histogram.shape == (10,) and histogram.sum() == readable(judge, images).sum()
    by_hand = torch.bincount(labels, minlength=10)
    assert (histogram - by_hand).abs().max() <= 0.1 * by_hand.max()
    assert count_classes(judge, images) == 10
    features = judge_features(judge, images[:50])
    assert features.shape == (50, 64) and features.std() > 0.01
    torch.testing.assert_close(judge.to_logits(features), judge(images[:50]))
    assert class_probabilities(judge, images[:50]).shape == (50, 11)


def test_verdicts_do_not_depend_on_company_mode_or_order(court):
    _, judge, images, _ = court
    some = images[:300]
    whole = class_probabilities(judge, some)
    judge.train()
    assert torch.equal(class_probabilities(judge, some), whole) and judge.training
    judge.eval()
    single = torch.cat([class_probabilities(judge, image[None]) for image in some[:20]])
    torch.testing.assert_close(single, whole[:20], atol=1e-4, rtol=0)
    flipped = class_probabilities(judge, some.flip(0)).flip(0)
    torch.testing.assert_close(flipped, whole, atol=1e-4, rtol=0)
    again = load_judge(court[0])
    assert torch.equal(class_probabilities(again, some), whole)


def test_results_can_be_used_in_training_and_the_judge_is_frozen(court):
    _, judge, images, _ = court
    weight = torch.ones(64, requires_grad=True)
    (judge_features(judge, images[:4]) @ weight).sum().backward()
    assert weight.grad is not None
    assert not any(p.requires_grad for p in judge.parameters())


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (2 * torch.rand(3, 1, 28, 28) - 1.0, r"wanted \[0, 1\]; use to_unit_range"),
        (255 * torch.rand(3, 1, 28, 28), r"wanted \[0, 1\]; divide by 255"),
        (torch.full((3, 1, 28, 28), float("nan")), r"span \[nan, nan\]"),
        (torch.rand(3, 28, 28), r"shape \(3, 28, 28\), wanted \(N, 1, 28, 28\)"),
        (torch.rand(3, 784), r"shape \(3, 784\)"),
        (torch.rand(3, 3, 28, 28), r"shape \(3, 3, 28, 28\)"),
        (torch.rand(0, 1, 28, 28), "there are no images"),
    ],
)
def test_wrong_images_are_named(images, message):
    for function in (readable, class_histogram, count_classes, judge_features, predicted_class):
        with pytest.raises(ValueError, match=message):
            function(Judge(), images)


def test_minimum_share_is_checked():
    with pytest.raises(ValueError, match="minimum_share is 0, wanted above 0"):
        count_classes(Judge(), torch.rand(2, 1, 28, 28), minimum_share=0)


# ---- weights ----


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the weights and their card that may be spoilt; returns the path of the weights."""
    for name in ("judge_digits.safetensors", "judge_digits.json"):
        shutil.copy(WEIGHTS / name, tmp_path / name)
    monkeypatch.setattr(weights_file, "WEIGHTS", tmp_path)
    load_judge("digits")
    return tmp_path / "judge_digits.safetensors"


def refuses(reason):
    message = f"weights/judge_digits.safetensors was refused: .*{reason}.*make judge"
    return pytest.raises(PretrainedError, match=message)


@pytest.mark.parametrize("name", ["mnist", "digits"])
def test_weights_are_small(name):
    assert (WEIGHTS / f"judge_{name}.safetensors").stat().st_size < 300_000
    assert sum(p.numel() for p in Judge().parameters()) <= 70_000


@pytest.mark.parametrize("name", ["mnist", "digits"])
def test_the_card_of_a_judge_tells_what_it_is(name):
    card, file = card_of(f"judge_{name}"), WEIGHTS / f"judge_{name}.safetensors"
    assert card["class"] == "Judge" and card["input_range"] == [0, 1]
    assert card["parameters"] == sum(p.numel() for p in Judge().parameters())
    assert card["data"]["name"] == name and card["data"]["licence"] in card["licence"]
    assert card["training"]["steps"] > 0 and card["training"]["seed"] == 0
    assert card["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert card["bytes"] == file.stat().st_size


def test_the_scores_on_the_card_are_those_of_the_weights(court):
    name, judge, images, labels = court
    told = {key: entry["value"] for key, entry in card_of(f"judge_{name}")["metrics"].items()}
    assert told == pytest.approx(measure(judge, images, labels), abs=1e-3)


def test_an_unknown_name_is_refused():
    for name in ("auto", "cifar", "../judge_mnist"):
        with pytest.raises(ValueError, match="wanted 'mnist' or 'digits'"):
            load_judge(name)


def test_truncated_or_empty_weights_are_refused(copy):
    content = copy.read_bytes()
    for part in (content[:-1], content[:1000], content[:3], b""):
        copy.write_bytes(part)
        with refuses(rf"it was cut off, {len(part)} bytes of {len(content)}"):
            load_judge("digits")


@pytest.mark.parametrize("place", [0, 20, 100_000, -1])
def test_one_flipped_bit_is_refused(copy, place):
    content = bytearray(copy.read_bytes())
    content[place] ^= 1
    copy.write_bytes(content)
    with refuses("its checksum is not|it is not a safetensors file"):
        load_judge("digits")


@pytest.mark.parametrize("missing", ["judge_digits.safetensors", "judge_digits.json"])
def test_missing_files_are_refused(copy, missing):
    (copy.parent / missing).unlink()
    words = rf"weights/{missing} cannot be read \(No such file or directory\): .*make judge"
    with pytest.raises(PretrainedError, match=words):
        load_judge("digits")


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"[1]", b"{}"])
def test_a_spoilt_card_is_refused(copy, text):
    copy.with_suffix(".json").write_bytes(text)
    words = r"weights/judge_digits.json (is not a card|does not say 'class').*make judge"
    with pytest.raises(PretrainedError, match=words):
        load_judge("digits")


def sign(path, **changes):
    """Make the card fit the file, so that only the later checks stand."""
    content, card = path.read_bytes(), path.with_suffix(".json")
    digest = hashlib.sha256(content).hexdigest()
    told = json.loads(card.read_text()) | {"sha256": digest, "bytes": len(content), **changes}
    card.write_text(json.dumps(told))


def test_the_card_of_another_model_is_refused(copy):
    sign(copy, **{"class": "ConvGenerator"})
    with refuses("its card is that of a ConvGenerator, not of a Judge"):
        load_judge("digits")


def test_another_network_is_refused(copy):
    state = Judge().state_dict()
    one_missing = {k: v for k, v in state.items() if k != "to_logits.bias"}
    plain = {**state, "to_logits.weight": torch.zeros(10, 64), "to_logits.bias": torch.zeros(10)}
    doubles = {k: v.double() for k, v in state.items()}
    spoilt = {
        "to_logits.bias is missing in the file": one_missing,
        "to_logits.weight has shape": plain,
        "holds torch.float64": doubles,
        "extra is in the file but not in the network": {**state, "extra": torch.zeros(1)},
    }
    for reason, other in spoilt.items():
        save_file(other, copy)
        sign(copy)
        with refuses(reason):
            load_judge("digits")


class Bomb:
    """Touches a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_pickle_under_the_right_name_is_refused_and_nothing_runs(copy, tmp_path):
    trace = tmp_path / "ran"
    pickle.loads(pickle.dumps(Bomb(trace)))
    assert trace.exists()  # the bomb works
    trace.unlink()
    copy.write_bytes(pickle.dumps(Bomb(trace)))
    sign(copy)
    with refuses(""):
        load_judge("digits")
    torch.save({"weights": Bomb(trace)}, copy)
    sign(copy)
    with refuses(""):
        load_judge("digits")
    assert not trace.exists()


# ---- training ----


def test_training_is_seeded_and_its_weights_go_through_the_file(tmp_path, monkeypatch):
    images, labels = (t[:256] for t in load_images("digits", "test"))
    first, history = train_judge(images, labels, num_epochs=1, batch_size=32, seed=4)
    second, _ = train_judge(images, labels, num_epochs=1, batch_size=32, seed=4)
    assert len(history["loss"]) > 5 and history["loss"].isfinite().all()
    pairs = zip(first.parameters(), second.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    scores = dict.fromkeys(("accuracy", "accuracy_among_digits", "readable_share"), 0.25)
    write_judge(first, "digits", tmp_path, 4, len(history["loss"]), scores)
    files = ["judge_digits.json", "judge_digits.safetensors"]
    assert sorted(p.name for p in tmp_path.iterdir()) == files
    monkeypatch.setattr(weights_file, "WEIGHTS", tmp_path)
    card = card_of("judge_digits")
    assert card["training"] == {"steps": len(history["loss"]), "seed": 4}
    assert {entry["value"] for entry in card["metrics"].values()} == {0.25}
    some = images[:100]
    got, expected = (class_probabilities(j, some) for j in (load_judge("digits"), first))
    torch.testing.assert_close(got, expected, atol=1e-5, rtol=0)


def test_spoiling_keeps_range_and_leaves_two_thirds_alone():
    images, _ = load_images("digits", "test")
    spoilt = spoil(images[:99], torch.Generator().manual_seed(0))
    assert spoilt.shape == (99, 1, 28, 28) and spoilt.min() >= 0 and spoilt.max() <= 1
    same = (spoilt == images[:99]).flatten(1).all(dim=1)
    assert same[33:].all() and not same[:33].any()
