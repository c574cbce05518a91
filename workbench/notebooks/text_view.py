"""A notebook seen as a plain Python file, for people who prefer an editor.

    python -m workbench.notebooks.text_view out notebooks/04_gan.ipynb   writes notebooks/04_gan.py
    python -m workbench.notebooks.text_view in  notebooks/04_gan.ipynb   puts the edits back

The text view (percent cells) is never committed. Cells whose text did not change keep their id,
tags and outputs; a changed code cell keeps its id and counts as not executed.
"""

import difflib
from pathlib import Path

from genai_course.commands.command_line import CommandLine
from workbench.notebooks.canonical import read, write


def out(notebook_path):
    """Write the text view beside the notebook and return its path."""
    import jupytext

    text_path = Path(notebook_path).with_suffix(".py")
    jupytext.write(read(notebook_path), text_path, fmt="py:percent")
    return text_path


def back(notebook_path):
    """Read the text view and write the notebook, keeping ids and outputs of unchanged cells."""
    import jupytext
    from jupytext.combine import combine_inputs_with_outputs

    notebook_path = Path(notebook_path)
    new = jupytext.read(notebook_path.with_suffix(".py"), fmt="py:percent")
    if notebook_path.exists():
        old = read(notebook_path)
        new = combine_inputs_with_outputs(new, old, fmt="py:percent")
        _correct(old.cells, new.cells)
    write(new, notebook_path)
    return notebook_path


def _correct(old, new):
    """Mend two habits of jupytext: what it takes for unchanged, and for the same cell edited.

    It compares without blanks, quotes and brackets, and so leaves its outputs to a cell that is
    another one now. And it pairs edited cells by place, so that beside an edited cell an inserted
    one gets its id, or it gets that of a removed one.
    """
    before = {cell["id"]: cell for cell in old}
    changed = [c for c in new if c["id"] not in before or _text(c) != _text(before[c["id"]])]
    kept = {cell["id"] for cell in new if cell not in changed}
    _pair_by_likeness([cell for cell in old if cell["id"] not in kept], changed)
    for cell in changed:
        if cell.cell_type == "code":
            cell["outputs"], cell["execution_count"] = [], None


def _pair_by_likeness(old, new):
    """Give the ids of cells to the cells most like them; what is like none keeps what it has."""
    pairs = [
        (difflib.SequenceMatcher(a=a.source, b=b.source, autojunk=False).ratio(), a["id"], place)
        for a in old
        for place, b in enumerate(new)
        if a.cell_type == b.cell_type
    ]
    given, served = set(), set()
    for likeness, name, place in sorted(pairs, reverse=True):
        if likeness < 0.5 or name in given or place in served:
            continue
        for holder in new:
            if holder["id"] == name:
                holder["id"] = new[place]["id"]
        new[place]["id"] = name
        given.add(name)
        served.add(place)


def _text(cell):
    return cell.source.strip("\n")


if __name__ == "__main__":
    line = CommandLine(description=__doc__.splitlines()[0])
    line.add_argument("verb", choices=("out", "in"))
    line.add_argument("notebooks", nargs="+", type=Path)
    options = line.parse_args()
    for path in options.notebooks:
        source = path if options.verb == "out" else path.with_suffix(".py")
        if not source.is_file():
            line.error(f"there is no file {str(source)!r}")
        print({"out": out, "in": back}[options.verb](path))
