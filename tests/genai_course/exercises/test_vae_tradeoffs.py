"""Exercises of notebook 11: answers as learners would type them, and what they are told."""

import math

import pytest
import torch
from exercise_bank import assert_named, assert_right, assert_stub

from genai_course.exercises.vae_tradeoffs import BOUND, EXERCISES, FREE_BITS, PARTS, PASSES, RATES

BY_NUMBER = {exercise.number: exercise for exercise in EXERCISES}


def bound(log_w):
    largest = log_w.max(dim=0).values
    return largest + (log_w - largest).exp().mean(dim=0).log()


def passes(images):
    seen = [(torch.rand(images.shape) < images).to(images.dtype) for _ in range(3)]
    return torch.stack(seen)


def passes_at_once(images):
    return torch.bernoulli(images.repeat(3, 1, 1, 1, 1))


def free_bits(distortion, kl, beta, free):
    price = torch.maximum(kl.mean(0), torch.tensor(free))
    return distortion.mean() + beta * price.sum()


def rates(eigenvalues, beta, noise_variance):
    level = beta * noise_variance
    alive = eigenvalues > level
    return torch.where(alive, 0.5 * torch.log(eigenvalues / level), torch.zeros_like(eigenvalues))


def in_parts(parts):
    total, count = None, 0
    for part in parts:
        here = torch.logsumexp(part, 0)
        total = here if total is None else torch.logaddexp(total, here)
        count += part.shape[0]
    return total - math.log(count)


RIGHT = {
    "11.1": [bound, lambda log_w: torch.logsumexp(log_w, 0) - math.log(log_w.shape[0])],
    "11.2": [passes, passes_at_once],
    "11.3": [free_bits],
    "11.4": [rates],
    "11.5": [in_parts],
}


@pytest.mark.parametrize("number", RIGHT)
def test_right_answers_pass_and_stubs_do_not(number):
    for answer in RIGHT[number]:
        assert_right(BY_NUMBER[number], answer)
    assert_stub(BY_NUMBER[number])


def mean_of_logs(log_w):
    return log_w.sum(0) / len(log_w)


def sum_for_mean(log_w):
    return torch.logsumexp(log_w, 0)


def wrong_sign(log_w):
    return torch.logsumexp(log_w, 0) + math.log(log_w.shape[0])


def divided_log(log_w):
    return torch.logsumexp(log_w, 0) / log_w.shape[0]


def underflow(log_w):
    return torch.log(torch.exp(log_w).mean(0))


def over_images(log_w):
    return torch.logsumexp(log_w, 1) - math.log(log_w.size(1))


def best_sample(log_w):
    return log_w.amax(0)


def binarised_once(images):
    fixed = torch.bernoulli(images)
    return torch.stack([fixed, fixed, fixed])


def cut_at_half(images):
    return torch.stack([images.round() for _ in range(3)])


def left_grey(images):
    return torch.stack([images] * 3)


def one_noise_for_all_images(images):
    noise = torch.rand(3, 1, *images.shape[1:])
    return (noise < images).float()


def one_number_an_image(images):
    noise = torch.rand(3, len(images), 1, 1, 1)
    return (noise < images).float()


def inverted(images):
    return torch.stack([(torch.rand_like(images) > images).float() for _ in range(3)])


def beta_on_distortion(distortion, kl, beta, free):
    return beta * distortion.mean() + torch.clamp(kl.mean(0), min=free).sum()


def no_beta(distortion, kl, beta, free):
    return distortion.mean() + torch.clamp(kl.mean(0), min=free).sum()


def capped(distortion, kl, beta, free):
    return distortion.mean() + beta * torch.minimum(kl.mean(0), torch.tensor(free)).sum()


def image_by_image(distortion, kl, beta, free):
    return (distortion + beta * torch.clamp(kl, min=free).sum(1)).mean()


def whole_code(distortion, kl, beta, free):
    return distortion.mean() + beta * torch.clamp(kl.sum(1).mean(), min=free)


def subtracted(distortion, kl, beta, free):
    return distortion.mean() + beta * (kl.mean(0) - free).sum()


def mean_over_dimensions(distortion, kl, beta, free):
    return distortion.mean() + beta * torch.clamp(kl.mean(0), min=free).mean()


def negative_rates(eigenvalues, beta, noise_variance):
    return 0.5 * torch.log(eigenvalues / (beta * noise_variance))


def beta_forgotten(eigenvalues, beta, noise_variance):
    return torch.relu(0.5 * torch.log(eigenvalues / noise_variance))


