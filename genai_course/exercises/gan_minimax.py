"""Checks of notebook 03: the minimax game."""

import torch

from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.gan_minimax_losses import KL_LOSS, MENDED_LOSS
from genai_course.gan.theory import discrete_kl, js_divergence, optimal_discriminator

P = torch.tensor([0.5, 0.3, 0.2, 0.0], dtype=torch.float64)
Q = torch.tensor([0.1, 0.2, 0.0, 0.7], dtype=torch.float64)
P_FULL = torch.tensor([0.6, 0.3, 0.1], dtype=torch.float64)
Q_FULL = torch.tensor([0.2, 0.3, 0.5], dtype=torch.float64)
LOGITS = torch.tensor([-10.0, -2.0, -0.5, 0.3, 4.0], dtype=torch.float64)


def _observe_jsd(attempt):
    return {
        "the JSD of two overlapping distributions": attempt(P_FULL, Q_FULL),
        "the JSD where p or q has zeros": attempt(P, Q),
    }


def _observe_slopes(attempt):
    saturating, non_saturating = attempt(LOGITS)
    return {"the slope of log(1 - D)": saturating, "the slope of -log D": non_saturating}


def _observe_shares(attempt):
    return {
        "the best D when half are real": attempt(P_FULL, Q_FULL, 0.5),
        "the best D when 4 of 5 are real": attempt(P_FULL, Q_FULL, 0.8),
    }


def _textbook_jsd(p, q):
    m = (p + q) / 2
    return ((p * (p / m).log()).sum() + (q * (q / m).log()).sum()) / 2


def _jsd(p, q):
    m = (p + q) / 2
    return (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum() / 2


def _unscaled_mixture_jsd(p, q):
    return (discrete_kl(p, p + q) + discrete_kl(q, p + q)) / 2


JSD = Exercise(
    "3.1",
    "Jensen-Shannon divergence",
    _observe_jsd,
    _jsd,
    (
        Mistake(
            lambda p, q: 2 * js_divergence(p, q),
            "the two divergences are added; JSD is their mean, a half is missing.",
            "what is the largest value that JSD may have?",
            "Halve the sum: with no overlap it must give log 2, yours gives 2 log 2.",
        ),
        Mistake(
            discrete_kl,
            "this is KL(p || q), not JSD.",
            "swap p and q: JSD must not change.",
            "Compare p with the mixture (p + q)/2, then q with it, and take the mean.",
        ),
        Mistake(
            lambda p, q: (discrete_kl(p, q) + discrete_kl(q, p)) / 2,
            "p and q are compared with each other; the mixture is forgotten.",
            "both logarithms need the same denominator, m.",
            "m = (p + q) / 2; then mean of KL(p || m) and KL(q || m).",
        ),
        Mistake(
            lambda p, q: js_divergence(p, q) / torch.tensor(2.0, dtype=p.dtype).log(),
            "this is in bits; the course counts in nats.",
            "which logarithm did you take?",
            "Use torch.log, not torch.log2.",
        ),
        Mistake(
            _unscaled_mixture_jsd,
            "the mixture p + q is not halved, so it is no distribution.",
            "what does your mixture sum to?",
            "Divide p + q by 2; yours is too small by log 2 everywhere.",
        ),
        Mistake(
            _textbook_jsd,
            "right for positive probabilities, but a zero gives NaN, since 0 * log 0 is computed.",
            "the rule is 0 log 0 = 0; which function of torch obeys it?",
            "torch.xlogy(p, p / m) is p * log(p / m), and 0 where p is 0.",
        ),
    ),
    without=("js_divergence", "discrete_kl"),
)

SLOPES = Exercise(
    "3.2",
    "slopes of the generator losses",
    _observe_slopes,
    lambda a: (-torch.sigmoid(a), torch.sigmoid(a) - 1),
    (
        Mistake(
            lambda a: (torch.sigmoid(a) - 1, -torch.sigmoid(a)),
            "the two slopes are swapped.",
            "which loss is flat where D is sure of a fake?",
            "At a = -10 the saturating slope, your first, must be almost 0.",
        ),
        Mistake(
            lambda a: (torch.sigmoid(a), 1 - torch.sigmoid(a)),
            "both signs are wrong: a generator's loss falls as the logit rises.",
            "a falling function has a negative slope.",
            "Put a minus before each; check with the chain rule on -log D.",
        ),
        Mistake(
            lambda a: (-1 / (1 - torch.sigmoid(a)), -1 / torch.sigmoid(a)),
            "these are slopes in D, not in the logit a.",
            "D = sigmoid(a): the chain rule has one more factor.",
            "Multiply by dD/da = D (1 - D).",
        ),
        Mistake(
            lambda a: (-torch.sigmoid(a) * (1 - torch.sigmoid(a)),) * 2,
            "this is the slope of -D itself; the logarithm is forgotten.",
            "what does the outer derivative, of log, contribute?",
            "Divide by 1 - D for the first loss, by D for the second.",
        ),
        Mistake(
            lambda a: (-torch.sigmoid(a) / len(a), (torch.sigmoid(a) - 1) / len(a)),
            "these are the slopes of the mean over the batch; asked is one sample at a time.",
            "is there a 1/N too many?",
            "Leave out the division by the number of logits.",
        ),
    ),
    without=("torch.autograd.grad", "torch.autograd.backward"),
)

UNEQUAL_SHARES = Exercise(
    "3.3",
    "unequal shares",
    _observe_shares,
    lambda p, q, r: r * p / (r * p + (1 - r) * q),
    (
        Mistake(
            lambda p, q, r: optimal_discriminator(p, q),
            "this is the answer for equal shares; real_share is not used.",
            "if nearly everything shown is real, what should D say?",
            "Differentiate r p log D + (1 - r) q log(1 - D).",
        ),
        Mistake(
            lambda p, q, r: (1 - r) * p / ((1 - r) * p + r * q),
            "the shares are swapped: r belongs to the real data.",
            "let r go to 1: D must go to 1.",
            "Weigh p by r and q by 1 - r.",
        ),
        Mistake(
            lambda p, q, r: r * p / (p + q),
            "only the numerator is weighed.",
            "at r = 1/2 the old answer p / (p + q) must come back.",
            "The denominator is r p + (1 - r) q.",
        ),
        Mistake(
            lambda p, q, r: r * p / ((1 - r) * q),
            "these are the odds D / (1 - D), not D.",
            "a probability is at most 1.",
            "From D / (1 - D) = odds follows D = odds / (1 + odds).",
        ),
        Mistake(
            lambda p, q, r: (1 - r) * q / (r * p + (1 - r) * q),
            "this is 1 - D, the probability that a sample is fake.",
            "where p is large, D must be near 1.",
            "Put r p in the numerator.",
        ),
    ),
)

EXERCISES = (JSD, SLOPES, UNEQUAL_SHARES, KL_LOSS, MENDED_LOSS)

check_jsd = JSD.check
check_slopes = SLOPES.check
check_unequal_shares = UNEQUAL_SHARES.check
check_kl_loss = KL_LOSS.check
check_mended_loss = MENDED_LOSS.check
