"""Stacked MNIST: how many of 1,000 modes does a small DCGAN reach, with and without packing?

    python -m workbench.collapse.stacked_mnist [--variants DCGAN PacGAN2] [--steps 2000] [--seeds 1]

A sample is three digits, drawn anew and independently for each image from all 70,000 digits of
MNIST, as the channels of one picture; its mode is the number that they spell, 0 to 999. The judge
reads each channel of 26,000 generated pictures. Printed are the modes reached by at least one of
them, and KL(generated || uniform) in nats between its floor, (K - 1) / 2N for a perfect
generator, and its ceiling, log K for one that draws a single mode; and the same for real triples.

The networks are the narrow ones of notebook 05 and the runs are short, so these numbers compare
the variants here with each other. They cannot be compared with published ones, which take a wider
DCGAN through 50 epochs of 128,000 pictures. Each finished run is stored at once, and not repeated.
"""

import math
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from genai_course.collapse.scoreboard import RESULTS
from genai_course.commands.words import CommandLine, plainly, whole
from genai_course.data import load_images, to_signed_range, to_unit_range
from genai_course.evaluation.histogram import kl_floor, kl_to_uniform
from genai_course.evaluation.judge import READABLE_ABOVE, class_probabilities, load_judge
from genai_course.gan.convolutional import ConvDiscriminator, ConvGenerator
from genai_course.gan.steps import generator_step
from genai_course.layers import initialise_weights
from genai_course.reproducibility import seed_everything
from workbench.collapse.scoreboard import read, surroundings, write
from workbench.speed.course import separate_step

MODES = 1000
SAMPLES = 26_000
BATCH_SIZE = 64  # what the discriminator scores in a step: pictures, or packs of them
METRICS = ("modes", "kl", "readable_digits", "readable", "readable_modes")
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


def all_digits():
    """Return the 70,000 images of MNIST, training and test, in [0, 1]."""
    return torch.cat([load_images("mnist", split)[0] for split in ("train", "test")])


def draw_triples(digits, count, generator):
    """Draw pictures of three digits, shape (count, 3, 28, 28), each chosen independently."""
    chosen = torch.randint(len(digits), (count * 3,), generator=generator)
    return digits[chosen.to(digits.device)].reshape(count, 3, 28, 28)


def modes_of(judge, pictures):
    """Read pictures (N, 3, 28, 28) in [0, 1]: mode of each, and which digits are readable (N, 3).

    A channel counts as the most probable of the ten digits, as in the published protocol, even
    where the judge would rather say that it is none.
    """
    probability = class_probabilities(judge, pictures.reshape(-1, 1, 28, 28))
    digit = probability[:, :10].argmax(dim=1).reshape(-1, 3)
    clear = (probability[:, :10].max(dim=1).values > READABLE_ABOVE).reshape(-1, 3)
    return digit @ torch.tensor([100, 10, 1], device=digit.device), clear


def measure(judge, pictures):
    """Count modes as the protocol does, and once more among the pictures that can be read.

    Returns:
        Dict: `modes` reached and `kl` to uniform in nats, of all pictures; `readable_digits`, the
        share of channels that can be read; `readable`, the share of pictures with three such;
        `readable_modes`, reached by those. A picture that shows no digits still gets a mode.
    """
    mode, clear = modes_of(judge, pictures)
    counts = torch.bincount(mode, minlength=MODES)
    three = clear.all(dim=1)
    return {
        "modes": int((counts > 0).sum()),
        "kl": round(kl_to_uniform(counts), 4),
        "readable_digits": round(clear.float().mean().item(), 4),
        "readable": round(three.float().mean().item(), 4),
        "readable_modes": len(mode[three].unique()),
    }


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


def run_variant(name, digits, judge, seed, num_steps):
    """Train, generate and measure one variant with one seed."""
    generator, seconds = train(VARIANTS[name], digits, seed, num_steps, name)
    return {**measure(judge, generate(generator, SAMPLES)), "seconds": round(seconds, 1)}


def protocol(judge, digits):
    """What was measured and how, with floor, ceiling, and real triples for comparison."""
    real = draw_triples(digits, SAMPLES, torch.Generator().manual_seed(0))
    return {
        "modes": MODES,
        "samples": SAMPLES,
        "data": "three digits drawn on the fly from the 70,000 of MNIST, train and test",
        "kl": "KL(generated || uniform) over the judge's reading of each channel, nats",
        "kl_floor": round(kl_floor(MODES, SAMPLES), 4),
        "kl_ceiling": round(math.log(MODES), 4),
        "real": measure(judge, real),
        "optimizer": f"Adam, rate {RATE}, betas {BETAS}",
        "seconds": "wall clock of the training, on a shared machine that may have paused it",
        "label": "short runs of narrow networks: not comparable with the published 50 epochs",
    }


def settings_of(name, num_steps, device):
    """All that decides the numbers of a run, apart from its seed."""
    variant = VARIANTS[name]
    networks = make_networks(variant, "cpu")
    sizes = [sum(weight.numel() for weight in network.parameters()) for network in networks]
    return {
        **asdict(variant),
        "steps": num_steps,
        "batch_size": BATCH_SIZE,
        "pictures_seen": num_steps * BATCH_SIZE * variant.pack,
        "parameters": {"generator": sizes[0], "discriminator": sizes[1]},
        **surroundings(device),
    }


def fill(options):
    """Run what is wanted and not yet there, and store each run as it ends."""
    judge, digits = load_judge("mnist", options.device), all_digits().to(options.device)
    stored = {**read(options.out, {"runs": {}}), "protocol": protocol(judge, digits)}
    write(options.out, stored)
    for seed in range(options.seeds):
        for name in options.variants:
            settings = settings_of(name, options.steps, options.device)
            run = stored["runs"].get(name, {})
            if any(run.get(key) != value for key, value in settings.items()):
                run = {**settings, **{key: [] for key in ("seeds", *METRICS, "seconds")}}
            if seed in run["seeds"]:
                continue
            result = {"seeds": seed, **run_variant(name, digits, judge, seed, options.steps)}
            stored["runs"][name] = {**run, **{k: [*run[k], v] for k, v in result.items()}}
            write(options.out, stored)
            print(f"seed {seed}, {name}: {report(result)}; {result['seconds']:.0f} s", flush=True)
    return stored


def report(result):
    """One line about one run."""
    return (
        f"{result['modes']} modes, KL {result['kl']:.3f}; readable: "
        f"{result['readable_digits']:.0%} of digits, {result['readable']:.1%} of pictures, "
        f"{result['readable_modes']} modes"
    )


@plainly()
def main(arguments=None):
    """Command line."""
    parser = CommandLine(description=__doc__.splitlines()[0])
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--steps", type=whole(1), default=3000)
    parser.add_argument("--seeds", type=whole(1), default=1, help="how many, counted from 0")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--out", type=Path, default=RESULTS / "stacked_mnist.json")
    parser.add_argument("--threads", type=whole(1))
    options = parser.parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    known = fill(options)["protocol"]
    print(f"real triples: {report(known['real'])}")
    print(f"floor of the KL {known['kl_floor']}, ceiling {known['kl_ceiling']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
