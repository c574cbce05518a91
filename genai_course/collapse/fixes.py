"""What one way to train a GAN consists of, the two diseases, and every proposed cure by name.

A cure is a row of `FIXES` and at most one function, which stands with its like: a pair of losses in
`objectives.py`, a penalty in `penalties.py`, a view of the samples in `views.py`, a kind of
discriminator in `discriminators.py`. What is done with them is said in `game.py`, for all cures.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from genai_course.collapse.discriminators import plain, spectral, with_closeness, with_deviation
from genai_course.collapse.objectives import (
    FEATURE_MATCHING,
    HINGE,
    LEAST_SQUARES,
    NON_SATURATING,
    RELATIVISTIC,
    SMOOTHED,
    WASSERSTEIN,
    Losses,
    Unrolled,
    fisher,
    present,
)
from genai_course.collapse.optimizers import Adam, AdamW, RMSprop
from genai_course.collapse.penalties import R1, R2, Clip, GradientPenalty, leave
from genai_course.collapse.views import InstanceNoise, augmented, untouched


@dataclass(frozen=True)
class Recipe:
    """One way to train; what is not named is the plain GAN with a healthy balance.

    Attributes:
        rate_generator, rate_discriminator: Learning rates.
        decay: Both rates fall to 1 % over this last part of the training; 0 for not at all.
        discriminator_steps: Steps of the discriminator for one of the generator.
        pack: Samples that the discriminator judges together.
        optimizer: Of both players, a function of (weights, rate).
        discriminator: Function of (problem, streams, pack) that builds S networks.
        see_real, see_fake: What the discriminator is shown of samples; see `views.py`.
        losses: Of both players; see `objectives.py`.
        penalties: What is added to the loss of the discriminator; see `penalties.py`.
        after_step: What is done to the discriminator's weights after each of its steps.
        judge: Function of (players, x_real, x_fake): who judges the generator.
    """

    rate_generator: float = 3e-4
    rate_discriminator: float = 3e-4
    decay: float = 0.5
    discriminator_steps: int = 1
    pack: int = 1
    optimizer: Callable = Adam()
    discriminator: Callable = plain
    see_real: Callable = untouched
    see_fake: Callable = untouched
    losses: Losses = NON_SATURATING
    penalties: tuple = ()
    after_step: Callable = leave
    judge: Callable = present

    def rate_factor(self, share_left: float) -> float:
        """Part of the learning rates that is used when share_left of the training is ahead."""
        return min(1.0, share_left / self.decay + 0.01) if self.decay else 1.0


def described(recipe: Recipe) -> dict[str, object]:
    """Return a recipe as plain data, by which a stored result is recognised: numbers and names."""
    return {field.name: _told(getattr(recipe, field.name)) for field in fields(recipe)}


def _told(part):
    if isinstance(part, (int, float)):
        return part
    if isinstance(part, tuple):
        return [_told(one) for one in part]
    return getattr(part, "__name__", None) or str(part)


# The two diseases: the discriminator ten times as fast as the generator, or ten times as slow.
TOO_FAST = Recipe(rate_generator=3e-4, rate_discriminator=3e-3)
TOO_SLOW = Recipe(rate_generator=1e-3, rate_discriminator=1e-4)


def balanced(recipe: Recipe) -> Recipe:
    """Give the slower player of a recipe the rate of the faster one."""
    rate = max(recipe.rate_generator, recipe.rate_discriminator)
    return replace(recipe, rate_generator=rate, rate_discriminator=rate)


def four_to_one(recipe: Recipe) -> Recipe:
    """Let a recipe's discriminator learn four times as fast as the generator (two time scales)."""
    return replace(recipe, rate_discriminator=4 * recipe.rate_generator)


# One change each, the same for every column. Weights and sizes are those of the sources where these
# name any for small problems: one-sided labels 0.9; WGAN-GP's 0.1 for toys (the published code);
# Fisher's rho 1e-6; groups of 8. Chosen on the ring, D too fast, with the seeds 100 to 102, which
# do not count: WGAN's clipping at 0.1, because the published 0.01 leaves so small a critic nearly
# flat (2 % of the samples on a mode instead of 10 %); instance noise that starts at 0.5, because
# 0.1 changed nothing. gamma = 0.1 of R1 and R2 was taken over from earlier runs and not tuned.
# All make one discriminator step, except where the name says five, because the steps would shift
# the balance that the columns are about; the published WGAN and WGAN-GP make five.
FIXES: dict[str, dict | Callable[[Recipe], Recipe]] = {
    "none": {},
    "AdamW": {"optimizer": AdamW()},
    "RMSprop": {"optimizer": RMSprop()},
    "balanced rates": balanced,
    "two time scales (D 4x)": four_to_one,
    "beta1 = 0": {"optimizer": Adam(beta1=0.0)},
    "label smoothing": {"losses": SMOOTHED},
    "instance noise": {"see_real": InstanceNoise(0.5), "see_fake": InstanceNoise(0.5)},
    "minibatch std dev": {"discriminator": with_deviation},
    "minibatch discrimination": {"discriminator": with_closeness},
    "feature matching": {"losses": FEATURE_MATCHING},
    "5 discriminator steps": {"discriminator_steps": 5},  # the control of the next row
    "unrolled (5)": {"judge": Unrolled(5)},
    "PacGAN2": {"pack": 2},
    "PacGAN4": {"pack": 4},
    "LSGAN": {"losses": LEAST_SQUARES},
    "WGAN, clipping": {"losses": WASSERSTEIN, "after_step": Clip(0.1), "optimizer": RMSprop()},
    "WGAN-GP": {"losses": WASSERSTEIN, "penalties": (GradientPenalty(0.1),)},
    "Fisher GAN": {"losses": fisher(1e-6)},
    "spectral norm + hinge": {"losses": HINGE, "discriminator": spectral},
    "R1": {"penalties": (R1(0.1),)},
    "relativistic + R1 + R2": {"losses": RELATIVISTIC, "penalties": (R1(0.1), R2(0.1))},
    "DiffAugment": {"see_real": augmented, "see_fake": augmented},
    "plain augmentation": {"see_real": augmented},
}


def with_fix(recipe: Recipe, name: str) -> Recipe:
    """Return the recipe changed by the cure of that name.

    Raises:
        ValueError: If there is no such cure.
    """
    if name not in FIXES:
        raise ValueError(f"there is no cure called {name!r}, wanted one of {list(FIXES)}")
    change = FIXES[name]
    return change(recipe) if callable(change) else replace(recipe, **change)
