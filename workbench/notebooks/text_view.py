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

    notebook_path = Path(notebook_path)
    new = jupytext.read(notebook_path.with_suffix(".py"), fmt="py:percent")
    if notebook_path.exists():
        _carry_over(read(notebook_path).cells, new.cells)
    write(new, notebook_path)
    return notebook_path


def _carry_over(old, new):
    matcher = difflib.SequenceMatcher(
        a=[_content(c) for c in old], b=[_content(c) for c in new], autojunk=False
    )
    for start_old, start_new, size in matcher.get_matching_blocks():
        for before, after in zip(
            old[start_old : start_old + size], new[start_new : start_new + size], strict=True
        ):
            after["id"] = before["id"]
            if before.cell_type == "code":
                after["outputs"] = before.outputs
                after["execution_count"] = before.execution_count
    for kind, a0, a1, b0, b1 in matcher.get_opcodes():
        if kind == "replace":
            _carry_over_ids(old[a0:a1], new[b0:b1])


def _carry_over_ids(old, new):
    """Give edited cells the ids of the old cells in their place, else of the most like."""
    if [c.cell_type for c in old] == [c.cell_type for c in new]:
        for before, after in zip(old, new, strict=True):
            after["id"] = before["id"]
        return
    start = 0
    for after in new:
        likeness = [
            difflib.SequenceMatcher(a=before.source, b=after.source).ratio()
            if before.cell_type == after.cell_type
            else 0.0
            for before in old[start:]
        ]
        if likeness and max(likeness) >= 0.5:
            start += likeness.index(max(likeness)) + 1
            after["id"] = old[start - 1]["id"]


def _content(cell):
    return cell.cell_type, cell.source.strip("\n")


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
