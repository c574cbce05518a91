"""verify and claim print one line, tick or cross, and never raise."""

import math
import warnings

import numpy as np
import pytest
import torch

from genai_course.claims import claim, verify


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
    assert after == " [1, 2, 3, 4, ...] and [1, 2, 3, 4, ...], largest difference 4"


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
