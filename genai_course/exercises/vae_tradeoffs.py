"""Exercises of notebook 11: a bound, free nats, a bound in parts, and two judgements of numbers."""

import math

import torch

from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.vae_tradeoffs_judgements import COMPARABLE, WINNER
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

EXERCISES = (BOUND, COMPARABLE, FREE_BITS, WINNER, PARTS)
check_bound = BOUND.check
check_comparable = COMPARABLE.check
check_free_bits = FREE_BITS.check
check_winner = WINNER.check
check_parts = PARTS.check
