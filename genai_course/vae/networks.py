"""The two networks of a variational autoencoder for 28 x 28 images, and the object that joins them.

784 - 400 - latent_dim (mean and log variance) - 400 - 784, with ReLU. The encoder describes a
distribution over z; the decoder takes one z, a sample, and knows nothing of mean and variance.
"""

from torch import Tensor, nn

from genai_course.vae.losses import reparameterize


class Encoder(nn.Module):
    """Map images x (N, 1, 28, 28) in [0, 1] to the posterior N(mu, sigma^2) of their z.

    Returns mu and logvar = log sigma^2, each of shape (N, latent_dim).

    Args:
        latent_dim: Numbers in one z.
        hidden: Units of the hidden layer.

    Source: Kingma and Welling (2014), arXiv:1312.6114, Section 3.
    Shown in: notebooks/10_vae.ipynb.
    """

    def __init__(self, latent_dim: int = 20, hidden: int = 400) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.ReLU())
        self.to_mu = nn.Linear(hidden, latent_dim)
        self.to_logvar = nn.Linear(hidden, latent_dim)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = self.body(x)  # (N, hidden)
        return self.to_mu(h), self.to_logvar(h)  # each (N, latent_dim)


class Decoder(nn.Module):
    """Map latent samples z (N, latent_dim) to pixel logits (N, 1, 28, 28).

    The sigmoid of a logit is the probability that the pixel is white.

    Args:
        latent_dim: Numbers in one z.
        hidden: Units of the hidden layer.

    Shown in: notebooks/10_vae.ipynb.
    """

    def __init__(self, latent_dim: int = 20, hidden: int = 400) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(
            nn.Linear(latent_dim, hidden),
            nn.ReLU(),
            nn.Linear(hidden, 784),
            nn.Unflatten(1, (1, 28, 28)),
        )

    def forward(self, z: Tensor) -> Tensor:
        return self.body(z)


class VAE(nn.Module):
    """Encoder, one posterior sample, decoder: x (N, 1, 28, 28) to (logits, mu, logvar).

    Args:
        latent_dim: Numbers in one z.
        hidden: Units of each hidden layer.

    Shown in: notebooks/10_vae.ipynb.
    """

    def __init__(self, latent_dim: int = 20, hidden: int = 400) -> None:
        super().__init__()
        self.encoder = Encoder(latent_dim, hidden)
        self.decoder = Decoder(latent_dim, hidden)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mu, logvar = self.encoder(x)
        z = reparameterize(mu, logvar)  # the decoder gets this sample
        return self.decoder(z), mu, logvar
