"""What the suite costs in processor time, worst first, beside its budget: a warning, no failure."""

import functools
import re
from collections import Counter
from pathlib import Path

from workbench.suite.imports import PACKAGE

NOTEBOOKS, ALL_SECONDS = 13, 1800  # so many notebooks may cost so much with all tests,
EACH_SECONDS = 240  # and each further one so much, with its solutions and tests
SMALL_SECONDS = 5  # test files below that share a line
OF_NOTEBOOKS = ("plots", "widgets", "exercises")  # their modules carry a notebook's name
HOME = re.compile(r"Shown in: notebooks/(\w+)\.ipynb")


def cost_lines(spent, root):
    """Return the lines of the table.

    Args:
        spent: Processor seconds by file, as paths from the root.
        root: The course's folder.
    """
    stems = sorted(path.stem for path in Path(root, "notebooks").glob("*.ipynb"))
    owners = {name: owner_of(name, root) for name in spent}
    parts = {stem: Counter() for stem in stems}
    for name, seconds in spent.items():
        if owners[name] in parts:
            kind = "notebook" if name == f"notebooks/{owners[name]}.ipynb" else "tests"
            kind = "solutions" if name.startswith("notebooks/solutions/") else kind
            parts[owners[name]][kind] += seconds
    lines = [f"\nProcessor seconds, the worst first; {EACH_SECONDS} are the budget of a notebook"]
    for stem, seconds in sorted(parts.items(), key=lambda entry: -entry[1].total()):
        if seconds:
            over = "   OVER" if seconds.total() > EACH_SECONDS else ""
            shares = ", ".join(f"{kind} {seconds[kind]:.0f}" for kind in seconds)
            lines.append(f"{seconds.total():8.0f}  {stem:<32} {shares}{over}")
    return [*lines, *_test_lines(spent, owners), *_sum_line(sum(spent.values()), len(stems))]


def _test_lines(spent, owners):
    """A line for each test file that costs something, and one for all others."""
    files = {name: seconds for name, seconds in spent.items() if not name.endswith(".ipynb")}
    small = [seconds for seconds in files.values() if seconds < SMALL_SECONDS]
    lines = []
    for name, seconds in sorted(files.items(), key=lambda entry: -entry[1]):
        if seconds >= SMALL_SECONDS:
            lines.append(f"{seconds:8.0f}  {name:<48} {owners[name]}".rstrip())
    rest = f"{len(small)} test files below {SMALL_SECONDS} s each"
    return [*lines, *([f"{sum(small):8.0f}  {rest}"] if small else [])]


def _sum_line(total, notebooks):
    budget = ALL_SECONDS + EACH_SECONDS * max(0, notebooks - NOTEBOOKS)
    verdict = "within the budget" if total <= budget else "OVER the budget"
    yield f"{total:8.0f}  in all: {verdict} of {budget} for {notebooks} notebooks"


def owner_of(name, root):
    """Return the notebook, by its stem, that a file belongs to; "" if to none or to several.

    A test file belongs to the notebook whose name it has, or that shows the code which it tests.
    """
    path = Path(name)
    if path.suffix == ".ipynb":
        return path.stem
    if path.parts[:2] != ("tests", PACKAGE) or not Path(root, name).is_file():
        return ""
    what = path.stem.removeprefix("test_")
    if path.parts[2] in OF_NOTEBOOKS:
        stems = [path.stem for path in Path(root, "notebooks").glob("*.ipynb")]
        named = [stem for stem in stems if f"{what}_".startswith(f"{stem[3:]}_")]
        return max(named, key=len, default="")
    own = _homes(".".join([*path.parts[2:-1], what]), root)
    tested = re.findall(rf"^from {PACKAGE}\.([\w.]+) import", _read(Path(root, name)), re.MULTILINE)
    homes = own or {home for module in tested for home in _homes(module, root)}
    return homes.pop() if len(homes) == 1 else ""


def _homes(module, root):
    """The notebooks that show code of a module."""
    place = Path(root, PACKAGE, *module.split("."))
    path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return set(HOME.findall(_read(path))) if path.is_file() else set()


@functools.cache
def _read(path):
    return path.read_text(encoding="utf-8")
