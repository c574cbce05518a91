"""Exercises of notebook 11: bounds, binary passes, free nats, rates of axes, bounds in parts."""

import math

import torch

from genai_course.exercises.engine import Exercise, Mistake
from genai_course.vae.importance import iwae_bound


def _log_weights(num_samples=6, num_images=4, seed=11):
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(num_samples, num_images, generator=generator, dtype=torch.double) - 5


# 11.1 -----------------------------------------------------------------------------------------


def _observe_bound(attempt):
    return {
        "the bound of four images": attempt(_log_weights()),
        "the bound where every weight underflows": attempt(_log_weights() - 2000),
    }


BOUND = Exercise(
    number="11.1", title="The bound of k samples", observe=_observe_bound,
    reference=lambda log_w: iwae_bound(log_w, len(log_w)), praise="the log of the mean weight",
    mistakes=(
        Mistake(lambda w: w.mean(dim=0),
                "this is the mean of the logs, the ELBO, however many samples there are.",
                "average the weights first, then take the logarithm.",
                "Use logsumexp over the samples."),
        Mistake(lambda w: w.logsumexp(dim=0), "log k is missing: this is the log of a sum.",
                "a mean is a sum divided by k.", "Subtract math.log(len(log_w))."),
        Mistake(lambda w: w.logsumexp(dim=0) + math.log(len(w)), "log k has the wrong sign.",
                "dividing by k lowers a logarithm.", "Subtract it."),
        Mistake(lambda w: w.logsumexp(dim=0) / len(w),
                "you divide the logarithm by k; the weights are to be divided.",
                "log(a / k) = log a - log k.", "Subtract math.log(len(log_w))."),
        Mistake(lambda w: w.exp().mean(dim=0).log(),
                "right on paper, but the weights underflow and the logarithm of 0 is -inf.",
                "stay in logarithms.", "Use torch.logsumexp."),
        Mistake(lambda w: w.logsumexp(dim=1) - math.log(w.shape[1]),
                "you average over the images; the samples are in dimension 0.",
                "one bound for each image is wanted.", "Use dim=0."),
        Mistake(lambda w: w.max(dim=0).values, "this is the largest weight alone.",
                "the other samples count as well.", "Use logsumexp, then subtract log k."),
    ),
)  # fmt: skip

# 11.2 -----------------------------------------------------------------------------------------


def _grey():
    return torch.linspace(0.05, 0.95, 784).view(1, 1, 28, 28).repeat(60, 1, 1, 1)


def _observe_passes(attempt):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        binary = attempt(_grey())
    return {
        "the share of pixels between 0 and 1": ((binary > 0) & (binary < 1)).float().mean(),
        "the mean over light and dark pixels": binary.view(3, 60, 2, -1).mean(dim=(0, 1, 3)),
        "the share of pixels that two passes agree on": (binary[0] == binary[1]).float().mean(),
        "the share that two equal images agree on": (binary[:, 0] == binary[:, 1]).float().mean(),
    }


PASSES = Exercise(
    number="11.2", title="Three passes", observe=_observe_passes, tolerance=0.03, same_shape=True,
    reference=lambda x: torch.stack([torch.bernoulli(x) for _ in range(3)]),
    praise="a new draw for every pass and every image",
    mistakes=(
        Mistake(lambda x: torch.bernoulli(x).expand(3, -1, -1, -1, -1),
                "you binarise once and show the same binary images three times.",
                "a fixed draw can be learnt by heart.", "Draw anew in every pass."),
        Mistake(lambda x: (x > 0.5).float().expand(3, -1, -1, -1, -1),
                "you cut at one half; nothing is drawn.", "grey is a probability.",
                "Use torch.bernoulli."),
        Mistake(lambda x: x.expand(3, -1, -1, -1, -1), "these are still grey.",
                "a Bernoulli decoder explains zeros and ones.", "Use torch.bernoulli."),
        Mistake(lambda x: torch.stack([(torch.rand_like(x[:1]) < x).float() for _ in range(3)]),
                "all images of a pass share one set of random numbers.",
                "two equal grey images must give different binary ones.",
                "The random numbers need the shape of `images`."),
        Mistake(lambda x: torch.stack([(torch.rand(len(x), 1, 1, 1) < x).float()
                                       for _ in range(3)]),
                "all pixels of an image share one random number.",
                "pixels are drawn independently.",
                "The random numbers need the shape of `images`."),
        Mistake(lambda x: torch.stack([torch.bernoulli(1 - x) for _ in range(3)]),
                "white and black are exchanged.", "a light pixel is white more often.",
                "The grey value is the probability of 1."),
    ),
)  # fmt: skip

