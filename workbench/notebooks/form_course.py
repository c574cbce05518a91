"""Rules on a notebook among the others: what it needs, how long it takes, which one is next."""

import re

from workbench.notebooks.form_map import MAP_RULES
from workbench.notebooks.form_slips import SLIP_RULES
from workbench.notebooks.number_words import numbers_in

LINK = re.compile(r"\]\((\d\d)_\w+\.ipynb\)")
ROW = re.compile(r"^\| (\d\d) \|.*\| *(\d+) \|$", re.M)


def needs_what_came_before(page):
    """The card asks for earlier notebooks only."""
    for link in LINK.findall(_line(page, "You need")):
        if link >= page.number:
            yield page.notebook.cells[1], f"it needs notebook {link}, which comes later"


def takes_the_minutes_of_the_table(page):
    """The minutes of computing on the card are those of the table in README.md."""
    table = page.path.parent.parent / "README.md"
    minutes = _minutes(_line(page, "Time"))
    if page.is_solution or not table.exists():
        return
    told = dict(ROW.findall(table.read_text("utf-8"))).get(page.number)
    if minutes is None:
        yield page.notebook.cells[1], "**Time** ends with the minutes of computing, after `;`"
    elif told is not None and minutes != int(told):
        yield page.notebook.cells[1], f"{minutes} minutes on the card, {told} in README.md"


def leads_to_the_next(page):
    """Next links to the notebook that follows; the last one to none."""
    if page.is_solution:
        return
    there = sorted(path.name[:2] for path in page.path.parent.glob("[0-9][0-9]_*.ipynb"))
    wanted = next((number for number in there if number > page.number), None)
    places = [cell for cell, level, text in page.headings if level == 2 and text == "Next"]
    for cell in places:
        first = (LINK.findall(cell.source.partition("## Next")[2]) or [None])[0]
        if first != wanted:
            yield cell, f"Next links first to {wanted or 'no notebook'}, found {first or 'none'}"


def _line(page, label):
    """The line of the card with a label."""
    lines = page.notebook.cells[1].source.splitlines()
    return next((line for line in lines if f"**{label}" in line), "")


def _minutes(line):
    """The minutes of computing that a line tells: what stands behind the semicolon."""
    told = line.rpartition(";")[2]
    if re.search(r"\b(a|one) minute", told):
        return 1
    counts = [value for value, match in numbers_in(told) if told[match.end() :].startswith(" min")]
    return int(counts[0]) if counts and ";" in line else None


COURSE_RULES = (
    needs_what_came_before,
    takes_the_minutes_of_the_table,
    leads_to_the_next,
    *MAP_RULES,
    *SLIP_RULES,
)
