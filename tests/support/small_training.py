"""A training so small that it can be stopped a hundred times, with everything that has a state.

Two players with dropout and batch normalisation, an average, two optimisers, a schedule, PyTorch's
global random numbers and a generator of random numbers of its own.
"""

import copy
import hashlib

import torch
from torch import nn

from genai_course.training import fit
from genai_course.training.resuming import Checkpoint

IMAGES = torch.rand(48, 6, generator=torch.Generator().manual_seed(0))
STEPS_AN_EPOCH = 6  # batches of 8


class Game:
    """A generator and a discriminator, all of whose state belongs to the checkpoint."""

    def __init__(self, width=12, lr=1e-2, weights_seed=0):
        torch.manual_seed(weights_seed)
        self.generator = nn.Sequential(
            nn.Linear(4, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, 6)
        )
        self.discriminator = nn.Sequential(
            nn.Linear(6, width), nn.Dropout(0.3), nn.ReLU(), nn.Linear(width, 1)
        )
        self.average = copy.deepcopy(self.generator)
        self.optimizer_g = torch.optim.Adam(self.generator.parameters(), lr=lr, fused=True)
        self.optimizer_d = torch.optim.SGD(self.discriminator.parameters(), lr=lr, momentum=0.9)
        self.schedule = torch.optim.lr_scheduler.ExponentialLR(self.optimizer_g, 0.99)
        self.noise = torch.Generator().manual_seed(1)
        self.calls = 0

    def parts(self):
        """Everything that changes, by name."""
        return {k: v for k, v in vars(self).items() if k != "calls"}

    def step(self, x):
        """One update of both players."""
        self.calls += 1
        fake = self.generator(torch.randn(len(x), 4))
        blurred = x + 0.1 * torch.randn(x.shape, generator=self.noise)
        gap = self.discriminator(blurred).mean() - self.discriminator(fake.detach()).mean()
        loss_d = nn.functional.softplus(-gap)
        self.optimizer_d.zero_grad()
        loss_d.backward()
        self.optimizer_d.step()
        loss_g = nn.functional.softplus(-self.discriminator(fake)).mean()
        self.optimizer_g.zero_grad()
        loss_g.backward()
        self.optimizer_g.step()
        self.schedule.step()
        with torch.no_grad():
            for mean, weight in zip(
                self.average.parameters(), self.generator.parameters(), strict=True
            ):
                mean.lerp_(weight, 0.1)
        return {"discriminator_loss": loss_d, "generator_loss": loss_g}

    def fit(self, path=None, *, num_epochs=10, step=None, every=4, **options):
        """Train; with a path, from the checkpoint there."""
        checkpoint = Checkpoint(path, every=every, **self.parts()) if path else None
        options = {"batch_size": 8, "checkpoint": checkpoint, **options}
        return fit(step or self.step, IMAGES, num_epochs=num_epochs, **options)

    def digest(self, history):
        """One number for all bits: weights, buffers, optimisers, random numbers, history."""
        total = hashlib.sha256()
        states = [part.state_dict() for part in self.parts().values() if part is not self.noise]
        add(total, [states, self.noise.get_state(), torch.get_rng_state(), history])
        return total.hexdigest()


def add(total, value):
    """Feed tensors and plain values, in order, to a checksum."""
    if isinstance(value, dict):
        value = [entry for pair in value.items() for entry in pair]
    if isinstance(value, (list, tuple)):
        for entry in value:
            add(total, entry)
    elif isinstance(value, torch.Tensor):
        total.update(
            value.contiguous().view(torch.uint8).numpy().tobytes()
            if value.dim()
            else repr(value.item()).encode()
        )
    else:
        total.update(repr(value).encode())


def whole_run(num_epochs=10):
    """Return the digest of a run that nothing has stopped and that stored nothing."""
    game = Game()
    return game.digest(game.fit(num_epochs=num_epochs))
