"""Answers that learners may hand in to the exercises of notebook 09, right and wrong."""

import torch
from torch.distributions import Normal, kl_divergence


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
    "9.1": [right_kl],
    "9.2": [lambda log_weights: sum(log_weights) / len(log_weights)],
    "9.3": [lambda mu, logvar, noise: mu + logvar.exp().sqrt() * noise],
    "9.4": [lambda pixels, latents: (pixels.sum() + latents.sum()) / len(pixels)],
    "9.5": [right_bound],
}
WRONG = {
    "9.1": {
        "factor 1/2 is missing": kl_without_half,
        "reversed KL": kl_reversed,
        "log standard deviations": kl_log_std,
        "sigma stands where sigma^2": kl_sigma,
        "averaged, not added": lambda *a: kl_per_dimension(*a).mean(1),
        "not divided by the variance of p": kl_distance_not_divided,
    },
    "9.2": {
        "logarithm of the average": lambda log_weights: log_weights.exp().mean(0).log(),
        "added up": lambda log_weights: torch.einsum("sn->n", log_weights),
        "sign is turned": lambda log_weights: (-log_weights).mean(0),
        "averaged over the images": lambda log_weights: torch.mean(log_weights, -1),
        "estimates p(x)": lambda log_weights: log_weights.exp().sum(0) / 6,
    },
    "9.3": {
        "sigma^2": lambda mu, logvar, noise: torch.addcmul(mu, torch.exp(logvar), noise),
        "logarithm of the variance": lambda mu, logvar, noise: noise * logvar + mu,
        "cut from the graph": sample_under_no_grad,
        "mu is missing": lambda mu, logvar, noise: noise * logvar.exp() ** 0.5,
        "no noise in z": lambda mu, logvar, noise: mu + logvar.exp() ** 0.5,
        "noise of its own": lambda mu, logvar, noise: gaussian(mu, logvar).rsample(),
    },
    "9.4": {
        "beta = 784": lambda pixels, latents: pixels.mean() + latents.sum(1).mean(),
        "ELBO itself": lambda pixels, latents: -(pixels.sum() + latents.sum()) / 4,
        "subtracted": lambda pixels, latents: (pixels.sum() - latents.sum()) / 4,
        "20 times too little": lambda pixels, latents: pixels.sum() / 4 + latents.mean(),
        "batch size": lambda pixels, latents: torch.cat([pixels, latents], 1).sum(),
        "counted twice": lambda pixels, latents: (2 * pixels.sum() + latents.sum()) / 4,
    },
    "9.5": {
        "fed the mean of q": changed_spread(lambda variance, noise: 0 * variance),
        "wrong sign": changed_spread(lambda variance, noise: -variance),
        "not its variance": changed_spread(lambda variance, noise: variance.sqrt()),
        "log standard deviation": changed_spread(lambda variance, noise: variance**2),
        "noise variance": changed_spread(lambda variance, noise: variance * noise),
        "KL is gone": bound_without_kl,
    },
}
