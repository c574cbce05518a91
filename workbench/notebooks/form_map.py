"""Rules on what notebooks call each other: in links, in notebook 00's map and in README's table.

A notebook that is renamed, moved or added is found in all of these places, which are kept by hand.
"""

import json
import re

LINK = re.compile(r"\[([^\]]*)\]\(((?:\.\./|solutions/)?(\d\d)_\w+\.ipynb)\)")
MAP = "### The map"
MAP_ROW = re.compile(r"^\| (?:\[(\d\d\. [^\]]*)\]\((\w+)\.ipynb\)|(00\. [^|]*?)) \|", re.M)
TABLE_ROW = re.compile(r"^\| (\d\d) \| \[([^\]]*)\]\(notebooks/(\w+)\.ipynb\) \|", re.M)


def calls_others_by_their_names(page):
    """A link to a notebook says its number, or that and its title up to a colon, or its path."""
    for cell in page.markdown:
        for words, target, number in LINK.findall(cell.source):
            if not re.search(r"\d", words):
                continue
            title = title_of(page.path.parent / target)
            said = words.removeprefix("notebook ").removeprefix("Notebook ")
            short = (title or "").partition(":")[0]
            names = (number, title, short, target, target.removesuffix(".ipynb"))
            if title and said not in names:
                yield cell, f"the link {target} says {words!r}, wanted {title!r} or {number!r}"


def lists_the_whole_course(page):
    """Notebook 00's map and README's table name every notebook of the folder, in order."""
    if page.number != "00" or page.is_solution:
        return
    folder = page.path.parent
    there = [(p.stem, title_of(p)) for p in sorted(folder.glob("[0-9][0-9]_*.ipynb"))]
    cell = next((cell for cell in page.markdown if cell.source.startswith(MAP)), None)
    rows = MAP_ROW.findall(cell.source) if cell else []
    on_map = [(stem or page.path.stem, title or own) for title, stem, own in rows]
    for stem, what in _differences(on_map, there):
        yield cell, f"under `{MAP}` {stem} {what}"
    table = folder.parent / "README.md"
    if table.exists():
        rows = TABLE_ROW.findall(table.read_text("utf-8"))
        listed = [(stem, f"{number}. {title}") for number, title, stem in rows]
        for stem, what in _differences(listed, there):
            yield None, f"in the table of README.md {stem} {what}"


def title_of(path):
    """Return "04. A title" of the notebook at a path, or None where there is none."""
    if not path.is_file():
        return None
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    first = "".join(cells[0]["source"]) if cells else ""
    return (re.match(r"# (\d\d\. .*?)\s*(?:: worked answers)?$", first, re.M) or [None, None])[1]


def _differences(listed, there):
    """What is wrong with a list of (file, title): one pair for each file that is not as it is."""
    names, wanted = [stem for stem, _ in listed], dict(there)
    for stem in wanted:
        if names.count(stem) != 1:
            yield stem, f"stands {names.count(stem)} times, wanted once"
    for stem, title in listed:
        if stem not in wanted:
            yield stem, "is no notebook of the folder"
        elif title != wanted[stem]:
            yield stem, f"is called {title!r}, its title is {wanted[stem]!r}"
    if sorted(names) == list(wanted) != names:
        yield next(s for s, w in zip(names, wanted, strict=True) if s != w), "is out of order"


MAP_RULES = (calls_others_by_their_names, lists_the_whole_course)
