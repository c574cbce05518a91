"""The picture in the README: figures that the notebooks have stored, side by side.

    python -m workbench.notebooks.readme_picture

Nothing is drawn anew, so the picture shows what the course really made. Run it after
`make notebooks` when a figure has changed.
"""

import base64
import io

from genai_course.commands.command_line import CommandLine
from genai_course.commands.environment import ROOT
from workbench.notebooks.canonical import read

NOTEBOOKS = ROOT / "notebooks"
PICTURE = NOTEBOOKS / "pictures" / "results.png"
PANELS = (
    ("04_gan", "see-it-4", "04: a GAN's digits after about a minute on a CPU"),
    ("04_gan", "a-loop-that-runs-and-fails-3", "04: the same networks in a careless loop collapse"),
    ("10_vae", "see-it-12", "10: a 3 bends into a 6 (above), or only fades (below)"),
    ("03_gan_minimax", "see-it-2", "03: a discriminator meets its optimum p / (p + q)"),
)


def stored_figure(notebook, cell_id):
    """Return the PNG bytes of the figure that a cell of a notebook has stored.

    Raises:
        ValueError: If there is no such cell or it shows no figure.
    """
    for cell in read(NOTEBOOKS / f"{notebook}.ipynb").cells:
        if cell["id"] == cell_id:
            for output in cell.get("outputs", []):
                if "image/png" in output.get("data", {}):
                    return base64.b64decode(output["data"]["image/png"])
    raise ValueError(f"{notebook}.ipynb has no cell {cell_id!r} with a figure")


def compose(panels=PANELS):
    """Return a matplotlib figure with the stored figures in two columns, titles above them."""
    import matplotlib.pyplot as plt

    figure, places = plt.subplots(2, 2, figsize=(11, 6.4), dpi=100, layout="constrained")
    for place, (notebook, cell_id, title) in zip(places.flat, panels, strict=True):
        place.imshow(plt.imread(io.BytesIO(stored_figure(notebook, cell_id))))
        place.set_title(title, fontsize=11, loc="left")
        place.axis("off")
    return figure


if __name__ == "__main__":
    CommandLine(description=__doc__.splitlines()[0]).parse_args()
    PICTURE.parent.mkdir(exist_ok=True)
    compose().savefig(PICTURE, metadata={"Software": None})
    print(f"{PICTURE.relative_to(NOTEBOOKS.parent)}: {PICTURE.stat().st_size // 1000} KB")
