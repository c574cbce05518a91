"""Means, intervals, paired tests and verdicts, against numbers worked out elsewhere."""

import json
import math

import pytest
from scipy import stats

from genai_course.collapse.fixes import FIXES, Recipe, described, with_fix
from genai_course.collapse.scoreboard import (
    COLUMNS,
    VERDICTS,
    Scoreboard,
    load_scoreboard,
)
from genai_course.collapse.statistics import (
    ROUNDING,
    announced,
    paired_p_value,
    power,
    summarise,
)


# ---- statistics ----
def test_the_interval_is_that_of_student():
    summary = summarise([1, 2, 2, 3, 7])
    low, high = stats.t.interval(0.95, 4, loc=3, scale=stats.sem([1, 2, 2, 3, 7]))
    assert summary.mean == 3
    assert (summary.low, summary.high) == (pytest.approx(low), pytest.approx(high))
    assert summary.values == (1, 2, 2, 3, 7)


def test_missing_numbers_are_left_out_and_one_number_has_no_interval():
    assert summarise([1, None, 3]).mean == 2
    assert summarise([4]).high == math.inf and summarise([4]).low == -math.inf
    assert math.isnan(summarise([None, None]).mean)


def test_the_paired_test_is_that_of_scipy():
    ours, theirs = [8, 7, 8, 6, 8], [1, 2, 4, 2, 1]
    assert paired_p_value(ours, theirs) == pytest.approx(stats.ttest_rel(ours, theirs).pvalue)
    assert paired_p_value(ours, theirs, ROUNDING) == paired_p_value(ours, theirs)
    assert paired_p_value(ours, theirs) != pytest.approx(stats.ttest_ind(ours, theirs).pvalue)


def test_equal_differences_are_not_taken_for_certainty():
    assert paired_p_value([2, 3, 4], [1, 2, 3]) == 0
    assert 0.01 < paired_p_value([2, 3, 4], [1, 2, 3], ROUNDING) < 0.05
    assert paired_p_value([1, 2, 3], [1, 2, 3]) == 1


def test_the_step_up_procedure_is_that_of_scipy():
    p_values = {"a": 0.001, "b": 0.012, "c": 0.014, "d": 0.2, "e": 0.6}
    adjusted = stats.false_discovery_control(list(p_values.values()))
    wanted = {name for name, p in zip(p_values, adjusted, strict=True) if p <= 0.05}
    assert announced(p_values) == wanted == {"a", "b", "c"}
    assert announced({"a": 0.04, "b": 0.9}) == set()  # without correction it would be announced
    assert announced({"a": 0.04}) == {"a"}
    assert announced({}) == set()


@pytest.mark.parametrize(("gain", "deviation", "seeds"), [(1, 2**0.5, 5), (-2, 1, 5), (0.5, 1, 30)])
def test_the_power_is_the_share_of_trials_that_find_the_gain(gain, deviation, seeds):
    trials = stats.norm.rvs(gain, deviation, size=(40_000, seeds), random_state=1)
    found = stats.ttest_1samp(trials, 0, axis=1).pvalue < 0.05
    assert power(gain, deviation, seeds) == pytest.approx(found.mean(), abs=0.01)


def test_without_a_gain_the_power_is_the_level_and_it_rises_to_one():
    assert power(0, 3, 5) == pytest.approx(0.05) and power(0, 3, 5, 0.2) == pytest.approx(0.2)
    assert power(50, 1, 20) == 1
    for seeds, deviation in ((1, 1), (5, 0), (5, -1), (5, math.nan)):
        with pytest.raises(ValueError, match="wanted 2 or more and > 0"):
            power(1, deviation, seeds)


# ---- verdicts ----
SEEDS = [0, 1, 2, 3, 4]
MANY, FEW = [8, 7, 8, 8, 8], [1, 2, 2, 1, 2]
HIGH, LOW = [0.9, 0.8, 0.9, 0.85, 0.9], [0.2, 0.1, 0.15, 0.2, 0.1]
LOWER = [0.7, 0.6, 0.7, 0.65, 0.7]


