"""Train S small GANs side by side by any recipe, and look at all of them now and then."""

import time
from dataclasses import dataclass
from functools import partial

import torch
from torch.func import functional_call

from genai_course.collapse.players import make_players
from genai_course.collapse.streams import Streams
from genai_course.gan import proposed_losses as objectives
from genai_course.gan.losses import discriminator_loss, generator_loss, saturating_generator_loss
from genai_course.gan.penalties import gradient_penalty, r1_penalty
from genai_course.gan.unrolled import look_ahead
from genai_course.progress import track
from genai_course.training.stopping import finish_before_stopping


def _on_fakes(loss):
    return lambda real_logits, fake_logits: loss(fake_logits)


# Name: loss of the discriminator and of the generator, both of (real logits, fake logits).
OBJECTIVES = {
    "non_saturating": (discriminator_loss, _on_fakes(generator_loss)),
    "saturating": (discriminator_loss, _on_fakes(saturating_generator_loss)),
    "smoothed": (objectives.smoothed_discriminator_loss, _on_fakes(generator_loss)),
    "feature_matching": (discriminator_loss, None),
    "least_squares": (
        objectives.least_squares_discriminator_loss,
        _on_fakes(objectives.least_squares_generator_loss),
    ),
    "wasserstein": (
        objectives.wasserstein_critic_loss,
        _on_fakes(objectives.wasserstein_generator_loss),
    ),
    "hinge": (objectives.hinge_discriminator_loss, _on_fakes(objectives.hinge_generator_loss)),
    "relativistic": (
        objectives.relativistic_discriminator_loss,
        objectives.relativistic_generator_loss,
    ),
    "fisher": (None, _on_fakes(objectives.wasserstein_generator_loss)),
}


@dataclass
class Run:
    """What `train_ensemble` leaves: the players, and samples of every generator over time.

    Attributes:
        steps: Steps after which samples were drawn, a list of K numbers.
        samples: Shape (K, S, n, data_dim).
        seconds: Wall-clock time of the training.
        players: Generator, discriminator and their optimisers.
    """

    steps: list
    samples: torch.Tensor
    seconds: float
    players: object


