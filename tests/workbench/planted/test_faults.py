"""The runner of planted faults: its lists fit the code, and it can tell right from wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.planted import report
from workbench.planted.faults import (
    ALSO,
    LEFT_OUT,
    PACKAGE,
    ROOT,
    Mutant,
    Stale,
    judges_of,
    load_mutants,
    mutate,
    source_of,
)
from workbench.planted.forked_tests import Answer
from workbench.planted.selection import choose, unplanted

MUTANTS = load_mutants()
RATE = Mutant("collapse.fixes", "four_to_one", "4 * recipe", "3 * recipe", "factor", "Why.")
TEST = "from genai_course.collapse.fixes import Recipe, four_to_one\n"
TEST += (
    "def test_it():\n    assert four_to_one(Recipe(rate_generator=1.0)).rate_discriminator == 4\n"
)


def test_every_planted_fault_still_fits_the_code():
    stale = []
    for mutant in MUTANTS:
        try:
            mutate(mutant, source_of(mutant.module)[1])
        except Stale as reason:
            stale.append(str(reason))
    assert not stale, "\n" + "\n".join(stale)


def test_no_two_are_alike_and_somebody_judges_each():
    assert len(set(map(str, MUTANTS))) == len(MUTANTS) >= 400
    assert all(judges_of(module) for module in {mutant.module for mutant in MUTANTS})


def test_every_module_of_teaching_code_and_of_a_listed_package_has_some():
    assert unplanted(MUTANTS) == []


@pytest.mark.parametrize("module", ["gan.losses", "divergences", "training", "collapse.game"])
def test_a_module_without_any_is_named(module):
    assert unplanted([m for m in MUTANTS if m.module != module]) == [module]


def test_what_is_left_out_when_judging_is_there():
    tests = ROOT / "tests"
    assert [name for name in LEFT_OUT if not (tests / name).exists()] == []
    assert [
        name for places in ALSO.values() for name in places if not (tests / name).exists()
    ] == []


def test_a_module_is_judged_by_its_own_test_file_first():
    names = [path.stem for path in judges_of("vae.losses")]
    assert names[0] == "test_losses" and "test_steps" in names
    left_out = {"exercises", "plots", "widgets", "workbench"}
    assert not any(left_out & set(path.parts) for path in judges_of("vae.losses"))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("five * recipe", "x", "occurs 0 times"),
        ("recipe", "x", "times, wanted once"),
        ("two time scales", "three", "apart from comments and docstrings"),
        ("4 * recipe", "4 * (recipe", "not Python"),
        ("4 * recipe", "4  * recipe", "apart from comments"),
    ],
)
def test_a_fault_that_no_longer_fits_is_named(before, after, says):
    mutant = Mutant("collapse.fixes", "four_to_one", before, after, "sign", "Why.")
    with pytest.raises(Stale, match=says):
        mutate(mutant, source_of(mutant.module)[1])
    with pytest.raises(Stale, match="no such function"):
        mutate(Mutant("collapse.fixes", "Recipe.x", "a", "b", "sign", "W."), "class Recipe: pass")


def test_lists_are_read_with_lines_and_reasons_and_refused_where_misspelt(tmp_path):
    text = "# a.b\nf (sign): Why.\n  - x\n  -     y\n  +\n  = It cannot.\n"
    text += "C.g (axis): So.\n  - 1\n  + 2\n"
    (tmp_path / "one.txt").write_text(text)
    first, second = load_mutants(tmp_path)
    assert first == Mutant("a.b", "f", "x\n    y", "", "sign", "Why.", "It cannot.")
    assert second == Mutant("a.b", "C.g", "1", "2", "axis", "So.")
    (tmp_path / "two.txt").write_text("# a.b\nf sign: Why.\n  - x\n  + y\n")
    with pytest.raises(Stale, match="not an entry: f sign"):
        load_mutants(tmp_path)


# ---------------------------------------------------------------- real forks, a small test file

RACE = """
import json, sys, nbval.plugin, pytest
from pathlib import Path
from workbench.planted.faults import Mutant
from workbench.planted.forked_tests import Trial, race

folder = Path(sys.argv[1])
trials = []
for i, (change, file, limit) in enumerate(json.load(sys.stdin)):
    mutant = Mutant(*change) if change else None
    trials.append(Trial(i, (mutant, [folder / file], folder / f"scratch{i}", {}), limit))
