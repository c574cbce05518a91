"""`matrix [NAME]`: try the course in other environments, made for it and thrown away again.

A name chooses the cases that start with it: `matrix python`, `matrix home`. Each case runs unit
tests or compares notebooks; what this machine does not have is said and skipped.

By hand, because nox would replace only the search for an interpreter: a case must be filled by the
course's own set-up, counted, stored and removed, which nox does not do.
"""

import json
from pathlib import Path

from genai_course.commands import Stop
from genai_course.commands.environment import ROOT
from workbench.environments.cases import cases
from workbench.environments.throwaway import SCRATCH
from workbench.environments.trying import FAILED, NOT_HERE, run_case
from workbench.results.stored import machine, store

STORED = Path("workbench", "results", "environments.json")
LAST_CHARACTERS = 6000


def main(arguments, root=ROOT):
    """Try the cases named, or all; print a table and store it; return 0 if none failed."""
    chosen = choose(cases(root), arguments)
    results = {}
    for case in chosen:
        print(f"{case.name}: {case.what} ...", flush=True)
        results[case] = run_case(case, root)
        keep({case: results[case]}, Path(root, STORED))  # whatever happens to the next one
        if results[case].verdict == FAILED:
            print(results[case].why[-LAST_CHARACTERS:], flush=True)
    if Path(root, SCRATCH).is_dir() and not any(Path(root, SCRATCH).iterdir()):
        Path(root, SCRATCH).rmdir()
    print("\n" + "\n".join(table(results)), flush=True)
    return int(any(result.verdict == FAILED for result in results.values()))


def choose(everything, words):
    """Return the cases whose names start with one of the words; all, if there are none."""
    for word in words:
        if not any(case.name.startswith(word) for case in everything):
            names = ", ".join(case.name for case in everything)
            raise Stop(f"There is no environment {word!r}; there are: {names}.")
    return [case for case in everything if not words or case.name.startswith(tuple(words))]


def table(results):
    """Return the lines of the table: environment, what happened, versions, seconds."""
    lines = [f"{'environment':<32} {'result':<9} passed failed  seconds"]
    for case, result in results.items():
        counts = f"{result.passed:6d} {result.failed:6d} {result.seconds:8.0f}"
        versions = dict(result.versions)
        more = f"  torch {versions['torch']}, Python {versions['python']}" if versions else ""
        why = f"  {result.why}" if result.verdict == NOT_HERE else more
        lines.append(f"{case.what:<32} {result.verdict:<9} {counts}{why}")
    return lines


def keep(results, path):
    """Write what was tried into the stored table; cases that were not tried stay as they are."""
    stored = {"cases": {}}
    if path.exists():
        stored = json.loads(path.read_text(encoding="utf-8"))
    stored["machine"] = machine()
    for case, result in results.items():
        if result.verdict != NOT_HERE:
            stored["cases"][case.name] = {
                "what": case.what,
                "verdict": result.verdict,
                "passed": result.passed,
                "failed": result.failed,
                "seconds": round(result.seconds),
                "versions": dict(result.versions),
            }
    store(path, stored)
