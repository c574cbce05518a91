"""`margins [NN] [--runs R]`: how far is each claim from failing on other machines?

Each notebook runs R times, on as many processors as there are, under other seeds, threads, data
sets and instruction sets. A finished run is kept in .margins and not repeated until the notebook's
code changes; after a change of the package, `make clean`. After each notebook its rows go into the
stored table, so it may be stopped at any time.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from genai_course.commands import Stop
from genai_course.commands.environment import ROOT
from genai_course.commands.notebooks import find_notebooks
from workbench.margins import table as margin_table
from workbench.margins.measured_run import read_records, source_hash
from workbench.margins.settings import applied, bits, settings
from workbench.results.stored import machine, store
from workbench.verbs import WORKBENCH

STORED = Path("workbench", "results", "margins.json")
RUNS = ".margins"


def main(arguments, root=ROOT):
    """Measure all notebooks or those named; return 0 if every claim held in every run."""
    options = WORKBENCH.read("margins", arguments)
    paths = [p for p in find_notebooks(options.numbers, root) if p.parent.name == "notebooks"]
    chosen = settings(options.runs)
    _demand_data(chosen)
    probed = probe(chosen)
    print("\n".join(describe(probed)), flush=True)
    rows = []
    for path in paths:
        measured = measure(path, chosen, probed, options.at_once or os.cpu_count() or 1, root)
        keep(Path(root, STORED), path.stem, measured, probed)
        rows += [
            row | {"statement": f"{path.stem[:2]} {row['statement']}"} for row in measured["claims"]
        ]
        weak = sum(map(margin_table.is_weak, measured["claims"]))
        print(f"{path.stem}: {len(measured['claims'])} claims, {weak} of them weak", flush=True)
        print("".join(f"  broke off: {sentence}\n" for sentence in measured["broken"]), end="")
    print("\nThe ten nearest to failing")
    print("\n".join(map(margin_table.line, margin_table.worst_first(rows)[:10])), flush=True)
    return int(any(row["held"] < row["runs"] for row in rows))


def _demand_data(chosen):
    """Stop with a sentence where a data set that the settings name cannot be had."""
    from genai_course.data import load_images
    from genai_course.data.mnist_files import DataError

    for name in sorted({setting.data_set for setting in chosen}):
        try:
            load_images(name, "test")
        except DataError as reason:
            raise Stop(f"The runs want both data sets, and one is missing. {reason}") from reason


def probe(chosen):
    """Compute the same numbers under each setting's threads and instructions.

    Returns:
        Dict: (threads, instructions) to what `bits` says; `None` to that of an untouched process.
    """
    plain = bits(dict(os.environ))
    capability = plain.get("capability", "")
    found = {None: plain}
    for setting in chosen:
        if setting.machine not in found:
            found[setting.machine] = bits(applied(os.environ, setting.environ(capability)))
    return found


def describe(probed):
    """Return lines: how many settings compute other bits, and which are the same."""
    first, lines = {}, []
    for machine_, result in probed.items():
        if machine_ is None:
            continue
        name = f"{machine_[0]} threads, {machine_[1]}"
        same = first.setdefault(json.dumps(result, sort_keys=True), name)
        lines.append(f"  {name}: " + ("other bits" if same == name else f"the bits of {same}"))
    return [f"{len(first)} of {len(lines)} settings compute bits of their own", *lines]


def measure(path, chosen, probed, at_once, root=ROOT):
    """Run a notebook under each setting, unless that run is there already.

    Returns:
        Dict: source (hash of its code), runs, broken (sentences), claims (rows of the table).
    """
    source, folder = source_hash(path), Path(root, RUNS, path.stem)
    folder.mkdir(parents=True, exist_ok=True)
    results = [folder / f"{source}-{setting.number:02d}.jsonl" for setting in chosen]
    capability = probed[None].get("capability", "")
    with ThreadPoolExecutor(at_once) as pool:
        for setting, result in zip(chosen, results, strict=True):
            if not result.exists():
                pool.submit(_run, path, result, setting.environ(capability), root)
    missing = [result.stem for result in results if not result.exists()]
    if missing:
        raise Stop(f"{path.name}: these runs did not end: {', '.join(missing)}. Start it again.")
    found = [read_records(result) for result in results]
    broken = [f"run {number}: {end}" for number, (_, end) in enumerate(found) if end != "whole"]
    rows = margin_table.table([records for records, _ in found])
    return {"source": source, "runs": len(results), "broken": broken, "claims": rows}


def _run(path, result, changes, root):
    command = [sys.executable, "-m", "workbench.margins.measured_run", str(path), str(result)]
    done = subprocess.run(
        command, cwd=root, env=applied(os.environ, changes), capture_output=True, text=True
    )
    said = done.stderr.strip().splitlines()[-1:] if done.returncode else []
    print(f"  {path.stem}, run {result.stem[-2:]}: {' '.join(said) or 'done'}", flush=True)


def keep(stored, name, measured, probed):
    """Put the rows of one notebook into the stored table; those of the others stay."""
    old = json.loads(stored.read_text(encoding="utf-8")) if stored.exists() else {}
    notebooks = old.get("notebooks", {}) | {name: {"machine": machine(), **measured}}
    lines = describe(probed)
    where = {"capability": probed[None].get("capability"), "settings": lines}
    store(stored, {**where, "notebooks": dict(sorted(notebooks.items()))})
