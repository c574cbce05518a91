"""Claims measured as on other machines: the settings, what is recorded, the table, the verb."""

import json
import math
import os
import re
from pathlib import Path

import pytest
import torch

from genai_course.commands import Stop
from genai_course.data.digits import load_digits_as_mnist
from genai_course.reproducibility import seed_everything
from workbench.margins import margins, other_seeds
from workbench.margins import table as margin_table
from workbench.margins.measured_run import measure, read_records, source_hash
from workbench.margins.settings import INSTRUCTIONS, VARIABLES, applied, bits, settings
from workbench.notebooks.canonical import read

ROOT = Path(__file__).resolve().parents[3]
STORED = ROOT / "workbench" / "results" / "margins.json"


# ---- settings ----
def test_more_settings_begin_with_the_same_ones():
    assert settings(20)[:10] == settings(10) and len(set(settings(20))) == 20


def test_ten_settings_have_everything_that_differs():
    first = settings(10)
    assert {s.data_set for s in first} == {"mnist", "digits"}
    assert {s.threads for s in first} == {1, 2}
    assert {s.instructions for s in first} == set(INSTRUCTIONS)
    assert sorted(s.shift for s in first) == [1000 * pair for pair in range(5) for _ in "md"]
    assert first[0].environ("AVX2") == dict.fromkeys(VARIABLES, "") | {
        "OMP_NUM_THREADS": "1",
        "GENAI_COURSE_DATASET": "mnist",
        "GENAI_COURSE_SEED_SHIFT": "0",
        "GENAI_COURSE_DEVICE": "cpu",
    }


def test_in_twenty_every_instruction_set_meets_one_thread_and_two():
    assert len({s.machine for s in settings(20)}) == 2 * len(INSTRUCTIONS)


def test_instructions_that_the_processor_lacks_are_not_asked_for():
    for setting in settings(10):
        assert setting.environ("AVX2")["ATEN_CPU_CAPABILITY"] != "avx512"
        assert setting.environ("DEFAULT")["ATEN_CPU_CAPABILITY"] in ("", "default")
    assert "avx512" in {s.environ("AVX512")["ATEN_CPU_CAPABILITY"] for s in settings(10)}


def test_an_empty_value_removes_a_variable():
    assert applied({"A": "1", "B": "2", "C": ""}, {"A": "", "B": "3"}) == {"B": "3", "C": ""}


@pytest.fixture(scope="module")
def probed():
    return margins.probe(settings(4))  # one thread and two, own choice and oldest instructions


def test_settings_that_compute_other_bits_are_told_from_those_that_do_not(probed):
    capability = probed[None]["capability"]
    if capability not in ("AVX2", "AVX512"):
        pytest.skip(f"PyTorch has one way of computing on this processor ({capability})")
    own, oldest = probed[1, "own choice"], probed[2, "oldest"]
    assert oldest["capability"] == "DEFAULT" and own["capability"] == capability
    assert all(own[kind] != oldest[kind] for kind in ("product", "convolution", "sum", "tanh"))
    lines = margins.describe(probed)
    assert lines[0] == "2 of 2 settings compute bits of their own"
    same = margins.describe({**probed, (4, "own choice"): own})
    assert same[0] == "2 of 3 settings compute bits of their own"
    assert same[-1] == "  4 threads, own choice: the bits of 1 threads, own choice"


def test_a_crash_under_a_setting_is_said_not_raised():
    assert "crash" in bits({**os.environ, "PYTHONPATH": "", "PYTHONHOME": "/nowhere"})


# ---- seeds ----
@pytest.fixture
def shifted(monkeypatch):
    monkeypatch.setattr(torch, "manual_seed", torch.manual_seed)  # put back afterwards
    monkeypatch.setattr(torch, "Generator", torch.Generator)
    monkeypatch.setenv("GENAI_COURSE_SEED_SHIFT", "1000")
    other_seeds.shift_torch_seeds()


