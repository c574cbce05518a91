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
from dataclasses import asdict
from pathlib import Path

import torch

from genai_course.collapse.scoreboard import RESULTS
from genai_course.commands.command_line import CommandLine, plainly, whole
from genai_course.evaluation.histogram import kl_floor
from genai_course.evaluation.judge import load_judge
from workbench.collapse.packing import (
    BATCH_SIZE,
    BETAS,
    RATE,
    VARIANTS,
    generate,
    make_networks,
    train,
)
from workbench.collapse.storage import read, surroundings, write
from workbench.collapse.triples import MODES, all_digits, draw_triples, measure

SAMPLES = 26_000
METRICS = ("modes", "kl", "readable_digits", "readable", "readable_modes")


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
