"""The seal of a notebook's figures: which picture, with which description, each cell has stored.

`make notebooks` writes one beside each notebook that shows figures, in `tests/figures`. Of a stored
notebook every picture must be the one that was sealed. A picture that is drawn anew has other
pixels, on another processor or after another training; of it a seal can tell by the grey levels
whether it stands on its head, or is that of another cell. To seal stored notebooks as they are:

    python -m workbench.notebooks.seal notebooks/04_gan.ipynb
"""

import base64
import hashlib
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

from genai_course.commands.command_line import CommandLine, existing
from genai_course.commands.environment import ROOT
from workbench.notebooks.canonical import read
from workbench.notebooks.stored_notebook import pictures
from workbench.results.stored import store

FOLDER = Path("tests", "figures")
SIDE = 16  # grey levels a side
# Of 81 pictures that were stored again in the course of the project, after other trainings or with
# other sizes, some kept a correlation of 0.27 with the one before, so a low one says nothing. None
# came nearer than 0.99 to the mirror image of the one before than to itself.
THE_SAME, CLEARLY = 0.995, 0.003
TURNS = {
    "stands on its head": lambda greys: greys[::-1],
    "is turned by half a turn": lambda greys: greys[::-1, ::-1],
}


def seal_path(root, name):
    """Return the file of the seal of a notebook, whose `name` is its path from the root."""
    return Path(root, FOLDER, Path(name).with_suffix(".json"))


def load_seal(root, name):
    """Return the seal of a notebook, {id of a cell: one dict a picture}; None if there is none."""
    path = seal_path(root, name)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def store_seal(root, name, notebook):
    """Seal the pictures of an executed notebook; one without pictures has no seal."""
    seal = seal_of(notebook)
    if seal:
        store(seal_path(root, name), seal)
    else:
        seal_path(root, name).unlink(missing_ok=True)


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


def misdrawn(png, cell, number, seal):
    """Say what is certainly wrong with a picture drawn anew: a few words, or "".

    Args:
        png: Bytes of the picture.
        cell: Id of the cell that has drawn it.
        number: Which of its pictures it is, from 0.
        seal: The seal of the notebook.
    """
    if len(seal.get(cell, ())) <= number:
        return ""  # it has no seal yet
    new, own = greys_of(png), levels(seal[cell][number]["greys"])
    turned = turn(new, own)
    if turned:
        return turned
    for other, those in seal.items():
        for one in those if other != cell else ():
            likeness = alike(new, levels(one["greys"]))
            if likeness > THE_SAME and likeness > alike(new, own) + 0.1:
                return f"is the one that cell {other} has stored"
    return ""


def turn(new, old):
    """Say how a picture is turned, where it is the old one but for that; else ""."""
    upright = alike(new, old)
    for words, turned in TURNS.items():
        likeness = alike(turned(new), old)
        if likeness > THE_SAME and likeness > upright + CLEARLY:
            return words
    return ""


def greys_of(png):
    """Return the mean grey levels, 0 to 255, of 16 x 16 fields of a picture."""
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX), float)


def levels(rows):
    """Return grey levels from the rows of a seal."""
    return np.array([list(bytes.fromhex(row)) for row in rows], dtype=float)


def alike(a, b):
    """Correlation of two tables of grey levels; that of one without any contrast is 0."""
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt((a * a).sum() * (b * b).sum())
    return (a * b).sum() / size if size else 0.0


if __name__ == "__main__":
    line = CommandLine(description=__doc__.splitlines()[0])
    line.add_argument("notebooks", nargs="+", type=existing, help="sealed as they are stored")
    for path in line.parse_args().notebooks:
        name = Path(path).resolve().relative_to(ROOT)
        store_seal(ROOT, name, read(path))
        print(f"sealed {name.as_posix()}")
