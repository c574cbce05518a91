"""Rules on letters: those of the table in notebook 00 mean the same in every notebook.

The table stands there for learners, and only there. A notebook may say it in fewer words, and
must say it in words of the table: `K` is a number of classes here and of modes there, never a size.
"""

import re
from functools import lru_cache
from pathlib import Path

from workbench.notebooks.canonical import read

HOME = Path(__file__).resolve().parents[2] / "notebooks" / "00_start_here.ipynb"
HEADER = "| letter | meaning in every notebook |"
MATH = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.S)
NORMAL = re.compile(r"(?<![A-Za-z\\{])N\s*\(")
CODE = re.compile(r"```.*?```|`[^`]*`", re.S)
EVERYWHERE = {"what", "that", "each", "there", "they", "with", "from", "many", "different"}


@lru_cache
def alphabet(home=HOME):
    """Return {letter: words of its meaning}; the table must be there."""
    tables = [cell.source for cell in read(home).cells if HEADER in cell.source]
    if len(tables) != 1:
        raise ValueError(f"{home.name} has {len(tables)} tables that begin {HEADER!r}, wanted 1")
    rows = [cells for cells in _rows(tables[0].partition(HEADER)[2]) if len(cells) == 2]
    return {letter: _words(meaning) for symbol, meaning in rows for letter in letters(symbol)}


def letters(symbol):
    """The plain letters that a symbol is made with: `$G(z)$, $x_d$` are G and x."""
    found = set()
    for displayed, inline in MATH.findall(symbol):
        bare = re.sub(
            r"\\mathcal\s*\{?[A-Z]\}?|\\[A-Za-z]+|_\{[^}]*\}|_.|\{[^}]*\}", " ", displayed or inline
        )
        found.update(re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", _without_arguments(bare)))
    return found


def keeps_the_alphabet(page):
    """A table of symbols gives no letter of the course's alphabet another meaning."""
    for cell in page.markdown:
        for symbol, meaning, *_ in _symbol_rows(cell.source):
            for letter in sorted(letters(symbol) & alphabet().keys()):
                if not alphabet()[letter] & _words(meaning):
                    yield cell, f"{letter} is {meaning!r} here, see the letters of notebook 00"


def writes_normal_distributions_in_script(page):
    r"""N is a number of samples, the normal distribution is \mathcal N."""
    for cell in page.markdown:
        for displayed, inline in MATH.findall(CODE.sub(" ", cell.source)):
            if NORMAL.search(re.sub(r"\\mathcal\s*\{?N\}?", "", displayed or inline)):
                yield cell, r"a normal distribution is written \mathcal N( ), N counts samples"
                break


def _symbol_rows(source):
    """The rows, each a list of its cells, of a table whose first column is called symbol."""
    if "| symbol |" in source:
        yield from (cells for cells in _rows(source.partition("| symbol |")[2]) if len(cells) > 1)


def _rows(text):
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith("|--"):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _without_arguments(text):
    """Leave out what stands in parentheses, the innermost first."""
    while (shorter := re.sub(r"\([^()]*\)", " ", text)) != text:
        text = shorter
    return text


def _words(text):
    """The words of four letters or more, and what may be their singular; none that says nothing."""
    words = set(re.findall(r"[a-z]{4,}", text.lower())) - EVERYWHERE
    return words | {word.removesuffix(end) for word in words for end in ("s", "es")}


ALPHABET_RULES = (keeps_the_alphabet, writes_normal_distributions_in_script)
