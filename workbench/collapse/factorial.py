"""Rates crossed with methods on the ring of 8, stored for notebook 08.

    python -m workbench.collapse.factorial [--methods R1 ...] [--threads 1]

Trains every cell of `genai_course/collapse/factorial.py` with the same fifteen seeds. A finished
cell goes into the file at once, and one that is there with the same settings is not run again.
"""

import sys
import time

import torch

from genai_course.collapse.factorial import (
    METHODS,
    METRICS,
    NUM_SAMPLES,
    NUM_STEPS,
    RATES,
    SEEDS,
    STORED,
    recipe_of,
)
from genai_course.collapse.fixes import described
from genai_course.collapse.game import train_ensemble
from genai_course.collapse.problems import RING_RADIUS, RING_SIGMA, ring
from genai_course.commands.command_line import CommandLine, plainly, whole
from genai_course.data import ring_centres
from genai_course.evaluation.modes import mode_report
from workbench.collapse.storage import read, rounded, surroundings, write


def settings_of(method, rates):
    """All that decides the numbers of a cell, apart from versions and the machine."""
    return {
        "recipe": described(recipe_of(method, rates)),
        "steps": NUM_STEPS,
        "seeds": list(SEEDS),
        "samples": NUM_SAMPLES,
    }


def run_cell(method, rates):
    """Train all seeds of one cell and measure each."""
    settings = settings_of(method, rates)
    start = time.process_time()
    recipe, seeds = recipe_of(method, rates), settings["seeds"]
    run = train_ensemble(recipe, ring(), seeds, settings["steps"], num_samples=settings["samples"])
    centres = ring_centres(8, RING_RADIUS)
    reports = [mode_report(samples, centres, RING_SIGMA) for samples in run.samples[-1]]
    metrics = {name: [rounded(own[name]) for own in reports] for name in METRICS}
    seconds = round(time.process_time() - start, 1)
    return {**settings, **surroundings("cpu"), "metrics": metrics, "cpu_seconds": seconds}


@plainly()
def main(arguments=None, path=STORED):
    """Command line; stores after each cell."""
    parser = CommandLine(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--rates", nargs="+", choices=RATES, default=list(RATES))
    parser.add_argument("--threads", type=whole(1), default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    for rates in options.rates:
        for method in options.methods:
            stored = read(path, {"format": 1, "cells": {}})  # another run may have added to it
            cell = stored["cells"].get(method, {}).get(rates, {})
            settings = settings_of(method, rates)
            if any(cell.get(name) != value for name, value in settings.items()):
                cell = run_cell(method, rates)
                stored = read(path, stored)
                stored["cells"].setdefault(method, {})[rates] = cell
                write(path, stored)
            kept = " ".join(str(n) for n in cell["metrics"]["modes_kept"])
            good = sum(cell["metrics"]["quality"]) / len(SEEDS)
            print(f"{rates:16s} {method:26s} kept {kept}   on a mode {good:.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