def cell(kept, quality, seeds=SEEDS):
    metrics = {name: [0.0] * len(seeds) for name in COLUMNS["ring_fast"].metrics}
    return {"seeds": seeds, "metrics": {**metrics, "modes_kept": kept, "quality": quality}}


def board(none=(FEW, HIGH), **cures):
    cells = {"none": cell(*none)}
    cells |= {name.replace("_", " "): cell(*values) for name, values in cures.items()}
    return Scoreboard({"format": 1, "cells": {"ring_fast": cells}, "timing": {}})


@pytest.mark.parametrize(
    "kept, quality, wanted",
    [
        (MANY, HIGH, "cures"),
        (MANY, LOW, "spreads"),  # all modes, but four samples in five lie nowhere
        (MANY, LOWER, "cures"),  # worse samples, and still most of them count
        ([5, 5, 6, 4, 5], HIGH, "helps"),
        (FEW, HIGH, "does nothing"),
        ([2, 2, 2, 2, 2], HIGH, "not shown"),  # 0.4 more, and 1.1 is possible
        ([1, 2, 2, 2, 2], HIGH, "does nothing"),  # 0.2 more, at most 0.8
        ([8, 1, 2, 1, 2], HIGH, "not shown"),  # one lucky seed: a gain of one mode is possible
        ([0, 2, 2, 0, 2], HIGH, "not shown"),  # and so is a loss
        (FEW, LOW, "spreads"),
        (FEW, LOWER, "harms"),  # no mode more, and worse samples
        ([0, 0, 0, 0, 0], HIGH, "harms"),
        ([0, 0, 0, 0, 0], LOW, "harms"),  # fewer modes are no spread
    ],
)
def test_verdicts(kept, quality, wanted):
    assert board(AdamW=(kept, quality)).verdict("AdamW", "ring_fast") == wanted
    assert wanted in VERDICTS


def test_all_modes_are_no_cure_where_samples_missed_them_before_and_do_now():
    assert board((FEW, LOW), AdamW=(MANY, LOW)).verdict("AdamW", "ring_fast") == "helps"


def test_a_small_but_certain_difference_does_nothing():
    none = [2, 2, 2, 2, 2]
    assert board((none, HIGH), AdamW=([2.5] * 5, HIGH)).verdict("AdamW", "ring_fast") == (
        "does nothing"
    )


def test_many_cures_make_it_harder_to_be_announced():
    """The same numbers, alone and among twenty that do nothing."""
    uncertain = ([6, 2, 7, 2, 6], HIGH)  # p about 0.046
    assert board(AdamW=uncertain).verdict("AdamW", "ring_fast") == "helps"
    others = [name for name in FIXES if name not in ("none", "AdamW")]
    cells = {"none": cell(FEW, HIGH), "AdamW": cell(*uncertain)}
    cells |= {name: cell([2, 1, 2, 2, 1], HIGH) for name in others}
    crowded = Scoreboard({"format": 1, "cells": {"ring_fast": cells}})
    assert crowded.verdict("AdamW", "ring_fast") == "not shown"


def test_seeds_are_paired_by_their_number_not_by_their_place():
    cells = {"none": cell([1, 2, 3, 4, 5], HIGH), "AdamW": cell([5, 4, 3, 2, 1], HIGH)}
    cells["AdamW"]["seeds"] = SEEDS[::-1]
    scores = Scoreboard({"format": 1, "cells": {"ring_fast": cells}})
    assert scores.difference("AdamW", "ring_fast").values == (0, 0, 0, 0, 0)
    assert scores.verdict("AdamW", "ring_fast") == "does nothing"


def test_a_difference_of_several_modes_is_not_called_nothing_on_few_seeds():
    """The gain that five uneven seeds suggest is not announced, and is not denied either."""
    none, ours = ([0, 4, 1, 3, 2], HIGH), ([4, 1, 3, 2, 6], HIGH)
    scores = board(none, AdamW=ours)
    difference = scores.difference("AdamW", "ring_fast")
    assert difference.low < 0 < 1 < difference.high
    assert scores.verdict("AdamW", "ring_fast") == "not shown"


