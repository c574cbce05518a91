"""Rules on figures and widgets: described, small, measured beside, there before the first run."""

import ast
import base64
import re

from genai_course.claims import CROSS, TICK
from workbench.notebooks.stored_notebook import pictures, printed, syntax

PICTURE_BYTES, PICTURES = 50_000, 8
ALT_WORDS, SHARED_WORDS, BESIDE = 5, 2, 4
EMPTY_WORDS = re.compile(r"(?:an? |the )?(?:figure|picture|image|plot|graph)\b", re.I)
COMMON = {  # the beginnings of words that say nothing of a figure
    *("above", "below", "left", "right", "under", "over", "from", "with", "into", "then", "than"),
    *("that", "this", "they", "them", "their", "these", "both", "each", "other", "same", "while"),
    *("most", "many", "some", "more", "only", "also", "about", "after", "betwe", "here", "there"),
    *("what", "where", "which", "when", "does", "have", "been", "will", "sees", "shown", "show"),
    *("three", "four", "five"),
}
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


def tells_each_figure_apart(page):
    """A description is a sentence about what the text beside the figure speaks of."""
    known = {}
    for cell in page.code:
        for output in pictures(cell):
            alt = output.metadata.get("image/png", {}).get("alt", "").strip()
            if not alt:
                continue
            if known.setdefault(alt, output) is not output:
                yield cell, "two figures have one description"
            if not _says(cell, alt):
                yield cell, "the description in the output is not the one in the code"
            if len(alt.split()) < ALT_WORDS or EMPTY_WORDS.match(alt) or alt[-1] != ".":
                yield cell, f"a description is a sentence of {ALT_WORDS} words about what is seen"
            shared = _content(alt) & _content(_beside(page, cell))
            if len(shared) < SHARED_WORDS:
                yield cell, f"the text around knows {sorted(shared)} of the words {alt!r}"


def _says(cell, text):
    """Whether a text stands in the code of a cell, perhaps with values put in."""
    for node in ast.walk(syntax(cell) or ast.parse("")):
        if isinstance(node, ast.Constant) and str(node.value).strip() == text:
            return True
        if isinstance(node, ast.JoinedStr):
            given = [getattr(part, "value", None) for part in node.values]
            parts = (re.escape(part) if isinstance(part, str) else ".*" for part in given)
            if re.fullmatch("".join(parts), text):
                return True
    return False


def _beside(page, cell):
    """What stands around a figure: code and output without descriptions, four cells each way."""
    cells = page.notebook.cells
    at = cells.index(cell)
    texts = [cell.source]
    for node in ast.walk(syntax(cell) or ast.parse("")):
        if isinstance(node, ast.keyword) and node.arg == "alt":
            texts[0] = texts[0].replace(ast.get_source_segment(cell.source, node.value), "")
    texts += [c.source for c in cells[max(0, at - BESIDE) : at + BESIDE + 1] if c is not cell]
    return "\n".join([*texts, printed(cell)])


def _content(text):
    """The beginnings of the longer words of a text."""
    return {word[:5] for word in re.findall(r"[a-z]{4,}", text.lower())} - COMMON


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


FIGURE_RULES = (describes_its_figures, tells_each_figure_apart, shows_its_widgets_as_pictures_too)
