"""The benchmark of mode collapse: resumes, stores safely, and gives again what it stored."""

import pytest
import torch
from recomputed import moved

from genai_course.collapse.fixes import FIXES
from genai_course.collapse.optimizers import RMSprop
from genai_course.collapse.scoreboard import load_scoreboard
from workbench.collapse import scoreboard


@pytest.fixture(scope="module")
def benchmark():
    return scoreboard


pytestmark = pytest.mark.usefixtures("one_thread")


# ---- running and storing ----
def run(benchmark, path, *more):
    usual = ["--columns", "ring_fast", "--rows", "none", "AdamW", "--steps", "3", "--seeds", "2"]
    return benchmark.main([*usual, "--out", str(path), *more])


def test_a_run_stores_cells_that_the_scoreboard_reads(benchmark, tmp_path, capsys):
    assert run(benchmark, tmp_path / "x.json") == 0
    scores = load_scoreboard(tmp_path / "x.json")
    assert scores.rows == ["none", "AdamW"] and scores.columns == ["ring_fast"]
    cell = scores.cell("AdamW", "ring_fast")
    assert cell["steps"] == 3 and cell["seeds"] == [0, 1]
    assert cell["torch"] == torch.__version__ and cell["threads"] == 1
    assert cell["recipe"]["optimizer"].startswith("AdamW(")
    printed = capsys.readouterr().out
    assert "[1/2] ring_fast | none: modes_kept [" in printed and "min left" in printed


def test_what_is_there_is_not_run_again(benchmark, tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(benchmark, "run_cell", _counting(benchmark.run_cell, ran))
    run(benchmark, tmp_path / "x.json")
    run(benchmark, tmp_path / "x.json")
    assert ran == ["none", "AdamW"]
    run(benchmark, tmp_path / "x.json", "--steps", "4")  # other settings: everything anew
    assert ran == ["none", "AdamW"] * 2
    run(benchmark, tmp_path / "x.json", "--steps", "4", "--rows", "AdamW", "R1")
    assert ran == ["none", "AdamW"] * 2 + ["R1"]


def _counting(function, ran):
    def counted(column, row, options):
        ran.append(row)
        return function(column, row, options)

    return counted


def test_a_changed_recipe_is_run_again(benchmark, tmp_path, monkeypatch):
    run(benchmark, tmp_path / "x.json")
    monkeypatch.setitem(FIXES, "AdamW", {"optimizer": RMSprop()})
    ran = []
    monkeypatch.setattr(benchmark, "run_cell", _counting(benchmark.run_cell, ran))
    run(benchmark, tmp_path / "x.json")
    assert ran == ["AdamW"]


def test_an_interruption_leaves_the_finished_cells(benchmark, tmp_path, monkeypatch):
    original = benchmark.run_cell

    def stopped(column, row, options):
        if row == "AdamW":
            raise KeyboardInterrupt
        return original(column, row, options)

    monkeypatch.setattr(benchmark, "run_cell", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(benchmark, tmp_path / "x.json")
    assert load_scoreboard(tmp_path / "x.json").rows == ["none"]
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_a_diverging_cure_is_stored_as_such(benchmark, tmp_path, monkeypatch):
    def diverging(*_, **__):
        raise FloatingPointError("not finite")

    monkeypatch.setattr(benchmark, "train_ensemble", diverging)
    run(benchmark, tmp_path / "x.json")
    cell = load_scoreboard(tmp_path / "x.json").cell("none", "ring_fast")
    assert cell["diverged"] == "not finite" and "metrics" not in cell


def test_slow_rows_come_last(benchmark):
    order = benchmark._in_order(list(FIXES))
    assert order[0] == "none" and set(order[-3:]) == set(benchmark.SLOW_ROWS)
    assert sorted(order) == sorted(FIXES)


# ---- two stored cells, recomputed ----
def outside(stored, recomputed):
    """The metrics whose recomputed mean lies too far from the stored one."""
    names = ("modes_kept", "quality")
    ours, theirs = ({n: cell["metrics"][n] for n in names} for cell in (stored, recomputed))
    return moved("ring_fast", ours, theirs)


@pytest.mark.parametrize("row", ["none", "PacGAN2"])
def test_a_stored_cell_can_be_had_again(benchmark, row, tmp_path):
    stored = load_scoreboard().cell(row, "ring_fast")
    arguments = ["--steps", str(stored["steps"]), "--seeds", "5", "--out", str(tmp_path / "x.json")]
    recomputed = benchmark.run_cell("ring_fast", row, benchmark.parse(arguments))
    assert not outside(stored, recomputed)


def test_a_wrong_cell_is_seen():
    scores = load_scoreboard()
    plain, packed = (scores.cell(row, "ring_fast") for row in ("none", "PacGAN2"))
    assert not outside(plain, plain) and not outside(packed, packed)
    assert outside(plain, packed) and outside(packed, plain)
    worse = {"metrics": {**packed["metrics"], "quality": [0.0] * 5}}
    assert outside(packed, worse) == ["quality"]
    fewer = {"metrics": {**packed["metrics"], "modes_kept": [5, 5, 4, 5, 5]}}
    assert outside(packed, fewer) == ["modes_kept"]