def test_a_diverged_cell_says_so():
    cells = {"none": cell(FEW, HIGH), "LSGAN": {"seeds": SEEDS, "diverged": "not finite"}}
    scores = Scoreboard({"format": 1, "cells": {"ring_fast": cells}})
    assert scores.verdict("LSGAN", "ring_fast") == "diverges"
    assert math.isnan(scores.summary("LSGAN", "ring_fast").mean)
    assert scores.p_values("ring_fast") == {}


def test_rows_come_in_the_order_of_the_cures_and_missing_cells_are_named():
    scores = board(R1=(MANY, LOW), AdamW=(FEW, HIGH))
    assert scores.rows == ["none", "AdamW", "R1"] and scores.columns == ["ring_fast"]
    assert scores.verdict("none", "ring_fast") == ""
    assert scores.has("R1", "ring_fast") and not scores.has("R1", "grid_fast")
    with pytest.raises(KeyError, match="LSGAN"):
        scores.summary("LSGAN", "ring_fast")


# ---- the file ----
def spoil(tmp_path, change):
    stored = board(AdamW=(MANY, HIGH)).stored
    change(stored)
    path = tmp_path / "cells.json"
    path.write_text(json.dumps(stored), encoding="utf-8")
    return path


def test_a_right_file_is_loaded(tmp_path):
    scores = load_scoreboard(spoil(tmp_path, lambda stored: None))
    assert scores.verdict("AdamW", "ring_fast") == "cures"


@pytest.mark.parametrize(
    "change, sentence",
    [
        (lambda s: s.update(format=2), "format 2"),
        (lambda s: s["cells"].update(ring=s["cells"]["ring_fast"]), "unknown column 'ring'"),
        (lambda s: s["cells"]["ring_fast"].update(Magic=cell(FEW, LOW)), "unknown cure"),
        (lambda s: s["cells"]["ring_fast"]["none"]["metrics"].pop("kl"), "0 values of kl"),
        (lambda s: s["cells"]["ring_fast"]["none"]["metrics"]["modes"].pop(), "4 values of modes"),
        (lambda s: s["cells"]["ring_fast"]["none"].update(seeds=[0, 0, 1, 2, 3]), "seeds"),
    ],
)
def test_a_spoiled_file_is_refused(tmp_path, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        load_scoreboard(spoil(tmp_path, change))


# ---- what is stored ----
def test_the_stored_cells_have_at_least_five_seeds_and_the_present_recipes():
    """Whoever changes a recipe has to run its cells again."""

    scores = load_scoreboard()
    assert "ring_fast" in scores.columns
    for column in scores.columns:
        plain = scores.cell("none", column)["recipe"]
        disease = Recipe(**{name: v for name, v in plain.items() if isinstance(v, (int, float))})
        assert described(disease) == plain, column
        for row in scores.rows:
            if not scores.has(row, column):
                continue
            stored = scores.cell(row, column)
            assert stored["seeds"][:5] == SEEDS, (row, column)
            assert stored["steps"] == scores.cell("none", column)["steps"], (row, column)
            assert stored["recipe"] == described(with_fix(disease, row)), (row, column)


def test_the_stored_numbers_are_possible():
    scores = load_scoreboard()
    for column in scores.columns:
        kind = COLUMNS[column]
        for row in scores.rows:
            if not scores.has(row, column) or "diverged" in scores.cell(row, column):
                continue
            metrics = scores.cell(row, column)["metrics"]
            assert all(0 <= value <= kind.top for value in metrics[kind.main])
            assert all(0 <= value <= 1 for value in metrics[kind.quality])
            assert all(0 <= value <= math.log(kind.top) + 1e-3 for value in metrics["kl"])


def test_the_plain_gan_is_ill_in_every_complete_column():
    scores = load_scoreboard()
    for column in scores.columns:
        if scores.has("none", column) and column.startswith(("ring", "latent")):
            assert scores.summary("none", column).high < 7 / 8 * COLUMNS[column].top, column
