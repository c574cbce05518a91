"""Exercises of notebook 09: the reference passes, the stub does not, each wrong answer is named."""

import pytest
import torch
from exercise_bank import assert_named, assert_right, assert_stub
from torch.distributions import Normal, kl_divergence

from genai_course.exercises import elbo as exercise


def gaussian(mu, logvar):
    return Normal(mu, logvar.exp().sqrt())


def right_kl(mu, logvar, prior_mu, prior_logvar):
    return kl_divergence(gaussian(mu, logvar), gaussian(prior_mu, prior_logvar)).sum(1)


def kl_per_dimension(mu, logvar, prior_mu, prior_logvar):
    return kl_divergence(gaussian(mu, logvar), gaussian(prior_mu, prior_logvar))


def kl_without_half(mu, logvar, prior_mu, prior_logvar):
    distance = (mu - prior_mu) ** 2 / prior_logvar.exp()
    return (distance + (logvar - prior_logvar).exp() - 1 - (logvar - prior_logvar)).sum(-1)


def kl_reversed(mu, logvar, prior_mu, prior_logvar):
    return kl_divergence(gaussian(prior_mu, prior_logvar), gaussian(mu, logvar)).sum(1)


def kl_log_std(mu, logvar, prior_mu, prior_logvar):
    return kl_divergence(Normal(mu, logvar.exp()), Normal(prior_mu, prior_logvar.exp())).sum(1)


def kl_sigma(mu, logvar, prior_mu, prior_logvar):
    s, t = logvar.exp().sqrt(), prior_logvar.exp().sqrt()
    return (t.log() - s.log() + (s + (mu - prior_mu) ** 2) / (2 * t) - 0.5).sum(1)


def kl_distance_not_divided(mu, logvar, prior_mu, prior_logvar):
    ratio = (logvar - prior_logvar).exp()
    return 0.5 * (ratio - 1 - ratio.log() + (mu - prior_mu).square()).sum(1)


def sample_under_no_grad(mu, logvar, noise):
    with torch.no_grad():
        return mu + logvar.exp().sqrt() * noise


def right_bound(x, weight, noise_variance, mu, logvar, spread=None):
    covariance = torch.diag_embed(logvar.exp()) if spread is None else spread
    noise = torch.tensor(noise_variance, dtype=x.dtype)
    likelihood = Normal(mu @ weight.T, noise.sqrt()).log_prob(x).sum(1)
    trace = (weight @ covariance @ weight.T).diagonal(dim1=-2, dim2=-1).sum(-1)
    prior = Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return likelihood - trace / (2 * noise) - kl_divergence(gaussian(mu, logvar), prior).sum(1)


def changed_spread(change):
    def attempt(x, weight, noise_variance, mu, logvar):
        spread = torch.diag_embed(change(logvar.exp(), noise_variance))
        return right_bound(x, weight, noise_variance, mu, logvar, spread)

    return attempt


def bound_without_kl(x, weight, noise_variance, mu, logvar):
    prior = Normal(torch.zeros_like(mu), torch.ones_like(mu))
    kl = kl_divergence(gaussian(mu, logvar), prior).sum(1)
    return right_bound(x, weight, noise_variance, mu, logvar) + kl


RIGHT = {
    "9.1": right_kl,
    "9.2": lambda log_weights: sum(log_weights) / len(log_weights),
    "9.3": lambda mu, logvar, noise: mu + logvar.exp().sqrt() * noise,
    "9.4": lambda pixels, latents: (pixels.sum() + latents.sum()) / len(pixels),
    "9.5": right_bound,
}

