"""What counts as noticing a fault, tried with faults and test files of our own in real forks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.planted.faults import PACKAGE, ROOT

RACE = """
import json, sys, pytest
from pathlib import Path
from workbench.planted.faults import Mutant
from workbench.planted.forked_tests import Trial, race, warm_up
from workbench.planted.judging import confirm

warm_up()
folder = Path(sys.argv[1])
trials = []
for i, (change, file, limit) in enumerate(json.load(sys.stdin)):
    mutant = Mutant(*change) if change else None
    stages = [[folder / one] for one in file.split()]
    trials.append(Trial(i, (mutant, stages, folder / f"scratch{i}", {}), limit))
answers = confirm({t.key: a for t, a in race(trials)}, folder)
print(json.dumps({key: [a.outcome, str(a.detail), getattr(a.detail, "kind", "")]
                  for key, a in answers.items()}))
"""


def instead(line):
    """The fault that four_to_one begins with this line."""
    after = f"{line}\n    return replace("
    return "collapse.fixes", "four_to_one", "return replace(", after, "", "W."


FAULT = ("collapse.fixes", "four_to_one", "4 * recipe", "3 * recipe", "factor", "W.")
AS_GOOD = (
    "collapse.fixes",
    "four_to_one",
    "4 * recipe.rate_generator",
    "recipe.rate_generator * 4",
    "no fault",
    "W.",
)
NO_IMPORT = ("collapse.fixes", "Recipe", "decay: float = 0.5", "decay: float = nothing", "", "W.")
NO_NAME = instead("nothing")
NO_LOCAL = instead("print(late); late = 1")
NO_MODULE = instead("import nothing_of_this_name")
RAISES = instead("raise TypeError('no')")
FOR_EVER = instead("while True: pass")
CRASH = instead("import os; os.abort()")
START = "import pytest\nfrom genai_course.collapse.fixes import Recipe, four_to_one\n"
FILES = {
    "test_it.py": """
def test_it():
    assert four_to_one(Recipe(rate_generator=1.0)).rate_discriminator == 4
""",
    "test_refusal.py": """
def refuse(rate):
    if rate == 4:
        raise ValueError

def test_it():
    with pytest.raises(ValueError):
        refuse(four_to_one(Recipe(rate_generator=1.0)).rate_discriminator)
""",
    "test_setup.py": """
@pytest.fixture
def rate():
    rate = four_to_one(Recipe(rate_generator=1.0)).rate_discriminator
    assert rate == 4

def test_it(rate):
    pass
""",
    "test_hiding.py": """
def test_it():
    try:
        four_to_one(Recipe())
    except Exception as error:
        assert not error
""",
    "test_gathering.py": """
four_to_one(Recipe())

def test_it():
    pass
""",
    "test_names.py": """
@pytest.mark.parametrize("rate", [four_to_one(Recipe(rate_generator=1.0)).rate_discriminator])
def test_it(rate):
    assert rate == 4
""",
    "test_first.py": """
COUNT = []

def test_it():
    COUNT.append(1)
    assert len(COUNT) > 1
""",
    "test_second.py": """
def test_before():
    pytest.moved = 4

def test_it():
    assert four_to_one(Recipe(rate_generator=1.0)).rate_discriminator == pytest.moved
""",
    "test_none.py": "",
    "test_red.py": """
def test_it():
    assert 0
""",
}
SLIP, FLAKY, RED = "a slip of its own", "not every time", "red without any fault"
NAME = "NameError: name 'nothing' is not defined"
TRIALS = {  # name: (fault, file, outcome, what it says, kind of kill)
    "no fault": (None, "test_it.py", "survived", "test_it.py::test_it", ""),
    "as good as before": (AS_GOOD, "test_it.py", "survived", "", ""),
    "an assertion": (FAULT, "test_it.py", "killed", "test_it.py::test_it", "assertion"),
    "nothing is raised": (FAULT, "test_refusal.py", "killed", "::test_it", "assertion"),
    "an assertion before the test": (FAULT, "test_setup.py", "killed", "::test_it", "assertion"),
    "an error": (RAISES, "test_it.py", "killed", "test_it.py::test_it", "error"),
    "an error before the test": (RAISES, "test_setup.py", "killed", "::test_it", "error"),
    "no import": (NO_IMPORT, "test_it.py", "does not import", "NameError: name 'nothing'", ""),
    "no name": (NO_NAME, "test_it.py", "does not import", NAME, ""),
    "no name, and a test that hides it": (NO_NAME, "test_hiding.py", "does not import", NAME, ""),
    "a name that comes too late": (NO_LOCAL, "test_it.py", SLIP, "::test_it", "slip"),
    "no such module": (NO_MODULE, "test_it.py", SLIP, "::test_it", "slip"),
    "tests are not found": (RAISES, "test_gathering.py", SLIP, "test_gathering.py", "slip"),
    "a test with another name": (FAULT, "test_names.py", FLAKY, "::test_it[3.0]", "assertion"),
    "a test that fails once": (AS_GOOD, "test_first.py", FLAKY, "::test_it", "assertion"),
    "a test that needs another": (FAULT, "test_second.py", FLAKY, "::test_it", "assertion"),
    "a later file": (FAULT, "test_hiding.py test_it.py", "killed", "test_it.py::", "assertion"),
    "a first file without tests": (FAULT, "test_none.py test_it.py", "killed", "::", "assertion"),
    "for ever": (FOR_EVER, "test_it.py", "time-out", "allowed 3", ""),
    "a crash": (CRASH, "test_it.py", "broken run", "the process crashed", ""),
    "no tests": (None, "test_none.py", "broken run", "pytest ended with code 5", ""),
    "red without a fault": (None, "test_red.py", RED, "test_it': None", ""),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("race")
    for name, text in FILES.items():
        (folder / name).write_text(START + text)
    limits = [3 if case[2] == "time-out" else 60 for case in TRIALS.values()]
    asked = json.dumps([[*case[:2], n] for case, n in zip(TRIALS.values(), limits, strict=True)])
    command = [sys.executable, "-c", RACE, str(folder)]
    before = snapshot()
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    options = {"capture_output": True, "text": True, "cwd": folder, "env": environ}
    done = subprocess.run(command, input=asked, **options)
    assert done.returncode == 0, done.stderr
    assert snapshot() == before
    return json.loads(done.stdout)


def snapshot():
    """All files of the package with their contents and compiled versions with their dates."""
    files = Path(ROOT, PACKAGE, "collapse").rglob("fixes*")
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("name", TRIALS)
def test_a_trial_ends_as_it_should_and_leaves_nothing_behind(answers, name):
    _, _, outcome, words, kind = TRIALS[name]
    got = answers[str(list(TRIALS).index(name))]
    assert got[0] == outcome and words in got[1] and got[2] == kind
