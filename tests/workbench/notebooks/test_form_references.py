"""The table of references is right in itself, all of it is cited, and docstrings agree with it."""

import re
from pathlib import Path

import pytest

from workbench.notebooks.form_references import citation_faults, references, table_faults
from workbench.notebooks.stored_notebook import Page

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted((ROOT / "genai_course").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("[0-9][0-9]_*.ipynb"))


def text_of(path):
    """The text of a module, a citation on one line."""
    return re.sub(r"\s*\n\s*", " ", path.read_text(encoding="utf-8"))


def test_docstrings_cite_by_the_table():
    found = [f"{path.stem}: {what}" for path in MODULES for what in citation_faults(text_of(path))]
    assert found == []


@pytest.mark.parametrize(
    ("citation", "says"),
    [
        ("Source: Kingma and Welling (2014), arXiv:1312.6115.", "not in references.txt"),
        ("Source: Kingma and Welling (2014), arXiv:13126114.", "not in references.txt"),
        ("Source: Kingma and Welling (2013), arXiv:1312.6114.", "is of 2014"),
        ("Source: Welling and Kingma (2014), arXiv:1312.6114.", "is by Kingma first"),
        ("Source: Higgins (2017); Miyato et al. (2018), arXiv:1312.6114.", "is by Kingma first"),
    ],
)
def test_a_citation_that_differs_is_seen(citation, says):
    assert any(says in what for what in citation_faults(citation))
    assert not list(citation_faults("Higgins (2017), ICLR. Kingma (2014), arXiv:1312.6114, and so"))


def test_the_table_is_right_in_itself_and_all_of_it_is_cited():
    assert list(table_faults()) == []
    texts = [text_of(path) for path in MODULES]
    texts += [cell.source for path in NOTEBOOKS for cell in Page.load(path).markdown]
    whole = "\n".join(texts)
    assert [number for number in references() if f"arXiv:{number}" not in whole] == []


@pytest.mark.parametrize("number", ["1313.6114", "1412.69801", "1502.0316", "1012.1234", "1812.11"])
def test_a_line_that_cannot_be_right_is_seen(number, monkeypatch):
    table = {number: ("Kingma", 2014, "A title")}
    monkeypatch.setattr("workbench.notebooks.form_references.references", lambda: table)
    assert list(table_faults())
