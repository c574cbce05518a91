"""verify and claim print one line, tick or cross, and never raise."""

import json
import math
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch

from genai_course.claims import claim, verify
from genai_course.claims.comparisons import comparison_of


@pytest.fixture
def line(capsys):
    """The one line that a call prints; warnings (they would reach stderr) are errors."""

    def call(function, *arguments, **options):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert function(*arguments, **options) is None
        printed = capsys.readouterr()
        assert printed.err == "" and printed.out.count("\n") == 1 and printed.out.endswith("\n")
        return printed.out[:-1]

    return call


GRADIENT = torch.ones(2, requires_grad=True)
EQUAL = {
    "floats": (0.5, 0.5),
    "int and float": (1, 1.0),
    "bool": (True, torch.tensor(True)),
    "tensor and list": (torch.tensor([1.0, 2.0]), [1, 2]),
    "with gradient": (GRADIENT * 2, [2.0, 2.0]),
    "list of tensors with gradient": ([GRADIENT[0], GRADIENT.sum()], [1.0, 2.0]),
    "NumPy, running backwards": (np.arange(3.0)[::-1], [2.0, 1.0, 0.0]),
    "NumPy number": (np.float64(2.0), 2.0),
    "half precision": (torch.tensor(0.5, dtype=torch.bfloat16), 0.5),
    "infinity": (math.inf, torch.tensor(math.inf)),
}


@pytest.mark.parametrize("got, expected", EQUAL.values(), ids=EQUAL)
def test_equal_things_get_a_tick(line, got, expected):
    assert line(verify, "A equals B", got, expected).startswith("✓ A equals B (within 1e-06)   ≈ ")


UNEQUAL = {
    "too far": (1.0, 1.1, "the two sides differ by more than 1e-06"),
    "one of many": ([1.0, 2.0, 3.0], [1.0, 2.5, 3.0], "the two sides differ"),
    "NaN": (math.nan, 1.0, "the two sides differ"),
    "both NaN": (math.nan, math.nan, "the two sides differ"),
    "one NaN of many": ([1.0, math.nan], [1.0, 1.0], "the two sides differ"),
    "infinity and minus infinity": (math.inf, -math.inf, "the two sides differ"),
    "infinity and a number": (math.inf, 1.0, "the two sides differ"),
    "shapes that broadcast": (torch.ones(3, 1), torch.ones(3), "shape (3, 1) is not (3,)"),
    "number and vector": (1.0, torch.ones(2), "shape () is not (2,)"),
    "empty": (torch.ones(0), torch.ones(0), "the two sides differ"),
    "None": (None, 1.0, "cannot compare NoneType and float, wanted numbers or tensors"),
    "text": ("1.0", 1.0, "cannot compare str and float"),
    "function": (print, 1.0, "cannot compare builtin_function_or_method and float"),
    "dict": ({"a": 1}, 1.0, "cannot compare dict and float"),
    "ragged": ([[1.0], [1.0, 2.0]], 1.0, "cannot compare list and float"),
}


@pytest.mark.parametrize("got, expected, sentence", UNEQUAL.values(), ids=UNEQUAL)
def test_unequal_or_incomparable_things_get_a_cross_and_a_reason(line, got, expected, sentence):
    printed = line(verify, "A equals B", got, expected)
    assert printed.startswith(f"✗ A equals B: {sentence}")


def test_the_tolerance_is_an_absolute_bound_that_is_included(line):
    assert line(verify, "s", 1.25, 1.0, tolerance=0.25).startswith("✓ s (within 0.25)")
    assert line(verify, "s", 1.25, 1.0, tolerance=0.2499).startswith("✗")
    assert line(verify, "s", 1000.25, 1000.0, tolerance=0.2).startswith("✗")
    assert line(verify, "s", 1.0, 1.0, tolerance=math.nan).startswith("✗")


def test_measured_numbers_stand_behind_the_sign_only(line):
    assert line(verify, "s", 0.123456789, 0.123456788) == (
        "✓ s (within 1e-06)   ≈ 0.123457 and 0.123457"
    )
    crossed = line(verify, "s", [1.0, 2, 3, 4, 5], [1.0, 2, 3, 4, 9])
    before, _, after = crossed.partition("≈")
    assert before == "✗ s: the two sides differ by more than 1e-06   "
    assert after == " 5 and 9 at the largest entry, largest difference 4"


def test_of_many_entries_the_largest_is_shown_and_not_the_first(line):
    got, expected = torch.zeros(3, 4), torch.zeros(3, 4)
    got[2, 1], expected[2, 1], got[1, 1] = -7.0, -7.0, 0.25
    shown = line(verify, "s", got, expected, tolerance=0.5).partition("≈")[2]
    assert shown == " -7 and -7 at the largest entry, 0.2 apart at most"


