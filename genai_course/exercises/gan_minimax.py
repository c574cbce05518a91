"""Checks of notebook 03: the minimax game."""

import torch

from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.gan_minimax_judgements import NEARER, STANDSTILL
from genai_course.exercises.gan_minimax_losses import KL_LOSS, MENDED_LOSS
from genai_course.gan.theory import optimal_discriminator

P_FULL = torch.tensor([0.6, 0.3, 0.1], dtype=torch.float64)
Q_FULL = torch.tensor([0.2, 0.3, 0.5], dtype=torch.float64)


def _observe_shares(attempt):
    return {
        "the best D when half are real": attempt(P_FULL, Q_FULL, 0.5),
        "the best D when 4 of 5 are real": attempt(P_FULL, Q_FULL, 0.8),
    }


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

EXERCISES = (NEARER, STANDSTILL, UNEQUAL_SHARES, KL_LOSS, MENDED_LOSS)

check_nearer = NEARER.check
check_standstill = STANDSTILL.check
check_unequal_shares = UNEQUAL_SHARES.check
check_kl_loss = KL_LOSS.check
check_mended_loss = MENDED_LOSS.check
