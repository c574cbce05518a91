"""Rules on slips of the pen: of a stored number, a tolerance, a split of the data, a shape.

Each runs without complaint, and no comparison of outputs sees it.
"""

import ast
import re

from workbench.notebooks.form_summary import PRINTED, rounds
from workbench.notebooks.number_words import numbers_in
from workbench.notebooks.stored_notebook import printed, syntax

NEAR = 4  # of so many code cells before the text, and the one behind it
LOOSE = 0.01  # part of the value; a tolerance beyond it is no promise where both sides agree
EQUAL = re.compile(r"^✓ .*\(within ([\d.e+-]+)\) +≈ (-?\d[\d.e+-]*) and (-?\d[\d.e+-]*)$", re.M)
CLAUSE = re.compile(r"(?<=[.:;?])\s+")
SPLITS = ("train", "test")


def quotes_the_stored_run(page):
    """A decimal number in a clause on "the stored run" was printed nearby."""
    cells = page.notebook.cells
    for i, cell in enumerate(cells):
        if cell.cell_type != "markdown" or "the stored run" not in cell.source:
            continue
        before = [c for c in cells[:i] if c.cell_type == "code"][-NEAR:]
        behind = [c for c in cells[i:] if c.cell_type == "code"][:1]
        texts = "\n".join(printed(c) for c in (*before, *behind))
        known = [float(number.replace(",", "")) for number in PRINTED.findall(texts)]
        for clause in CLAUSE.split(cell.source):
            for value, match in numbers_in(clause) if "the stored run" in clause else ():
                if "." in match[0] and not any(rounds(one, value, match[0]) for one in known):
                    yield cell, f"{match[0]!r} of the stored run is printed by no cell nearby"


def has_tolerances_that_bind(page):
    """A tolerance is at most a hundredth of two sides that agree to five digits."""
    for cell in page.code:
        for tolerance, got, expected in EQUAL.findall(printed(cell)):
            digits = len(re.sub(r"e.*|\D", "", got).lstrip("0"))
            if got == expected and digits >= 5 and float(tolerance) > LOOSE * abs(float(got)):
                yield cell, f"a tolerance of {tolerance} where both sides are {got}: say less"


def gives_a_split_its_name(page):
    """What is called `test_...` or `train_...` comes from the split of that name."""
    for cell in page.code:
        for node in ast.walk(syntax(cell) or ast.parse("")):
            if not isinstance(node, ast.Assign):
                continue
            loads = [
                n
                for n in ast.walk(node.value)
                if isinstance(n, ast.Call) and ast.unparse(n.func).endswith("load_images")
            ]
            words = {c.value for n in loads for c in ast.walk(n) if isinstance(c, ast.Constant)}
            targets = [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
            for split, other in (SPLITS, SPLITS[::-1]):
                named = any(target.startswith(f"{split}_") for target in targets)
                if loads and named and other in words and split not in words:
                    yield cell, f"what is called `{split}_...` is loaded from the {other} split"


def lays_batches_along_the_first_axis(page):
    """In a table of symbols N comes first in a shape; only samples of each may come before."""
    for cell in page.markdown:
        for row in re.findall(r"^\|.*\|.*\|.*\|$", cell.source, re.M):
            for shape in re.findall(r"\(([^()]*)\)", row.rsplit("|", 2)[1]):
                sizes = [size.strip() for size in shape.split(",")]
                if "N" in sizes[1:] and sizes[0] not in ("N", "S", "samples"):
                    yield cell, f"the shape ({shape}): N stands first"


SLIP_RULES = (
    quotes_the_stored_run,
    has_tolerances_that_bind,
    gives_a_split_its_name,
    lays_batches_along_the_first_axis,
)