def half_forgotten(eigenvalues, beta, noise_variance):
    return torch.relu(torch.log(eigenvalues / (beta * noise_variance)))


def by_standard_deviation(eigenvalues, beta, noise_variance):
    return torch.relu(0.5 * torch.log(eigenvalues / (beta * math.sqrt(noise_variance))))


def beta_above(eigenvalues, beta, noise_variance):
    return torch.relu(0.5 * torch.log(beta * eigenvalues / noise_variance))


def capacity(eigenvalues, beta, noise_variance):
    return 0.5 * torch.log1p(eigenvalues / (beta * noise_variance))


def in_bits(eigenvalues, beta, noise_variance):
    return torch.relu(0.5 * torch.log2(eigenvalues / (beta * noise_variance)))


def averaged_bounds(parts):
    return sum(bound(part) for part in parts) / len(parts)


def weighted_bounds(parts):
    total = sum(len(part) for part in parts)
    return sum(len(part) / total * bound(part) for part in parts)


def parts_count_alike(parts):
    return torch.stack([bound(p) for p in parts]).logsumexp(0) - math.log(len(parts))


def sum_of_parts(parts):
    return torch.stack([torch.logsumexp(p, 0) for p in parts]).logsumexp(0)


def number_of_parts(parts):
    return sum_of_parts(parts) - math.log(len(parts))


def elbo_of_parts(parts):
    return torch.cat(parts).mean(0)


def best_part(parts):
    return torch.stack([bound(p) for p in parts]).amax(0)


WRONG = [
    (BOUND, mean_of_logs, "mean of the logs"),
    (BOUND, sum_for_mean, "log k is missing"),
    (BOUND, wrong_sign, "wrong sign"),
    (BOUND, divided_log, "divide the logarithm"),
    (BOUND, underflow, "underflow"),
    (BOUND, over_images, "over the images"),
    (BOUND, best_sample, "largest weight alone"),
    (PASSES, binarised_once, "binarise once"),
    (PASSES, cut_at_half, "cut at one half"),
    (PASSES, left_grey, "still grey"),
    (PASSES, one_noise_for_all_images, "share one set of random numbers"),
    (PASSES, one_number_an_image, "share one random number"),
    (PASSES, inverted, "exchanged"),
    (FREE_BITS, beta_on_distortion, "beta stands before the distortion"),
    (FREE_BITS, no_beta, "beta is forgotten"),
    (FREE_BITS, capped, "cap the KL from above"),
    (FREE_BITS, image_by_image, "image by image"),
    (FREE_BITS, whole_code, "one allowance for the whole code"),
    (FREE_BITS, subtracted, "never stop"),
    (FREE_BITS, mean_over_dimensions, "average over the dimensions"),
    (RATES, negative_rates, "some rates are negative"),
    (RATES, beta_forgotten, "beta is forgotten"),
    (RATES, half_forgotten, "the half is missing"),
    (RATES, by_standard_deviation, "standard deviation"),
    (RATES, beta_above, "wrong side"),
    (RATES, capacity, "no dimension ever dies"),
    (RATES, in_bits, "bits, not nats"),
    (PARTS, averaged_bounds, "the logs of the parts are averaged"),
    (PARTS, weighted_bounds, "still a mean of logs"),
    (PARTS, parts_count_alike, "different length"),
    (PARTS, sum_of_parts, "log k is missing"),
    (PARTS, number_of_parts, "number of parts"),
    (PARTS, elbo_of_parts, "the ELBO"),
    (PARTS, best_part, "largest bound"),
]


@pytest.mark.parametrize(
    ("exercise", "attempt", "naming"), WRONG, ids=[attempt.__name__ for _, attempt, _ in WRONG]
)
def test_wrong_answers_are_named(exercise, attempt, naming):
    assert_named(exercise, attempt, naming)


def test_every_mistake_of_the_bank_is_typed_here_and_each_has_its_own_sentence():
    for exercise in EXERCISES:
        typed = [naming for other, _, naming in WRONG if other is exercise]
        sentences = [mistake.sentence for mistake in exercise.mistakes]
        assert len(set(sentences)) == len(sentences) == len(typed) >= 4


def test_a_wrong_shape_of_the_passes_is_said():
    assert "shape" in PASSES.verdict(lambda images: torch.bernoulli(images))


def test_checking_moves_no_random_numbers():
    before = torch.random.get_rng_state()
    PASSES.verdict(passes)
    assert torch.equal(torch.random.get_rng_state(), before)
