"""Every proposed cure against every kind of mode collapse: the scoreboard of notebook 08.

    python -m workbench.collapse.scoreboard [--columns ring_fast ...] [--rows none PacGAN2 ...]
    python -m workbench.collapse.scoreboard --time     seconds per 1,000 steps of each row
    python -m workbench.collapse.scoreboard --speed    five GANs of width 128, 3,000 steps, at once

A cell is one recipe on one problem: as many games as seeds, trained side by side. Each finished
cell goes into the JSON file at once, and a cell that is there with the same settings is not run
again, so the run may be stopped and taken up at any time. Cells that take long come last in their
column. Set OMP_NUM_THREADS=1 when something else runs on the machine.

The seeds that count are 0, 1, 2, ...; whatever was chosen by hand in `collapse/fixes.py` was chosen
on the seeds 100 to 102.
"""

import sys
import time
from pathlib import Path

import torch

from genai_course.collapse.fixes import FIXES, described, with_fix
from genai_course.collapse.game import train_ensemble
from genai_course.collapse.scoreboard import COLUMNS, RESULTS
from genai_course.commands.command_line import CommandLine, plainly, whole
from workbench.collapse.storage import read, rounded, surroundings, write
from workbench.collapse.timing import measure_speed, measure_time
from workbench.collapse.trials import TRIALS

SLOW_ROWS = ("minibatch discrimination", "5 discriminator steps", "unrolled (5)")


def settings_of(column, row, options):
    """All that decides the numbers of a cell, apart from versions and the machine."""
    trial = TRIALS[column]
    return {
        "recipe": described(with_fix(trial.disease, row)),
        "steps": options.steps or trial.steps,
        "seeds": list(range(options.seeds)),
        "samples": trial.samples,
        "data": options.data if column in ("latent_slow", "pixel_fast") else "drawn on the fly",
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
            recipe,
            problem,
            seeds,
            settings["steps"],
            num_samples=trial.samples,
            device=options.device,
        )
        reports = [report(samples.cpu()) for samples in run.samples[-1]]
        cell["metrics"] = {
            name: [rounded(own[name]) for own in reports] for name in COLUMNS[column].metrics
        }
    except FloatingPointError as error:
        cell["diverged"] = str(error)
    cell["seconds"] = round(time.perf_counter() - start, 1)
    cell["cpu_seconds"] = round(time.process_time() - busy, 1)
    return cell


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
