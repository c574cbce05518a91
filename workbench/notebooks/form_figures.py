"""Rules on figures and widgets: described, small, measured beside, there before the first run."""

import ast
import base64
import re

from genai_course.claims import CROSS, TICK
from workbench.notebooks.stored_notebook import pictures, printed, syntax

PICTURE_BYTES, PICTURES = 50_000, 8
WIDGETS = "genai_course.widgets"


def describes_its_figures(page):
    """Every figure has a description, a bounded size and a claim beside it."""
    count = 0
    for i, cell in enumerate(page.code):
        for output in pictures(cell):
            count += 1
            size = len(base64.b64decode(output.data["image/png"]))
            if not output.metadata.get("image/png", {}).get("alt", "").strip():
                yield cell, "a figure without alt text; use `show(figure, alt=...)`"
            if size > PICTURE_BYTES:
                yield cell, f"a figure of {size // 1000} KB, at most {PICTURE_BYTES // 1000}"
        beside = page.code[max(0, i - 1) : i + 2]
        ticked = any(re.search(f"^[{TICK}{CROSS}]", printed(c), re.M) for c in beside)
        if pictures(cell) and not page.is_solution and not ticked:
            yield cell, "pixels are not compared: put a claim or verify beside the figure"
    if count > PICTURES:
        yield None, f"{count} figures, at most {PICTURES}"


def shows_its_widgets_as_pictures_too(page):
    """A widget is empty wherever nothing runs: its cell or one of the next two stores a picture."""
    makers = imported_widgets(page)
    for i, (cell, tree) in enumerate(zip(page.code, _trees(page), strict=True)):
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        made = {call.id for call in calls if isinstance(call, ast.Name)} & makers
        if made and not any(map(pictures, page.code[i : i + 3])):
            yield cell, f"`{made.pop()}` is empty until it runs: `show` a picture here or below"


def imported_widgets(page):
    """Return the names under which the cells of a notebook import something from widgets."""
    nodes = (node for tree in _trees(page) for node in ast.walk(tree))
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom))
    ours = (node for node in imports if (node.module or "").startswith(WIDGETS))
    return {alias.asname or alias.name for node in ours for alias in node.names}


def _trees(page):
    return [syntax(cell) or ast.parse("") for cell in page.code]


FIGURE_RULES = (describes_its_figures, shows_its_widgets_as_pictures_too)
