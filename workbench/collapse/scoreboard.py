"""Every proposed cure against every kind of mode collapse: the scoreboard of notebook 08.

    python -m workbench.collapse.scoreboard [--columns ring_fast ...] [--rows none PacGAN2 ...]
    python -m workbench.collapse.scoreboard --time     seconds per 1,000 steps of each row
    python -m workbench.collapse.scoreboard --speed    five GANs of width 128, 3,000 steps, at once

A cell is one recipe on one problem: as many games as seeds, trained side by side. Each finished
cell goes into the JSON file at once, and a cell that is there with the same settings is not run
again, so the run may be stopped and taken up at any time. Cells that take long come last in their
column. Set OMP_NUM_THREADS=1 when something else runs on the machine.

The seeds that count are 0, 1, 2, ...; whatever was chosen by hand in `collapse.recipes` was chosen
on the seeds 100 to 102.
"""

import copy
import json
import os
import platform
import statistics
import sys
import time
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import torch

from genai_course.collapse.code_space import CodeSpace, train_code_space
from genai_course.collapse.digits_report import digits_report, few_images_report
from genai_course.collapse.fixes import FIXES, TOO_FAST, TOO_SLOW, with_fix
from genai_course.collapse.game import one_round, train_ensemble
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import (
    GRID_SIGMA,
    RING_RADIUS,
    RING_SIGMA,
    codes,
    few_images,
    grid,
    ring,
    ten_images,
)
from genai_course.collapse.readings import pixels
from genai_course.collapse.scoreboard import COLUMNS, RESULTS
from genai_course.collapse.streams import Streams
from genai_course.commands.words import CommandLine, plainly, whole
from genai_course.data import grid_centres, load_images, ring_centres
from genai_course.evaluation.judge import judge_features, load_judge
from genai_course.evaluation.modes import mode_report
from genai_course.vae.networks import VAE

SLOW_ROWS = ("minibatch discrimination", "5 discriminator steps", "unrolled (5)")
SPACE_STEPS = 3000  # of the VAE in whose space of codes the latent GAN plays
SPEED_LIMIT = 20.0  # seconds


@dataclass(frozen=True)
class Trial:
    """What a column needs: the disease, the length of a run, and how its end is measured."""

    disease: object
    steps: int
    samples: int
    make: object  # function of the options that gives the problem and the report of samples


def _plane(problem, centres, sigma):
    def make(options):
        return problem(), lambda samples: mode_report(samples, centres, sigma)

    return make


@cache
def _digits(data_name):
    return load_images(data_name, "train"), load_images(data_name, "test")[0]


@cache
def code_space(data_name, folder):
    """Train the space of codes, or load it from the folder where an earlier run left it."""
    images = _digits(data_name)[0][0]
    path = Path(folder or ".") / f"code_space_{data_name}_{SPACE_STEPS}.pt"
    if folder and path.exists():
        vae = VAE(latent_dim=10)
        vae.load_state_dict(torch.load(path, weights_only=True))
        return CodeSpace(vae.eval().requires_grad_(False), images)
    space = train_code_space(images, num_steps=SPACE_STEPS)
    if folder:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(space.vae.state_dict(), path)
    return space


def _latent(options):
    judge, space = load_judge(options.data), code_space(options.data, options.keep)
    real = judge_features(judge, _digits(options.data)[1])

    def report(samples):
        return digits_report(judge, space.decode(samples), real)

    return codes(space.codes.to(options.device)), report


def _pixels(options):
    judge = load_judge(options.data)
    ten = ten_images(*_digits(options.data)[0])
    problem = few_images(ten)
    real = judge_features(judge, pixels(problem.draw(Streams([999]), 2000)[0]))

    def report(samples):
        seen = digits_report(judge, pixels(samples), real)
        names = ("classes", "readable", "frechet")
        return {**few_images_report(samples, ten), **{name: seen[name] for name in names}}

    return problem, report