def train_ensemble(
    recipe, problem, seeds, num_steps, *,
    snapshots=1, num_samples=2500, label="training", device="cpu", play_round=None,
):  # fmt: skip
    """Train one GAN for each seed, all in one, and draw samples at equal intervals.

    Args:
        recipe: A `Recipe`.
        problem: A `Problem`.
        seeds: Integers, one for each network.
        num_steps: Steps of the generator, a positive multiple of snapshots.
        snapshots: How often samples are drawn, the last time at the end.
        num_samples: Samples of each generator in a snapshot.
        label: Text of the progress bar.
        device: Where the networks live; what is drawn at random does not depend on it.
        play_round: Function to use in place of `one_round`, with the same arguments.

    Returns:
        A `Run`; after an interrupt `Stopped` is raised and keeps a shorter one.

    Raises:
        ValueError: If num_steps is not a positive multiple of snapshots.
        FloatingPointError: If samples are no longer finite.
    """
    if num_steps < 1 or snapshots < 1 or num_steps % snapshots:
        raise ValueError(f"{num_steps=} is not a positive multiple of {snapshots=}")
    streams = Streams(seeds, device)
    players = make_players(recipe, problem, streams)
    looks = Streams([seed + 10_000 for seed in seeds], device)
    look = looks.normal(num_samples, problem.latent_dim)
    steps, samples, start = [], [], time.perf_counter()
    with finish_before_stopping() as stop:
        for step in track(range(1, num_steps + 1), total=num_steps, label=label):
            share_left = 1 - (step - 1) / num_steps
            (play_round or one_round)(recipe, problem, players, streams, share_left)
            if step % (num_steps // snapshots) == 0 or stop.is_set():
                steps.append(step)
                samples.append(_sample(players.generator, look))
            if stop.is_set():
                break
        return stop.keep(Run(steps, torch.stack(samples), time.perf_counter() - start, players))


@torch.no_grad()
def _sample(generator, z):
    x = generator(z)
    if not x.isfinite().all():
        raise FloatingPointError("the samples are no longer finite: lower the learning rates")
    return x


def one_round(recipe, problem, players, streams, share_left=1.0):
    """Let the discriminator make its steps, then the generator one, in all S games.

    Args:
        recipe: The `Recipe`.
        problem: The `Problem`.
        players: What `make_players` returned; changed in place.
        streams: Random numbers of the S networks.
        share_left: Part of the training still ahead, 1 to 0; rates and noise depend on it.
    """
    players.set_rates(recipe.rate_factor(share_left))
    blur = recipe.noise * problem.data_scale * share_left
    batch = problem.batch_size * recipe.pack
    for _ in range(recipe.discriminator_steps):
        x_real = problem.draw(streams, batch)
        x_fake = players.generator(streams.normal(batch, problem.latent_dim))
        real_seen = _changed(recipe, problem, x_real, streams, blur, real=True)
        fake_seen = _changed(recipe, problem, x_fake, streams, blur)
        _discriminator_turn(recipe, players, streams, real_seen, fake_seen.detach())
    _generator_turn(recipe, players, real_seen, fake_seen)


def _changed(recipe, problem, x, streams, blur, real=False):
    """What the discriminator is shown instead of x: augmented, blurred by noise, or x itself."""
    if recipe.augment == "both" or (recipe.augment == "real_only" and real):
        x = problem.augment(x, streams)
    if blur:
        x = x + blur * streams.normal(*x.shape[1:])
    return x


def _discriminator_turn(recipe, players, streams, x_real, x_fake):
    networks, discriminator = len(streams), players.discriminator
    if recipe.r1:
        x_real = x_real.detach().requires_grad_()
    if recipe.r2:
        x_fake = x_fake.requires_grad_()
    real_logits, fake_logits = discriminator(x_real), discriminator(x_fake)
    loss = _discriminator_objective(recipe, players, real_logits, fake_logits)
    if recipe.r1:
        loss = loss + recipe.r1 / 2 * r1_penalty(real_logits, x_real)
    if recipe.r2:
        loss = loss + recipe.r2 / 2 * r1_penalty(fake_logits, x_fake)
    if recipe.gradient_penalty:
        mix = streams.uniform(x_real.shape[1], 1)
        penalty = gradient_penalty(discriminator, x_real, x_fake, mix)
        loss = loss + recipe.gradient_penalty * penalty
    players.step_discriminator(networks * loss)  # the sum over networks: each its own gradient
    if recipe.clip:
        with torch.no_grad():
            for weight in discriminator.parameters():
                weight.clamp_(-recipe.clip, recipe.clip)


def _discriminator_objective(recipe, players, real_logits, fake_logits):
    if recipe.loss != "fisher":
        return OBJECTIVES[recipe.loss][0](*_flat(real_logits, fake_logits))
    rho = recipe.fisher_rho
    loss = objectives.fisher_critic_loss(real_logits, fake_logits, players.multiplier, rho)
    constraint = objectives.fisher_constraint(real_logits, fake_logits).detach()
    players.multiplier = players.multiplier + rho * (constraint - 1)  # not in place: in the graph
    return loss


def _generator_turn(recipe, players, x_real, x_fake):
    discriminator, networks = players.discriminator, x_fake.shape[0]
    if recipe.loss == "feature_matching":
        with torch.no_grad():
            real_features = discriminator.features(x_real)
        loss = objectives.feature_matching_loss(real_features, discriminator.features(x_fake))
    else:
        judged_by = discriminator
        if recipe.unroll:
            optimizer = players.discriminator_optimizer
            weights = look_ahead(
                discriminator, optimizer, x_real, x_fake, recipe.unroll, scale=networks
            )
            judged_by = partial(functional_call, discriminator, weights)
        real_logits = judged_by(x_real) if recipe.loss == "relativistic" else None  # else unused
        loss = OBJECTIVES[recipe.loss][1](*_flat(real_logits, judged_by(x_fake)))
    players.step_generator(networks * loss)


def _flat(*logits):
    """The losses of notebook 03 want one column of logits, those of 08 take any shape."""
    return [values if values is None else values.flatten() for values in logits]
