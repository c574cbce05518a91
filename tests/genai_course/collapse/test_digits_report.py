"""What is said of drawn digits is right where the answer is known."""

import math

import pytest
import torch

from genai_course.collapse.digits_report import digits_report, few_images_report
from genai_course.collapse.problems import few_images, ten_images
from genai_course.collapse.streams import Streams
from genai_course.data import load_images
from genai_course.evaluation.judge import judge_features, load_judge


@pytest.fixture(scope="module")
def digits():
    judge = load_judge("digits")
    images, labels = load_images("digits", "train")
    return judge, images, labels, judge_features(judge, images)


def test_real_digits_are_readable_even_and_near(digits):
    judge, images, _, features = digits
    report = digits_report(judge, images[::2], features)
    assert report["classes"] == 10 and report["readable"] > 0.9
    assert report["kl"] < 0.02 and report["frechet"] < 5 and report["coverage"] > 0.3


def test_coverage_is_of_as_many_real_images_as_there_are_samples(digits):
    judge, images, _, features = digits
    report = digits_report(judge, images[1000:1300], features)
    assert report["coverage"] > 0.7  # of all real images, so few could cover a small part only


def test_one_class_is_seen_as_one(digits):
    judge, images, labels, features = digits
    report = digits_report(judge, images[labels == 1], features)
    everything = digits_report(judge, images[::4], features)
    assert report["classes"] == 1
    assert report["kl"] == pytest.approx(math.log(10), abs=0.1)
    assert report["frechet"] > 20 * max(everything["frechet"], 1)


def test_noise_has_no_class_and_the_worst_kl(digits):
    judge, _, _, features = digits
    noise = torch.rand(200, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    report = digits_report(judge, noise, features)
    assert report["classes"] == 0 and report["readable"] < 0.05
    assert report["coverage"] < 0.05 and report["frechet"] > 50


def test_nothing_readable_has_the_kl_of_one_class(digits):
    judge, _, _, features = digits
    report = digits_report(judge, torch.zeros(100, 1, 28, 28), features)
    assert report["kl"] == pytest.approx(math.log(10))


def test_ten_images_and_their_noisy_copies(digits):
    _, images, labels, _ = digits
    ten = ten_images(images, labels)
    problem = few_images(ten)
    report = few_images_report(problem.draw(Streams([0]), 1000)[0], ten)
    assert report["images"] == 10 and report["quality"] == 1.0 and report["kl"] < 0.03


def test_copies_of_one_image_and_of_none(digits):
    _, images, labels, _ = digits
    ten = ten_images(images, labels)
    report = few_images_report(ten[3].expand(100, -1), ten)
    assert (report["images"], report["quality"]) == (1, 1.0)
    assert report["kl"] == pytest.approx(math.log(10))
    report = few_images_report(torch.zeros(100, 784), ten)  # grey
    assert (report["images"], report["quality"]) == (0, 0.0)
    assert report["kl"] == pytest.approx(math.log(10))


def test_the_tolerance_is_a_root_mean_square_over_pixels():
    images = torch.stack([torch.full((784,), -1.0), torch.full((784,), 1.0)])
    samples = torch.stack([images[0] + 0.24, images[0] + 0.26, images[1] - 0.24])
    report = few_images_report(samples, images)
    assert report["quality"] == pytest.approx(2 / 3)
    assert report["images"] == 2


def test_an_image_counts_from_one_percent_on():
    images = torch.stack([torch.full((784,), -1.0), torch.full((784,), 1.0)])
    samples = images[[0] * 990 + [1] * 10]
    assert few_images_report(samples, images)["images"] == 2
    assert few_images_report(samples[:-1].repeat(2, 1), images)["images"] == 1
