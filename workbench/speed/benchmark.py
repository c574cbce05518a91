"""How long an epoch takes: the course's loops against those that people would otherwise run.

    make benchmark                        everything, about a quarter of an hour
    python -m workbench.speed.benchmark            the same, in this environment
    python -m workbench.speed.benchmark --models vae gan --rounds 9 --skip race yardsticks start

The networks, the numbers and the batches are the same for all loops (a test compares the losses);
what differs is the loop. `tutorial` is what most introductions show: torchvision's transforms in a
DataLoader, Sigmoid and BCELoss, Adam as it comes, `.item()` on every loss. PyTorch Lightning and
Accelerate are run in their plain form where they are installed: `pip install -e '.[benchmark]'`.

All loops take turns, a few batches at a time, each in a process of its own, so that a busy moment
of the machine hits all of them; what is printed are medians over the rounds. Ratios are good
elsewhere, seconds only on this machine. `floor` is the part of its time that a loop would need if
it did nothing but multiply: operations of the course's step, counted, over the rate of matrix
products in the same precision, measured in the same round. `memory` is by how much the process
grows at most once torch is loaded; on a GPU, what it holds there. bfloat16 is left out where the
machine has no units for it. What else must be quick is a row of `quick` or `start`:
a ratio too, since no test looks at a clock.
"""

import json
import os
import platform
import sys
from contextlib import ExitStack
from importlib import metadata

import torch

from genai_course.claims.recording import processor_name
from genai_course.commands.command_line import plainly
from genai_course.commands.environment import ROOT
from genai_course.data import find_data
from genai_course.reproducibility import choose_device
from genai_course.training.precision import NO_UNITS, bfloat16_units
from workbench.results.stored import store
from workbench.speed import quick, race, start
from workbench.speed.models import MODELS, batches_in_epoch
from workbench.speed.taking_turns import FRAMEWORKS, LOOPS, compare, is_there, suits, take_turns
from workbench.speed.taking_turns import start as start_workers
from workbench.verbs import WORKBENCH

RESULTS = ROOT / "workbench" / "results" / "speed.json"


def measure(name, place, rounds, count):
    """Let all loops train one model in turns.

    Returns:
        From a loop's name to its numbers, None where the loop is not installed.
    """
    model = MODELS[name]
    fitting = [loop for loop in LOOPS if _fits(model, loop) and suits(loop, place["device"])]
    here = [loop for loop in fitting if is_there(loop)]
    with ExitStack() as stack:
        workers = start_workers(stack, name, [*here, "floor"], place)
        operations = workers["course"].ask("operations")
        seconds, rates = take_turns(workers, rounds, count)
        memory = {loop: workers[loop].ask("memory") for loop in here}
    rows = compare(seconds, rates, operations, batches_in_epoch(model, place["data"]), count)
    for loop in here:
        rows[loop]["memory"] = memory[loop]
    return {loop: rows.get(loop) for loop in fitting}


def _fits(model, loop):
    return model.games == 1 or not loop.endswith("bfloat16")  # the small games stay in float32


def report(name, rows):
    """Print the rows of one model."""
    title = MODELS[name].title
    for loop, row in rows.items():
        if row is None:
            print(f"{title:<24}{loop:<20}   not installed")
            continue
        print(
            f"{title:<24}{loop:<20}{row['seconds']:>9.2f}{row['ratio']:>7.2f}x"
            f"{row['floor']:>7.0%}{row['memory']:>9.0f}"
        )
        title = ""


def goals_of(name, rows):
    """Print whether the goals of a model are met; return how many are not."""
    missed = 0
    for loop, goal in MODELS[name].goals.items():
        if loop not in rows:
            continue
        ratio = rows[loop]["ratio"]
        missed += ratio < goal
        word = "met" if ratio >= goal else "MISSED"
        print(f"goal, {MODELS[name].title}, {loop}: {goal}x, measured {ratio:.2f}x: {word}")
    return missed


def surroundings(place):
    """Machine and versions, without date or path."""
    names = ("torch", "torchvision", "pytorch-lightning", "accelerate")
    versions = {name: _version(name) for name in names}
    cpu = place["device"] == "cpu"
    return {
        "device": processor_name() if cpu else torch.cuda.get_device_name(),
        "threads": place["threads"],
        "cores": os.cpu_count(),
        "data": place["data"],
        "python": platform.python_version(),
        **{name: version for name, version in versions.items() if version},
    }


def _version(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def run_epochs(options, place):
    """Measure and print the table; return what is to be stored and the number of missed goals."""
    print(f"{'one epoch of':<24}{'loop':<20}{'seconds':>9}{'ratio':>8}{'floor':>7}{'MiB':>9}")
    stored, every = {}, {}
    for name in options.models:
        count = options.batches or MODELS[name].turn
        rows = every[name] = measure(name, place, options.rounds, count)
        report(name, rows)
        sys.stdout.flush()
        stored[name] = {loop: row and rounded(row) for loop, row in rows.items()}
    bfloat16 = bool(bfloat16_units(place["device"]))
    if not bfloat16:
        print(f"bfloat16 is left out: {NO_UNITS}.")
    if not all(map(is_there, FRAMEWORKS)):
        print("what is not installed here: pip install -e '.[benchmark]'")
    print()
    missed = sum(goals_of(name, rows) for name, rows in every.items())
    return {"rows": stored, "rounds": options.rounds, "bfloat16": bfloat16}, missed


def rounded(row):
    """Numbers with four digits."""
    return {name: float(f"{v:.4g}") if isinstance(v, float) else v for name, v in row.items()}


def parse(arguments):
    """Read the command line."""
    options = WORKBENCH.read("benchmark", arguments)
    options.out = options.out or RESULTS
    if options.quick:
        options.rounds = options.batches = options.seeds = 1
        options.steps = race.STRETCH
    return options


@plainly()
def main(arguments=None):
    """Command line; the exit code is 1 when a goal is missed."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # for the workers: they wait asleep
    options = parse(arguments)
    threads = options.threads or torch.get_num_threads()
    place = {"data": find_data(), "device": str(choose_device()), "threads": threads}
    stored, missed = {"format": 1, "machine": surroundings(place)}, 0
    print(", ".join(f"{name}: {value}" for name, value in stored["machine"].items()) + "\n")
    if "epoch" not in options.skip:
        stored["epoch"], missed = run_epochs(options, place)
    if "race" not in options.skip:
        ends = race.race(place, range(options.seeds), options.steps)
        rows = race.summarise(ends)
        race.report(rows)
        stored["race"] = {name: rounded(row) for name, row in rows.items()}
    if "yardsticks" not in options.skip:
        stored["yardsticks"], slow = quick.run(1 if options.quick else 5)
        missed += slow
    if "start" not in options.skip:
        stored["start"], slow = start.run(1 if options.quick else 5)
        missed += slow
    if options.store:
        before = json.loads(options.out.read_text()) if options.out.exists() else {}
        store(options.out, {**before, **stored})
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
