"""The networks of a DCGAN for 28 x 28 pixels, narrow enough for a CPU.

The generator turns a vector into 3 x 3 pixels of many channels and enlarges them three times by
transposed convolutions; the discriminator walks the same way back by strided convolutions.
"""

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


class ConvGenerator(nn.Module):
    """Map latent vectors to images by transposed convolutions: 3x3, 7x7, 14x14, 28x28, tanh.

    Args:
        latent_dim: Numbers in one latent vector z.
        width: Channels at 14x14; there are twice as many at 7x7, four times at 3x3.
        channels: Channels of the images, 1 for grey.

    Source:
        Radford et al. (2016), arXiv:1511.06434, Section 3 (the rules; here smaller).
    Shown in: notebooks/05_dcgan.ipynb.
    """

    def __init__(self, latent_dim: int = 64, width: int = 16, channels: int = 1) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.layers = nn.Sequential(
            nn.Linear(latent_dim, 4 * width * 9, bias=False),
            nn.Unflatten(1, (4 * width, 3, 3)),
            nn.BatchNorm2d(4 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(4 * width, 2 * width, 3, stride=2, bias=False),  # 7x7
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1, bias=False),  # 14x14
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),  # 28x28
            nn.Tanh(),
        )

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Map z, shape (N, latent_dim), to images (N, channels, 28, 28) in [-1, 1]."""
        return self.layers(z)

    def sample_prior(self, num_samples: int) -> torch.Tensor:
        """Draw z from N(0, I), shape (num_samples, latent_dim), on the device of the weights."""
        device = next(self.parameters()).device
        return torch.randn(num_samples, self.latent_dim, device=device)


class ConvDiscriminator(nn.Module):
    """Score images by strided convolutions: 28x28, 14x14, 7x7, 3x3, a logit each.

    Args:
        width: Channels at 14x14; there are twice as many at 7x7, four times at 3x3.
        channels: Channels of the images, 1 for grey.
        spectral: Whether every layer is divided by its largest singular value; if so there is no
            batch normalisation, and an image's logit does not depend on the rest of its batch.

    Source:
        Radford et al. (2016), arXiv:1511.06434, Section 3; Miyato et al. (2018),
        arXiv:1802.05957, Section 2.1 (spectral normalisation).
    Shown in: notebooks/05_dcgan.ipynb.
    """

    def __init__(self, width: int = 16, channels: int = 1, spectral: bool = False) -> None:
        super().__init__()
        bounded = spectral_norm if spectral else nn.Identity()
        self.layers = nn.Sequential(
            bounded(nn.Conv2d(channels, width, 4, stride=2, padding=1)),  # 14x14
            nn.LeakyReLU(0.2),
            bounded(nn.Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=spectral)),  # 7x7
            nn.Identity() if spectral else nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(0.2),
            bounded(nn.Conv2d(2 * width, 4 * width, 3, stride=2, bias=spectral)),  # 3x3
            nn.Identity() if spectral else nn.BatchNorm2d(4 * width),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
        )
        self.to_logits = bounded(nn.Linear(4 * width * 9, 1))

    def features(self, images_signed: torch.Tensor) -> torch.Tensor:
        """Map images_signed in [-1, 1] to what the last layer sees, shape (N, 4 * width * 9)."""
        return self.layers(images_signed)

    def forward(self, images_signed: torch.Tensor) -> torch.Tensor:
        """Map images_signed (N, channels, 28, 28) in [-1, 1] to logits (N, 1)."""
        return self.to_logits(self.features(images_signed))
