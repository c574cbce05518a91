"""Judge the planted faults by the unit tests and print who was seen: `make mutants`.

    make mutants                all teaching code; the table is stored in workbench/results
    make mutants N=gan          one package or module of it
    make mutants N=sample       one fault in each of twenty modules
    make mutants N=notebooks    planted edits of notebooks, see `notebook_report`

The exit code is 0 if at least 95 % were killed and every survivor is explained in its list.
"""

import gc
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from workbench.planted.faults import ROOT, Stale, judges_of, load_mutants, mutate, source_of
from workbench.planted.forked_tests import (
    BROKEN,
    KILLED,
    NO_IMPORT,
    SURVIVED,
    TIME_OUT,
    Trial,
    race,
    warm_up,
)
from workbench.planted.selection import choose
from workbench.results.stored import store

WANTED, WORKERS, FILE_SECONDS = 0.95, 2, 600
RESULTS = ROOT / "workbench" / "results" / "mutants.json"


def main(words=()):
    """Run the mutants that the words name, or all; return the exit code."""
    if not hasattr(os, "fork"):
        print("Mutants are run in forked processes, which Windows does not have.", file=sys.stderr)
        return 1
    start = time.monotonic()
    try:
        mutants = choose(load_mutants(), words)
        for mutant in mutants:
            mutate(mutant, source_of(mutant.module)[1])
    except Stale as reason:
        print(reason, file=sys.stderr)
        return 1
    warm_up()
    files = {mutant.module: judges_of(mutant.module) for mutant in mutants}
    with tempfile.TemporaryDirectory() as scratch:
        sample = tuple(words) == ("sample",)  # runs beside the unit tests, which are the baseline
        seconds = {} if sample else baseline(files, Path(scratch))
        answers = None if seconds is None else judge(mutants, files, seconds, Path(scratch))
    gc.unfreeze()  # else objects of libraries are reported as leaks at the end
    if answers is None:
        return 1
    report = summarise(mutants, answers, time.monotonic() - start)
    print(table(report))
    if not words:
        store(RESULTS, report)
    return 1 if faults(mutants, answers) else 0


def baseline(files, scratch):
    """Run every test file without a fault; return the seconds of files and tests, or None."""
    paths = sorted({path for those in files.values() for path in those})
    print(f"{len(paths)} test files without a fault", flush=True)
    trials = [
        Trial(path, (None, [path], scratch / f"b{i}"), FILE_SECONDS) for i, path in enumerate(paths)
    ]
    seconds = {}
    for trial, answer in race(trials, WORKERS):
        if answer.outcome != SURVIVED:
            print(f"{trial.key.name} is red without any fault: {answer.detail}", file=sys.stderr)
            return None
        seconds |= {trial.key: answer.seconds, **answer.detail}
    return seconds


def judge(mutants, files, seconds, scratch):
    """Run each mutant against its tests, quick ones first; return a dict from mutant to answer."""
    print(f"{len(mutants)} planted faults", flush=True)
    trials = []
    for i, mutant in enumerate(mutants):
        own, *others = files[mutant.module]
        paths = [own, *sorted(others, key=lambda path: seconds.get(path, 0))]
        limit = 30 + 3 * sum(seconds.get(path, 60) for path in paths)
        trials.append(Trial(mutant, (mutant, paths, scratch / f"m{i}", seconds), limit))
    answers = {}
    for trial, answer in race(trials, WORKERS):
        answers[trial.key] = answer
        if answer.outcome != KILLED:
            print(f"  {answer.outcome} {answer.detail}: {trial.key}", flush=True)
    return answers


def seen(answer):
    """Whether the tests noticed: a test failed, or did not come to an end."""
    return answer.outcome in (KILLED, TIME_OUT)


def faults(mutants, answers):
    """Return one sentence for each thing that makes the run red."""
    found = []
    for mutant in mutants:
        answer = answers[mutant]
        if answer.outcome in (NO_IMPORT, BROKEN):
            found.append(f"{mutant}: {answer.outcome}, {answer.detail}")
        elif seen(answer) and mutant.equivalent:
            found.append(f"{mutant} is called equivalent, but {answer.detail} notices it")
        elif not seen(answer) and not mutant.equivalent:
            found.append(f"{mutant} survived; {mutant.why}")
    share = sum(map(seen, answers.values())) / len(answers)
    if share < WANTED:
        found.append(f"{share:.1%} killed, wanted {WANTED:.0%}")
    return found


def summarise(mutants, answers, seconds):
    """Put everything that the table shows into one dict of plain values."""
    import resource  # where there is fork, there is this

    import torch

    used = resource.getrusage(resource.RUSAGE_CHILDREN)

    def by(key):
        all_of = Counter(key(mutant) for mutant in mutants)
        killed = Counter(key(mutant) for mutant in mutants if seen(answers[mutant]))
        return {name: [killed[name], count] for name, count in sorted(all_of.items())}

    return {
        "setting": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "processes": WORKERS,
            "threads": 1,
        },
        "planted": len(mutants),
        "killed": sum(map(seen, answers.values())),
        "outcomes": dict(Counter(answer.outcome for answer in answers.values())),
        "seconds": round(seconds),
        "processor_seconds": round(used.ru_utime + used.ru_stime),
        "modules": by(lambda mutant: mutant.module),
        "kinds": by(lambda mutant: mutant.kind),
        "equivalent": {str(m): m.equivalent for m in mutants if m.equivalent},
        "faults": faults(mutants, answers),
    }


def table(report):
    """Lay a report out as text."""
    lines = []
    for title in ("modules", "kinds"):
        lines += ["", f"{title:32s} killed  of"]
        lines += [f"{name:32s} {got:6d} {of:3d}" for name, (got, of) in report[title].items()]
    lines += [f"\nsurvives: {name}\n  {why}" for name, why in report["equivalent"].items()]
    lines += [f"\nFAULT: {fault}" for fault in report["faults"]]
    share = report["killed"] / report["planted"]
    outcomes = ", ".join(f"{count} {name}" for name, count in report["outcomes"].items())
    lines.append(f"\n{report['planted']} planted: {outcomes}; {share:.1%} killed")
    spent = f"{report['seconds']} s, {report['processor_seconds']} s of processor time"
    lines.append(f"{spent}, with {report['setting']['processes']} processes")
    return "\n".join(lines)
