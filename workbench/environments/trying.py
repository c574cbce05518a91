"""Try the course in one environment: make it, run tests and notebooks there, throw it away."""

import json
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from workbench.environments import throwaway
from workbench.environments.cases import PYTHONS
from workbench.environments.confined import NETWORK, Unavailable, confine
from workbench.environments.throwaway import clean_environ
from workbench.suite.costs import TESTS, load_costs
from workbench.suite.course_copy import copy_course
from workbench.suite.pytest_runs import Follower, run_and_count, run_joined
from workbench.suite.watching import Limits

OK, FAILED, NOT_HERE = "ok", "FAILED", "not here"
ABOUT_PINS = (
    "tests/genai_course/commands/test_environment.py::"
    "test_constraints_pin_every_requirement_once_within_its_range"
)
ASKED = ("torch", "torchvision", "numpy", "scipy", "scikit-learn", "matplotlib", "jupyterlab")
ASK = (
    "import json, platform; from importlib.metadata import version;"
    f"print(json.dumps({{'python': platform.python_version(),"
    f" **{{name: version(name) for name in {ASKED}}}}}))"
)
NEW_HOME = (
    *("GENAI_COURSE_DATA", "GENAI_COURSE_DATASET", "GENAI_COURSE_OFFLINE"),
    *("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"),
    *("MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"),
)


@dataclass(frozen=True)
class Result:
    """What came of a case. `why` says why it could not be tried, or what the tests said."""

    verdict: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    versions: tuple = ()
    why: str = ""


def run_case(case, root):
    """Try one environment; make and remove what it needs.

    Returns:
        Result.
    """
    start = time.monotonic()
    scratch = Path(root, throwaway.SCRATCH, case.name)
    throwaway.remove(scratch)
    try:
        course, python = _prepare(case, root, scratch)
        runs = [_run(words, case, course, python) for words in commands(case, python)]
        versions = _versions(python)
    except Unavailable as reason:
        return Result(NOT_HERE, why=str(reason))
    except RuntimeError as reason:
        return Result(FAILED, 0, 1, time.monotonic() - start, why=str(reason))
    finally:
        throwaway.remove(scratch)
    passed, failed = (sum(run[i] for run in runs) for i in (0, 1))
    said = "\n".join(run[2] for run in runs if run[1])
    seconds = time.monotonic() - start
    return Result(FAILED if failed else OK, passed, failed, seconds, versions, said)


def commands(case, python):
    """Return the commands of a case, each a list of strings."""
    verb = [str(python), "-m", "genai_course", "test"]
    units = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *case.tests]
    if case.pins != "tried":  # constraints.txt of that copy is another one, on purpose
        units.append(f"--deselect={ABOUT_PINS}")
    return [*([units] if case.tests else []), *([*verb, number] for number in case.notebooks)]


def _prepare(case, root, scratch):
    """Return the folder of the course and its interpreter: the present ones, or new ones."""
    if not case.python:
        return root, sys.executable
    this = ".".join(map(str, sys.version_info[:2]))
    wanted = {"this": (this,), "newest": PYTHONS[::-1]}.get(case.python, (case.python,))
    base = next(filter(None, map(throwaway.find_python, wanted)), None)
    if base is None:
        raise Unavailable(f"no Python {' or '.join(wanted)} on this machine")
    course = scratch / case.folder
    copy_course(root, course)
    throwaway.choose_versions(course, case.pins)
    python, trouble = throwaway.set_up(course, base)
    if python is None:
        raise RuntimeError(trouble)
    return course, python


def _run(words, case, course, python):
    """Run one command of a case; return (passed, failed, what it said)."""
    with tempfile.TemporaryDirectory() as home:

        def wrap(words):
            place = {"home": home, "course": course}.get(case.cut, case.cut)
            return confine(python, place, words) if case.cut else words

        environ = environ_of(case, home)
        if "pytest" in words:
            follower = Follower(load_costs(course, TESTS))
            counts, said = run_and_count(words, follower, course, environ, wrap)
            return (*counts[:2], said)
        limits = Limits(unknown=float("inf"))  # the verb watches itself what it runs
        code, said = run_joined(wrap(words), limits=limits, cwd=course, env=environ)
        return (*count_last_line(said, code), said)


def environ_of(case, home):
    """Return the environment variables of a case; a new home holds no data and no settings."""
    if case.cut in (NETWORK, "home"):
        return clean_environ({"HOME": str(home), **dict(case.environ)}, NEW_HOME)
    return clean_environ(case.environ)


def count_last_line(said, code):
    """Read `N passed, N failed` off the end of the verb `test`; anything else is a failure."""
    last = said.strip().rpartition("\n")[2]
    found = re.fullmatch(r"(\d+) passed, (\d+) failed", last.strip())
    passed, failed = map(int, found.groups()) if found else (0, 1)
    return passed, failed or int(code != 0)


def _versions(python):
    done = subprocess.run([str(python), "-c", ASK], capture_output=True)
    return tuple(json.loads(done.stdout).items()) if done.returncode == 0 else ()
