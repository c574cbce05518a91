"""The stored results of the experiments on mode collapse, and what five seeds allow to be said.

`load_scoreboard()` gives a `Scoreboard`; its numbers come from `workbench/collapse/scoreboard.py`;
cells that have not been run are missing, and asking for one raises `KeyError`. A `row` names a
cure, a `column` an experiment, a `metric` its numbers, by default the main one.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from genai_course.collapse.fixes import FIXES
from genai_course.collapse.statistics import ROUNDING, Summary, announced, paired_p_value, summarise

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Column:
    """One experiment: a title, its metrics, and those by which a cure is judged.

    Attributes:
        title: For a table.
        metrics: Names of all metrics stored.
        main: The metric that counts what a generator covers; larger is better.
        top: Its largest value.
        quality: The share of samples that count, from 0 to 1.
    """

    title: str
    metrics: tuple
    main: str
    top: int
    quality: str


# The metrics of the plane: `evaluation.modes`; of digits: `collapse.digits_report`.
_PLANE = ("modes", "modes_kept", "quality", "kl", "spread")
_DIGITS = ("classes", "readable", "kl", "frechet", "coverage")
_PIXELS = ("images", "quality", "kl", "classes", "readable", "frechet")
COLUMNS = {
    "ring_fast": Column("ring of 8, D too fast", _PLANE, "modes_kept", 8, "quality"),
    "ring_slow": Column("ring of 8, D too slow", _PLANE, "modes_kept", 8, "quality"),
    "latent_slow": Column("latent MNIST, D too slow", _DIGITS, "classes", 10, "readable"),
    "pixel_fast": Column("ten images, D too fast", _PIXELS, "images", 10, "quality"),
    "grid_fast": Column("grid of 25, D too fast", _PLANE, "modes_kept", 25, "quality"),
    "grid_slow": Column("grid of 25, D too slow", _PLANE, "modes_kept", 25, "quality"),
}
VERDICTS = ("cures", "helps", "spreads", "does nothing", "not shown", "harms", "diverges")


class Scoreboard:
    """Rows are cures, columns experiments; the cells hold one value for each seed and metric.

    Attributes:
        rows: Names of the cures that have at least one cell, "none" first.
        columns: Keys of the columns that have at least one cell; `COLUMNS` describes them.
        stored: The JSON file as it is: `cells`, `timing`, `speed`.
    """

    def __init__(self, stored: dict) -> None:
        self.stored = stored
        self.columns = [name for name in COLUMNS if stored["cells"].get(name)]
        found = {row for name in self.columns for row in stored["cells"][name]}
        self.rows = [row for row in FIXES if row in found]

    def has(self, row: str, column: str) -> bool:
        """Whether that cell has been run."""
        return row in self.stored["cells"].get(column, {})

    def cell(self, row: str, column: str) -> dict:
        """Return a cell with its settings: recipe, steps, seeds, metrics, versions, seconds.

        Raises:
            KeyError: If that cell has not been run.
        """
        if not self.has(row, column):
            raise KeyError(f"no cell ({row!r}, {column!r}) has been run")
        return self.stored["cells"][column][row]

    def summary(self, row: str, column: str, metric: str | None = None) -> Summary:
        """Return the `Summary` of a metric, of the column's main one where none is named."""
        metrics = self.cell(row, column).get("metrics")  # none: it diverged
        return summarise([None] if metrics is None else metrics[metric or COLUMNS[column].main])

    def verdict(self, row: str, column: str) -> str:
        """Return what a cure does in a column: one of `VERDICTS`.

        Compared with "none" on the same seeds by a paired t-test. A difference counts if it is
        announced by the procedure of Benjamini and Hochberg over all cures of the column, which
        lets 5 % of what is announced be false, and if it is large enough: a twelfth of the main
        metric's top (0.67 of 8 modes), or 0.1 of quality.

        cures: the main metric rises, to at least 7/8 of its top, and at least half of the samples
        count. spreads: the quality falls, to less than half, and the main metric does not. helps:
        the main metric rises otherwise. harms: it falls, or the quality does. does nothing: neither
        is shown, and the 95 % interval excludes one mode more or less. not shown: it does not.
        diverges: the numbers overflowed.
        """
        if row == "none":
            return ""
        if self.cell(row, column).get("metrics") is None:
            return "diverges"
        kind = COLUMNS[column]
        gain = self._shown(row, column, kind.main, kind.top / 12, ROUNDING)
        worse = self._shown(row, column, kind.quality, 0.1, 0.0) < 0
        enough = self.summary(row, column, kind.quality).reaches_half()
        if gain >= 0 and worse and not enough:
            return "spreads"
        if gain > 0:
            reached = self.summary(row, column).mean >= 7 / 8 * kind.top
            return "cures" if reached and enough else "helps"
        if gain < 0 or worse:
            return "harms"
        change = self.difference(row, column)
        return "does nothing" if -1 < change.low and change.high < 1 else "not shown"

    def _shown(self, row, column, metric, smallest, deviation):
        """The sign of a difference to "none" that is announced and large enough, else 0."""
        p_values = self.p_values(column, metric, deviation)
        difference = self.difference(row, column, metric).mean
        shown = row in announced(p_values) and abs(difference) >= smallest
        return math.copysign(1, difference) if shown else 0

    def difference(self, row: str, column: str, metric: str | None = None) -> Summary:
        """Return the `Summary` of the differences to "none", seed by seed."""
        ours, theirs = self._pair(row, column, metric or COLUMNS[column].main)
        return summarise([a - b for a, b in zip(ours, theirs, strict=True)])

    def p_values(
        self, column: str, metric: str | None = None, smallest_deviation: float = ROUNDING
    ) -> dict[str, float]:
        """Return a dict from cure to its `paired_p_value`, smallest_deviation as there."""
        metric = metric or COLUMNS[column].main
        cures = [r for r in self.rows if r != "none" and self.has(r, column)]
        counted = [r for r in cures if "metrics" in self.cell(r, column)]
        pairs = ((r, *self._pair(r, column, metric)) for r in counted)
        return {r: paired_p_value(ours, base, smallest_deviation) for r, ours, base in pairs}

    def _pair(self, row, column, metric):
        """Values of a cure and of "none" for the seeds that both have."""
        found = []
        for name in (row, "none"):
            cell = self.cell(name, column)
            found.append(dict(zip(cell["seeds"], cell["metrics"][metric], strict=True)))
        seeds = [seed for seed in found[0] if seed in found[1]]
        return [[own[seed] for seed in seeds] for own in found]


