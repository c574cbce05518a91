"""The two networks of the GAN: fully connected, 100 numbers to 28 x 28 pixels and back to one."""

import torch
from torch import nn


class Generator(nn.Module):
    """Map latent vectors to images: 100-256-512-1024-784, tanh at the end.

    Args:
        latent_dim: Numbers in one latent vector z.

    Source:
        Goodfellow et al. (2014), arXiv:1406.2661, Section 5 (fully connected nets on MNIST).
    Shown in: notebooks/04_gan.ipynb.
    """

    def __init__(self, latent_dim: int = 100) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.layers = nn.Sequential(
            nn.Linear(latent_dim, 256),
            nn.LeakyReLU(0.2),
            nn.Linear(256, 512),
            nn.LeakyReLU(0.2),
            nn.Linear(512, 1024),
            nn.LeakyReLU(0.2),
            nn.Linear(1024, 784),
            nn.Tanh(),
            nn.Unflatten(1, (1, 28, 28)),
        )

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Map z, shape (N, latent_dim), to images (N, 1, 28, 28) in [-1, 1]."""
        return self.layers(z)

    def sample_prior(self, num_samples: int) -> torch.Tensor:
        """Draw z from N(0, I), shape (num_samples, latent_dim), on the device of the weights."""
        device = next(self.parameters()).device
        return torch.randn(num_samples, self.latent_dim, device=device)


class Discriminator(nn.Module):
    """Score images: 784-1024-512-256-1, a logit each, positive for "real".

    Args:
        dropout: Share of hidden activations set to zero while training; 0 for none.

    Source:
        Goodfellow et al. (2014), arXiv:1406.2661, Section 5 (fully connected nets on MNIST).
    Shown in: notebooks/04_gan.ipynb.
    """

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(784, 1024),
            nn.LeakyReLU(0.2),
            nn.Dropout(dropout),
            nn.Linear(1024, 512),
            nn.LeakyReLU(0.2),
            nn.Dropout(dropout),
            nn.Linear(512, 256),
            nn.LeakyReLU(0.2),
            nn.Dropout(dropout),
            nn.Linear(256, 1),
        )

    def forward(self, images_signed: torch.Tensor) -> torch.Tensor:
        """Map images_signed (N, 1, 28, 28) in [-1, 1] to logits (N, 1); sigmoid gives P(real)."""
        return self.layers(images_signed)
