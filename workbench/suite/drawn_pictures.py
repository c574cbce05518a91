"""What a seal of figures says of pictures that are drawn anew: they are there, and upright.

`make notebooks` stores which pictures a notebook shows, with 16 x 16 grey levels of each; see
`notebooks.seal`. Pixels are not compared: another processor or another training draws others.
"""

import base64
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

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


def store_table(root, name, seal):
    """Store the seal of a notebook; one without pictures has none."""
    if seal:
        store(seal_path(root, name), seal)
    else:
        seal_path(root, name).unlink(missing_ok=True)


def complaints(new, stored, cell, name, root):
    """Yield what is wrong with the pictures of a cell; their pixels are not compared.

    Args:
        new, stored: Outputs of the cell, now and in the notebook.
        cell: Its id.
        name: Path of the notebook from the root.
        root: The course's folder.
    """
    drawn, kept = _pictures(new), _pictures(stored)
    if len(drawn) != len(kept):
        yield f"{len(kept)} pictures stored, {len(drawn)} drawn now"
        return
    seal = load_seal(root, name) if drawn else None
    for number, picture in enumerate(drawn if seal else ()):
        words = misdrawn(base64.b64decode(picture), cell, number, seal)
        if words:
            yield f"the picture drawn now {words}"


def _pictures(outputs):
    found = (output.get("data", {}).get("image/png") for output in outputs)
    return [picture for picture in found if picture]


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
