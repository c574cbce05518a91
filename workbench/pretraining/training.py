"""How a recipe is trained: by the course's own loop, and a kill at any moment cannot harm it.

`fit` stores all that changes every 500 steps, so a killed run repeats at most these. What it has
stored belongs to one recipe and one set of data: with others it is refused, never begun anew.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from genai_course.training import fit
from genai_course.training.resuming import Checkpoint, checksum, stacked


@dataclass
class Training:
    """What a run consists of: everything that changes, and what one step does with it.

    Args:
        networks: The modules whose weights and buffers change, by name.
        optimizers: Their optimisers, by name; the learning rates given here are the largest.
        step: Function of images in [0, 1], their labels and the share of the training that is
            done, in [0, 1), that does one update and returns a dict of 0-d tensors.
        result: Function without arguments that gives the module to ship, once all is done.
    """

    networks: dict
    optimizers: dict
    step: Callable
    result: Callable


class OfRecipe(Checkpoint):
    """A checkpoint that belongs to one recipe, and reports each time that it is stored.

    Args:
        path: The file.
        facts: Dict of what must stay the same besides what every checkpoint looks at.
        report: Function of (steps done, dict of the losses' means since the last report).
        more: `every` and the parts, as `Checkpoint` takes them.
    """

    def __init__(self, path, facts, report, **more):
        super().__init__(path, **more)
        self.facts, self.report = facts, report

    def resume(self, num_steps, settings):
        """Go on, or begin; what the recipe says is compared before all else."""
        told = {f"{name} of the recipe": repr(value) for name, value in self.facts.items()}
        return super().resume(num_steps, {**told, **settings})

    def save(self, done, history):
        """Store the state after `done` steps, and report once that is done."""
        super().save(done, history)
        latest = {name: stacked(values[-self.every :]) for name, values in history.items()}
        self.report(done, {name: values.float().mean().item() for name, values in latest.items()})


def rate_factor(done, steps, warm_up=200, constant=0.5):
    """Share of the largest learning rate: up in `warm_up` steps, then level, then down to 0.

    Args:
        done: Steps done so far.
        steps: Steps in all.
        warm_up: Steps of the way up.
        constant: Share of the steps after which the rate falls on a straight line.
    """
    up = min(1.0, (done + 1) / warm_up)
    down = min(1.0, (steps - done) / (steps * (1 - constant)))
    return up * down


def draws(count, num_steps, batch_size):
    """Return the indices that `fit` shuffles and cuts into batches, all of them equally often.

    A recipe counts steps, and these are no whole number of passes over the images; so what is
    shuffled is the whole training at once, in which every image occurs as often as any other, or
    once more.

    Args:
        count: Number of images.
        num_steps: Steps in all.
        batch_size: Images in a batch.

    Returns:
        Integers in 0..count - 1, shape (num_steps * batch_size,).
    """
    needed = num_steps * batch_size
    return torch.arange(needed) * count // needed


def train(training, data, recipe, path, report, every=500):
    """Train to the end of a recipe, from the beginning or from where an earlier run was killed.

    Args:
        training: A fresh `Training`, as `recipe.start` made it.
        data: Tuple of images (N, 1, 28, 28) in [0, 1] and labels (N,), on the training's device.
        recipe: Has `name`, `steps`, `batch_size`, `seed` and `settings()`.
        path: File of the checkpoint.
        report: Function of (steps done, dict of the last losses), called when these are stored.
        every: Steps from one time that the training is stored to the next.

    Returns:
        The module to ship, in evaluation mode.

    Raises:
        CheckpointError: If the file belongs to another recipe or to other data.
        FloatingPointError: If a loss is not finite; the file keeps what was stored before.
    """
    images, labels = data
    optimizers = training.optimizers
    rates = {name: _rate(optimizer, recipe.steps) for name, optimizer in optimizers.items()}
    clock = next(iter(rates.values()))

    def step(chosen):
        done = clock.last_epoch / recipe.steps
        losses = training.step(images[chosen], labels[chosen], done)
        for rate in rates.values():
            rate.step()
        return losses

    facts = {**recipe.settings(), "images": checksum(images), "labels": checksum(labels)}
    parts = dict(training.networks)
    parts |= {f"optimizer_{name}": optimizer for name, optimizer in optimizers.items()}
    parts |= {f"rate_{name}": rate for name, rate in rates.items()}
    fit(
        step,
        draws(len(images), recipe.steps, recipe.batch_size).to(images.device),
        num_epochs=1,
        batch_size=recipe.batch_size,
        seed=recipe.seed,
        label=recipe.name,
        checkpoint=OfRecipe(path, facts, report, every=every, **parts),
    )
    return training.result().eval().requires_grad_(False)


def _rate(optimizer, steps):
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda done: rate_factor(done, steps))
