"""What the recipe of a shipped model consists of."""

from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.pretraining.metrics import OF_IMAGES
from workbench.pretraining.sources import MNIST, Source

SIGNED = "images (N, 1, 28, 28) in [-1, 1]; to_unit_range maps them to [0, 1]"


@dataclass(frozen=True)
class Recipe:
    """One shipped model.

    Args:
        name: What `load_pretrained` calls it, and the name of its files.
        home: The notebook whose model it is.
        about: What it is, in a few words.
        start: Function of the device and `arguments` that gives a fresh `Training`.
        arguments: Of the class of the model.
        steps, batch_size, seed: Of the training.
        inputs, outputs, value_range: What goes in and comes out, for the card.
        metrics: Names of `metrics.METRICS` that go on the card.
        at_least, at_most: Bounds on metrics; a model that breaks one is not stored.
        stored: How the numbers are stored, "float32" or "float16".
        source: What it is trained on.
        part: Samples, the first ones, whose metrics go on the card besides, for a model that draws
            slowly: tests compute these anew. 0 is none.
    """

    name: str
    home: str
    about: str
    start: Callable
    steps: int
    batch_size: int
    inputs: str
    outputs: str = SIGNED
    value_range: tuple = (-1, 1)
    arguments: dict = field(default_factory=dict)
    seed: int = 0
    metrics: tuple = OF_IMAGES
    at_least: dict = field(default_factory=dict)
    at_most: dict = field(default_factory=dict)
    stored: str = "float32"
    source: Source = MNIST
    part: int = 0

    def settings(self):
        """Return what a checkpoint must have in common with this recipe to be continued."""
        start = f"{self.start.__module__}.{self.start.__name__}"
        sizes = {"steps": self.steps, "batch_size": self.batch_size, "seed": self.seed}
        return {"name": self.name, "start": start, "arguments": dict(self.arguments), **sizes}
