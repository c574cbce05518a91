"""Small players on which the exercises of notebook 04 run an attempt and watch what moved."""

from collections.abc import Callable

import torch
from torch import nn

from genai_course.exercises.answers import joined, noted

LATENT_DIM, BATCH = 3, 4


class SmallGenerator(nn.Module):
    """Four pixels from a position in the batch; what z is does not matter, so any draw will do."""

    def __init__(self) -> None:
        super().__init__()
        self.latent_dim = LATENT_DIM
        self.weight = nn.Parameter(torch.tensor([0.2, -0.4, 0.6, 0.1]))
        self.given: list[torch.Tensor] = []

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        noted(z, self.given)
        if z.shape[1:] != (self.latent_dim,):
            raise ValueError(f"z has shape {tuple(z.shape)}, wanted (N, {self.latent_dim})")
        places = torch.linspace(0.5, 2.0, len(z)).reshape(-1, 1)
        return torch.tanh(places * self.weight).reshape(-1, 1, 2, 2)

    def sample_prior(self, num_samples: int) -> torch.Tensor:
        """Draw z, shape (num_samples, latent_dim)."""
        return torch.randn(num_samples, self.latent_dim)


class SmallDiscriminator(nn.Module):
    """One logit from four pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([0.5, -0.3, 0.8, -0.6]))

    def forward(self, images_signed: torch.Tensor) -> torch.Tensor:
        return (images_signed.flatten(1) * self.weight).sum(dim=1, keepdim=True) - 0.2


def play(attempt: Callable, *, moves: str) -> dict[str, object]:
    """Run an attempt at one or both updates for two batches and return what can be seen.

    Args:
        attempt: The learner's step; returns its loss (both losses).
        moves: Whose update it is: "discriminator" or "both".
    """
    generator, discriminator = SmallGenerator(), SmallDiscriminator()
    discriminator.weight.grad = torch.full((4,), 0.3)  # left over from an earlier batch
    generator.weight.grad = torch.full((4,), 0.2)
    if moves == "discriminator":
        generator.weight.grad = None
    optimizers = [torch.optim.SGD(n.parameters(), lr=0.5) for n in (discriminator, generator)]
    chosen = optimizers if moves == "both" else optimizers[:1]
    x_real = torch.linspace(-1, 1, BATCH * 4).reshape(BATCH, 1, 2, 2).flip(0)
    seen: dict[str, object] = {}
    for number in ("first", "second"):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            losses = attempt(generator, discriminator, *chosen, x_real)
        seen |= _after(number, losses, generator, discriminator, moves)
    return seen


def _after(number, losses, generator, discriminator, moves):
    losses = losses if isinstance(losses, tuple) else (losses,)
    seen = {
        f"the discriminator after the {number} batch": discriminator.weight.detach().clone(),
        f"the generator after the {number} batch": generator.weight.detach().clone(),
    }
    for i, loss in enumerate(losses):
        seen[f"loss {i + 1} of the {number} batch"] = loss.detach()
    if moves != "both":
        drawn = sum(len(z) for z in generator.given)
        seen = {f"the number of z up to the {number} batch": drawn} | seen
        gradient = generator.weight.grad
        gradient = torch.zeros(4) if gradient is None else gradient.clone()
        seen[f"the generator's gradient after the {number} batch"] = gradient
    return seen


class _Recorder(SmallGenerator):
    """Keeps every z that it is given; takes any shape, so that a wrong one can be named."""

    def __init__(self) -> None:
        super().__init__()
        self.latent_dim = 50

    def forward(self, z):
        noted(z, self.given)
        pixels = z.reshape(len(z), -1)[:, :4]
        return torch.tanh(pixels * self.weight).reshape(-1, 1, 2, 2)


def sampled(attempt: Callable, count: int = 64) -> dict[str, object]:
    """Run an attempt at drawing `count` images and return what can be seen of z and the pixels."""
    generator = _Recorder()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        images = attempt(generator, count)
    z = joined(generator.given, "generator")
    expected = (generator(z) + 1) / 2

    def are(values):
        fit = images.shape == values.shape
        return fit and torch.allclose(images, values.double(), atol=1e-5)

    return {
        "the shape of z": str(tuple(z.shape)),
        "'every z is new'": len(z.unique(dim=0)) == len(z),
        "'z is negative about half the time'": bool(0.4 < (z < 0).float().mean() < 0.6),
        "'z has the standard deviation 1'": bool(0.8 < z.float().std(correction=0) < 1.2),
        "'the images are (G(z) + 1) / 2'": are(expected),
        "'the images are G(z)'": are(2 * expected - 1),
        "'the images are G(z), cut'": are((2 * expected - 1).clamp(0)),
        "'the images are the sigmoid of G(z)'": are(torch.sigmoid(2 * expected - 1)),
    }
