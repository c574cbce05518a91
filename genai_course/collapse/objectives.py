"""What the two players are asked for: pairs of losses, and who judges the generator.

A loss of the discriminator is a function of (real logits, fake logits, memory), where memory is a
dict that a game keeps from step to step. A loss of the generator is a function of (judge, real
samples, fake samples): the judge maps samples to logits, as the discriminator does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch.func import functional_call

from genai_course.gan import proposed_losses as proposed
from genai_course.gan.losses import discriminator_loss, generator_loss, saturating_generator_loss
from genai_course.gan.unrolled import look_ahead
from genai_course.gan.wasserstein import wasserstein_critic_loss, wasserstein_generator_loss

if TYPE_CHECKING:
    from genai_course.collapse.players import Players


@dataclass(frozen=True)
class Losses:
    """The losses of both players, and the name by which a stored result knows them."""

    name: str
    discriminator: Callable = field(compare=False)
    generator: Callable = field(compare=False)

    def __str__(self) -> str:
        return self.name


# The losses of notebook 03 want one column of logits, those of 08 take any shape.
def _on_both(loss, **labels):
    return lambda real_logits, fake_logits, memory: loss(
        real_logits.flatten(), fake_logits.flatten(), **labels
    )


def _on_fakes(loss, **labels):
    return lambda judge, x_real, x_fake: loss(judge(x_fake).flatten(), **labels)


def _on_pairs(loss):
    return lambda judge, x_real, x_fake: loss(judge(x_real).flatten(), judge(x_fake).flatten())


def _match_features(judge, x_real, x_fake):
    with torch.no_grad():
        real_features = judge.features(x_real)
    return proposed.feature_matching_loss(real_features, judge.features(x_fake))


NON_SATURATING = Losses("non_saturating", _on_both(discriminator_loss), _on_fakes(generator_loss))
SATURATING = Losses(
    "saturating", _on_both(discriminator_loss), _on_fakes(saturating_generator_loss)
)
SMOOTHED = Losses(
    "smoothed", _on_both(proposed.smoothed_discriminator_loss), _on_fakes(generator_loss)
)
FEATURE_MATCHING = Losses("feature_matching", _on_both(discriminator_loss), _match_features)
LEAST_SQUARES = Losses(
    "least_squares",
    _on_both(proposed.least_squares_discriminator_loss),
    _on_fakes(proposed.least_squares_generator_loss),
)
BINARY_LEAST_SQUARES = Losses(
    "least_squares_0_1_1",
    _on_both(proposed.least_squares_discriminator_loss, fake_label=0.0, real_label=1.0),
    _on_fakes(proposed.least_squares_generator_loss, wanted_label=1.0),
)
WASSERSTEIN = Losses(
    "wasserstein",
    _on_both(wasserstein_critic_loss),
    _on_fakes(wasserstein_generator_loss),
)
HINGE = Losses(
    "hinge",
    _on_both(proposed.hinge_discriminator_loss),
    _on_fakes(proposed.hinge_generator_loss),
)
RELATIVISTIC = Losses(
    "relativistic",
    _on_both(proposed.relativistic_discriminator_loss),
    _on_pairs(proposed.relativistic_generator_loss),
)


def fisher(rho: float) -> Losses:
    """Return the losses of Fisher GAN; the multiplier is remembered from step to step.

    Args:
        rho: Weight of the quadratic penalty, and the step of the multiplier.
    """

    def critic_loss(real_logits, fake_logits, memory):
        multiplier = memory.get("multiplier", 0.0)
        constraint = proposed.fisher_constraint(real_logits, fake_logits).detach()
        memory["multiplier"] = multiplier + rho * (constraint - 1)
        return proposed.fisher_critic_loss(real_logits, fake_logits, multiplier, rho)

    return Losses(f"fisher(rho={rho})", critic_loss, _on_fakes(wasserstein_generator_loss))


# ---- who judges the generator: functions of (players, real samples, fake samples) ----
def present(players: Players, x_real: torch.Tensor, x_fake: torch.Tensor) -> torch.nn.Module:
    """Let the discriminator of the players judge as it is now, whatever x_real and x_fake are."""
    return players.discriminator


@dataclass(frozen=True)
class Unrolled:
    """Let the discriminator judge as it will be after some more steps on the same samples."""

    steps: int

    def __call__(
        self, players: Players, x_real: torch.Tensor, x_fake: torch.Tensor
    ) -> Callable[[torch.Tensor], torch.Tensor]:
        weights = look_ahead(
            players.discriminator,
            players.discriminator_optimizer,
            x_real,
            x_fake,
            self.steps,
            scale=len(x_fake),
        )
        return partial(functional_call, players.discriminator, weights)
