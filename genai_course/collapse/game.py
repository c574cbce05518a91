"""Train S small GANs side by side by any recipe, and look at all of them now and then."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from genai_course.collapse.fixes import Recipe
from genai_course.collapse.penalties import Judged
from genai_course.collapse.players import Players, make_players
from genai_course.collapse.problems import Problem
from genai_course.collapse.streams import Streams
from genai_course.progress import track
from genai_course.training.stopping import finish_before_stopping


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
    recipe: Recipe,
    problem: Problem,
    seeds: Sequence[int],
    num_steps: int,
    *,
    snapshots: int = 1,
    num_samples: int = 2500,
    label: str = "training",
    device: torch.device | str = "cpu",
    play_round: Callable[..., None] | None = None,
) -> Run:
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


def one_round(
    recipe: Recipe, problem: Problem, players: Players, streams: Streams, share_left: float = 1.0
) -> None:
    """Let the discriminator make its steps, then the generator one, in all S games.

    Args:
        recipe: The `Recipe`.
        problem: The `Problem`.
        players: What `make_players` returned; changed in place.
        streams: Random numbers of the S networks.
        share_left: Part of the training still ahead, 1 to 0; rates and noise depend on it.
    """
    players.set_rates(recipe.rate_factor(share_left))
    batch = problem.batch_size * recipe.pack
    for _ in range(recipe.discriminator_steps):
        x_real = problem.draw(streams, batch)
        x_fake = players.generator(streams.normal(batch, problem.latent_dim))
        x_real = recipe.see_real(x_real, problem, streams, share_left)
        x_fake = recipe.see_fake(x_fake, problem, streams, share_left)
        _discriminator_turn(recipe, players, streams, x_real, x_fake)
    _generator_turn(recipe, players, x_real, x_fake)


def _discriminator_turn(recipe, players, streams, x_real, x_fake):
    discriminator = players.discriminator
    x_real, x_fake = x_real.detach().requires_grad_(), x_fake.detach().requires_grad_()
    judged = Judged(x_real, x_fake, discriminator(x_real), discriminator(x_fake))
    loss = recipe.losses.discriminator(judged.real_logits, judged.fake_logits, players.memory)
    for penalty in recipe.penalties:
        loss = loss + penalty(judged, discriminator, streams)
    players.step_discriminator(len(streams) * loss)  # the sum over networks: each its own gradient
    recipe.after_step(discriminator)


def _generator_turn(recipe, players, x_real, x_fake):
    judge = recipe.judge(players, x_real, x_fake)
    loss = recipe.losses.generator(judge, x_real, x_fake)
    players.step_generator(len(x_fake) * loss)
