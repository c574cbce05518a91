"""`faults`: stop trainings, spoil files and fill disks, as it happens to people; what is lost?

Everything is tried for real and in small: processes are killed and interrupted at moments drawn by
chance, files are cut, changed and forged, disks are full. The table is printed and stored.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from genai_course.commands.environment import ROOT
from workbench.results.stored import machine, store
from workbench.suite.junit import NoReport, cases_of

STORED = Path("workbench", "results", "faults.json")
TESTS = Path("tests", "genai_course")
GROUPS = {
    "a training is killed or interrupted, and goes on": (
        *("training/test_interruptions.py", "training/test_resuming.py"),
    ),
    "a loss is not finite, memory runs out": ("training/test_training.py",),
    "a file is cut, foreign, forged or malicious": (
        *("training/test_spoilt_weights.py", "training/test_checkpoints.py"),
    ),
    "four notebooks at once, broken caches, full disks": (
        *("data/test_spoilt_caches.py", "data/test_mnist_files.py", "data/test_images.py"),
    ),
}


def main(arguments, root=ROOT):
    """Try all faults, print and store the table; return 0 only if nothing was lost."""
    start = time.monotonic()
    files = [str(TESTS / name) for names in GROUPS.values() for name in names]
    with tempfile.TemporaryDirectory() as scratch:
        counts = Path(scratch, "counts.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        code = subprocess.call([*command, f"--junitxml={counts}", *files], cwd=root)
        groups, figures = read(counts)
    print("\n" + "\n".join(table(groups, figures, time.monotonic() - start)), flush=True)
    tried = {name: {"passed": p, "failed": f} for name, (p, f) in groups.items()}
    store(Path(root, STORED), {"machine": machine(), "tried": tried, "counted": figures})
    return int(code != 0 or any(not passed or failed for passed, failed in groups.values()))


def read(path):
    """Read pytest's report: {group: (passed, failed)} and the figures that tests have recorded."""
    groups, figures = {name: (0, 0) for name in GROUPS}, {}
    try:
        cases = cases_of(path)
    except NoReport:
        return groups, figures
    for case in cases:
        found = (name for name, files in GROUPS.items() if case.module in _modules(files))
        group = next(found, None)
        if group is None or case.skipped:
            continue
        passed_so_far, failed_so_far = groups[group]
        groups[group] = (passed_so_far + (not case.failed), failed_so_far + case.failed)
        figures |= case.figures
    return groups, figures


def table(groups, figures, seconds):
    """Return the lines of the table: what was tried, how often, and what was counted there."""
    lines = [f"{'what happens':<52} passed failed"]
    lines += [f"{name:<52} {passed:6d} {failed:6d}" for name, (passed, failed) in groups.items()]
    lines += [f"  {name}: {value}" for name, value in figures.items()]
    passed, failed = (sum(counts[i] for counts in groups.values()) for i in (0, 1))
    return [*lines, f"{passed} passed, {failed} failed in {seconds:.0f} seconds"]


def _modules(files):
    """What pytest calls these files in its report."""
    return [".".join((TESTS / name).with_suffix("").parts) for name in files]
