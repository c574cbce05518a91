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


def possible(log_p, elbo, error, kl, room=3.0, floor=0.0, ceiling=True):
    if kl < floor:
        return False
    if ceiling and elbo + kl > 3 * error:
        return False
    return elbo <= log_p + room * error


def both_sides(log_p, elbo, error, kl):
    return possible(log_p, elbo, error, kl) and elbo >= log_p - 3 * error


def turned(log_p, elbo, error, kl):
    return kl >= 0 and elbo + kl <= 3 * error and log_p - elbo <= 3 * error


def better(a, b, cost_a, cost_b, price=None, apart=None):
    price = price or (lambda x, cost: float(x.var()) * cost)
    error = (a.var() / len(a) + b.var() / len(b)) ** 0.5
    gap = abs(float(a.mean()) - float(b.mean()))
    if gap > 3 * error if apart is None else gap > apart:
        return "neither"
    return min(("a", price(a, cost_a)), ("b", price(b, cost_b)), key=lambda pair: pair[1])[0]


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
    "9.2": [possible],
    "9.3": [better],
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
        "by less than its error": lambda *numbers: possible(*numbers, room=0.0),
        "allow one standard error": lambda *numbers: possible(*numbers, room=1.0),
        "refuse loose bounds": both_sides,
        "inequality is turned": turned,
        "a negative KL pass": lambda *numbers: possible(*numbers, floor=-1e9),
        "probabilities above 1": lambda *numbers: possible(*numbers, ceiling=False),
        "the sum alone": lambda log_p, elbo, error, kl: elbo - 3 * error <= log_p,
    },
    "9.3": {
        "what an estimate costs": lambda *them: better(*them, price=lambda x, cost: x.var()),
        "the standard deviation": lambda *them: better(*them, price=lambda x, cost: x.std() * cost),
        "errors of the means": lambda *them: better(
            *them, price=lambda x, cost: cost * x.var() / x.numel()
        ),
        "estimate different things": lambda *them: better(*them, apart=1e9),
        "by chance for a disagreement": lambda *them: better(*them, apart=0.04),
        "larger is not better": lambda *them: better(
            *them, price=lambda x, cost: -abs(float(x.mean()))
        ),
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
