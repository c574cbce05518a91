"""The engine of notebooks 07 and 08: a plain recipe is the loop one would write by hand."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from genai_course import collapse
from genai_course.collapse.causes import rounds_with_memory
from genai_course.collapse.fixes import FIXES, TOO_FAST, Recipe, with_fix
from genai_course.collapse.game import one_round, train_ensemble
from genai_course.collapse.optimizers import Adam
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import codes, few_images, ring, ten_images
from genai_course.collapse.streams import Streams
from genai_course.data import ring_centres
from genai_course.gan.losses import discriminator_loss, generator_loss
from genai_course.gan.stacked import StackedDiscriminator, draw_weights, stacked_mlp

STEPS = 12


def new_game(seed, rate_g, rate_d, beta1=0.5):
    """Random numbers, generator, discriminator and their plain optimisers, as a learner would."""
    stream = torch.Generator().manual_seed(seed)
    generator, discriminator = stacked_mlp(1, [2, 64, 64, 2]), StackedDiscriminator(1, 2)
    draw_weights(generator, [stream])
    draw_weights(discriminator, [stream])
    adam_g = torch.optim.Adam(generator.parameters(), rate_g, betas=(beta1, 0.999))
    adam_d = torch.optim.Adam(discriminator.parameters(), rate_d, betas=(beta1, 0.999))
    return stream, generator, discriminator, adam_g, adam_d


def last_samples(generator, seed):
    """What the engine draws of this seed when it looks."""
    look = torch.randn(50, 2, generator=torch.Generator().manual_seed(seed + 10_000))
    with torch.no_grad():
        return generator(look[None])[0]


def by_hand(seed, rate_g, rate_d, beta1=0.5, decay=0.5):
    """One GAN on the ring, as notebook 04 writes it; samples after the last step."""
    stream, generator, discriminator, adam_g, adam_d = new_game(seed, rate_g, rate_d, beta1)
    centres = ring_centres(8, 2.0)
    for step in range(STEPS):
        left = min(1.0, (1 - step / STEPS) / decay + 0.01) if decay else 1.0
        adam_g.param_groups[0]["lr"], adam_d.param_groups[0]["lr"] = left * rate_g, left * rate_d
        mode = torch.randint(8, (64,), generator=stream)
        x_real = centres[mode] + 0.05 * torch.randn(64, 2, generator=stream)
        x_fake = generator(torch.randn(64, 2, generator=stream)[None])
        loss = discriminator_loss(discriminator(x_real[None])[0], discriminator(x_fake.detach())[0])
        adam_d.zero_grad()
        loss.backward()
        adam_d.step()
        loss = generator_loss(discriminator(x_fake)[0])
        adam_g.zero_grad()
        loss.backward()
        adam_g.step()
    return last_samples(generator, seed)


@pytest.mark.parametrize("change", [{}, {"decay": 0.0}, {"beta1": 0.9}])
def test_a_plain_recipe_is_the_loop_by_hand(change):
    parts = {"optimizer": Adam(0.9)} if "beta1" in change else change
    recipe = Recipe(rate_generator=1e-3, rate_discriminator=3e-3, **parts)
    run = train_ensemble(recipe, ring(), [4], STEPS, num_samples=50)
    assert torch.allclose(run.samples[0, 0], by_hand(4, 1e-3, 3e-3, **change), atol=1e-5)


PENALTIES = {
    "WGAN-GP": lambda slopes: 0.1 * (slopes.norm(dim=1) - 1).square().mean(),
    "R1": lambda slopes: 0.05 * slopes.square().sum(dim=1).mean(),
}


def penalised_by_hand(seed, name, rate_g, rate_d):
    """Train one GAN on the ring with a penalty on the slope, by `backward` and the plain Adam."""
    stream, generator, discriminator, adam_g, adam_d = new_game(seed, rate_g, rate_d)
    centres, critic = ring_centres(8, 2.0), lambda x: discriminator(x[None])[0]
    for _ in range(STEPS):
        mode = torch.randint(8, (64,), generator=stream)
        x_real = centres[mode] + 0.05 * torch.randn(64, 2, generator=stream)
        x_fake = generator(torch.randn(64, 2, generator=stream)[None])[0]
        if name == "WGAN-GP":
            mix = torch.rand(64, 1, generator=stream)
            place = (mix * x_real + (1 - mix) * x_fake).detach().requires_grad_()
            loss = critic(x_fake.detach()).mean() - critic(x_real).mean()
        else:
            place = x_real.requires_grad_()
            loss = discriminator_loss(critic(place), critic(x_fake.detach()))
        (slopes,) = torch.autograd.grad(critic(place).sum(), place, create_graph=True)
        adam_d.zero_grad()
        (loss + PENALTIES[name](slopes)).backward()
        adam_d.step()
        adam_g.zero_grad()
        (-critic(x_fake).mean() if name == "WGAN-GP" else generator_loss(critic(x_fake))).backward()
        adam_g.step()
    return last_samples(generator, seed)


@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalised_recipe_is_the_loop_by_hand(name):
    """Red when slopes of slopes, which autograd lays out transposed, are misread."""
    recipe = with_fix(Recipe(rate_generator=1e-3, rate_discriminator=3e-3, decay=0.0), name)
    run = train_ensemble(recipe, ring(), [4], STEPS, num_samples=50)
    assert torch.allclose(run.samples[0, 0], penalised_by_hand(4, name, 1e-3, 3e-3), atol=1e-4)


@pytest.mark.parametrize("name", FIXES)
def test_slopes_lie_in_memory_as_their_weights_do(name):
    recipe, streams = with_fix(TOO_FAST, name), Streams([0, 1])
    players = make_players(recipe, ring(), streams)
    for _ in range(2):
        one_round(recipe, ring(), players, streams)
    for network in (players.generator, players.discriminator):
        for weight in network.parameters():
            assert weight.grad is None or weight.grad.stride() == weight.stride()


def test_a_seed_alone_is_the_seed_among_five():
    five = train_ensemble(TOO_FAST, ring(), range(5), STEPS, num_samples=50).samples[0]
    for seed in (0, 3):
        one = train_ensemble(TOO_FAST, ring(), [seed], STEPS, num_samples=50).samples[0, 0]
        assert torch.allclose(five[seed], one, atol=1e-5)
    assert not torch.allclose(five[0], five[3], atol=0.01)


def test_snapshots_come_at_equal_intervals_and_hold_what_was_asked_for():
    run = train_ensemble(TOO_FAST, ring(), [0, 1], 12, snapshots=4, num_samples=30)
    assert run.steps == [3, 6, 9, 12] and run.samples.shape == (4, 2, 30, 2)
    last = train_ensemble(TOO_FAST, ring(), [0, 1], 12, snapshots=1, num_samples=30)
    assert torch.equal(run.samples[-1], last.samples[0])  # looking does not disturb the game


@pytest.mark.parametrize(("steps", "snapshots"), [(0, 1), (10, 3), (10, 0), (-2, 1)])
def test_steps_must_be_a_multiple_of_snapshots(steps, snapshots):
    with pytest.raises(ValueError, match="not a positive multiple"):
        train_ensemble(TOO_FAST, ring(), [0], steps, snapshots=snapshots)


def test_an_explosion_is_told():
    wild = Recipe(rate_generator=float("inf"), rate_discriminator=1e-3, decay=0.0)
    with pytest.raises(FloatingPointError, match="lower the learning rates"):
        train_ensemble(wild, ring(), [0], 4)


# ---- streams ----
@pytest.mark.parametrize(
    "draw", [lambda s: s.normal(3, 2), lambda s: s.uniform(4), lambda s: s.integers(10, 6)]
)
def test_a_stream_does_not_see_its_neighbours(draw):
    many, one = draw(Streams([7, 8, 9])), draw(Streams([8]))
    assert many.shape[0] == 3 == len(Streams([7, 8, 9]))
    assert torch.equal(many[1], one[0]) and not torch.equal(many[0], many[1])


def test_streams_have_the_promised_distributions():
    streams = Streams([0])
    normal, uniform = streams.normal(20_000), streams.uniform(20_000)
    integers = streams.integers(4, 20_000)
    assert abs(normal.mean()) < 0.03 and abs(normal.std() - 1) < 0.03
    assert 0 <= uniform.min() and uniform.max() < 1 and abs(uniform.mean() - 0.5) < 0.01
    assert integers.unique().tolist() == [0, 1, 2, 3]


# ---- problems ----
def test_the_ring_is_balanced_and_lies_on_its_modes():
    x = ring().draw(Streams([0]), 8000)[0]
    table = torch.cdist(x, ring_centres(8, 2.0))
    counts = torch.bincount(table.argmin(1), minlength=8)
    assert counts.min() > 880 and counts.max() < 1120
    assert abs((table.amin(1).square().mean() / 2).sqrt() - 0.05) < 0.001


def test_codes_are_rows_of_the_table():
    table = torch.arange(20.0).reshape(10, 2)
    x = codes(table).draw(Streams([0, 1]), 50)
    assert x.shape == (2, 50, 2) and codes(table).data_dim == 2
    assert set(x.flatten(0, 1)[:, 0].tolist()) <= set(table[:, 0].tolist())


def test_few_images_are_images_plus_noise():
    images = torch.randn(3, 784).sign()
    x = few_images(images, sigma=0.2).draw(Streams([0]), 300)[0]
    rms = torch.cdist(x, images).amin(1) / 28
    assert abs(rms.mean() - 0.2) < 0.01
    assert few_images(images, sigma=0.0).draw(Streams([0]), 9).unique().tolist() == [-1.0, 1.0]


def test_ten_images_are_the_nearest_to_the_means_of_their_class():
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(10).repeat(30)
    images = torch.rand(300, 1, 28, 28, generator=generator)
    images[57] = images[labels == 7].mean(dim=0)  # of class 7, close to its mean
    chosen = ten_images(images, labels)
    assert chosen.shape == (10, 784)
    assert torch.allclose(chosen[7], images[57].flatten() * 2 - 1)
    rows = {tuple(x[:5].tolist()) for x in (images.flatten(1) * 2 - 1)}
    assert all(tuple(x[:5].tolist()) in rows for x in chosen)


def test_what_a_problem_does_not_name_can_be_changed():
    assert ring(width_discriminator=16).width_discriminator == 16
    assert codes(torch.zeros(5, 3), latent_dim=4).latent_dim == 4


# ---- every round obeys its recipe's rates, also one that was copied ----

ROUNDS = {"game.one_round": lambda: one_round, "causes.play_round": rounds_with_memory}


def written_rounds():
    """All functions of the package, nested ones too, that move players by a recipe."""
    for path in sorted(Path(collapse.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = {argument.arg for argument in node.args.args}
                if {"recipe", "players", "share_left"} <= names:
                    yield f"{path.stem}.{node.name}"


def test_every_round_is_tried():
    assert {*written_rounds()} == {*ROUNDS}


@pytest.mark.parametrize("name", ROUNDS)
def test_a_round_sets_the_rates_of_its_place_in_the_training(name):
    problem, recipe = ring(), replace(TOO_FAST, decay=0.5)
    streams = Streams([0])
    players, play_round = make_players(recipe, problem, streams), ROUNDS[name]()
    for share_left in (1.0, 0.3, 0.1):
        play_round(recipe, problem, players, streams, share_left)
        factor = recipe.rate_factor(share_left)
        rates = [o.param_groups[0]["lr"] for o in players._optimizers()]
        assert rates == [factor * TOO_FAST.rate_generator, factor * TOO_FAST.rate_discriminator]
