"""Small DCGANs of three channels; their discriminators see several pictures at once."""

import math
import sys
import time
from dataclasses import dataclass

import torch
from torch import nn

from genai_course.data import to_signed_range, to_unit_range
from genai_course.gan.convolutional import ConvDiscriminator, ConvGenerator
from genai_course.gan.steps import generator_step
from genai_course.layers import initialise_weights
from genai_course.reproducibility import seed_everything
from workbench.collapse.triples import draw_triples
from workbench.speed.course import separate_step

BATCH_SIZE = 64  # what the discriminator scores in a step: pictures, or packs of them
RATE, BETAS = 1e-3, (0.5, 0.999)


@dataclass(frozen=True)
class Variant:
    """How the discriminator differs from the plain one."""

    pack: int = 1
    width: int = 16


VARIANTS = {
    "DCGAN": Variant(),
    "PacGAN2": Variant(pack=2),
    "DCGAN, D of a quarter width": Variant(width=4),
    "PacGAN2, D of a quarter width": Variant(pack=2, width=4),
}


class PackedDiscriminator(nn.Module):
    """Show a discriminator several pictures at once, as more channels of one."""

    def __init__(self, variant):
        super().__init__()
        self.pack = variant.pack
        self.judged = ConvDiscriminator(width=variant.width, channels=3 * variant.pack)

    def forward(self, images_signed):
        """Map pictures (N, 3, 28, 28) to logits (N / pack, 1)."""
        return self.judged(images_signed.reshape(-1, 3 * self.pack, 28, 28))


@torch.no_grad()
def generate(generator, count):
    """Draw pictures in [0, 1] with the statistics of the training, 1,000 at a time."""
    generator.eval()
    parts = [generator(generator.sample_prior(1000)) for _ in range(math.ceil(count / 1000))]
    generator.train()
    return to_unit_range(torch.cat(parts)[:count])


def make_networks(variant, device):
    """Build both networks with the initial weights of the DCGAN paper."""
    generator = initialise_weights(ConvGenerator(channels=3)).to(device)
    return generator, initialise_weights(PackedDiscriminator(variant)).to(device)


def train(variant, digits, seed, num_steps, label=""):
    """Train one variant; return its generator and the seconds it took."""
    seed_everything(seed)
    generator, discriminator = make_networks(variant, digits.device)
    optimizers = [
        torch.optim.Adam(network.parameters(), RATE, BETAS, fused=True)
        for network in (generator, discriminator)
    ]
    draw, count = torch.Generator().manual_seed(seed), BATCH_SIZE * variant.pack
    start = time.perf_counter()
    for step in range(1, num_steps + 1):
        x_real = to_signed_range(draw_triples(digits, count, draw))
        separate_step(generator, discriminator, optimizers[1], x_real)
        generator_step(generator, discriminator, optimizers[0], count)
        if sys.stderr.isatty() and step % 50 == 0:
            print(f"\r{label}: {step}/{num_steps} steps", end="", file=sys.stderr)
    return generator, time.perf_counter() - start
