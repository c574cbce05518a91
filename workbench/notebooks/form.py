"""The form of a notebook: rules that need no execution, each with a sentence that says what to do.

    python -m workbench.notebooks.form notebooks/04_gan.ipynb

Rules of layout are here, others in the modules `form_...` of this folder. Lines of code are counted
without blank lines and comments; words of prose without code, formulas and tables.
"""

import math
import re
import statistics
import sys

from genai_course.commands.command_line import CommandLine, existing
from workbench.notebooks.canonical import canonical
from workbench.notebooks.form_alphabet import ALPHABET_RULES
from workbench.notebooks.form_claims import CLAIM_RULES
from workbench.notebooks.form_content import CONTENT_RULES
from workbench.notebooks.form_course import COURSE_RULES
from workbench.notebooks.form_exercises import EXERCISE_RULES
from workbench.notebooks.form_figures import FIGURE_RULES
from workbench.notebooks.form_numbers import NUMBER_RULES
from workbench.notebooks.form_references import REFERENCE_RULES
from workbench.notebooks.form_summary import SUMMARY_RULES
from workbench.notebooks.stored_notebook import OPENING, Page, code_lines, own_source, prose_words

SECTIONS = (
    "Setup",
    "The question",
    "The idea in symbols",
    "Build it",
    "Train it",
    "See it",
    "Break it",
    "Summary",
    "Exercises",
    "References",
    "Next",
)
FIRST_NOTEBOOK_SECTIONS = ("Setup", "Summary", "Exercises", "References", "Next")  # 00 may merge
CARD_LABELS = ("You will", "You need", "Time", "You end with")
MEDIAN_LINES, MOST_CELLS_LINES, CELL_LINES, SETUP_LINES = 5, 18, 30, 12
CODE_CELLS = (15, 45)
MARKDOWN_PER_CODE = (1.0, 1.9)
WORDS, WORDS_IN_A_CELL = (1500, 2800), 120
EXERCISES = (3, 5)


def is_canonical(page):
    """The file is what `make notebooks` would write."""
    if page.path.read_text(encoding="utf-8") != canonical(page.notebook):
        yield None, "not in the stored form; run `make notebooks`"


def starts_with_its_title(page):
    """The first cell is `# NN. Title`, then one sentence."""
    first = page.notebook.cells[0]
    title = re.match(rf"# {page.number}\. \S.*\n+\S", first.source)
    if first.cell_type != "markdown" or not title:
        yield (
            first,
            f"begin with `# {page.number}. Title`, a blank line and one sentence of promise",
        )


def has_a_card(page):
    """The second cell is the card, a list with four labels in order."""
    if page.is_solution:
        return
    card = page.notebook.cells[1]
    labels = re.findall(r"^[-*] \*\*([^*]+?):?\*\*", card.source, re.M)
    if card.cell_type != "markdown" or tuple(labels) != CARD_LABELS:
        yield card, f"the second cell is the card, a list with **{'**, **'.join(CARD_LABELS)}**"


def has_its_sections(page):
    """The `##` headings are those of the house, in order."""
    found = [text for _, level, text in page.headings if level == 2]
    if page.is_solution:
        numbers = [re.sub(r"^(Exercise \d+\.\d+)\b.*", r"\1", text) for text in found]
        wanted = [f"Exercise {int(page.number)}.{k}" for k in range(1, len(found) + 1)]
        if numbers != wanted or not EXERCISES[0] <= len(found) <= EXERCISES[1]:
            yield (
                None,
                f"one heading `## Exercise {int(page.number)}.k` for each of 3 to 5 exercises",
            )
    elif page.number == "00":
        known = [text for text in found if text in SECTIONS]
        missing = [text for text in FIRST_NOTEBOOK_SECTIONS if text not in found]
        if missing or known != [text for text in SECTIONS if text in known]:
            needed = ", ".join(FIRST_NOTEBOOK_SECTIONS)
            yield None, f"the `##` headings must contain, in order: {needed}; found {found}"
    elif found != list(SECTIONS):
        yield None, f"the `##` headings must be, in order: {', '.join(SECTIONS)}; found {found}"


