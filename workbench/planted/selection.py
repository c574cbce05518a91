"""Which planted faults are tried, and which modules ought to have some."""

import ast
from pathlib import Path

from workbench.notebooks.mirror import PLUMBING, taught_modules
from workbench.planted.faults import PACKAGE, ROOT, Stale

SAMPLE = 20  # one fault in each of so many modules is tried in continuous integration


def choose(mutants, words):
    """Return the mutants of the packages or modules named; "sample" is 20 of all, far apart."""
    if tuple(words) == ("sample",):
        firsts = {mutant.module: mutant for mutant in reversed(mutants) if not mutant.equivalent}
        modules = sorted(firsts)
        return [firsts[modules[i * len(modules) // SAMPLE]] for i in range(SAMPLE)]
    chosen = [
        mutant
        for mutant in mutants
        if not words or any(f"{mutant.module}.".startswith(f"{word}.") for word in words)
    ]
    if not chosen:
        raise Stale(f"There is no mutant in {' or '.join(words)}.")
    return chosen


def unplanted(mutants, root=ROOT):
    """Return the modules that ought to have planted faults and have none, sorted.

    Those are all that hold teaching code; and in a package with a list of its name all but those
    whose own docstring calls them plumbing.
    """
    wanted = taught_modules(root)
    for path in (Path(root) / "workbench" / "planted" / "lists").glob("*.txt"):
        for module in (Path(root) / PACKAGE / path.stem).glob("[a-z]*.py"):
            note = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
            wanted |= set() if PLUMBING.search(note) else {f"{path.stem}.{module.stem}"}
    return sorted(wanted - {mutant.module for mutant in mutants})