# 11.3 -----------------------------------------------------------------------------------------


def _prices():
    generator = torch.Generator().manual_seed(5)
    kl = torch.rand(6, 3, generator=generator) * torch.tensor([0.3, 1.0, 4.0])
    return 80 + 10 * torch.rand(6, generator=generator), kl


def _observe_free(attempt):
    return {
        f"the loss at beta = {beta}, free = {free}": attempt(*_prices(), beta, free)
        for beta, free in ((1.0, 0.0), (4.0, 0.0), (1.0, 0.5), (4.0, 0.5))
    }


FREE_BITS = Exercise(
    number="11.3", title="Beta and free nats", observe=_observe_free,
    reference=lambda d, kl, beta, free: d.mean() + beta * kl.mean(dim=0).clamp(min=free).sum(),
    mistakes=(
        Mistake(lambda d, kl, b, f: b * d.mean() + kl.mean(dim=0).clamp(min=f).sum(),
                "beta stands before the distortion.", "beta is the price of a nat of KL.",
                "Loss = D + beta * sum of prices."),
        Mistake(lambda d, kl, b, f: d.mean() + kl.mean(dim=0).clamp(min=f).sum(),
                "beta is forgotten.", "at beta = 1 you are right.", "Multiply the KL part."),
        Mistake(lambda d, kl, b, f: d.mean() + b * kl.mean(dim=0).clamp(max=f).sum(),
                "you cap the KL from above: a dimension pays at most `free`, so more is free.",
                "free means: below it there is nothing to gain.", "Use clamp(min=free)."),
        Mistake(lambda d, kl, b, f: d.mean() + b * kl.clamp(min=f).mean(dim=0).sum(),
                "the allowance is counted image by image; it belongs to the batch mean.",
                "average over the batch before you clamp.", "kl.mean(dim=0).clamp(min=free)."),
        Mistake(lambda d, kl, b, f: d.mean() + b * kl.sum(dim=1).mean().clamp(min=f),
                "there is one allowance for the whole code; each dimension has its own.",
                "clamp before you sum over dimensions.", "kl.mean(dim=0).clamp(min=free).sum()."),
        Mistake(lambda d, kl, b, f: d.mean() + b * (kl.mean(dim=0) - f).sum(),
                "you subtract the allowance and never stop: a KL of zero would earn a reward.",
                "below the allowance the price is constant.", "Use clamp(min=free)."),
        Mistake(lambda d, kl, b, f: d.mean() + b * kl.mean(dim=0).clamp(min=f).mean(),
                "you average over the dimensions where the KL is a sum.",
                "independent dimensions: their divergences add up.", "Use .sum()."),
    ),
)  # fmt: skip

# 11.4 -----------------------------------------------------------------------------------------

_VARIANCES = torch.tensor([5.0, 2.0, 0.9, 0.3, 0.05], dtype=torch.double)


def _observe_rates(attempt):
    return {
        f"the rates at beta = {beta}, noise variance = {noise}": attempt(_VARIANCES, beta, noise)
        for beta, noise in ((1.0, 0.25), (4.0, 0.25), (4.0, 0.1))
    }