WRONG = [
    ("9.1", kl_without_half, "factor 1/2 is missing"),
    ("9.1", kl_reversed, "reversed KL"),
    ("9.1", kl_log_std, "log standard deviations"),
    ("9.1", kl_sigma, "sigma stands where sigma^2"),
    ("9.1", lambda *a: kl_per_dimension(*a).mean(1), "averaged, not added"),
    ("9.1", kl_distance_not_divided, "not divided by the variance of p"),
    ("9.2", lambda log_weights: log_weights.exp().mean(0).log(), "logarithm of the average"),
    ("9.2", lambda log_weights: torch.einsum("sn->n", log_weights), "added up"),
    ("9.2", lambda log_weights: (-log_weights).mean(0), "sign is turned"),
    ("9.2", lambda log_weights: torch.mean(log_weights, -1), "averaged over the images"),
    ("9.2", lambda log_weights: log_weights.exp().sum(0) / 6, "estimates p(x)"),
    ("9.3", lambda mu, logvar, noise: torch.addcmul(mu, torch.exp(logvar), noise), "sigma^2"),
    ("9.3", lambda mu, logvar, noise: noise * logvar + mu, "logarithm of the variance"),
    ("9.3", sample_under_no_grad, "cut from the graph"),
    ("9.3", lambda mu, logvar, noise: noise * logvar.exp() ** 0.5, "mu is missing"),
    ("9.3", lambda mu, logvar, noise: mu + logvar.exp() ** 0.5, "no noise in z"),
    ("9.3", lambda mu, logvar, noise: gaussian(mu, logvar).rsample(), "noise of its own"),
    ("9.4", lambda pixels, latents: pixels.mean() + latents.sum(1).mean(), "beta = 784"),
    ("9.4", lambda pixels, latents: -(pixels.sum() + latents.sum()) / 4, "ELBO itself"),
    ("9.4", lambda pixels, latents: (pixels.sum() - latents.sum()) / 4, "subtracted"),
    ("9.4", lambda pixels, latents: pixels.sum() / 4 + latents.mean(), "20 times too little"),
    ("9.4", lambda pixels, latents: torch.cat([pixels, latents], 1).sum(), "batch size"),
    ("9.4", lambda pixels, latents: (2 * pixels.sum() + latents.sum()) / 4, "counted twice"),
    ("9.5", changed_spread(lambda variance, noise: 0 * variance), "fed the mean of q"),
    ("9.5", changed_spread(lambda variance, noise: -variance), "wrong sign"),
    ("9.5", changed_spread(lambda variance, noise: variance.sqrt()), "not its variance"),
    ("9.5", changed_spread(lambda variance, noise: variance**2), "log standard deviation"),
    ("9.5", changed_spread(lambda variance, noise: variance * noise), "noise variance"),
    ("9.5", bound_without_kl, "KL is gone"),
]
BY_NUMBER = {item.number: item for item in exercise.EXERCISES}
CHECKS = (
    exercise.check_kl_between,
    exercise.check_elbo_from_weights,
    exercise.check_sample,
    exercise.check_training_loss,
    exercise.check_linear_bound,
)


@pytest.mark.parametrize("number", BY_NUMBER)
def test_a_right_answer_passes(number):
    assert_right(BY_NUMBER[number], RIGHT[number])


@pytest.mark.parametrize("number", BY_NUMBER)
def test_the_stub_is_not_done_yet(number):
    assert_stub(BY_NUMBER[number])


@pytest.mark.parametrize(("number", "attempt", "naming"), WRONG)
def test_a_wrong_answer_is_named(number, attempt, naming):
    assert_named(BY_NUMBER[number], attempt, naming)


def test_every_known_mistake_is_hit_by_a_wrong_answer_and_by_no_other_sentence():
    for number, item in BY_NUMBER.items():
        tried = [naming for wrong, _, naming in WRONG if wrong == number]
        assert len(item.mistakes) == len(tried) >= 4
        for naming in tried:
            assert sum(naming in mistake.sentence for mistake in item.mistakes) == 1


def test_an_unknown_wrong_answer_is_compared_plainly():
    said = BY_NUMBER["9.1"].verdict(lambda mu, logvar, prior_mu, prior_logvar: mu.sum())
    assert (
        said == "✗ Exercise 9.1: the KL of five pairs of Gaussians: the shape is (), wanted (5,)."
    )


def test_the_check_functions_print_the_verdict(capsys):
    for check, number in zip(CHECKS, RIGHT, strict=True):
        check(RIGHT[number])
    lines = capsys.readouterr().out.splitlines()
    assert [line[:14] for line in lines] == [f"✓ Exercise 9.{i}" for i in range(1, 6)]
