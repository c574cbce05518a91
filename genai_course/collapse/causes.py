"""Suspected causes of mode collapse, each changed alone on the ring of 8, and what is stored."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from genai_course.collapse.fixes import TOO_FAST, TOO_SLOW, Recipe, with_fix
from genai_course.collapse.game import train_ensemble
from genai_course.collapse.objectives import SATURATING
from genai_course.collapse.optimizers import Adam
from genai_course.collapse.problems import RING_RADIUS, RING_SIGMA, Problem, few_images, ring
from genai_course.data import ring_centres
from genai_course.evaluation.modes import hopping, mode_report, mode_shares
from genai_course.gan.losses import discriminator_loss, generator_loss
from genai_course.ranges import check_finite_numbers

STORED = Path(__file__).parent / "results" / "causes.json"
SEEDS, NUM_STEPS, SNAPSHOTS = tuple(range(5)), 1500, 15
EQUAL = Recipe(rate_generator=1e-3, rate_discriminator=1e-3)
UNEVEN = (0.23, 0.02) * 4  # every other mode is rare


def uneven_ring(shares: Sequence[float] = UNEVEN, **sizes: float) -> Problem:
    """Return the ring of 8 with modes that are not equally frequent.

    Args:
        shares: Share of each mode, 8 numbers that sum to 1.
        sizes: Sizes of the networks that differ from the usual.
    """
    ends, centres = torch.tensor(shares).cumsum(0), ring_centres(8, RING_RADIUS)

    def draw(streams, n):
        mode = torch.searchsorted(ends, streams.uniform(n)).clamp(max=len(centres) - 1)
        return centres[mode] + RING_SIGMA * streams.normal(n, 2)

    return replace(ring(**sizes), draw=draw)


def train_with_memory(
    recipe: Recipe, problem: Problem, seeds: Sequence[int], num_steps: int, snapshots: int,
    num_samples: int = 2500,
) -> torch.Tensor:  # fmt: skip
    """Train as `train_ensemble` does, but half of the fakes the discriminator sees are old ones.

    Of the recipe only the learning rates and Adam's settings count.

    Args:
        recipe: A `Recipe`.
        problem: A `Problem`.
        seeds: Integers, one for each network.
        num_steps: Steps of the generator.
        snapshots: How often samples are drawn.
        num_samples: Samples of each generator in a snapshot.

    Returns:
        Samples, shape (snapshots, S, num_samples, data_dim).
    """
    run = train_ensemble(
        recipe, problem, seeds, num_steps,
        snapshots=snapshots, num_samples=num_samples, play_round=rounds_with_memory(),
    )  # fmt: skip
    return run.samples


def rounds_with_memory() -> Callable[..., None]:
    """Return a round in which half of the fakes shown to the discriminator are from earlier ones.

    It has the arguments of `one_round` and remembers the fakes of all rounds that it played.
    """
    memory = []  # earlier fakes, each (S, n, d)

    def play_round(recipe, problem, players, streams, share_left):
        players.set_rates(recipe.rate_factor(share_left))
        half, networks = problem.batch_size // 2, len(streams)
        x_real = problem.draw(streams, 2 * half)
        x_fake = players.generator(streams.normal(2 * half, problem.latent_dim))
        memory.append(x_fake.detach()[:, half:])
        chosen = streams.integers(len(memory), 1)[:, 0].tolist()
        old = torch.stack([memory[number][s] for s, number in enumerate(chosen)])
        shown = torch.cat((x_fake.detach()[:, :half], old), dim=1)
        real_logits, fake_logits = players.discriminator(x_real), players.discriminator(shown)
        loss = discriminator_loss(real_logits.flatten(), fake_logits.flatten())
        players.step_discriminator(networks * loss)
        players.step_generator(networks * generator_loss(players.discriminator(x_fake).flatten()))

    return play_round


def _rates(generator, discriminator):
    return Recipe(rate_generator=generator, rate_discriminator=discriminator)


# Suspect: group, recipe, and what else differs: sizes of networks, shares of the modes, memory
CAUSES: dict[str, tuple[str, Recipe, dict]] = {
    "G 3e-4, D 1e-2 (33 times as fast)": ("rates", _rates(3e-4, 1e-2), {}),
    "G 3e-4, D 3e-3 (10 times): TOO_FAST": ("rates", TOO_FAST, {}),
    "G 3e-4, D 1e-3 (3 times)": ("rates", _rates(3e-4, 1e-3), {}),
    "both 3e-4": ("rates", _rates(3e-4, 3e-4), {}),
    "both 1e-3: EQUAL": ("rates", EQUAL, {}),
    "G 1e-3, D 3e-4 (a third)": ("rates", _rates(1e-3, 3e-4), {}),
    "G 1e-3, D 1e-4 (a tenth): TOO_SLOW": ("rates", TOO_SLOW, {}),
    "EQUAL, 5 steps of D": ("steps", replace(EQUAL, discriminator_steps=5), {}),
    "TOO_SLOW, 5 steps of D": ("steps", replace(TOO_SLOW, discriminator_steps=5), {}),
    "EQUAL, D 256 wide": ("capacity", EQUAL, {"width_discriminator": 256}),
    "EQUAL, D 16 wide": ("capacity", EQUAL, {"width_discriminator": 16}),
    "EQUAL, G 16 wide": ("capacity", EQUAL, {"width_generator": 16}),
    "TOO_FAST, D 16 wide": ("capacity", TOO_FAST, {"width_discriminator": 16}),
    "EQUAL, beta1 = 0": ("momentum", replace(EQUAL, optimizer=Adam(beta1=0.0)), {}),
    "EQUAL, beta1 = 0.9": ("momentum", replace(EQUAL, optimizer=Adam(beta1=0.9)), {}),
    "TOO_FAST, beta1 = 0": ("momentum", replace(TOO_FAST, optimizer=Adam(beta1=0.0)), {}),
    "TOO_FAST, beta1 = 0.9": ("momentum", replace(TOO_FAST, optimizer=Adam(beta1=0.9)), {}),
    "EQUAL, saturating loss": ("loss", replace(EQUAL, losses=SATURATING), {}),
    "TOO_FAST, saturating loss": ("loss", replace(TOO_FAST, losses=SATURATING), {}),
    "EQUAL, uneven data": ("data", EQUAL, {"shares": UNEVEN}),
    "TOO_SLOW, D with a memory": ("forgetting", TOO_SLOW, {"memory": True}),
    "TOO_FAST, AdamW": ("optimiser", with_fix(TOO_FAST, "AdamW"), {}),
    "TOO_FAST, RMSprop": ("optimiser", with_fix(TOO_FAST, "RMSprop"), {}),
}


def measure(name: str, seeds: Sequence[int] = SEEDS) -> list[dict[str, float]]:
    """Return one dict of measurements for each seed, after training the suspect of that name.

    The keys are those of `mode_report`, after the last step, and `hopping` over the second half
    of the snapshots.

    Args:
        name: A key of `CAUSES`.
        seeds: Integers, one for each network.
    """
    _, recipe, change = CAUSES[name]
    if "memory" in change:
        samples = train_with_memory(recipe, ring(), seeds, NUM_STEPS, SNAPSHOTS)
    else:
        problem = uneven_ring(**change) if "shares" in change else ring(**change)
        run = train_ensemble(recipe, problem, seeds, NUM_STEPS, snapshots=SNAPSHOTS, label=name)
        samples = run.samples
    return [report_over_time(own) for own in samples.unbind(dim=1)]


def report_over_time(samples: torch.Tensor) -> dict[str, float]:
    """Return the `mode_report` of the last snapshot on the ring, with the hopping of late ones.

    Args:
        samples: Samples of one generator, shape (T, n, 2).

    Raises:
        ValueError: If a sample is not finite.
    """
    check_finite_numbers(samples, "samples")
    centres = ring_centres(8, RING_RADIUS)
    late = samples[len(samples) // 2 :]
    shares = torch.stack([mode_shares(x, centres) for x in late])
    report = mode_report(samples[-1], centres, RING_SIGMA)
    return {**report, "hopping": hopping(shares)}


TEN_IMAGES_STEPS, TEN_IMAGES_SEEDS = 5000, (0, 1, 2)
TEN_IMAGES_RADIUS = 7.0  # a sample is on an image up to here: 0.25 a pixel, in [-1, 1]
TEN_IMAGES = {"gradient penalty": with_fix(TOO_FAST, "WGAN-GP")}


def measure_ten_images(name: str, table: torch.Tensor) -> list[dict[str, float]]:
    """Return one `mode_report` for each seed, after training on ten images plus noise.

    Args:
        name: A key of `TEN_IMAGES`.
        table: The images, shape (10, 784), in [-1, 1]; see `problems.ten_images`.
    """
    run = train_ensemble(
        TEN_IMAGES[name], few_images(table), TEN_IMAGES_SEEDS, TEN_IMAGES_STEPS, num_samples=1000
    )
    return [mode_report(samples, table, TEN_IMAGES_RADIUS / 3) for samples in run.samples[-1]]


def load_ten_images() -> dict[str, list[dict[str, float]]]:
    """Return the stored reports of `measure_ten_images` on MNIST, by name."""
    return json.loads(STORED.read_text(encoding="utf-8"))["ten_images"]


def load_causes() -> dict[str, list[dict[str, float | None]]]:
    """Return what was stored: dict from a suspect's name to one dict for each seed.

    A spread that could not be measured, for lack of samples on a mode, is None.
    """
    return json.loads(STORED.read_text(encoding="utf-8"))["results"]
