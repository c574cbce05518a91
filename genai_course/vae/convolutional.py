"""A VAE that knows that images have neighbourhoods: residual convolutions on a 7 x 7 grid.

28 x 28 pixels become 14 x 14 x width, then 7 x 7 x 2 width; a residual block mixes neighbours, a
1 x 1 convolution thins the channels out before the dense layer, and the decoder runs the same way
back. With the default sizes the whole model has 0.48 million parameters.
"""

from torch import Tensor, nn

from genai_course.layers import ResidualBlock
from genai_course.vae.networks import VAE


class ConvolutionalEncoder(nn.Module):
    """Map images x (N, 1, 28, 28) to mu and logvar of their z, each (N, latent_dim).

    Args:
        latent_dim: Numbers in one z.
        width: Channels at 14 x 14; there are twice as many at 7 x 7.
        hidden: Units of the dense layer.

    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """

    def __init__(self, latent_dim: int = 32, width: int = 16, hidden: int = 256) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, width, kernel_size=4, stride=2, padding=1),  # 28 x 28 to 14 x 14
            nn.SiLU(),
            nn.Conv2d(width, 2 * width, kernel_size=4, stride=2, padding=1),  # to 7 x 7
            ResidualBlock(2 * width),
            nn.SiLU(),
            nn.Conv2d(2 * width, width, kernel_size=1),  # halve the channels
            nn.SiLU(),
            nn.Flatten(),
            nn.Linear(width * 7 * 7, hidden),
            nn.SiLU(),
        )
        self.to_mu = nn.Linear(hidden, latent_dim)
        self.to_logvar = nn.Linear(hidden, latent_dim)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = self.body(x)  # (N, hidden)
        return self.to_mu(h), self.to_logvar(h)


class ConvolutionalDecoder(nn.Module):
    """Map latent samples z (N, latent_dim) to pixel logits (N, 1, 28, 28).

    Args:
        latent_dim: Numbers in one z.
        width: Channels at 14 x 14; there are twice as many at 7 x 7.
        hidden: Units of the dense layer.

    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """

    def __init__(self, latent_dim: int = 32, width: int = 16, hidden: int = 256) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(
            nn.Linear(latent_dim, hidden),
            nn.SiLU(),
            nn.Linear(hidden, width * 7 * 7),
            nn.Unflatten(1, (width, 7, 7)),
            nn.SiLU(),
            nn.Conv2d(width, 2 * width, kernel_size=1),  # double the channels
            ResidualBlock(2 * width),
            nn.SiLU(),
            nn.ConvTranspose2d(2 * width, width, kernel_size=4, stride=2, padding=1),  # to 14 x 14
            nn.SiLU(),
            nn.ConvTranspose2d(width, 1, kernel_size=4, stride=2, padding=1),  # to 28 x 28
        )

    def forward(self, z: Tensor) -> Tensor:
        return self.body(z)


class ConvolutionalVAE(VAE):
    """The VAE of notebook 10 with convolutional networks: x to (logits, mu, logvar).

    Args:
        latent_dim: Numbers in one z.
        width: Channels at 14 x 14; there are twice as many at 7 x 7.
        hidden: Units of the dense layer.

    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """

    def __init__(self, latent_dim: int = 32, width: int = 16, hidden: int = 256) -> None:
        nn.Module.__init__(self)  # the fully connected networks of VAE are not built
        self.encoder = ConvolutionalEncoder(latent_dim, width, hidden)  # type: ignore[assignment]
        self.decoder = ConvolutionalDecoder(latent_dim, width, hidden)  # type: ignore[assignment]
