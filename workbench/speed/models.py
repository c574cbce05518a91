"""What is trained when loops are compared: networks, settings and data that all loops share."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, IterableDataset
from torchvision import transforms

from genai_course.collapse.fixes import TOO_FAST
from genai_course.collapse.problems import RING_RADIUS, RING_SIGMA
from genai_course.data import load_images, ring_of_gaussians
from genai_course.data.mnist_files import FILES, locate, read
from genai_course.gan.convolutional import ConvDiscriminator, ConvGenerator
from genai_course.gan.networks import Discriminator, Generator
from genai_course.layers import initialise_weights
from genai_course.vae.networks import VAE


@dataclass(frozen=True)
class Model:
    """Networks to train, how, and how the result is told.

    Attributes:
        title: Name in the table.
        build: Function that gives the networks: (vae,), or (generator, discriminator).
        latent_dim: Numbers in one z of a generator.
        batch_size: Images, or points, in a batch.
        rates: Adam's learning rate for each network.
        betas: Adam's two.
        turn: Batches of one turn, about a second's work.
        signed: Whether images are wanted in [-1, 1].
        layout: Memory layout of the course's networks.
        fresh_fakes: Whether the generator's step draws new images instead of those just judged.
        separate: Whether real and generated batches pass the discriminator apart.
        games: How many of these networks there are, five seeds for the ring.
        steps: Steps that count as an epoch, 0 for one pass over the training set.
        goals: From a loop's name to how many times it ought to be as fast as the tutorial's.
    """

    title: str
    build: Callable
    latent_dim: int
    batch_size: int
    rates: tuple
    betas: tuple
    turn: int
    signed: bool = True
    layout: torch.memory_format = torch.contiguous_format
    fresh_fakes: bool = True
    separate: bool = False
    games: int = 1
    steps: int = 0
    goals: dict = field(default_factory=dict)


def _dcgan(latent_dim, width):
    return lambda: (
        initialise_weights(ConvGenerator(latent_dim, width)),
        initialise_weights(ConvDiscriminator(width)),
    )


def ring_players():
    """One game on the ring as plain networks: 2-64-64-2 and 2-64-64-64-1, ReLU."""

    def mlp(*sizes):
        layers = []
        for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        return nn.Sequential(*layers[:-1])

    return mlp(2, 64, 64, 2), mlp(2, 64, 64, 64, 1)


OURS, OURS_BF16 = "course", "course, bfloat16"
MODELS = {
    "vae": Model(
        *("VAE 784-400-20", lambda: (VAE(),), 20, 128, (1e-3,), (0.9, 0.999), 100),
        signed=False,
        goals={OURS: 2.2, OURS_BF16: 3.0},
    ),
    "gan": Model(
        *("GAN of notebook 04", lambda: (Generator(), Discriminator()), 100, 128),
        *((5e-4, 5e-4), (0.0, 0.99), 40),
        goals={OURS: 1.8, OURS_BF16: 2.5},
    ),
    "dcgan": Model(
        *("DCGAN, width 64", _dcgan(100, 64), 100, 128, (2e-4, 2e-4), (0.5, 0.999), 5),
        layout=torch.channels_last,
        separate=True,
        goals={OURS: 1.6, OURS_BF16: 3.0},
    ),
    "narrow": Model(
        *("DCGAN of notebook 05", _dcgan(64, 16), 64, 64, (1e-3, 1e-3), (0.0, 0.99), 40),
        layout=torch.channels_last,
        separate=True,
    ),
    "ring": Model(
        *("five GANs on the ring", ring_players, 2, 64),
        *((TOO_FAST.rate_generator, TOO_FAST.rate_discriminator), (0.5, 0.999), 60),
        fresh_fakes=False,
        separate=True,
        games=5,
        steps=1000,
    ),
}


class PictureFolder(torch.utils.data.Dataset):
    """What torchvision's MNIST class does for each image, whatever data set was found.

    Args:
        pixels: Bytes, shape (N, 28, 28).
        transform: From a PIL image to a tensor.
    """

    def __init__(self, pixels, transform):
        self.pixels, self.transform = pixels, transform

    def __len__(self):
        return len(self.pixels)

    def __getitem__(self, index):
        return self.transform(Image.fromarray(self.pixels[index])), 0


class RingBatches(IterableDataset):
    """Batches of the ring without end, drawn on the fly, each with the modes of its points."""

    def __init__(self, batch_size):
        self.batch_size = batch_size

    def __iter__(self):
        while True:
            yield ring_of_gaussians(self.batch_size, 8, RING_RADIUS, RING_SIGMA)


def usual_loader(model, data_name):
    """The DataLoader of a tutorial: torchvision's transforms, image by image, as it comes."""
    if model.games > 1:
        return DataLoader(RingBatches(model.batch_size), batch_size=None)
    steps = [transforms.ToTensor()]
    if model.signed:
        steps.append(transforms.Normalize((0.5,), (0.5,)))
    data = PictureFolder(training_pixels(data_name), transforms.Compose(steps))
    return DataLoader(data, batch_size=model.batch_size, shuffle=True, drop_last=True)


def training_pixels(data_name):
    """Return the training images as bytes, shape (N, 28, 28), as they lie on the disk."""
    if data_name == "mnist":
        return read(locate().raw, FILES[0])
    images = load_images(data_name, "train")[0]
    return (images.squeeze(1) * 255).round().numpy().astype(np.uint8)


def batches_in_epoch(model, data_name):
    """Return how many batches are one epoch."""
    return model.steps or len(training_pixels(data_name)) // model.batch_size