def test_seeds_that_a_cell_writes_down_are_shifted(shifted, monkeypatch):
    def draws(seed):
        seed_everything(seed)
        first = torch.rand(3)
        torch.manual_seed(seed)
        second = torch.rand(3)
        own = torch.Generator("cpu").manual_seed(seed)
        return torch.stack([first, second, torch.rand(3, generator=own)])

    moved = draws(1)
    monkeypatch.setenv("GENAI_COURSE_SEED_SHIFT", "0")
    assert torch.equal(moved, draws(1001)) and not torch.equal(moved, draws(1))


def test_the_data_stay_as_they_are(shifted):
    images, _ = load_digits_as_mnist("test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENAI_COURSE_SEED_SHIFT", "0")
        plain, _ = load_digits_as_mnist("test")
    assert torch.equal(images, plain)


# ---- the table ----
def claimed(gap, data_set="mnist", statement="s", **more):
    numbers = {"value": gap, "operator": ">", "threshold": 0.0, "gap": gap, "holds": gap > 0}
    names = {"kind": "claim", "statement": statement, "part": 0, "cell": 3, "data_set": data_set}
    return {**names, **numbers, **more}


def only_row(*runs):
    (row,) = margin_table.table(list(runs))
    return row


def test_the_margin_is_the_smallest_gap_in_spreads():
    row = only_row(*([claimed(gap)] for gap in (4.0, 6.0, 8.0)))
    assert (row["runs"], row["held"], row["worst"], row["spread"], row["margin"]) == (3, 3, 4, 2, 2)
    assert not margin_table.is_weak(row)
    assert margin_table.is_weak(only_row(*([claimed(gap)] for gap in (3.9, 6.0, 8.0))))


def test_the_spread_is_that_within_a_data_set_and_the_worse_one_counts():
    gaps = {"mnist": (100.0, 101.0, 102.0), "digits": (2.0, 3.0, 4.0)}
    row = only_row(*([claimed(gap, name)] for name, those in gaps.items() for gap in those))
    assert (row["worst"], row["spread"], row["margin"]) == (2, 1, 2)


def test_a_claim_that_fails_or_is_not_reached_in_a_run_has_not_held():
    row = only_row([claimed(4.0)], [claimed(-2.0)], [])
    assert (row["runs"], row["held"], row["worst"]) == (3, 1, -2) and row["margin"] < 0
    assert margin_table.is_weak(row)
    unreached = only_row([claimed(4.0)], [])
    assert (unreached["held"], unreached["margin"]) == (1, None) and margin_table.is_weak(unreached)
    assert "no margin" in margin_table.line(unreached)


def test_of_a_claim_in_a_loop_the_worst_turn_counts():
    row = only_row([claimed(9.0), claimed(4.0)], [claimed(6.0), claimed(9.0)], [claimed(8.0)])
    assert (row["held"], row["worst"], row["margin"]) == (3, 4, 2)
    assert only_row([claimed(9.0), claimed(-1.0)])["held"] == 0


def test_nan_is_worst_and_no_spread_is_no_bound():
    row = only_row([claimed(1.0)], [claimed(math.nan)])
    assert row["held"] == 1 and row["worst"] is None and row["margin"] is None
    same = only_row([claimed(1.0)], [claimed(1.0)])
    assert same["margin"] is None and not margin_table.is_weak(same)
    assert "without bound" in margin_table.line(same)


def test_one_run_a_data_set_has_no_spread_and_no_margin():
    once = only_row([claimed(1.0)], [claimed(5.0, "digits")])
    assert (once["held"], once["spread"], once["margin"]) == (2, None, None)
    assert "no margin" in margin_table.line(once) and not margin_table.is_weak(once)


def test_an_identity_has_its_tolerance_over_the_largest_difference():
    equal = {"kind": "verify", "operator": "<=", "threshold": 1.0, "holds": True}
    runs = [[claimed(1 - difference, **equal, value=difference)] for difference in (0.1, 0.25)]
    row = only_row(*runs)
    assert (row["margin"], row["spread"]) == (4, None) and "4 times" in margin_table.line(row)
    exact = only_row([claimed(1.0, **equal, value=0.0)])
    assert exact["margin"] is None and not margin_table.is_weak(exact)


