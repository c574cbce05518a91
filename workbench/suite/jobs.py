"""What `test` has to run: the unit tests in parts, each notebook, the solutions in parts."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.suite.costs import TESTS, load_costs

STRICT = (
    "-p",
    "workbench.suite.strict",
    "-p",
    "no:cacheprovider",
    "--nbval",
    "--nbval-current-env",
    "--nbval-sanitize-with=tests/nbval_sanitize.cfg",
)
BROWSER = "tests/workbench/notebooks/test_browser.py"  # a process of its own: it waits a good deal
UNIT = ("-q", "-rs", "-p", "no:cacheprovider")
ALWAYS = (
    *(f"tests/workbench/notebooks/test_{name}.py" for name in ("form", "mirror", "canonical")),
    "tests/project/test_architecture.py",
    "tests/genai_course/commands/test_environment.py",
)
QUICK_SECONDS, UNKNOWN_SECONDS = 3.0, 5.0  # of processor time, for a test file
MINUTES = re.compile(r"about (\d+) minutes? of computing")  # on the card of a notebook


@dataclass(frozen=True)
class Job:
    """One pytest process to come: its name in the table, its arguments, its likely minutes."""

    name: str
    words: tuple
    minutes: float


def unit_tests(root, parts=2):
    """Return the jobs of the unit tests: some of about equal length, and those of the browser."""
    files = sorted(
        path.relative_to(root).as_posix() for path in Path(root, "tests").rglob("test_*.py")
    )
    browser = [name for name in files if name == BROWSER]
    rest = [name for name in files if name not in browser]
    jobs = balanced(rest, parts, load_costs(root, TESTS))
    return jobs + [Job(name, (*UNIT, name), minutes=5) for name in browser]


def quick_tests(root, parts=2):
    """Return the jobs of the test files that cost little, or what is not known, and of `ALWAYS`."""
    costs = load_costs(root, TESTS)
    files = (path.relative_to(root).as_posix() for path in Path(root, "tests").rglob("test_*.py"))
    quick = [
        name for name in sorted(files) if name in ALWAYS or costs.get(name, 0.0) <= QUICK_SECONDS
    ]
    return balanced(quick, parts, costs)


def balanced(names, parts, costs):
    """Return jobs for test files, of about equal length by what these cost in processor seconds."""
    shares = [[] for _ in range(parts)]
    lengths = [0.0] * parts
    for name in sorted(names, key=lambda name: -costs.get(name, UNKNOWN_SECONDS)):
        least = lengths.index(min(lengths))
        shares[least].append(name)
        lengths[least] += costs.get(name, UNKNOWN_SECONDS)
    filled = [pair for pair in zip(shares, lengths, strict=True) if pair[0]]
    return [
        Job(f"tests, part {number} of {len(filled)}", (*UNIT, *sorted(share)), length / 60)
        for number, (share, length) in enumerate(filled, 1)
    ]


def solution_jobs(paths, root, parts=2):
    """Return the jobs that compare notebooks with solutions: some for all of them."""
    names = [path.relative_to(root).as_posix() for path in paths]
    return _shared("solutions", names, parts, ("-q", *STRICT), minutes=1)


def _shared(what, names, parts, words, minutes):
    shares = [names[part::parts] for part in range(parts) if names[part::parts]]
    return [
        Job(f"{what}, part {number} of {len(shares)}", (*words, *share), minutes)
        for number, share in enumerate(shares, 1)
    ]


def notebook_jobs(paths, root):
    """Return the jobs that re-run and compare these notebooks, one each, in order."""
    names = [path.relative_to(root).as_posix() for path in paths]
    return [
        Job(name, ("-q", *STRICT, name), likely_minutes(path))
        for name, path in zip(names, paths, strict=True)
    ]


def likely_minutes(path):
    """What the card of a notebook says about its computing; less than one where it says nothing."""
    if path.parent.name == "solutions":
        return 0.1
    found = MINUTES.search(path.read_text(encoding="utf-8"))
    return float(found[1]) if found else 0.5


def recording(job):
    """Return a job that stores what each cell costs, if it is one of notebooks."""
    if "--nbval" not in job.words:
        return job
    return replace(job, words=("--record-costs", *job.words))
