"""A rule on the Summary: each number in it was printed, or stands in the code or in a check.

Numbers in words up to twelve may count things that are in the text; formulas and code are left
out. A number is found if one that is printed or written rounds to it, or if it is its inverse.
"""

import ast
import re

from workbench.notebooks.number_words import numbers_in
from workbench.notebooks.stored_notebook import printed, syntax, without_fences

FREE = 12  # so far a number in words need not be printed
PRINTED = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?")


def sums_up_what_was_seen(page):
    """Every number in the Summary can be found in an output or in the code."""
    known = _known(page)
    within = False
    for cell in page.notebook.cells:
        if re.match(r"## ", cell.source):
            within = cell.source.startswith("## Summary")
        if within and cell.cell_type == "markdown":
            text = re.sub(r"\$[^$]*\$|`[^`]*`|\"[^\"]*\"", " ", without_fences(cell.source))
            for value, match in numbers_in(text):
                free = match["one"] and match[0].isalpha() and value <= FREE
                if not free and not any(rounds(other, value, match[0]) for other in known):
                    yield cell, f"the Summary says {match[0]!r}; no cell prints or uses it"


def _known(page):
    """All numbers that the cells print, and all constants in their code."""
    texts = "\n".join(printed(cell) for cell in page.code)
    found = {float(number.replace(",", "")) for number in PRINTED.findall(texts)}
    found |= {value for value, _ in numbers_in(texts)}
    for node in (n for cell in page.code for n in ast.walk(syntax(cell) or ast.parse(""))):
        value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
        if type(value) in (int, float):
            found.add(float(value))
        elif isinstance(value, str):
            found |= {number for number, _ in numbers_in(value)}
    return found


def rounds(other, value, text):
    """Whether a number that is known is the one in the text, to the digits that the text has."""
    digits = re.search(r"\.(\d+)", text)
    step = 10.0 ** -len(digits[1]) if digits else 1.0 if value >= 10 else 0.0
    step /= 100 if "%" in text else 1
    inverse = 1 / other if other else 0
    return abs(other - value) <= step / 2 + 1e-9 or (value < 1 and abs(inverse - value) < 1e-9)


SUMMARY_RULES = (sums_up_what_was_seen,)
