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

from workbench.planted.faults import ROOT, Stale, load_mutants, mutate, source_of
from workbench.planted.forked_tests import KILLED, SURVIVED, TIME_OUT, warm_up
from workbench.planted.judges import judges_of
from workbench.planted.judging import WORKERS, baseline, confirm, judge
from workbench.planted.selection import choose
from workbench.results.stored import store

WANTED = 0.95
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
        if seconds is not None:
            answers = confirm(judge(mutants, seconds, Path(scratch)), Path(scratch))
    gc.unfreeze()  # else objects of libraries are reported as leaks at the end
    if seconds is None:
        return 1
    report = summarise(mutants, answers, time.monotonic() - start)
    print(table(report))
    if not words:
        store(RESULTS, report)
    return 1 if faults(mutants, answers) else 0


def seen(answer):
    """Whether the tests noticed: one failed, every time and only so, or did not come to an end."""
    return answer.outcome in (KILLED, TIME_OUT)


def faults(mutants, answers):
    """Return one sentence for each thing that makes the run red."""
    found = []
    for mutant in mutants:
        answer = answers[mutant]
        if not seen(answer) and answer.outcome != SURVIVED:
            found.append(f"{mutant}: {answer.outcome}, {answer.detail}")
        elif seen(answer) and mutant.equivalent:
            found.append(f"{mutant} is called equivalent, but {answer.detail} notices it")
        elif not seen(answer) and not mutant.equivalent:
            found.append(f"{mutant} survived; {mutant.why}")
    share = sum(map(seen, answers.values())) / len(answers)
    if share < WANTED:
        found.append(f"{share:.1%} killed, wanted {WANTED:.0%}")
    return found


def kills(answers):
    """Return {kind, as in `kills`, or a time-out: {mutant: the test that noticed}}."""
    by = {}
    for mutant, answer in answers.items():
        if seen(answer):
            kind = answer.detail.kind if answer.outcome == KILLED else TIME_OUT
            by.setdefault(kind, {})[str(mutant)] = str(answer.detail)
    return {kind: dict(sorted(by[kind].items())) for kind in sorted(by)}


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
        "kills": kills(answers),
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
    lines += [f"noticed by {kind}: {len(those)}" for kind, those in report["kills"].items()]
    spent = f"{report['seconds']} s, {report['processor_seconds']} s of processor time"
    lines.append(f"{spent}, with {report['setting']['processes']} processes")
    return "\n".join(lines)
