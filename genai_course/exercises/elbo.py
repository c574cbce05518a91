"""Exercises of notebook 09: a divergence, a loss, a bound, and two judgements of numbers."""

import math

import torch

from genai_course.exercises.elbo_judgements import BETTER, POSSIBLE
from genai_course.exercises.engine import Exercise, Mistake


def _draw(*shape, seed=9):
    numbers = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=numbers, dtype=torch.double)


# 9.1 ------------------------------------------------------------------------------------------


def _observe_kl(attempt):
    means, logvars = (_draw(5, 3), _draw(5, 3, seed=2)), (_draw(5, 3, seed=1), _draw(5, 3, seed=3))
    kl = attempt(means[0], logvars[0], means[1], logvars[1])
    return {"the KL of five pairs of Gaussians": kl}


def _kl(m, v, pm, pv):
    return _kl_terms(m, v, pm, pv).sum(dim=1)


def _kl_terms(m, v, pm, pv):
    return 0.5 * ((v.exp() + (m - pm) ** 2) / pv.exp() - 1 - v + pv)


KL_BETWEEN = Exercise(
    number="9.1",
    title="KL between two Gaussians",
    asks="`attempt(mu, logvar, prior_mu, prior_logvar)` returns the KL, shape (N,).",
    observe=_observe_kl,
    reference=_kl,
    praise="one value per row, zero only where both Gaussians agree",
    mistakes=(
        Mistake(
            lambda m, v, pm, pv: 2 * _kl(m, v, pm, pv),
            "every value is twice too large: the factor 1/2 is missing.",
            "the log-density of a Gaussian holds its square with a factor 1/2.",
            "Put 0.5 * in front of the sum over dimensions.",
        ),
        Mistake(
            lambda m, v, pm, pv: _kl(pm, pv, m, v),
            "this is the reversed KL, KL(p || q): the expectation is taken under the wrong one.",
            "KL(q || p) averages log q - log p over samples of q.",
            "Divide by the variance of p, exp(prior_logvar), not by that of q.",
        ),
        Mistake(
            lambda m, v, pm, pv: _kl(m, 2 * v, pm, 2 * pv),
            "the log-variances are read as log standard deviations.",
            "logvar is log sigma^2, so its exponential is already the variance.",
            "Use logvar.exp() for the variance; do not square or double anything.",
        ),
        Mistake(
            lambda m, v, pm, pv: (
                0.5 * (((0.5 * v).exp() + (m - pm) ** 2) / (0.5 * pv).exp() - 1 - v + pv)
            ).sum(dim=1),
            "sigma stands where sigma^2 belongs.",
            "E (z - m)^2 is the variance, not the standard deviation.",
            "The variance is logvar.exp(); exp(logvar / 2) is its root.",
        ),
        Mistake(
            lambda m, v, pm, pv: _kl_terms(m, v, pm, pv).mean(dim=1),
            "the dimensions are averaged, not added.",
            "the log-density of independent dimensions is a sum.",
            "Replace mean(dim=1) by sum(dim=1).",
        ),
        Mistake(
            lambda m, v, pm, pv: (0.5 * (v.exp() / pv.exp() + (m - pm) ** 2 - 1 - v + pv)).sum(
                dim=1
            ),
            "the squared distance of the means is not divided by the variance of p.",
            "a shift of 1 is large for a narrow p and small for a wide one.",
            "Both v and (mu - prior_mu)^2 are divided by prior_logvar.exp().",
        ),
    ),
)

# 9.4 ------------------------------------------------------------------------------------------


def _observe_loss(attempt):
    return {"the loss of four images": attempt(_draw(4, 784).abs(), _draw(4, 20, seed=1).abs())}