HOPPING = replace(TOO_SLOW, decay=0.0)  # the rates stay, so that it goes on hopping to the end
_ring = _plane(ring, ring_centres(8, RING_RADIUS), RING_SIGMA)
_grid = _plane(grid, grid_centres(5, 2.0), GRID_SIGMA)
TRIALS = {
    "ring_fast": Trial(TOO_FAST, 3000, 2500, _ring),
    "ring_slow": Trial(TOO_SLOW, 2000, 2500, _ring),
    "latent_slow": Trial(HOPPING, 1500, 1500, _latent),
    "pixel_fast": Trial(TOO_FAST, 2000, 1000, _pixels),
    "grid_fast": Trial(TOO_FAST, 3000, 2500, _grid),
    "grid_slow": Trial(TOO_SLOW, 3000, 2500, _grid),
}


EMPTY = {"format": 1, "cells": {}, "timing": {}, "speed": {}}


def read(path, empty=EMPTY):
    """Read what is stored, or start with nothing."""
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    return copy.deepcopy(empty)


def write(path, stored, sort_keys=True):
    """Write the file in one go: whoever reads it finds the old or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    text = json.dumps(stored, indent=1, sort_keys=sort_keys)
    partial.write_text(_short_lists(text) + "\n", encoding="utf-8")
    os.replace(partial, path)


def _short_lists(text):
    """Put each list of numbers on one line."""
    lines, inside = [], False
    for line in text.splitlines():
        if inside:
            lines[-1] += line.strip() if line.strip().startswith("]") else line.strip() + " "
            lines[-1] = lines[-1].replace(" ]", "]")
        else:
            lines.append(line)
        inside = line.endswith("[") or (inside and not line.strip().startswith("]"))
    return "\n".join(lines)


def settings_of(column, row, options):
    """All that decides the numbers of a cell, apart from versions and the machine."""
    trial = TRIALS[column]
    return {
        "recipe": asdict(with_fix(trial.disease, row)),
        "steps": options.steps or trial.steps,
        "seeds": list(range(options.seeds)),
        "samples": trial.samples,
        "data": options.data if column in ("latent_slow", "pixel_fast") else "drawn on the fly",
    }


def surroundings(device):
    """Versions and machine, stored beside each cell."""
    return {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "threads": torch.get_num_threads(),
        "device": str(device),
    }


def run_cell(column, row, options):
    """Train all seeds of one cell and measure each; a diverged cell has no metrics."""
    settings = settings_of(column, row, options)
    trial = TRIALS[column]
    problem, report = trial.make(options)
    recipe, seeds = with_fix(trial.disease, row), settings["seeds"]
    cell = {**settings, **surroundings(options.device)}
    start, busy = time.perf_counter(), time.process_time()
    try:
        run = train_ensemble(
            recipe, problem, seeds, settings["steps"],
            num_samples=trial.samples, device=options.device,
        )  # fmt: skip
        reports = [report(samples.cpu()) for samples in run.samples[-1]]
        cell["metrics"] = {
            name: [_rounded(own[name]) for own in reports] for name in COLUMNS[column].metrics
        }
    except FloatingPointError as error:
        cell["diverged"] = str(error)
    cell["seconds"] = round(time.perf_counter() - start, 1)
    cell["cpu_seconds"] = round(time.process_time() - busy, 1)
    return cell


def _rounded(value):
    if value != value:  # NaN has no place in JSON
        return None
    return value if isinstance(value, int) else float(f"{value:.5g}")


def fill(options):
    """Run every cell that is wanted and not yet there."""
    stored = read(options.out)
    wanted = [(c, r) for c in options.columns for r in _in_order(options.rows)]
    start, ran = time.perf_counter(), 0
    for number, (column, row) in enumerate(wanted, 1):
        cell = stored["cells"].get(column, {}).get(row)
        settings = settings_of(column, row, options)
        if cell and all(cell.get(name) == value for name, value in settings.items()):
            continue
        cell = run_cell(column, row, options)
        stored = read(options.out)  # another run may have added to it
        stored["cells"].setdefault(column, {})[row] = cell
        write(options.out, stored)
        ran += 1
        left = (time.perf_counter() - start) / ran * (len(wanted) - number) / 60
        main = COLUMNS[column].main
        result = cell.get("diverged") or f"{main} {cell['metrics'][main]}"
        print(
            f"[{number}/{len(wanted)}] {column} | {row}: {result}, {cell['seconds']} s, "
            f"about {left:.0f} min left",
            flush=True,
        )


def _in_order(rows):
    return sorted(rows, key=lambda row: row in SLOW_ROWS)  # stable


def measure_time(options, rounds=9, count=10):
    """Let all rows take turns on the ring, `count` steps at a time; store the medians."""
    games, problem = {}, ring()
    for row in options.rows:
        streams = Streams(range(options.seeds), options.device)
        recipe = with_fix(TOO_FAST, row)
        games[row] = (recipe, problem, make_players(recipe, problem, streams), streams)
    wall = {row: [] for row in games}
    busy = {row: [] for row in games}
    for number in range(rounds + 1):
        for row, game in games.items():
            start, start_busy = time.perf_counter(), time.process_time()
            for _ in range(count):
                one_round(*game)
            if str(options.device) != "cpu":
                torch.cuda.synchronize()
            if number:  # the first round warms up
                wall[row].append((time.perf_counter() - start) * 1000 / count)
                busy[row].append((time.process_time() - start_busy) * 1000 / count)
    timing = {
        row: {
            "seconds": round(statistics.median(wall[row]), 2),
            "cpu_seconds": round(statistics.median(busy[row]), 2),
            "times_none": round(
                statistics.median(b / n for b, n in zip(busy[row], busy["none"], strict=True)), 2
            ),
        }
        for row in games
    }
    stored = read(options.out)
    stored["timing"] = {
        "rows": timing,
        "seeds": options.seeds,
        "steps": rounds * count,
        "unit": "seconds per 1,000 steps",
        **surroundings(options.device),
    }
    write(options.out, stored)
    for row, own in timing.items():
        print(f"{row:<28}{own['seconds']:>8.2f} s{own['times_none']:>7.2f} times none")


def measure_speed(options, steps=3000):
    """Time five GANs of width 128 on the ring, side by side; say whether the limit is kept."""
    problem = ring(width_generator=128, width_discriminator=128)
    run = train_ensemble(TOO_FAST, problem, range(5), steps, device=options.device)
    seconds = run.seconds * 3000 / steps
    met = seconds <= SPEED_LIMIT
    stored = read(options.out)
    stored["speed"] = {"seconds": round(seconds, 1), **surroundings(options.device)}
    write(options.out, stored)
    print(
        f"five seeds x 3,000 steps, width 128: {seconds:.1f} s with {torch.get_num_threads()} "
        f"threads; limit {SPEED_LIMIT:.0f} s: {'met' if met else 'MISSED'}"
    )
    return int(not met)


def parse(arguments):
    """Read the command line."""
    parser = CommandLine(description=__doc__.splitlines()[0])
    parser.add_argument("--columns", nargs="+", choices=TRIALS, default=list(TRIALS))
    parser.add_argument("--rows", nargs="+", choices=FIXES, default=list(FIXES), metavar="ROW")
    parser.add_argument("--seeds", type=whole(1), default=5, help="how many, counted from 0")
    parser.add_argument("--steps", type=whole(1), help="instead of each column's own number")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--data", choices=("mnist", "digits"), default="mnist")
    parser.add_argument("--keep", help="folder that keeps the trained space of codes")
    parser.add_argument("--out", type=Path, default=RESULTS / "mode_collapse.json")
    parser.add_argument("--threads", type=whole(1))
    parser.add_argument("--time", action="store_true", help="only measure seconds per 1,000 steps")
    parser.add_argument("--speed", action="store_true", help="only time the five wide GANs")
    return parser.parse_args(arguments)


@plainly()
def main(arguments=None):
    """Command line; the exit code is 1 when `--speed` misses its limit."""
    options = parse(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    if options.speed:
        return measure_speed(options)
    (measure_time if options.time else fill)(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