HOLDING = (True, 1, 0.5, torch.tensor(True), torch.tensor([1.0]), np.bool_(True))
FAILING = (False, 0, math.nan, torch.tensor(False), torch.tensor([math.nan]), np.bool_(False))


@pytest.mark.parametrize("holds", HOLDING, ids=repr)
def test_what_holds_gets_a_tick(line, holds):
    assert line(claim, "it holds", holds) == "✓ it holds"


@pytest.mark.parametrize("holds", FAILING, ids=repr)
def test_what_does_not_hold_gets_a_cross(line, holds):
    assert line(claim, "it holds", holds) == "✗ it holds"


@pytest.mark.parametrize(
    ("holds", "sentence"),
    [
        (None, "`holds` is a NoneType, wanted True or False"),
        ("False", "`holds` is a str, wanted"),
        (torch.tensor([True, True]), "`holds` is a tensor of 2 values, wanted"),
        (np.array([True, True]), "`holds` is a "),
    ],
    ids=str,
)
def test_what_is_neither_true_nor_false_gets_a_cross_and_a_reason(line, holds, sentence):
    assert line(claim, "it holds", holds).startswith(f"✗ it holds: {sentence}")


@pytest.mark.parametrize(
    ("measured", "shown"),
    [
        (0.9781234, "0.978123"),
        (torch.tensor(3), "3"),
        ([1.0, 2.0], "[1, 2]"),
        ("97.8 % of 500", "97.8 % of 500"),
        ("two\nlines", "two lines"),
        ({"a": 1}, "{'a': 1}"),
    ],
    ids=str,
)
def test_a_claim_shows_its_figure_behind_the_sign_on_one_line(line, measured, shown):
    assert line(claim, "readable", True, measured) == f"✓ readable   ≈ {shown}"
    assert line(claim, "readable", False, measured) == f"✗ readable   ≈ {shown}"


def test_a_plain_float_is_compared_in_double_precision(capsys):
    verify("log 4", torch.tensor(4.0, dtype=torch.float64).log(), math.log(4), 1e-12)
    assert capsys.readouterr().out.startswith("✓")


# ---- what is compared ----
COMPARED = {
    "over": (3, ">", 2, "✓"),
    "not over": (2, ">", 2, "✗"),
    "at least": (torch.tensor(9), ">=", 9, "✓"),
    "under": (1.5, "<", 2, "✓"),
    "not under": (2.5, "<", 2, "✗"),
    "at most": (np.float32(2), "<=", 2, "✓"),
    "equal": (0, "==", 0, "✓"),
    "not equal": (1, "==", 0, "✗"),
    "between": (0.5, "between", (0.4, 0.6), "✓"),
    "at a bound": (0.4, "between", (0.4, 0.6), "✓"),
    "below both": (0.3, "between", (0.4, 0.6), "✗"),
    "above both": (0.7, "between", (0.4, 0.6), "✗"),
    "every one": ([3.0, 4.0, 5.0], ">", 2, "✓"),
    "all but one": (torch.tensor([3.0, 1.0, 5.0]), ">", 2, "✗"),
    "each with its own": ([1, 2], "<", [2, 3], "✓"),
    "each, but one": ([1, 3], "<", [2, 3], "✗"),
    "infinities": (math.inf, "<=", math.inf, "✓"),
    "NaN": (math.nan, "<", 2, "✗"),
    "one NaN of many": ([1.0, math.nan], "<", 2, "✗"),
    "NaN between": (math.nan, "between", (0, 1), "✗"),
    "threshold NaN": (1.0, "<", math.nan, "✗"),
}


@pytest.mark.parametrize("value, operator, threshold, mark", COMPARED.values(), ids=COMPARED)
def test_a_claim_compares_a_value_with_its_threshold(line, value, operator, threshold, mark):
    assert line(claim, "so it is", value, operator, threshold).startswith(f"{mark} so it is   ≈ ")


def test_a_comparison_prints_as_the_same_claim_did_when_it_was_told_the_answer(line):
    for value in (0.9781234, torch.tensor(10), [1.0, 2.0]):
        assert line(claim, "s", value, ">", 0) == line(claim, "s", True, value)
    assert line(claim, "s", 3, ">", 0, "three") == line(claim, "s", True, "three")
    assert line(claim, "s", [5.0, 4, 3, 4, 5], ">", 2) == "✓ s   ≈ 3"  # of many, the worst


def test_a_claim_of_two_comparisons_holds_only_if_both_do(line):
    assert line(claim, "s", [(3, ">", 2), (0.5, "<", 1)]) == "✓ s   ≈ 3 and 0.5"
    assert line(claim, "s", [(3, ">", 2), (1.5, "<", 1)], "see") == "✗ s   ≈ see"
    assert line(claim, "s", [(1, ">", 2), (0.5, "<", 1)]).startswith("✗")