RATES = Exercise(
    number="11.4", title="Rates of the axes", observe=_observe_rates,
    reference=lambda v, beta, noise: (0.5 * (v / (beta * noise)).log()).clamp(min=0),
    praise="and an axis below the threshold gets nothing",
    mistakes=(
        Mistake(lambda v, b, n: 0.5 * (v / (b * n)).log(),
                "some rates are negative; a dimension can do no worse than die.",
                "where the variance is at most beta times the noise, the rate is 0.",
                "Use clamp(min=0)."),
        Mistake(lambda v, b, n: (0.5 * (v / n).log()).clamp(min=0), "beta is forgotten.",
                "beta acts like more noise.", "Divide by beta * noise_variance."),
        Mistake(lambda v, b, n: ((v / (b * n)).log()).clamp(min=0), "the half is missing.",
                "error variance falls as exp(-2 R).", "R = 0.5 log(...)."),
        Mistake(lambda v, b, n: (0.5 * (v / (b * n**0.5)).log()).clamp(min=0),
                "you divide by the noise's standard deviation.",
                "variances are compared with variances.", "noise_variance is s^2 already."),
        Mistake(lambda v, b, n: (0.5 * (b * v / n).log()).clamp(min=0),
                "beta is on the wrong side: a dearer nat must buy less rate.",
                "with larger beta the rate falls.", "Divide by beta."),
        Mistake(lambda v, b, n: 0.5 * (1 + v / (b * n)).log(),
                "with the 1 inside no dimension ever dies; that is the capacity of a noisy line.",
                "set the slope of the loss to zero.", "R = 0.5 log(v / (beta s^2)), at least 0."),
        Mistake(lambda v, b, n: (0.5 * (v / (b * n)).log2()).clamp(min=0),
                "these are bits, not nats.", "which logarithm did you take?", "Use log."),
    ),
)  # fmt: skip

# 11.5 -----------------------------------------------------------------------------------------


def _observe_parts(attempt):
    return {
        "the bound from parts of 6, 3 and 1 samples": attempt(
            list(_log_weights(10).split([6, 3, 1]))
        ),
        "the bound from two equal parts": attempt(list(_log_weights(10, seed=3).split(5))),
    }


def _bounds(parts):
    return torch.stack([iwae_bound(part, len(part)) for part in parts])


def _sizes(parts):
    return torch.tensor([float(len(part)) for part in parts], dtype=torch.double).unsqueeze(1)


PARTS = Exercise(
    number="11.5", title="A bound in parts", observe=_observe_parts,
    reference=lambda parts: iwae_bound(torch.cat(parts), sum(len(p) for p in parts)),
    praise="one logarithm, after all samples",
    mistakes=(
        Mistake(lambda parts: _bounds(parts).mean(dim=0),
                "the bug is still there: the logs of the parts are averaged.",
                "average the weights of all samples before the only logarithm.",
                "logsumexp of the parts' logsumexps, minus the log of the total number."),
        Mistake(lambda parts: (_bounds(parts) * _sizes(parts)).sum(0) / _sizes(parts).sum(),
                "a weighted mean of logs is still a mean of logs.",
                "weights are averaged, not their logarithms.",
                "logsumexp of the parts' logsumexps, minus the log of the total number."),
        Mistake(lambda parts: _bounds(parts).logsumexp(dim=0) - math.log(len(parts)),
                "parts of different length count alike, so a sample in a short part counts more.",
                "a mean of means needs the sizes.",
                "Take logsumexp without the parts' log k; subtract the log of the total."),
        Mistake(lambda parts: torch.cat(parts).logsumexp(dim=0), "log k is missing.",
                "divide by the number of all samples.",
                "Subtract math.log(sum(len(part) for part in parts))."),
        Mistake(lambda parts: torch.cat(parts).logsumexp(dim=0) - math.log(len(parts)),
                "you divide by the number of parts, not of samples.",
                "how many weights are in the sum?",
                "Subtract math.log(sum(len(part) for part in parts))."),
        Mistake(lambda parts: torch.cat(parts).mean(dim=0),
                "this is the mean of all log weights, the ELBO.",
                "the logarithm comes last.", "Use logsumexp."),
        Mistake(lambda parts: _bounds(parts).max(dim=0).values,
                "the largest bound of a part is no bound of the whole.",
                "all samples belong into one mean.", "Use logsumexp over everything."),
    ),
)  # fmt: skip

EXERCISES = (BOUND, PASSES, FREE_BITS, RATES, PARTS)
check_bound = BOUND.check
check_passes = PASSES.check
check_free_bits = FREE_BITS.check
check_rates = RATES.check
check_parts = PARTS.check