print(json.dumps({t.key: [a.outcome, a.detail] for t, a in race(trials)}))
"""
AS_GOOD = ("collapse.fixes", "four_to_one", "4 * recipe.rate_generator",
           "recipe.rate_generator * 4", "no fault", "W.")  # fmt: skip
NO_IMPORT = ("collapse.fixes", "Recipe", "decay: float = 0.5", "decay: float = nothing", "", "W.")
FOR_EVER = ("collapse.fixes", "four_to_one", "return replace(",
            "while True: pass\n    return replace(", "", "W.")  # fmt: skip
CRASH = ("collapse.fixes", "four_to_one", "return replace(",
         "import os; os.abort()\n    return replace(", "", "W.")  # fmt: skip
FAULT = ("collapse.fixes", "four_to_one", "4 * recipe", "3 * recipe", "factor", "W.")
TRIALS = {
    "no fault": ((None, "test_it.py"), "survived", ""),
    "as good as before": ((AS_GOOD, "test_it.py"), "survived", ""),
    "a fault": ((FAULT, "test_it.py"), "killed", "test_it.py::test_it"),
    "no import": ((NO_IMPORT, "test_it.py"), "does not import", "NameError: name 'nothing'"),
    "for ever": ((FOR_EVER, "test_it.py"), "time-out", "allowed 3"),
    "a crash": ((CRASH, "test_it.py"), "broken run", "the process crashed"),
    "no tests": ((None, "test_none.py"), "broken run", "pytest ended with code 5"),
    "red without a fault": ((None, "test_red.py"), "killed", "test_red.py::test_red"),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("race")
    (folder / "test_it.py").write_text(TEST)
    (folder / "test_none.py").write_text("x = 1\n")
    (folder / "test_red.py").write_text("def test_red():\n    assert 0\n")
    limits = [3 if case[1] == "time-out" else 60 for case in TRIALS.values()]
    asked = json.dumps([[*case[0], n] for case, n in zip(TRIALS.values(), limits, strict=True)])
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
    _, outcome, detail = TRIALS[name]
    got = answers[str(list(TRIALS).index(name))]
    assert got[0] == outcome and detail in got[1]


# ---------------------------------------------------------------- what makes the run red


def outcome_of(outcome, equivalent="", count=40):
    """The report of many killed mutants and one with that outcome."""
    mutants = [
        Mutant("gan.losses", f"f{i}", "a", "b", "sign", "Why.", equivalent if i == 0 else "")
        for i in range(count)
    ]
    answers = {mutant: Answer("killed", "test_x", 1.0) for mutant in mutants}
    answers[mutants[0]] = Answer(outcome, "test_y", 1.0)
    return report.summarise(mutants, answers, 2.0)


@pytest.mark.parametrize(
    ("outcome", "equivalent", "says"),
    [
        ("killed", "", None),
        ("time-out", "", None),
        ("survived", "It is the same.", None),
        ("survived", "", "survived; Why."),
        ("killed", "It is the same.", "is called equivalent, but test_y notices it"),
        ("does not import", "", "does not import, test_y"),
        ("broken run", "", "broken run, test_y"),
    ],
)
def test_survivors_need_a_reason_and_the_reason_must_hold(outcome, equivalent, says):
    found = outcome_of(outcome, equivalent)["faults"]
    assert not found if says is None else len(found) == 1 and says in found[0]


def test_too_many_reasons_are_not_enough():
    assert outcome_of("survived", "Same.", count=10)["faults"] == ["90.0% killed, wanted 95%"]


def test_the_table_counts():
    text = report.table(outcome_of("survived"))
    assert "gan.losses                           39  40" in text
    assert "FAULT: gan.losses.f0: 'a' to 'b' survived; Why." in text
    assert "40 planted: 1 survived, 39 killed; 97.5% killed" in text


def test_the_sample_is_twenty_faults_of_as_many_modules():
    chosen = choose(MUTANTS, ["sample"])
    assert len({mutant.module for mutant in chosen}) == len(chosen) == 20
    assert len({mutant.module.partition(".")[0] for mutant in chosen}) >= 6


def test_words_choose_packages_and_modules():
    chosen = {mutant.module for mutant in choose(MUTANTS, ["vae.losses", "training"])}
    assert {"vae.losses", "training", "training.precision"} <= chosen
    assert {name for name in chosen if not name.startswith("training")} == {"vae.losses"}
    assert {m.module.partition(".")[0] for m in choose(MUTANTS, ["gan"])} == {"gan"}
    with pytest.raises(Stale, match="no mutant in ga"):
        choose(MUTANTS, ["ga"])
