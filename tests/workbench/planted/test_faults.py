"""The runner of planted faults: its lists fit the code, and it can tell right from wrong."""

from pathlib import Path

import pytest

from workbench.planted import report
from workbench.planted.faults import (
    ROOT,
    Mutant,
    Stale,
    load_mutants,
    mutate,
    source_of,
)
from workbench.planted.forked_tests import Answer
from workbench.planted.judges import ALSO, BY_DERIVATION, LEFT_OUT, about, judges_of, stages_of
from workbench.planted.kills import Kill
from workbench.planted.selection import choose, unplanted

MUTANTS = load_mutants()


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


def test_its_own_tests_are_asked_first_and_the_rest_of_its_package_last():
    derived = [Path(name).name for name in BY_DERIVATION]
    judges = [path for path in judges_of("collapse.penalties") if path.name not in derived]
    seconds = {path: -i for i, path in enumerate(judges)}
    stages = stages_of("collapse.penalties", seconds)
    names = [[path.name for path in files] for files in stages]
    assert names[1] == derived
    assert {"test_game.py", "test_streams.py"} <= set(names[-1])
    assert [files[0] for files in (stages[0], *reversed(stages[2:-1]))] == [*seconds]
    flat = [path for files in stages for path in files]
    assert len(set(flat)) == len(flat) and all(path.exists() for path in flat)


def test_of_tests_of_all_that_is_public_those_of_the_module_are_asked():
    path = ROOT / "tests" / "genai_course" / "test_doors.py"
    assert about("gan.losses", path, "x::test[gan.losses.generator_loss-logits]")
    assert about("gan.losses", path, "x::test_all")
    assert not about("gan.losses", path, "x::test[gan.proposed_losses.f-logits]")
    assert about("gan.losses", path.with_name("test_x.py"), "x::test[anything]")
    figures = path.parent / "plots" / "test_every_figure.py"
    assert about("plots.gan", figures, "x::test[gan.class_shares]")
    assert not about("plots.gan", figures, "x::test[vae.latent_map]")


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


# ---------------------------------------------------------------- what makes the run red


def outcome_of(outcome, equivalent="", count=40):
    """The report of many killed mutants and one with that outcome."""
    mutants = [
        Mutant("gan.losses", f"f{i}", "a", "b", "sign", "Why.", equivalent if i == 0 else "")
        for i in range(count)
    ]
    kill = Kill("tests/test_x.py::test_x", Path("test_x.py"), "assertion")
    answers = {mutant: Answer("killed", kill, 1.0) for mutant in mutants}
    other = Kill("tests/test_y.py::test_y", Path("test_y.py"), "error")
    answers[mutants[0]] = Answer(outcome, other, 1.0)
    return report.summarise(mutants, answers, 2.0)


@pytest.mark.parametrize(
    ("outcome", "equivalent", "says"),
    [
        ("killed", "", None),
        ("time-out", "", None),
        ("survived", "It is the same.", None),
        ("survived", "", "survived; Why."),
        ("killed", "It is the same.", "is called equivalent, but test_y.py::test_y notices it"),
        ("does not import", "", "does not import, test_y.py::test_y"),
        ("broken run", "", "broken run, test_y.py::test_y"),
        ("a slip of its own", "", "a slip of its own, test_y.py::test_y"),
        ("not every time", "", "not every time, test_y.py::test_y"),
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
    assert "noticed by assertion: 39" in text and "noticed by error" not in text
    found = outcome_of("killed")["kills"]
    assert len(found["assertion"]) == 39
    assert found["error"] == {"gan.losses.f0: 'a' to 'b'": "test_y.py::test_y"}
    assert outcome_of("time-out")["kills"].keys() == {"assertion", "time-out"}


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
