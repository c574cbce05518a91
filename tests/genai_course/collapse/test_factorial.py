"""Rates crossed with methods: a cell is what its row and column say, what is stored is whole."""

import json

import pytest

from genai_course.collapse.factorial import (
    METHODS,
    METRICS,
    RATES,
    SEEDS,
    STORED,
    gain,
    load_factorial,
    recipe_of,
)
from genai_course.collapse.fixes import TOO_FAST, TOO_SLOW, Recipe, described, with_fix

FAST, SLOW = "G 3e-4, D 3e-3", "G 1e-3, D 1e-4"


def test_a_cell_changes_the_rates_by_its_column_and_the_rest_by_its_row():
    for name, rates in RATES.items():
        for method in METHODS:
            cell, plain = described(recipe_of(method, name)), described(Recipe())
            assert cell["rate_generator"] == rates.rate_generator
            assert cell["rate_discriminator"] == rates.rate_discriminator
            changed = {key for key in cell if cell[key] != plain[key]}
            allowed = {"losses", "penalties", "discriminator_steps", "pack"}
            assert changed - {"rate_generator", "rate_discriminator"} <= allowed
    assert recipe_of("R1", "G 3e-4, D 3e-3") == with_fix(TOO_FAST, "R1")
    assert recipe_of("none", "G 1e-3, D 1e-4") == TOO_SLOW
    assert recipe_of("WGAN-GP, 5 critic steps", "both 1e-3").discriminator_steps == 5


@pytest.mark.parametrize("cell", [("R3", "both 1e-3"), ("R1", "both")])
def test_a_cell_that_does_not_exist_is_named(cell):
    with pytest.raises(ValueError, match="there is no cell"):
        recipe_of(*cell)


def test_the_names_of_the_rates_are_the_rates():
    for name, recipe in RATES.items():
        told = [float(word) for word in name.replace(",", "").split() if word[0].isdigit()]
        assert {recipe.rate_generator, recipe.rate_discriminator} == set(told)


def test_the_stored_cells_are_of_these_recipes_and_seeds():
    stored = json.loads(STORED.read_text(encoding="utf-8"))["cells"]
    assert set(stored) == set(METHODS)
    for method, cells in stored.items():
        for rates, cell in cells.items():
            assert cell["recipe"] == described(recipe_of(method, rates))
            assert cell["seeds"] == list(SEEDS)
            assert {name: len(cell["metrics"][name]) for name in METRICS} == {
                name: len(SEEDS) for name in METRICS
            }


def test_the_seeds_that_chose_settings_do_not_count():
    assert not {100, 101, 102} & set(SEEDS) and len(SEEDS) >= 15


def test_a_gain_is_over_the_plain_game_at_the_same_rates(tmp_path):
    path = tmp_path / "factorial.json"
    of = {"none": {SLOW: [1, 2], FAST: [5, 5]}, "R1": {SLOW: [4, 3], FAST: [5, 6]}}
    cells = {
        m: {r: {"metrics": {"modes_kept": v}} for r, v in rates.items()} for m, rates in of.items()
    }
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    loaded = load_factorial(path)
    assert loaded["R1", SLOW]["modes_kept"] == [4, 3]
    assert list(loaded) == [("none", FAST), ("none", SLOW), ("R1", FAST), ("R1", SLOW)]
    assert gain(loaded, "R1", SLOW).values == (3, 1) and gain(loaded, "R1", FAST).mean == 0.5
