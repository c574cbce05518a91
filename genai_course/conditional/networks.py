"""Networks that are told what to draw: a VAE and a generator with a condition beside their input.

A condition is a vector, shape (N, condition_dim): the one-hot code of a label, or pixels that are
already known. Here it is simply put beside what a layer gets anyway.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from genai_course.gan.convolutional import ConvGenerator
from genai_course.vae.losses import reparameterize


def one_hot(labels: torch.Tensor, num_classes: int = 10) -> torch.Tensor:
    """Return one row a label, 1 in the label's column and 0 elsewhere.

    The width is given, never read off the batch: a batch of sevens would get 8 columns.

    Args:
        labels: Integers in 0..num_classes - 1, shape (N,).
        num_classes: Width of the code.

    Returns:
        Floats, shape (N, num_classes), on the device of the labels.

    Raises:
        ValueError: If labels are not (N,) integers in that range.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    if labels.ndim != 1 or labels.is_floating_point():
        raise ValueError(f"labels: {tuple(labels.shape)} {labels.dtype}, wanted (N,) integers")
    if len(labels) and not 0 <= labels.min() <= labels.max() < num_classes:
        low, high = labels.min().item(), labels.max().item()
        raise ValueError(f"labels run from {low} to {high}, wanted 0 to {num_classes - 1}")
    return F.one_hot(labels, num_classes).float()


class ConditionalVAE(nn.Module):
    """A VAE whose encoder and decoder both see a condition c.

    Args:
        condition_dim: Numbers in one condition.
        latent_dim: Numbers in one z; its prior is N(0, I) whatever the condition.
        hidden: Width of the hidden layers.
        layers: Hidden layers in the encoder, and as many in the decoder.
        shape: Shape of one x.

    Source:
        Sohn, Lee and Yan (2015), Learning Structured Output Representation using Deep Conditional
        Generative Models; here with a prior that does not depend on c.
    Shown in: notebooks/12_conditional_generation.ipynb.
    """

    def __init__(
        self,
        condition_dim: int = 10,
        latent_dim: int = 20,
        hidden: int = 400,
        layers: int = 1,
        shape: tuple[int, ...] = (1, 28, 28),
    ) -> None:
        super().__init__()
        self.condition_dim, self.latent_dim, self.shape = condition_dim, latent_dim, shape
        pixels = math.prod(shape)
        self.encoder = hidden_layers(pixels + condition_dim, hidden, layers)
        self.encoder.append(nn.Linear(hidden, 2 * latent_dim))
        self.decoder = hidden_layers(latent_dim + condition_dim, hidden, layers)
        self.decoder.append(nn.Linear(hidden, pixels))

    def encode(self, x: torch.Tensor, c: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Map x (N, *shape) in [0, 1] and c (N, condition_dim) to mu and logvar of q(z|x, c)."""
        return self.encoder(torch.cat((x.flatten(1), c), dim=1)).chunk(2, dim=1)

    def decode(self, z: torch.Tensor, c: torch.Tensor) -> torch.Tensor:
        """Map z (N, latent_dim) and c (N, condition_dim) to pixel logits (N, *shape)."""
        return self.decoder(torch.cat((z, c), dim=1)).unflatten(1, self.shape)

    def forward(
        self, x: torch.Tensor, c: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Map x and c to (logits, mu, logvar), with one sample of z in between."""
        mu, logvar = self.encode(x, c)
        return self.decode(reparameterize(mu, logvar), c), mu, logvar


def hidden_layers(inputs: int, hidden: int, count: int) -> nn.Sequential:
    """Return `count` layers from `inputs` to width `hidden`, each with a ReLU, as a Sequential.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    layers = nn.Sequential()
    for i in range(count):
        layers.append(nn.Linear(hidden if i else inputs, hidden))
        layers.append(nn.ReLU())
    return layers


class ConditionalGenerator(nn.Module):
    """Map z and a label to an image: the convolutional generator of notebook 05 on (z, one-hot).

    Args:
        latent_dim: Numbers in one latent vector z.
        width: Channels at 14x14; there are twice as many at 7x7, four times at 3x3.
        num_classes: Number of labels.

    Source:
        Mirza and Osindero (2014), arXiv:1411.1784.
    Shown in: notebooks/12_conditional_generation.ipynb.
    """

    def __init__(self, latent_dim: int = 64, width: int = 16, num_classes: int = 10) -> None:
        super().__init__()
        self.latent_dim, self.num_classes = latent_dim, num_classes
        self.layers = ConvGenerator(latent_dim + num_classes, width).layers

    def forward(self, z: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Map z (N, latent_dim) and labels (N,) to images (N, 1, 28, 28) in [-1, 1]."""
        return self.layers(torch.cat((z, one_hot(labels, self.num_classes)), dim=1))

    def sample_prior(self, num_samples: int) -> torch.Tensor:
        """Draw z from N(0, I), shape (num_samples, latent_dim), on the device of the weights."""
        device = next(self.parameters()).device
        return torch.randn(num_samples, self.latent_dim, device=device)
