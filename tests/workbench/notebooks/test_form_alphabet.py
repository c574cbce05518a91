"""The letters of the course: read from the table for learners, told from what surrounds them."""

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from workbench.notebooks.canonical import write
from workbench.notebooks.form_alphabet import HEADER, HOME, alphabet, letters
from workbench.notebooks.stored_notebook import Page


@pytest.mark.parametrize(
    ("symbol", "found"),
    [
        ("$D$", "D"),
        ("$D(x, y)$", "D"),
        ("$\\theta_G, \\theta_D$", ""),
        ("$x_d$, $x_{<d}$", "x"),
        ("$q(z \\mid x)$", "q"),
        ("$p(f(x), z)$", "p"),
        ("$\\mathcal N(\\mu, \\sigma^2)$", ""),
        ("$\\lambda_j, s^2$", "s"),
        ("$p_{data}$", "p"),
        ("$N$, $n_k$", "Nn"),
        ("`D` in code", ""),
    ],
)
def test_the_letters_of_a_symbol_are_those_it_is_made_with(symbol, found):
    assert letters(symbol) == set(found)


def test_the_table_has_the_letters_that_many_notebooks_share():
    shared = [
        found
        for path in sorted(HOME.parent.glob("[0-9]*.ipynb"))
        for cell in Page.load(path).markdown
        if "| symbol |" in cell.source
        for found in {letter for row in cell.source.splitlines() for letter in letters(row[:24])}
    ]
    assert {"x", "z", "q", "G", "D", "N", "K", "w", "R"} == alphabet().keys()
    assert all(shared.count(letter) > 3 for letter in "xzqN")


@pytest.mark.parametrize("copies", [0, 2])
def test_there_is_one_table(tmp_path, copies):
    table = f"{HEADER}\n|---|---|\n| $N$ | how many images there are |"
    path = tmp_path / "00_start_here.ipynb"
    write(new_notebook(cells=[new_markdown_cell(table) for _ in range(copies)]), path)
    with pytest.raises(ValueError, match=f"has {copies} tables"):
        alphabet(path)
