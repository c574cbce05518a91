"""From the records of runs to a table: in how many runs does a claim hold, and by what margin?

The gap of a run is the distance from the value to its threshold, negative where the claim fails; of
several values, the worst counts. The spread is the standard deviation of the gap over the runs on
one data set. The margin is the smallest gap of any run, in spreads of its data set; the data set
where it is smaller counts. For `verify` the margin is the tolerance divided by the largest
difference of any run. No margin (null) stands for one without bound, where every run gave the same,
and, with no spread (null), for one that is not known: one run a data set has no spread.
"""

import ast
import math
import re
from statistics import stdev

ENOUGH = 2.0  # spreads, or times, that the worst margin should have at least
FIELDS = ("kind", "statement", "part")


def table(runs):
    """Return a row for each claim of a notebook, in the order of the notebook.

    Args:
        runs: A list of lists of records, one list for each run of the notebook.

    Returns:
        List of dicts: cell, kind, statement, part, runs, held; where something was compared also
        operator, threshold, worst (value), spread, margin.
    """
    by_claim = {}
    for number, records in enumerate(runs):
        for record in records:
            key = tuple(record[field] for field in FIELDS)
            by_claim.setdefault(key, {}).setdefault(number, []).append(record)
    return [_row(key, found, len(runs)) for key, found in by_claim.items()]


def statements(code):
    """Return a pattern for each statement that `claim` or `verify` makes in the code of a cell."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    made = [call for call in calls if ast.unparse(call.func) in ("claim", "verify") and call.args]
    return [_pattern(call.args[0]) for call in made]


def _pattern(node):
    """What a statement looks like; anything may stand where an f-string puts a value."""
    if isinstance(node, ast.Constant):
        return re.escape(node.value)
    parts = getattr(node, "values", [node])
    return "".join(_pattern(part) if isinstance(part, ast.Constant) else ".*" for part in parts)


def is_weak(row):
    """Whether a claim fails in a run, or has less than the margin that is enough."""
    margin = row.get("margin")
    return row["held"] < row["runs"] or margin is not None and margin < ENOUGH


def worst_first(rows):
    """Sort rows: those that fail most often, then those with the smallest margin."""
    return sorted(rows, key=lambda row: (row["held"] / row["runs"], _finite(row.get("margin"))))


def line(row):
    """Return one line that shows a row."""
    margin = row.get("margin")
    unit = "times" if row["kind"] == "verify" else "spreads"
    text = f"margin {margin:.2g} {unit}" if margin is not None else "margin without bound"
    spreads = row["kind"] == "verify" or row.get("spread") is not None
    if not spreads or margin is None and row["held"] < row["runs"]:
        text = "no margin"
    held = f"{row['held']}/{row['runs']}"
    return f"{held:>6}  {text:<21} cell {row['cell']:>2}  {row['statement']}"


def _row(key, found, num_runs):
    """One claim: `found` has its records by the number of the run; a loop leaves several."""
    records = [record for those in found.values() for record in those]
    held = sum(all(record["holds"] for record in those) for those in found.values())
    row = {"cell": records[0]["cell"], **dict(zip(FIELDS, key, strict=True))}
    row |= {"runs": num_runs, "held": held}
    compared = [record for record in records if "operator" in record]
    if not compared:
        return row
    worst = min(compared, key=lambda record: _lowest(record["gap"]))
    spread, margin = _verify_margin(worst) if row["kind"] == "verify" else _claim_margin(found)
    numbers = {"threshold": worst["threshold"], "worst": worst["value"], "spread": spread}
    rounded = {name: _rounded(value) for name, value in (numbers | {"margin": margin}).items()}
    return row | {"operator": worst["operator"]} | rounded


def _verify_margin(worst):
    """No spread, and how many times the largest difference fits into the tolerance."""
    difference, tolerance = worst["value"], worst["threshold"]
    return None, tolerance / difference if difference else math.inf


def _claim_margin(found):
    """Spread and margin on the data set where the margin is smaller."""
    gaps = {}
    for records in found.values():
        gap = min((record.get("gap", math.nan) for record in records), key=_lowest)
        gaps.setdefault(records[0]["data_set"], []).append(gap)
    return min((_spread_and_margin(those) for those in gaps.values()), key=lambda pair: pair[1])


def _spread_and_margin(gaps):
    worst = min(gaps, key=_lowest)
    if not all(map(math.isfinite, gaps)):
        return math.nan, math.inf if worst == math.inf else -math.inf
    spread = stdev(gaps) if len(gaps) > 1 else math.nan  # one run has none
    if not spread > 0:
        return spread, math.inf if worst >= 0 else -math.inf
    return spread, worst / spread


def _lowest(gap):
    """NaN is worse than any number."""
    return -math.inf if math.isnan(gap) else gap


def _finite(margin):
    return math.inf if margin is None else margin


def _rounded(value):
    """Four digits, and None for what JSON has no number for."""
    return float(f"{value:.4g}") if value is not None and math.isfinite(value) else None
