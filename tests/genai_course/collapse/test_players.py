"""The networks and optimisers of S games: weights drawn alike, rates, steps, devices."""

import copy

import pytest
import torch

from genai_course.collapse.fixes import FIXES, TOO_FAST, with_fix
from genai_course.collapse.game import one_round, train_ensemble
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import few_images, ring
from genai_course.collapse.streams import Streams


def players_for(recipe, seeds=(0, 1), problem=None):
    return make_players(recipe, problem or ring(), Streams(seeds))


@pytest.mark.parametrize("name", FIXES)
def test_every_cure_starts_from_the_same_generator(name):
    """A paired comparison needs it; minibatch discrimination once drew its projection first."""
    plain = players_for(TOO_FAST).generator.state_dict()
    cured = players_for(with_fix(TOO_FAST, name)).generator.state_dict()
    assert all(torch.equal(plain[key], cured[key]) for key in plain)


@pytest.mark.parametrize(
    "name", ["AdamW", "LSGAN", "minibatch std dev", "minibatch discrimination", "R1"]
)
def test_the_same_body_of_the_discriminator_too(name):
    plain = players_for(TOO_FAST).discriminator.body.state_dict()
    cured = players_for(with_fix(TOO_FAST, name)).discriminator.body.state_dict()
    assert all(torch.equal(plain[key], cured[key]) for key in plain)


@pytest.mark.parametrize("name", FIXES)
def test_a_seed_has_the_same_weights_alone_and_beside_others(name):
    recipe = with_fix(TOO_FAST, name)
    alone, beside = players_for(recipe, [7]), players_for(recipe, [3, 7])
    for part in ("generator", "discriminator"):
        one, two = (getattr(p, part).state_dict() for p in (alone, beside))
        assert all(torch.allclose(one[key][0], two[key][1], atol=1e-6) for key in one)


@pytest.mark.parametrize("name", FIXES)
def test_one_round_moves_both_players_of_every_game_and_stays_finite(name):
    recipe, streams, problem = with_fix(TOO_FAST, name), Streams([0, 1]), ring()
    players = make_players(recipe, problem, streams)
    nets = players.generator, players.discriminator
    before = [[w.detach().clone() for w in net.parameters()] for net in nets]
    one_round(recipe, problem, players, streams)
    for net, old in zip(nets, before, strict=True):
        pairs = list(zip(net.parameters(), old, strict=True))
        assert all(weight.isfinite().all() for weight, _ in pairs)
        moved = [(weight - was).abs().flatten(1).sum(1) for weight, was in pairs]
        assert (sum(moved) > 0).all()


@pytest.mark.parametrize("name", ["none", "PacGAN2", "minibatch discrimination", "unrolled (5)"])
def test_games_do_not_see_each_other(name):
    recipe, problem = with_fix(TOO_FAST, name), ring()
    beside = train_ensemble(recipe, problem, [3, 7], 4, num_samples=50).samples[-1, 1]
    alone = train_ensemble(recipe, problem, [7], 4, num_samples=50).samples[-1, 0]
    assert torch.allclose(alone, beside, atol=1e-4)


def test_rates_are_set_as_a_part_of_the_first_ones():
    players = players_for(TOO_FAST)
    players.set_rates(0.5)
    players.set_rates(0.1)
    assert players.generator_optimizer.param_groups[0]["lr"] == pytest.approx(3e-5)
    assert players.discriminator_optimizer.param_groups[0]["lr"] == pytest.approx(3e-4)


def test_a_step_of_one_player_leaves_the_other():
    players = players_for(TOO_FAST)
    z, x = torch.randn(2, 8, 2), torch.randn(2, 8, 2)
    before = copy.deepcopy(players.discriminator.state_dict())
    players.step_generator(players.discriminator(players.generator(z)).sum())
    after = players.discriminator.state_dict()
    assert all(torch.equal(after[key], before[key]) for key in before)
    before = copy.deepcopy(players.generator.state_dict())
    players.step_discriminator(players.discriminator(x).sum())
    after = players.generator.state_dict()
    assert all(torch.equal(after[key], before[key]) for key in before)


def test_the_fisher_multiplier_rises_where_the_constraint_is_exceeded():
    """One number for each game; the critic's second moment decides the sign."""
    recipe, streams, problem = with_fix(TOO_FAST, "Fisher GAN"), Streams([0, 1]), ring()
    players = make_players(recipe, problem, streams)
    with torch.no_grad():
        players.discriminator.head.bias[0] = 10.0  # Omega about 100
        players.discriminator.head.weight[1] = 0.0  # Omega about 0
        players.discriminator.head.bias[1] = 0.0
    one_round(recipe, problem, players, streams)
    multiplier = players.memory["multiplier"].flatten().tolist()
    assert multiplier[0] == pytest.approx(99e-6, rel=0.1)
    assert multiplier[1] == pytest.approx(-1e-6, rel=0.1)


@pytest.mark.parametrize("name", [name for name in FIXES if name != "minibatch discrimination"])
@pytest.mark.parametrize("problem", [ring(), few_images(torch.rand(10, 784))], ids=["2", "784"])
def test_everything_follows_the_device(name, problem, monkeypatch):
    """The device "meta" computes nothing, but refuses a tensor that stayed on the CPU.

    Minibatch discrimination is left out: its projection is copied back from the device once.
    """
    recipe, streams = with_fix(TOO_FAST, name), Streams([0, 1], "meta")
    for optimizer in (torch.optim.Adam, torch.optim.AdamW):  # "fused" is for real devices

        def plain(weights, rate, fused, _make=optimizer, **more):
            return _make(weights, rate, foreach=False, **more)

        monkeypatch.setattr(torch.optim, optimizer.__name__, plain)
    players = make_players(recipe, problem, streams)
    for _ in range(2):
        one_round(recipe, problem, players, streams)
    for network in (players.generator, players.discriminator):
        assert all(weight.device.type == "meta" for weight in network.parameters())
