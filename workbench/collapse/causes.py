"""Suspected causes of mode collapse, one at a time, on the ring of 8: the table of notebook 07.

    python -m workbench.collapse.causes [--threads 1] [--again]

Trains every suspect of `genai_course/collapse/causes.py` with the same five seeds and stores what
was measured, with settings and versions, in `genai_course/collapse/results/causes.json`. What is
stored for the same settings already is kept, unless `--again` is given, so it can be interrupted.
"""

import math
import platform
import sys
import time

import torch

from genai_course.collapse.causes import (
    CAUSES,
    NUM_STEPS,
    SEEDS,
    SNAPSHOTS,
    STORED,
    TEN_IMAGES,
    TEN_IMAGES_SEEDS,
    TEN_IMAGES_STEPS,
    measure,
    measure_ten_images,
)
from genai_course.collapse.fixes import described
from genai_course.collapse.problems import ten_images
from genai_course.commands.command_line import CommandLine, plainly, whole
from genai_course.data import load_images
from workbench.collapse.storage import read, write

SETTINGS = {"seeds": [*SEEDS], "steps": NUM_STEPS, "snapshots": SNAPSHOTS, "samples": 2500}


def settings_of(name):
    """Everything that was set for one suspect, as plain data."""
    group, recipe, change = CAUSES[name]
    return {"group": group, "recipe": described(recipe), "change": _plain(change)}


def _plain(change):
    return {key: list(v) if isinstance(v, tuple) else v for key, v in change.items()}


def load(path, again):
    """Return what is stored for these settings, or nothing."""
    if again or not path.exists():
        return {}, {}
    stored = read(path)
    if stored["settings"] != SETTINGS:
        return {}, {}
    fresh = {n for n in CAUSES if stored["suspects"].get(n) == settings_of(n)}
    return tuple({n: v for n, v in stored[k].items() if n in fresh} for k in ("results", "seconds"))


def store(path, results, seconds):
    """Write results, settings and versions in the order of the table; the rest is kept."""
    content = {
        **read(path, {}),
        "settings": SETTINGS,
        "versions": {"torch": str(torch.__version__), "python": platform.python_version()},
        "suspects": {name: settings_of(name) for name in results},
        "seconds": seconds,
        "results": results,
    }
    write(path, content, sort_keys=False)


def _rounded(value):
    return None if math.isnan(value) else round(value, 4)


@plainly()
def main(arguments=None, path=STORED):
    """Command line; stores after each suspect."""
    parser = CommandLine(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=whole(1), default=1)
    parser.add_argument("--again", action="store_true", help="measure everything anew")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    results, seconds = load(path, options.again)
    for name in CAUSES:
        if name not in results:
            start = time.perf_counter()
            reports = measure(name)
            results[name] = [{k: _rounded(v) for k, v in r.items()} for r in reports]
            seconds[name] = round(time.perf_counter() - start, 1)
            order = [n for n in CAUSES if n in results]
            store(path, {n: results[n] for n in order}, {n: seconds[n] for n in order})
        kept = " ".join(str(report["modes_kept"]) for report in results[name])
        hops = " ".join(f"{report['hopping']:.2f}" for report in results[name])
        print(f"{name:38s} modes kept {kept}   hopping {hops}   {seconds[name]} s", flush=True)
    add_ten_images(path)
    return 0


def add_ten_images(path):
    """Measure the ten-image games on MNIST and put them into the stored file."""
    table = ten_images(*load_images("mnist", "train"))
    content = read(path)
    content["ten_images_settings"] = {"seeds": TEN_IMAGES_SEEDS, "steps": TEN_IMAGES_STEPS}
    content["ten_images"] = {}
    for name in TEN_IMAGES:
        reports = [{k: _rounded(v) for k, v in r.items()} for r in measure_ten_images(name, table)]
        content["ten_images"][name] = reports
        print(f"{name:38s} images kept {[r['modes_kept'] for r in reports]}", flush=True)
    write(path, content, sort_keys=False)


if __name__ == "__main__":
    sys.exit(main())
