"""Exercises of notebook 00: the reference passes, the stub does not, each wrong answer is named."""

import pytest
import torch
from exercise_bank import assert_named, assert_right, assert_stub

from genai_course.exercises import start_here as exercise


def shuffled_twice(images, labels, generator):
    images = images[torch.randperm(len(images), generator=generator)]
    labels = labels[torch.randperm(len(labels), generator=generator)]
    return images, labels


def shuffled_images(images, labels, generator):
    images = images[torch.randperm(len(images), generator=generator)]
    return images, labels


def shuffled_labels(images, labels, generator):
    labels = labels[torch.randperm(len(images), generator=generator)]
    return images, labels


def shuffled_well(images, labels, generator):
    order = torch.randperm(len(images), generator=generator)
    return images[order], labels[order]


def counted(labels):
    return torch.stack([(labels == digit).sum() for digit in range(10)])


RIGHT = {
    "0.1": lambda images: sum(images) / len(images),
    "0.2": counted,
    "0.3": lambda images: (images - 0.5) / 0.5,
    "0.4": lambda chance, noise: torch.where(noise < chance, 1.0, 0.0),
    "0.5": shuffled_well,
}

WRONG = [
    ("0.1", lambda images: torch.mean(images), "one number, the mean brightness"),
    ("0.1", lambda images: images.flatten(1).mean(1, keepdim=True), "averaged over the pixels"),
    ("0.1", lambda images: torch.sum(images, 0), "did not divide"),
    ("0.1", lambda images: torch.quantile(images, 0.5, dim=0, interpolation="lower"), "median"),
    ("0.2", lambda labels: counted(labels)[: labels.max() + 1], "fewer than ten"),
    ("0.2", lambda labels: counted(labels)[counted(labels) > 0], "left out"),
    ("0.2", lambda labels: counted(labels) / counted(labels).sum(), "sum to 1"),
    ("0.2", lambda labels: counted(labels).roll(1), "shifted by one"),
    ("0.3", lambda images: images + (-1), "[-1, 0]"),
    ("0.3", lambda images: images + images, "[0, 2]"),
    ("0.3", lambda images: 0.5 * images + 0.5, "the way back"),
    ("0.3", lambda images: (images - 127.5) / 127.5, "0..255"),
    ("0.3", lambda images: 2 * images - 2, "before you stretched"),
    ("0.4", lambda chance, noise: torch.where(noise > chance, 1.0, 0.0), "negatives"),
    ("0.4", lambda chance, noise: chance.round() + 0 * noise, "rounded"),
    ("0.4", lambda chance, noise: chance + 0 * noise, "the probabilities themselves"),
    ("0.4", lambda chance, noise: chance * noise, "shades of grey"),
    (
        "0.4",
        lambda chance, noise: (noise[0] < chance).float() + 0 * noise,
        "all pictures are alike",
    ),
    ("0.5", shuffled_twice, "two different orders"),
    ("0.5", shuffled_images, "only the images"),
    ("0.5", shuffled_labels, "only the labels"),
    ("0.5", lambda images, labels, generator: (images, labels), "nothing is shuffled"),
]
BY_NUMBER = {item.number: item for item in exercise.EXERCISES}


@pytest.mark.parametrize("number", BY_NUMBER)
def test_a_right_answer_passes(number):
    assert_right(BY_NUMBER[number], RIGHT[number])


@pytest.mark.parametrize("number", BY_NUMBER)
def test_the_stub_is_not_done_yet(number):
    assert_stub(BY_NUMBER[number])


@pytest.mark.parametrize(("number", "attempt", "naming"), WRONG)
def test_a_wrong_answer_is_named(number, attempt, naming):
    assert_named(BY_NUMBER[number], attempt, naming)


def test_every_exercise_has_at_least_four_wrong_answers():
    for number, item in BY_NUMBER.items():
        assert len(item.mistakes) >= 4
        assert sum(wrong[0] == number for wrong in WRONG) >= 4


def test_the_check_functions_print_the_verdict(capsys):
    exercise.check_mean_image(RIGHT["0.1"])
    exercise.check_class_counts(RIGHT["0.2"])
    exercise.check_signed_range(RIGHT["0.3"])
    exercise.check_independent_pixels(RIGHT["0.4"])
    exercise.check_shuffle_pairs(RIGHT["0.5"])
    lines = capsys.readouterr().out.splitlines()
    assert [line[:14] for line in lines] == [f"✓ Exercise 0.{i}" for i in range(1, 6)]
