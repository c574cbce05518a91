"""One turn of a player, looked at from outside: the loss it steps down, and what is kept."""

from dataclasses import replace
from types import SimpleNamespace

import torch
from torch import nn

from genai_course.collapse.fixes import Recipe
from genai_course.collapse.game import _discriminator_turn, _generator_turn, one_round
from genai_course.collapse.objectives import FEATURE_MATCHING, NON_SATURATING, WASSERSTEIN, fisher
from genai_course.collapse.penalties import R2, Clip
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import ring
from genai_course.collapse.streams import Streams
from genai_course.gan.losses import discriminator_loss
from genai_course.gan.proposed_losses import feature_matching_loss, fisher_constraint


class Bowl(nn.Module):
    """Logits that are quadratic in the samples, so that slopes differ from place to place."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor([0.5, -0.5]))

    def features(self, x):
        return x * self.scale

    def forward(self, x):
        return self.features(x).square().sum(dim=-1, keepdim=True)


def played(turn=_discriminator_turn, **changes):
    """Play one turn by such a recipe; return the players, both batches and the loss."""
    torch.manual_seed(0)
    losses = []
    step = SimpleNamespace(discriminator=Bowl(), memory={})
    step.step_discriminator = step.step_generator = lambda loss: losses.append(loss.detach())
    x_real, x_fake = torch.randn(2, 3, 6, 2)
    if turn is _discriminator_turn:
        turn(Recipe(**changes), step, Streams([0, 1, 2]), x_real, x_fake)
    else:
        turn(Recipe(**changes), step, x_real, x_fake)
    return step, x_real, x_fake, losses[0]


def test_r2_is_measured_at_generated_samples():
    players, x_real, x_fake, loss = played(penalties=(R2(0.4),))
    bowl = players.discriminator
    slope = 2 * bowl.scale.square() * x_fake
    plain = discriminator_loss(bowl(x_real).flatten(), bowl(x_fake).flatten())
    wanted = plain + 0.4 / 2 * slope.square().sum(dim=-1).mean()
    assert torch.isclose(loss, 3 * wanted)  # the sum over three games


def test_weights_are_clipped_on_both_sides():
    players, *_ = played(losses=WASSERSTEIN, after_step=Clip(0.1))
    assert torch.allclose(players.discriminator.scale, torch.tensor([0.1, -0.1]))


def test_the_multiplier_of_fisher_moves_towards_the_constraint():
    players, x_real, x_fake, _ = played(losses=fisher(0.2))
    bowl = players.discriminator
    constraint = fisher_constraint(bowl(x_real), bowl(x_fake))
    assert torch.allclose(players.memory["multiplier"], 0.2 * (constraint - 1))


def test_feature_matching_compares_real_and_generated_features():
    players, x_real, x_fake, loss = played(_generator_turn, losses=FEATURE_MATCHING)
    bowl = players.discriminator
    wanted = feature_matching_loss(bowl.features(x_real), bowl.features(x_fake))
    assert torch.isclose(loss, 3 * wanted)


def test_the_game_calls_whatever_parts_a_recipe_carries():
    """A cure that nobody knows yet needs no line of the game."""
    called = []

    def part(name, value):
        return lambda *given: (called.append(name), value(*given))[1]

    recipe = Recipe(
        discriminator_steps=2,
        see_real=part("see real", lambda x, problem, streams, left: x + left),
        see_fake=part("see fake", lambda x, problem, streams, left: x),
        losses=replace(NON_SATURATING, generator=part("loss", NON_SATURATING.generator)),
        penalties=(part("penalty", lambda judged, *_: judged.x_real.mean()),) * 2,
        after_step=part("after", lambda discriminator: None),
        judge=part("judge", lambda players, x_real, x_fake: players.discriminator),
    )
    problem, streams = ring(), Streams([0, 1])
    players = make_players(recipe, problem, streams)
    players.step_discriminator = lambda loss: called.append("step")
    one_round(recipe, problem, players, streams, share_left=0.5)
    turn = ["see real", "see fake", "penalty", "penalty", "step", "after"]
    assert called == turn * 2 + ["judge", "loss"]


def test_penalties_are_added_to_the_loss():
    plain, twice = played()[3], played(penalties=(lambda *_: 0.25, lambda *_: 0.5))[3]
    assert torch.isclose(twice - plain, torch.tensor(3 * 0.75))
