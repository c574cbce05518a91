"""What `test` has to run: the unit tests in parts, each notebook, the solutions in parts."""

import re
from dataclasses import dataclass
from pathlib import Path

STRICT = (
    "-p",
    "genai_course.authoring.strict",
    "-p",
    "no:cacheprovider",
    "--nbval",
    "--nbval-current-env",
    "--nbval-sanitize-with=tests/nbval_sanitize.cfg",
)
BROWSER = "test_browser.py"  # a process of its own: it waits a good deal
UNIT = ("-q", "-rs", "-p", "no:cacheprovider")
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
    browser = [name for name in files if name.endswith(BROWSER)]
    rest = [name for name in files if name not in browser]
    jobs = _shared("tests", rest, parts, UNIT, minutes=6)
    return jobs + [Job(name, (*UNIT, name), minutes=5) for name in browser]


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
    """Return the jobs that re-run and compare these notebooks, in order."""
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
