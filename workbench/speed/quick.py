"""What must be quick: metrics of many images and loading data, against plain work of that size.

    python -m workbench.speed.quick [--rounds 5]

Each row takes turns with its own yardstick, so that a busy moment hits both; what counts is the
median of the ratios, which is about the same on any machine. Seconds would not be.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from genai_course.commands.command_line import CommandLine, plainly, whole
from genai_course.data import digits, load_images, mnist_files
from genai_course.evaluation.frechet import frechet_distance
from genai_course.evaluation.kernel import kid
from genai_course.evaluation.memorisation import memorisation
from genai_course.evaluation.neighbours import density_coverage, precision_recall

COUNT, IMAGES = 10_000, 3000  # of which features are compared, and pixels
FEATURES = 64  # as the judge has


@dataclass(frozen=True)
class Row:
    """Some work, its yardstick, and how many times as long as this it may take.

    Attributes:
        title: What is done, with `against`: what the yardstick does.
        work, yardstick: Functions without arguments.
        limit: Largest admitted ratio of their times.
    """

    title: str
    against: str
    work: Callable
    yardstick: Callable
    limit: float


def metric_rows(count=COUNT, num_images=IMAGES):
    """Rows of the metrics, each against one matrix of distances, or of products, of its size."""
    generator = torch.Generator().manual_seed(0)
    a, b = (5 * torch.randn(count, FEATURES, generator=generator).relu() for _ in range(2))
    images = torch.rand(num_images, 1, 28, 28, generator=generator)

    def distances():
        wide = b.double()
        for block in a.double().split(250):
            torch.cdist(block, wide)

    def products():
        flat = images.flatten(1)
        for block in flat.split(250):
            block @ flat.T

    metrics = {
        "Frechet distance": (frechet_distance, 0.5),
        "kernel distance": (kid, 15),
        "precision and recall": (precision_recall, 12),
        "density and coverage": (density_coverage, 6),
    }
    rows = [
        Row(title, "one matrix of distances", lambda metric=metric: metric(a, b), distances, limit)
        for title, (metric, limit) in metrics.items()
    ]
    mirrored = images.flip(3), images.flip(2)
    copies = Row(
        "memorisation", "one matrix of products",
        lambda: memorisation(images, *mirrored), products, 6,
    )  # fmt: skip
    return [*rows, copies]


def loading_rows():
    """Rows of loading: the kept digits against making them, and MNIST against bare reading."""

    def first():
        digits._build.cache_clear()
        load_images("digits", "train")

    again = Row(
        "digits, loaded again", "the first time",
        lambda: load_images("digits", "train"), first, 0.2,
    )  # fmt: skip
    raw = mnist_files.locate().raw
    if raw is None:
        print("MNIST is not on this machine: loading it is left out.")
        return [again]

    def bare():
        pixels = np.fromfile(raw / mnist_files.FILES[0].name, dtype=np.uint8)
        return torch.from_numpy(pixels.astype(np.float32) / 255)

    return [
        again,
        Row("MNIST, loaded and checked", "bare reading", lambda: load_images("mnist"), bare, 4),
    ]


def ratio_of(row, rounds):
    """Let work and yardstick take turns; return the median ratio. One round more warms up."""
    ratios = []
    for _ in range(rounds + 1):
        plain, own = _seconds(row.yardstick), _seconds(row.work)
        ratios.append(own / plain)
    return statistics.median(ratios[1:])


def _seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run(rounds, rows=None):
    """Measure and print; return what is to be stored and how many limits are passed."""
    print("\nHow many times as long as its yardstick")
    stored, missed = {}, 0
    for row in [*metric_rows(), *loading_rows()] if rows is None else rows:
        ratio = float(f"{ratio_of(row, rounds):.3g}")
        stored[row.title] = {"against": row.against, "ratio": ratio, "limit": row.limit}
        met = ratio <= row.limit
        missed += not met
        print(
            f"{row.title:<28}{row.against:<26}{ratio:>8.2f}   limit {row.limit:g}: "
            + ("met" if met else "MISSED"),
            flush=True,
        )
    return stored, missed


@plainly()
def main(arguments=None):
    """Command line; the exit code is 1 when a limit is passed."""
    parser = CommandLine(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=whole(1), default=5)
    return int(run(parser.parse_args(arguments).rounds)[1] > 0)


if __name__ == "__main__":
    sys.exit(main())