def test_a_claim_without_a_number_is_only_counted():
    told = {"kind": "claim", "statement": "s", "part": 0, "cell": 1, "data_set": "mnist"}
    row = only_row([{**told, "holds": True}], [{**told, "holds": False}])
    assert (row["held"], row.get("margin")) == (1, None) and "operator" not in row


def test_the_rows_stand_in_the_order_of_the_notebook_and_the_worst_first():
    names = {"a": (4.0, 6.0), "b": (-1.0, 6.0), "c": (9.0, 9.0), "d": (1.0, 6.0)}
    runs = [[claimed(gaps[i], statement=name) for name, gaps in names.items()] for i in (0, 1)]
    rows = margin_table.table(runs)
    assert [row["statement"] for row in rows] == list("abcd")
    assert [row["statement"] for row in margin_table.worst_first(rows)] == list("bdac")


# ---- a run, and the verb ----
CODE = """import torch
from genai_course.claims import claim, verify
torch.manual_seed(0)
claim("drawn", torch.rand(()), "between", (0, 1))
verify("two and two", 2 + 2, 4)"""


def notebook(path, *sources):
    cells = [
        {"cell_type": "code", "id": f"c-{i}", "metadata": {}, "source": source, "outputs": []}
        | {"execution_count": None}
        for i, source in enumerate(sources)
    ]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


@pytest.fixture
def course(tmp_path, monkeypatch, probed):
    """A course of one short notebook; the two data sets are there, and the probe is done."""
    notebook(tmp_path / "notebooks" / "06_short.ipynb", CODE)
    monkeypatch.setattr(margins, "_demand_data", lambda chosen: None)
    monkeypatch.setattr(margins, "probe", lambda chosen: probed)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


def stored(course):
    return json.loads((course / margins.STORED).read_text(encoding="utf-8"))


def test_finished_runs_are_kept_and_only_missing_ones_are_run(course, capsys):
    assert margins.main(["06", "--runs", "3", "--at-once", "2"], course) == 0
    said = capsys.readouterr().out
    assert said.count("06_short, run") == 3 and "06_short: 2 claims" in said
    assert "The ten nearest to failing" in said and "cell  1  06 drawn" in said
    rows = stored(course)["notebooks"]["06_short"]["claims"]
    assert [(row["statement"], row["runs"], row["held"]) for row in rows] == [
        ("drawn", 3, 3),
        ("two and two", 3, 3),
    ]
    results = sorted((course / margins.RUNS / "06_short").iterdir())
    records = [read_records(result)[0][0] for result in results]
    assert [r["seed_shift"] for r in records] == ["0", "0", "1000"]
    assert [r["data_set"] for r in records] == ["mnist", "digits", "mnist"]
    assert [r["threads"] for r in records] == [1, 1, 2]
    values = [r["value"] for r in records]
    assert values[0] == values[1] != values[2]

    results[1].rename(f"{results[1]}.part")  # as a kill leaves it
    assert margins.main(["06", "--runs", "3"], course) == 0
    assert re.findall(r"run (\d\d): done", capsys.readouterr().out) == ["01"]
    assert stored(course)["notebooks"]["06_short"]["claims"] == rows


def test_a_notebook_that_breaks_off_is_told_and_its_later_claims_do_not_hold(course, capsys):
    late = 'claim("late", 1, ">", 0)'
    cells = (CODE, "import os\nif os.environ['GENAI_COURSE_DATASET'] == 'digits': 1 / 0", late)
    notebook(course / "notebooks" / "06_short.ipynb", *cells)
    assert margins.main(["06", "--runs", "2"], course) == 1
    assert "broke off: run 1: ZeroDivisionError: division by zero" in capsys.readouterr().out
    rows = {
        row["statement"]: row["held"] for row in stored(course)["notebooks"]["06_short"]["claims"]
    }
    assert rows == {"drawn": 2, "two and two": 2, "late": 1}


def test_a_dead_kernel_leaves_no_result(tmp_path):
    path = notebook(tmp_path / "dead.ipynb", "import os\nos._exit(1)")
    with pytest.raises(RuntimeError, match="dead.ipynb: the kernel died"):
        measure(path, tmp_path / "result")
    assert not (tmp_path / "result").exists()


