"""Judge planted faults in three rounds: no fault, one fault each, and the killers without any.

The first round says which tests are red anyway, and how long each takes. In the second a test that
fails runs once more with the fault. The third runs all tests that noticed something without any
fault: a test counts as noticing only if it passes there, too.
"""

import sys
from dataclasses import replace

from workbench.planted.forked_tests import FLAKY, KILLED, RED, SURVIVED, Trial, race
from workbench.planted.judges import stages_of

WORKERS, FILE_SECONDS = 2, 600


def baseline(files, scratch):
    """Run every test file without a fault; return the seconds of files and tests, or None."""
    paths = sorted({path for those in files.values() for path in those})
    print(f"{len(paths)} test files without a fault", flush=True)
    trials = [
        Trial(path, (None, [[path]], scratch / f"b{i}"), FILE_SECONDS)
        for i, path in enumerate(paths)
    ]
    seconds = {}
    for trial, answer in race(trials, WORKERS):
        if answer.outcome != SURVIVED:
            red = answer.detail
            if answer.outcome == RED:
                red = ", ".join(test for test, took in answer.detail.items() if took is None)
            print(f"{trial.key.name}: {answer.outcome}, {red}", file=sys.stderr)
            return None
        seconds |= {trial.key: answer.seconds, **answer.detail}
    return seconds


def judge(mutants, seconds, scratch):
    """Run each mutant against its tests, quick ones first; return a dict from mutant to answer."""
    print(f"{len(mutants)} planted faults", flush=True)
    trials = []
    for i, mutant in enumerate(mutants):
        stages = stages_of(mutant.module, seconds)
        limit = 30 + 3 * sum(seconds.get(path, 60) for files in stages for path in files)
        trials.append(Trial(mutant, (mutant, stages, scratch / f"m{i}", seconds), limit))
    answers = {}
    for trial, answer in race(trials, WORKERS):
        answers[trial.key] = answer
        if answer.outcome != KILLED:
            print(f"  {answer.outcome} {answer.detail}: {trial.key}", flush=True)
    return answers


def confirm(answers, scratch):
    """Run the tests that noticed a fault without any; whose test does not pass there is flaky."""
    killers = {}
    for answer in answers.values():
        if answer.outcome == KILLED:
            killers.setdefault(answer.detail.path, set()).add(answer.detail.test)
    trials = [
        Trial(path, (None, [[path]], scratch / f"c{i}", None, tests), FILE_SECONDS)
        for i, (path, tests) in enumerate(sorted(killers.items()))
    ]
    passed = set()
    for _, answer in race(trials, WORKERS):
        if answer.outcome in (SURVIVED, RED):
            passed |= {test for test, took in answer.detail.items() if took is not None}
    return {
        mutant: replace(answer, outcome=FLAKY)
        if answer.outcome == KILLED and answer.detail.test not in passed
        else answer
        for mutant, answer in answers.items()
    }