TRAINING_LOSS = Exercise(
    number="9.4",
    title="One loss for encoder and decoder",
    asks="`attempt(pixel_nll, latent_kl)` returns the loss, a 0-d tensor.",
    observe=_observe_loss,
    reference=lambda pixels, latents: pixels.sum(dim=1).mean() + latents.sum(dim=1).mean(),
    praise="sums within an image, one mean over the batch",
    mistakes=(
        Mistake(
            lambda pixels, latents: pixels.mean() + latents.sum(dim=1).mean(),
            "the pixels are averaged and the latents are added, which is beta = 784.",
            "both are sums within one image.",
            "Use pixel_nll.sum(dim=1).mean().",
        ),
        Mistake(
            lambda pixels, latents: -(pixels.sum(dim=1) + latents.sum(dim=1)).mean(),
            "this is the ELBO itself; minimising it makes the model worse at every step.",
            "an optimiser minimises.",
            "Turn the sign: the loss is minus the ELBO.",
        ),
        Mistake(
            lambda pixels, latents: (pixels.sum(dim=1) - latents.sum(dim=1)).mean(),
            "the KL is subtracted from the loss, so a large KL is rewarded.",
            "ELBO = -reconstruction loss - KL.",
            "In the loss both terms have a plus sign.",
        ),
        Mistake(
            lambda pixels, latents: pixels.sum(dim=1).mean() + latents.mean(),
            "the KL is averaged over the latents, which weighs it 20 times too little.",
            "the KL of independent dimensions is a sum.",
            "Use latent_kl.sum(dim=1).mean().",
        ),
        Mistake(
            lambda pixels, latents: pixels.sum() + latents.sum(),
            "the batch is added up, so the loss grows with the batch size.",
            "the loss is a mean over images.",
            "Divide by the number of images.",
        ),
        Mistake(
            lambda pixels, latents: 2 * pixels.sum(dim=1).mean() + latents.sum(dim=1).mean(),
            "the reconstruction loss is counted twice, once for each network: beta is halved.",
            "encoder and decoder share one loss.",
            "Add the reconstruction loss once.",
        ),
    ),
)

# 9.5 ------------------------------------------------------------------------------------------


def _observe_linear(attempt):
    x, weight, mu = _draw(6, 7), _draw(7, 3, seed=1), _draw(6, 3, seed=2)
    return {"the ELBO of six points": attempt(x, weight, 0.3, mu, torch.full_like(mu, -1.5))}


def _linear(x, w, s2, mu, logvar, spread=1.0, kl=1.0, size=None, power=1.0):
    squares = ((x - mu @ w.T) ** 2).sum(dim=1)
    squares = squares + spread * (logvar.exp() ** power * (w**2).sum(dim=0)).sum(dim=1)
    size = x.shape[1] if size is None else size
    likelihood = -0.5 * (squares / s2 + size * math.log(2 * math.pi * s2))
    return likelihood - kl * 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)


LINEAR_BOUND = Exercise(
    number="9.5",
    title="Find the bug: a bound above log p(x)",
    asks="`attempt(x, weight, noise_variance, mu, logvar)` returns the ELBO, (N,).",
    observe=_observe_linear,
    reference=_linear,
    praise="the spread of q is paid for, and the bound is a bound again",
    mistakes=(
        Mistake(
            lambda *a: _linear(*a, spread=0.0),
            "the decoder is fed the mean of q, as if q had no spread; the bound is too high.",
            "E over q of ||x - W z||^2 is more than ||x - W mu||^2.",
            "Add the sum over j of variance_j times the squared length of column j of W.",
        ),
        Mistake(
            lambda *a: _linear(*a, spread=-1.0),
            "the spread has the wrong sign: it makes the reconstruction better.",
            "sampling can only move z away from the mean.",
            "Add the spread to the squared distance.",
        ),
        Mistake(
            lambda *a: _linear(*a, power=0.5),
            "the spread uses the standard deviation of q, not its variance.",
            "Var(w z) = w^2 Var(z).",
            "Use logvar.exp().",
        ),
        Mistake(
            lambda *a: _linear(*a, power=2.0),
            "the log-variance is read as a log standard deviation in the spread.",
            "logvar.exp() is the variance already.",
            "Do not square logvar.exp().",
        ),
        Mistake(
            lambda *a: _linear(*a, spread=a[2]),
            "the spread is not divided by the noise variance.",
            "it belongs to the squared distance.",
            "Add it before you divide by noise_variance.",
        ),
        Mistake(
            lambda *a: _linear(*a, kl=0.0),
            "the KL is gone; only the reconstruction term is left.",
            "the bug sits in the other term.",
            "Keep - kl_divergence(mu, logvar).",
        ),
    ),
)

EXERCISES = (KL_BETWEEN, POSSIBLE, BETTER, TRAINING_LOSS, LINEAR_BOUND)
check_kl_between = KL_BETWEEN.check
check_possible = POSSIBLE.check
check_better = BETTER.check
check_training_loss = TRAINING_LOSS.check
check_linear_bound = LINEAR_BOUND.check
