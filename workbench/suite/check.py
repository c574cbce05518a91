"""`check`: what every commit should pass: form, quick unit tests, and the notebooks that changed.

A notebook is run if anything that its result depends on has changed since it last passed; `inputs`
knows what that is. `test` runs everything, always, and is remembered here too.
"""

import time
from pathlib import Path

from genai_course.commands.environment import ROOT
from genai_course.commands.notebooks import find_notebooks
from workbench.suite.inputs import fingerprint, passed
from workbench.suite.jobs import notebook_jobs, quick_tests
from workbench.suite.test import run_and_report


def main(arguments, root=ROOT):
    """Run what is quick and what has changed; return 0 only if nothing differs."""
    start = time.monotonic()
    notebooks, memory = find_notebooks(root=root), passed(root)
    names = {path: path.relative_to(root).as_posix() for path in notebooks}
    changed = [path for path in notebooks if memory.get(names[path]) != fingerprint(path, root)]
    tests = quick_tests(root)
    files = sum(Path(word).suffix == ".py" for job in tests for word in job.words)
    print(f"{files} quick test files; {len(notebooks) - len(changed)} notebooks passed as they are")
    print(f"notebooks to run: {', '.join(names[path] for path in changed) or 'none'}", flush=True)
    return run_and_report([*tests, *notebook_jobs(changed, root)], root, start)