def load_scoreboard(path: Path | str | None = None) -> Scoreboard:
    """Load and check the stored cells.

    Args:
        path: A file written by `workbench/collapse/scoreboard.py`; None for the one of the course.

    Returns:
        A `Scoreboard`.

    Raises:
        ValueError: If the file does not hold what this module understands: an unknown column or
            row, a metric that is missing or has another number of values than there are seeds.
    """
    path = Path(path or RESULTS / "mode_collapse.json")
    stored = json.loads(path.read_text(encoding="utf-8"))
    if stored.get("format") != 1:
        raise ValueError(f"{path.name} has format {stored.get('format')!r}, wanted 1")
    for column, cells in stored["cells"].items():
        if column not in COLUMNS:
            raise ValueError(f"{path.name}: unknown column {column!r}")
        for row, cell in cells.items():
            fault = _fault(column, row, cell)
            if fault:
                raise ValueError(f"{path.name}: cell ({row!r}, {column!r}) {fault}")
    return Scoreboard(stored)


def _fault(column, row, cell):
    if row not in FIXES:
        return "is of an unknown cure"
    if len(set(cell["seeds"])) != len(cell["seeds"]) or not cell["seeds"]:
        return f"has the seeds {cell['seeds']}"
    if "diverged" in cell:
        return ""
    for name in COLUMNS[column].metrics:
        values = cell["metrics"].get(name, ())
        if len(values) != len(cell["seeds"]):
            return f"has {len(values)} values of {name} for {len(cell['seeds'])} seeds"
    return ""


def load_stacked(path: Path | str | None = None) -> dict:
    """Load what `workbench/collapse/stacked_mnist.py` stored at path: `protocol` and `runs`."""
    path = Path(path or RESULTS / "stacked_mnist.json")
    return json.loads(path.read_text(encoding="utf-8"))