def says_how_to_install(page):
    """The first code cell begins with the import that, failing, says what to do; no other does."""
    for cell in page.code:
        if cell.source.startswith(OPENING) != (cell is page.code[0]):
            yield (
                cell,
                "the first code cell, and no other, begins with `OPENING` of stored_notebook",
            )


def sets_up_in_one_small_cell(page):
    """The first code cell holds explicit imports and the seed."""
    if page.is_solution or not page.code:
        return
    setup = page.code[0]
    lines = code_lines(own_source(setup))
    if lines > SETUP_LINES:
        yield setup, f"the set-up has {lines} lines below its opening, at most {SETUP_LINES}"
    if "seed_everything(" not in setup.source:
        yield setup, "the set-up must call `seed_everything(0)`"


def has_small_cells(page):
    """Code cells are small, most of them very small."""
    sizes = sorted(code_lines(own_source(c)) for c in page.code)
    for cell in page.code:
        lines = code_lines(own_source(cell))
        if lines > CELL_LINES:
            yield cell, f"{lines} lines of code, at most {CELL_LINES}; split it"
    if page.is_solution or not sizes:
        return
    if statistics.median(sizes) > MEDIAN_LINES:
        yield (
            None,
            f"the median code cell has {statistics.median(sizes)} lines, at most {MEDIAN_LINES}",
        )
    most = sizes[math.ceil(0.9 * len(sizes)) - 1]
    if most > MOST_CELLS_LINES:
        yield None, f"nine in ten code cells may have {MOST_CELLS_LINES} lines, the next has {most}"


def balances_text_and_code(page):
    """The notebook is neither too short nor too long, and explains what it runs."""
    if page.is_solution:
        return
    cells, words = len(page.code), sum(prose_words(c.source) for c in page.markdown)
    if not CODE_CELLS[0] <= cells <= CODE_CELLS[1]:
        yield None, f"{cells} code cells, wanted {CODE_CELLS[0]} to {CODE_CELLS[1]}"
    low, high = MARKDOWN_PER_CODE
    if not low * cells <= len(page.markdown) <= high * cells:
        yield (
            None,
            f"{len(page.markdown)} text cells for {cells} code cells, wanted {low} to {high} each",
        )
    if not WORDS[0] <= words <= WORDS[1]:
        yield None, f"{words} words of prose, wanted {WORDS[0]} to {WORDS[1]}"


def has_one_idea_a_cell(page):
    """No markdown cell is long."""
    for cell in page.markdown:
        words = prose_words(cell.source)
        if words > WORDS_IN_A_CELL:
            yield cell, f"{words} words, at most {WORDS_IN_A_CELL}; one idea a cell"


LAYOUT_RULES = (
    is_canonical,
    starts_with_its_title,
    has_a_card,
    has_its_sections,
    says_how_to_install,
    sets_up_in_one_small_cell,
    has_small_cells,
    balances_text_and_code,
    has_one_idea_a_cell,
)
RULES = (
    *(*LAYOUT_RULES, *CONTENT_RULES, *CLAIM_RULES, *NUMBER_RULES, *FIGURE_RULES),
    *(*EXERCISE_RULES, *REFERENCE_RULES, *COURSE_RULES, *SUMMARY_RULES),
    *ALPHABET_RULES,
)


def faults(page, rules=RULES):
    """Return one sentence for each violated rule: notebook, cell and what to do."""
    if len(page.notebook.cells) < 2:
        return [f"{page.path.name}: it has fewer than two cells"]
    sentences = []
    for rule in rules:
        for cell, what in rule(page):
            where = f", cell {cell['id']}" if cell is not None else ""
            sentences.append(f"{page.path.name}{where}: {what}")
    return sentences


if __name__ == "__main__":
    line = CommandLine(description=__doc__.splitlines()[0])
    line.add_argument("notebooks", nargs="+", type=existing)
    found = [
        sentence for path in line.parse_args().notebooks for sentence in faults(Page.load(path))
    ]
    print("\n".join(found) or "the form is right")
    sys.exit(bool(found))
