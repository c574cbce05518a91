"""The README's tables of stored results say what the stored files say."""

import copy
import json

import pytest

from workbench.results import tables as readme_tables


def test_the_readme_holds_what_is_stored():
    text = readme_tables.README.read_text(encoding="utf-8")
    assert readme_tables.updated(text, readme_tables.tables()) == text, (
        "run: python -m workbench.results.tables"
    )


@pytest.mark.parametrize("name", readme_tables.PARTS)
def test_every_number_of_a_stored_table_matters(name, tmp_path):
    report = readme_tables.stored(name)
    if report is None:
        pytest.skip(f"{name} is not stored yet")
    said = "\n".join(readme_tables.PARTS[name](report))
    shown = {
        "mutants": ("killed", "planted"),
        "planted_edits": ("seen", "planted"),
        "classroom": ("learners",),
    }
    for key in shown.get(name, ()):
        other = {**report, key: report[key] + 1}
        assert "\n".join(readme_tables.PARTS[name](other)) != said
    if name == "speed":
        for loop in readme_tables.LOOPS[1:]:
            other = copy.deepcopy(report)
            other["epoch"]["rows"]["vae"][loop]["ratio"] += 1
            assert "\n".join(readme_tables.speed_lines(other)) != said
    if name == "environments":
        for case in report["cases"]:
            other = copy.deepcopy(report)
            other["cases"][case]["verdict"] = "FAILED"
            assert "FAILED" in "\n".join(readme_tables.environment_lines(other))
    (tmp_path / f"{name}.json").write_text(json.dumps(report))
    assert "\n".join(readme_tables.tables(tmp_path)).strip() == said


def test_nothing_stored_gives_no_lines(tmp_path):
    assert readme_tables.tables(tmp_path) == []


def test_noticed_faults_are_counted_by_what_noticed_them():
    report = readme_tables.stored("mutants")
    report["kills"] = {"assertion": {"a": "test_a", "b": "test_b"}, "error": {"c": "test_c"}}
    (line,) = readme_tables.mutant_lines(report)
    assert "%, 2 by assertion, 1 by error) in" in line


def test_what_must_be_quick_stands_beside_its_yardstick():
    report = readme_tables.stored("speed")
    row = {"against": "one matrix", "ratio": 6.59, "limit": 15}
    report["yardsticks"] = {"kernel distance": row}
    lines = readme_tables.speed_lines(report)
    assert "How many times as long as its yardstick: kernel distance 6.59 (one matrix)." in lines


def test_a_race_that_was_not_won_shows_a_dash():
    report = readme_tables.stored("speed")
    report["race"]["course"] = {"seconds": None, "steps": None, "ratio": None}
    line = next(x for x in readme_tables.speed_lines(report) if readme_tables.RACE in x)
    assert line.split(" | ")[4] == "-"


@pytest.mark.parametrize("there", [True, False])
def test_a_machine_without_units_for_bfloat16_gets_dashes_and_a_sentence(there):
    report = readme_tables.stored("speed")
    report["epoch"]["bfloat16"] = there
    if not there:
        for rows in (*report["epoch"]["rows"].values(), report["race"]):
            rows.pop("course, bfloat16", None)
    lines = readme_tables.speed_lines(report)
    assert any("no units for it" in line for line in lines) != there
    column = [line.split(" | ")[5] for line in lines if line.startswith("| ")][2:]
    assert len(column) == 6 and (set(column) == {"-"}) != there


@pytest.mark.parametrize(
    "text", ["", f"{readme_tables.END}{readme_tables.BEGIN}", 2 * readme_tables.BEGIN]
)
def test_a_text_without_the_two_marks_is_refused(text):
    with pytest.raises(ValueError, match="once each"):
        readme_tables.updated(text, ["line"])


def test_what_stands_around_the_marks_is_kept():
    text = f"before\n{readme_tables.BEGIN}\nold\n{readme_tables.END}\nafter\n"
    new = readme_tables.updated(text, ["new"])
    assert new.startswith("before\n") and new.endswith("\nafter\n")
    assert "old" not in new and "\nnew\n" in new
    assert readme_tables.updated(new, ["new"]) == new
