"""What a metric is, and what it looks at: a model's samples, the judge, real images, made once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch

from genai_course.data import load_images
from genai_course.evaluation.frechet import frechet_distance
from genai_course.evaluation.judge import judge_features, load_judge
from genai_course.models.pretrained import draw, load_pretrained
from genai_course.sequences.transformer import GPT
from genai_course.vae.binarise import binarise
from genai_course.vae.importance import log_weights
from genai_course.vae.vqvae import images_to_indices, indices_to_logits
from workbench.pretraining.words import written

NUM_SAMPLES = 5000
NUM_REAL = 5000
NUM_BINARY, CHUNK, NUM_WEIGHTS = 1000, 20, 500  # of the likelihood


@dataclass(frozen=True)
class Metric:
    """One number: how it is computed, in words and in code, and what rounding may change."""

    how: str
    compute: Callable
    tolerance: float
    needs_mnist: bool = False
    each: Callable | None = None  # the values of which it is the mean, where they go on the card


class Bench:
    """What the metrics look at: a model, what it draws, the judge, real images; all made once.

    Args:
        model: A shipped model, or None to look at real images in place of its samples.
        device: Where to compute.
        num_samples: How many to draw; None stands for `NUM_SAMPLES`.
    """

    def __init__(self, model, device="cpu", num_samples=None):
        self.model, self.device, self.num_samples = model, device, num_samples or NUM_SAMPLES

    @cached_property
    def judge(self):
        """The judge of MNIST, which needs no data."""
        return load_judge("mnist", self.device)

    @cached_property
    def samples(self):
        """`num_samples` images in [0, 1]: of the model, or the first of the training set."""
        if self.model is None:
            return load_images("mnist", "train")[0][: self.num_samples].to(self.device)
        if isinstance(self.model, GPT):
            labels = torch.arange(self.num_samples, device=self.device) % 10
            return written(self.model, self.vqvae, labels)
        return draw(self.model, self.num_samples, seed=0)

    @cached_property
    def vqvae(self):
        """The shipped VQ-VAE, by whose decoder codes become images."""
        return load_pretrained("vqvae", self.device)

    @cached_property
    def copies(self):
        """Copies in [0, 1] by the model, a VQ-VAE, of the real images, binarised by seed 0."""
        shuffle = torch.Generator().manual_seed(0)
        binary = binarise(self.real.cpu(), shuffle).to(self.device)
        return indices_to_logits(self.model, images_to_indices(self.model, binary)).sigmoid()

    @cached_property
    def real(self):
        """The first `NUM_REAL` test images in [0, 1]."""
        return load_images("mnist", "test")[0][:NUM_REAL].to(self.device)

    def distance_of(self, images):
        """Squared Frechet distance, in the judge's features, of images from the real ones."""
        return frechet_distance(*(judge_features(self.judge, x) for x in (images, self.real)))

    @cached_property
    def real_labels(self):
        """Their labels, integers (NUM_REAL,)."""
        return load_images("mnist", "test")[1][:NUM_REAL].to(self.device)

    @cached_property
    def binary(self):
        """The first `NUM_BINARY` test images, made black and white once, by seed 0."""
        shuffle = torch.Generator().manual_seed(0)
        return binarise(self.real[:NUM_BINARY].cpu(), shuffle).to(self.device)

    def weights_of_chunk(self, number):
        """Log weights of `CHUNK` binary images, shape (NUM_WEIGHTS, CHUNK), noise seeded anew."""
        chosen = self.binary[number * CHUNK : (number + 1) * CHUNK]
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(number)
            return log_weights(self.model, chosen, NUM_WEIGHTS)

    @cached_property
    def weights(self):
        """Log weights of all binary images, shape (NUM_WEIGHTS, NUM_BINARY)."""
        chunks = range(NUM_BINARY // CHUNK)
        return torch.cat([self.weights_of_chunk(number) for number in chunks], dim=1)
