"""What the strict run asks of pictures that are drawn anew: that they are there, and upright."""

import base64

from workbench.notebooks.seal import load_seal, misdrawn


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