SENTENCES = {
    "operator": ((1, "=>", 2), "the operator is '=>', wanted one of < <= > >= == between"),
    "no threshold": ((1, ">"), "cannot compare int with NoneType, wanted numbers or tensors"),
    "text": (("1", ">", 2), "cannot compare str with int, wanted"),
    "nothing": (([], ">", 2), "there is no value to compare"),
    "shapes": (([1, 2, 3], ">", [1, 2]), "shape (3,) is not (2,), that of the thresholds"),
    "one bound": ((1, "between", 2), "`between` wants two bounds, (low, high)"),
    "of two, one": (([(1, ">", 0), (1, "??", 0)],), "the operator is '??'"),
}


@pytest.mark.parametrize("arguments, sentence", SENTENCES.values(), ids=SENTENCES)
def test_what_cannot_be_compared_gets_a_cross_and_a_reason(line, arguments, sentence):
    assert line(claim, "so it is", *arguments).startswith(f"✗ so it is: {sentence}")


@pytest.mark.parametrize("measured", ["≥ 9", "more", 3, "over 9"], ids=str)
def test_a_figure_is_not_taken_for_an_operator(line, measured):
    assert line(claim, "s", True, measured) == f"✓ s   ≈ {measured}"


def test_the_gap_is_that_of_the_worst_value_in_its_own_units():
    found = comparison_of([5.0, 2.5, 9.0], ">", 2)
    assert (found.worst, found.threshold, found.gap, found.holds) == (2.5, 2, 0.5, True)
    assert comparison_of([1, 5], "<", [4, 6]).gap == 1
    assert comparison_of(0.55, "between", (0, 0.6)).gap == pytest.approx(0.05)
    assert comparison_of(0.55, "between", (0, 0.6)).threshold == 0.6
    assert comparison_of(3, "==", 5).gap == -2
    assert comparison_of(math.inf, "<=", math.inf).gap == 0
    assert math.isnan(comparison_of([3, math.nan], ">", 2).gap)


# ---- what is recorded ----
def test_values_are_recorded_only_where_the_variable_names_a_file(line, tmp_path, monkeypatch):
    path = tmp_path / "records.jsonl"
    line(claim, "before", 1, ">", 0)
    assert not path.exists()
    monkeypatch.setenv("GENAI_COURSE_MARGINS", str(path))
    monkeypatch.setenv("GENAI_COURSE_SEED_SHIFT", "2000")
    monkeypatch.setenv("GENAI_COURSE_DATASET", "digits")
    monkeypatch.setenv("JPY_SESSION_NAME", "/somewhere/04_gan.ipynb")
    line(claim, "nine", [10.0, 9.5], ">=", 9)
    line(claim, "two", [(3, ">", 2), (1.5, "<", 1)])
    line(claim, "told", True, "told so")
    line(claim, "unclear", None)
    line(verify, "equal", 1.25, 1.0, 0.5)
    line(verify, "shapes", [1.0], 1.0)
    records = [json.loads(text) for text in path.read_text().splitlines()]
    names = [(r["kind"], r["statement"], r["part"], r["holds"]) for r in records]
    assert names == [
        ("claim", "nine", 0, True),
        ("claim", "two", 0, True),
        ("claim", "two", 1, False),
        ("claim", "told", 0, True),
        ("claim", "unclear", 0, False),
        ("verify", "equal", 0, True),
        ("verify", "shapes", 0, False),
    ]
    nine, equal = records[0], records[5]
    assert [nine[k] for k in ("value", "operator", "threshold", "gap")] == [9.5, ">=", 9, 0.5]
    assert [equal[k] for k in ("value", "operator", "threshold", "gap")] == [0.25, "<=", 0.5, 0.25]
    assert (nine["notebook"], nine["data_set"], nine["seed_shift"]) == ("04_gan", "digits", "2000")
    assert nine["threads"] == torch.get_num_threads() and nine["processor"]


def test_a_file_that_cannot_be_written_changes_nothing(line, tmp_path, monkeypatch):
    monkeypatch.setenv("GENAI_COURSE_MARGINS", str(tmp_path / "no" / "such" / "folder"))
    assert line(claim, "nine", 10, ">=", 9) == "✓ nine   ≈ 10"
    assert line(verify, "equal", 1.0, 1.0).startswith("✓")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_lines_of_several_processes_do_not_mix(tmp_path):
    path = tmp_path / "records.jsonl"
    code = (  # torch is imported once, then two processes write
        "import os; from genai_course.claims.recording import record\n"
        "child = os.fork()\n"
        "for i in range(200): record(text='x' * 2000)\n"
        "assert not child or os.waitpid(child, 0)[1] == 0"
    )
    environ = {**os.environ, "GENAI_COURSE_MARGINS": str(path)}
    assert subprocess.run([sys.executable, "-c", code], env=environ).returncode == 0
    lines = path.read_text().splitlines()
    assert len(lines) == 400 and all(json.loads(text)["text"] == "x" * 2000 for text in lines)
