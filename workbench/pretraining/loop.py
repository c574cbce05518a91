"""One loop for all shipped models that a kill cannot harm: it goes on where it was, bit by bit.

Training is cut into blocks. Each block begins with a seed of its own, which follows from its
number, and ends with a checkpoint; so nothing about random numbers has to be stored, and a run
that was killed repeats at most the block in which that happened. On a CPU with the same number of
threads the weights come out the same to the last bit as without the kill.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from genai_course.reproducibility import seed_everything
from genai_course.training import check_finite
from genai_course.training.checkpoints import load_checkpoint, save_checkpoint

BLOCK = 500  # steps between two checkpoints
SEED_STRIDE = 1_000_000  # more than the steps of any run


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


def run(training, data, recipe, path, report, block=BLOCK):
    """Train to the end of a recipe, from the beginning or from where an earlier run was killed.

    Args:
        training: A fresh `Training`, as `recipe.start` made it.
        data: Tuple of images (N, 1, 28, 28) in [0, 1] and labels (N,), on the training's device.
        recipe: Has `name`, `steps`, `batch_size`, `seed` and `settings()`.
        path: File of the checkpoint.
        report: Function of (steps done, dict of the last losses), called after each block.
        block: Steps between two checkpoints.

    Returns:
        The module to ship, in evaluation mode.
    """
    path = Path(path)
    done = _resume(training, recipe, path)
    largest = {name: opt.defaults["lr"] for name, opt in training.optimizers.items()}
    batches = Batches(data, recipe.batch_size, recipe.seed)
    while done < recipe.steps:
        seed_everything(recipe.seed * SEED_STRIDE + done)
        history = {}
        for _ in range(min(block, recipe.steps - done)):
            factor = rate_factor(done, recipe.steps)
            for name, optimizer in training.optimizers.items():
                for group in optimizer.param_groups:
                    group["lr"] = largest[name] * factor
            for name, value in training.step(*batches[done], done / recipe.steps).items():
                history.setdefault(name, []).append(value.detach())
            done += 1
        check_finite(history)
        save_checkpoint(path, _state(training, recipe, done))
        report(done, {name: torch.stack(v).float().mean().item() for name, v in history.items()})
    return training.result().eval().requires_grad_(False)


class Batches:
    """Batch number i of endlessly many: shuffled anew in each pass, by a seed and i alone."""

    def __init__(self, data, batch_size, seed):
        self.data, self.batch_size, self.seed = data, batch_size, seed
        self.epoch, self.order = None, None

    def __getitem__(self, index):
        """Return the images and labels of batch `index`, counted from 0."""
        count = len(self.data[0])
        epoch, place = divmod(index, count // self.batch_size)
        if epoch != self.epoch:
            shuffle = torch.Generator().manual_seed(self.seed * SEED_STRIDE + epoch)
            self.epoch, self.order = epoch, torch.randperm(count, generator=shuffle)
        chosen = self.order[place * self.batch_size : (place + 1) * self.batch_size]
        return tuple(tensor[chosen.to(tensor.device)] for tensor in self.data)


def _state(training, recipe, done):
    return {
        "settings": recipe.settings(),
        "done": done,
        "networks": {name: net.state_dict() for name, net in training.networks.items()},
        "optimizers": {name: opt.state_dict() for name, opt in training.optimizers.items()},
    }


def _resume(training, recipe, path):
    """Fill the training from a checkpoint of the same recipe; return the steps it had done."""
    if not path.exists():
        return 0
    state = load_checkpoint(path)
    if state["settings"] != recipe.settings():
        return 0  # the recipe has changed since: begin anew
    for name, network in training.networks.items():
        network.load_state_dict(state["networks"][name])
    for name, optimizer in training.optimizers.items():
        optimizer.load_state_dict(state["optimizers"][name])
    return state["done"]
