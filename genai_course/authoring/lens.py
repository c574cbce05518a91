"""A notebook seen as a plain Python file, for people who prefer an editor.

    python -m genai_course.authoring.lens out notebooks/04_gan.ipynb   writes notebooks/04_gan.py
    python -m genai_course.authoring.lens in  notebooks/04_gan.ipynb   puts the edits back

The text view (percent cells) is never committed. Cells whose text did not change keep their id.
"""

import difflib
import sys
from pathlib import Path

from genai_course.authoring.canonical import canonical, read


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
    notebook_path.write_text(canonical(new), encoding="utf-8", newline="\n")
    return notebook_path


def _carry_over(old, new):
    matcher = difflib.SequenceMatcher(
        a=[(c.cell_type, c.source.strip("\n")) for c in old],
        b=[(c.cell_type, c.source.strip("\n")) for c in new],
        autojunk=False,
    )
    for start_old, start_new, size in matcher.get_matching_blocks():
        for before, after in zip(
            old[start_old : start_old + size], new[start_new : start_new + size], strict=True
        ):
            after["id"] = before["id"]
            if before.cell_type == "code":
                after["outputs"] = before.outputs
    for kind, a0, a1, b0, b1 in matcher.get_opcodes():
        if kind == "replace" and a1 - a0 == b1 - b0:
            for before, after in zip(old[a0:a1], new[b0:b1], strict=True):
                if before.cell_type == after.cell_type:
                    after["id"] = before["id"]


if __name__ == "__main__":
    verb, *paths = sys.argv[1:]
    for path in paths:
        print({"out": out, "in": back}[verb](path))
