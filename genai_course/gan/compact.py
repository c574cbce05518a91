"""The fully connected generator of notebook 04 with fewer units, small enough to ship.

Plumbing: notebook 04 shows it with widths of its own.
"""

from collections.abc import Sequence

from torch import nn

from genai_course.gan.networks import Generator


class CompactGenerator(Generator):
    """Map latent vectors to images: 100-128-256-384-784, tanh at the end; 446,000 parameters.

    Everything but the widths is as in `Generator`, which has 1,486,000 parameters.

    Args:
        latent_dim: Numbers in one latent vector z.
        widths: Units of the three hidden layers.
    """

    def __init__(self, latent_dim: int = 100, widths: Sequence[int] = (128, 256, 384)) -> None:
        nn.Module.__init__(self)
        self.latent_dim = latent_dim
        sizes, layers = (latent_dim, *widths), []
        for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
            layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.2)]
        ends = (nn.Linear(sizes[-1], 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))
        self.layers = nn.Sequential(*layers, *ends)
