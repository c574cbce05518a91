"""The seal of a notebook's figures: which picture, with which description, each cell has stored.

`make notebooks` writes one beside each notebook that shows figures, in `tests/figures`. Of a stored
notebook every picture must be the one that was sealed. A picture that is drawn anew has other
pixels, on another processor or after another training; of it a seal can tell by the grey levels
whether it stands on its head, or is that of another cell. To seal stored notebooks as they are:

    python -m workbench.notebooks.seal notebooks/04_gan.ipynb
"""

import base64
import hashlib
from pathlib import Path

import numpy as np

from genai_course.commands.command_line import CommandLine, existing
from genai_course.commands.environment import ROOT
from workbench.notebooks.canonical import read
from workbench.notebooks.stored_notebook import pictures
from workbench.suite.drawn_pictures import FOLDER, greys_of, levels, load_seal, store_table, turn


def store_seal(root, name, notebook):
    """Seal the pictures of an executed notebook; one without pictures has no seal."""
    store_table(root, name, seal_of(notebook))


def seal_of(notebook):
    """Return the seal that fits a notebook: digest, description and grey levels of each picture."""
    seal = {}
    for cell in notebook.cells:
        shown = pictures(cell) if cell.cell_type == "code" else []
        for output in shown:
            png = base64.b64decode(output.data["image/png"])
            rows = [bytes(row).hex() for row in greys_of(png).astype(np.uint8)]
            alt = output.metadata.get("image/png", {}).get("alt", "")
            digest = hashlib.sha256(png).hexdigest()[:16]
            seal.setdefault(cell.id, []).append({"alt": alt, "digest": digest, "greys": rows})
    return seal


def faults(notebook, name, root):
    """Yield a sentence for each figure of a stored notebook that is not the sealed one."""
    found, seal = seal_of(notebook), load_seal(root, name)
    if found == (seal or {}):
        return
    repair = f"If this is meant: python -m workbench.notebooks.seal {name}"
    if seal is None:
        yield f"{name} has figures and no seal in {FOLDER}. {repair}"
        return
    known = {one["digest"]: cell for cell, those in seal.items() for one in those}
    for cell in sorted({*found} | {*seal}):
        for said in _differences(found.get(cell, []), seal.get(cell, []), known):
            yield f"{name}, cell {cell}: {said}. {repair}"


def _differences(found, sealed, known):
    """Yield what is wrong with the figures of one cell."""
    if len(found) != len(sealed):
        yield f"{len(found)} figures stored, {len(sealed)} sealed"
        return
    for ours, theirs in zip(found, sealed, strict=True):
        if ours["digest"] != theirs["digest"]:
            home = known.get(ours["digest"])
            turned = turn(levels(ours["greys"]), levels(theirs["greys"]))
            yield (
                f"the figure is that of cell {home}"
                if home
                else f"the figure {turned or 'is not the one that `make notebooks` drew'}"
            )
        elif ours["alt"] != theirs["alt"]:
            yield f"the description {ours['alt']!r} was made for another figure"


if __name__ == "__main__":
    line = CommandLine(description=__doc__.splitlines()[0])
    line.add_argument("notebooks", nargs="+", type=existing, help="sealed as they are stored")
    for path in line.parse_args().notebooks:
        name = Path(path).resolve().relative_to(ROOT)
        store_seal(ROOT, name, read(path))
        print(f"sealed {name.as_posix()}")