def test_rows_of_other_notebooks_stay(tmp_path, probed):
    path = tmp_path / "margins.json"
    for name in ("07_b", "06_a", "07_b"):
        margins.keep(path, name, {"claims": [], "runs": 2}, probed)
    assert list(json.loads(path.read_text())["notebooks"]) == ["06_a", "07_b"]


def test_only_the_code_of_a_notebook_decides_whether_it_is_run_again(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "x = 1")
    first = source_hash(path)
    whole = json.loads(path.read_text())
    whole["cells"].append({"cell_type": "markdown", "id": "t", "metadata": {}, "source": "Text."})
    path.write_text(json.dumps(whole))
    assert source_hash(path) == first
    assert source_hash(notebook(path, "x = 2")) != first


def test_a_data_set_that_cannot_be_had_is_one_sentence(tmp_path, monkeypatch):
    from genai_course.data.mnist_files import DataError

    def fail(name, split):
        raise DataError("MNIST cannot be had.")

    notebook(tmp_path / "notebooks" / "06_short.ipynb", CODE)
    monkeypatch.setattr("genai_course.data.load_images", fail)
    with pytest.raises(Stop, match="both data sets, and one is missing. MNIST cannot be had."):
        margins.main(["06"], tmp_path)


def test_a_notebook_of_the_course_holds_under_other_settings(tmp_path, probed):
    """A fixed sample of `make margins`: the theory of 06, other seeds and bits, both data sets."""
    cells = read(ROOT / "notebooks" / "06_game_dynamics.ipynb").cells
    end = next(i for i, cell in enumerate(cells) if cell.source.startswith("## Train it"))
    code = [cell.source for cell in cells[:end] if cell.cell_type == "code"]
    path = notebook(tmp_path / "06_theory.ipynb", *code)
    measured = margins.measure(path, settings(4)[2:], probed, 2, tmp_path)
    assert measured["broken"] == [] and len(measured["claims"]) >= 20
    assert [row for row in measured["claims"] if row["held"] < 2] == []


# ---- the stored table ----
def patterns(name):
    cells = read(ROOT / "notebooks" / f"{name}.ipynb").cells
    return [p for c in cells if c.cell_type == "code" for p in margin_table.statements(c.source)]


def misfits(name, rows):
    """Claims of a notebook without a row, and rows without a claim."""
    there, made = {row["statement"] for row in rows}, patterns(name)
    missing = [p for p in made if not any(re.fullmatch(p, statement) for statement in there)]
    gone = [s for s in sorted(there) if not any(re.fullmatch(p, s) for p in made)]
    return missing, gone


def measured_notebooks():
    return json.loads(STORED.read_text(encoding="utf-8"))["notebooks"] if STORED.exists() else {}


@pytest.mark.parametrize("name", measured_notebooks())
def test_the_stored_table_has_the_claims_of_its_notebooks(name):
    missing, gone = misfits(name, measured_notebooks()[name]["claims"])
    assert not missing, f"not measured yet, run `make margins N={name[:2]}`: {missing}"
    assert not gone, f"measured, but no longer in the notebook: {gone}"


def test_a_new_claim_and_one_that_is_gone_are_seen():
    rows = [{"statement": re.sub(r"\\(.)", r"\1", p)} for p in patterns("06_game_dynamics")]
    assert misfits("06_game_dynamics", rows) == ([], [])
    missing, gone = misfits("06_game_dynamics", [*rows[1:], {"statement": "The moon is green"}])
    assert len(missing) == 1 and gone == ["The moon is green"]


def test_statements_are_found_with_what_an_f_string_puts_in():
    (told, equal) = margin_table.statements('claim("a (b)", x)\nif y: verify(f"{k}: so", 1, z)')
    assert re.fullmatch(told, "a (b)") and re.fullmatch(equal, "any: so")
    assert not re.fullmatch(equal, "any: not so")
    assert margin_table.statements("claims('a', b); print(claim)") == []
