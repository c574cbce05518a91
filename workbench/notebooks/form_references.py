"""Rules on references: an arXiv number, its author, year and title agree with one table.

The table is `references.txt`, a line a paper: number, first author, year, title. It is the only
place where a number stands alone; who cites a new paper adds a line.
"""

import re
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("references.txt")
CITED = re.compile(r"arXiv(?::\s*|\s*(?=\d))([\w.]*\w)(?:\]\(\S*?/abs/([\w.]*\w)\))?", re.I)
LONG_SINCE = 1501  # from January 2015 on a number has five digits behind its point


@lru_cache
def references():
    """Return {arXiv number: (first author, year, title)}."""
    rows = (line.split(" | ") for line in TABLE.read_text("utf-8").splitlines() if line)
    return {number: (author, int(year), title) for number, author, year, title in rows}


def cites_by_the_table(page):
    """Each citation of a notebook has the number, author, year and title of the table."""
    for cell in page.markdown:
        for line in cell.source.splitlines():
            yield from ((cell, what) for what in citation_faults(line, with_title=True))


def citation_faults(text, with_title=False):
    """Yield a sentence for each citation in a text that is not that of the table."""
    start = 0
    for match in CITED.finditer(text):
        number, linked = match.groups()
        before, start = text[start : match.start()], match.end()
        if number not in references():
            yield f"arXiv:{number} is not in {TABLE.name}; is it a slip, or a new paper?"
            continue
        author, year, title = references()[number]
        years = re.findall(r"\b(?:19|20)\d\d\b", before)
        if linked not in (None, number):
            yield f"arXiv:{number} leads to {linked}"
        if not re.search(rf"(?:^|(?<!\b[A-Z])[-;:.]\s+)(?:[A-Z]\.\s?)*{author}\b", before):
            yield f"arXiv:{number} is by {author} first, so the table says"
        if years[-1:] != [str(year)]:
            yield f"arXiv:{number} is of {year}, so the table says"
        if with_title and not _words(title) <= _words(before):
            yield f"arXiv:{number} is called {title!r}, so the table says"


def _words(text):
    return set(re.findall(r"[a-z]{3,}", text.lower()))


def table_faults():
    """Yield a sentence for each line of the table that cannot be right."""
    for number, (_, year, title) in references().items():
        form = re.fullmatch(r"(\d\d)(0[1-9]|1[0-2])\.(\d{4,5})", number)
        if form is None or len(form[3]) != 4 + (int(form[1] + form[2]) >= LONG_SINCE):
            yield f"{number} is no arXiv number"
        elif not 2000 + int(form[1]) - 1 <= year <= 2000 + int(form[1]) + 2:
            yield f"{number} is of 20{form[1]}, {title!r} of {year}"


REFERENCE_RULES = (cites_by_the_table,)
