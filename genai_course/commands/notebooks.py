"""`notebooks [NN]`: execute notebooks in a fresh kernel and store them in canonical form."""

from pathlib import Path

from genai_course.commands import Stop
from genai_course.commands.environment import ROOT

FOLDERS = ("notebooks", "notebooks/solutions")


def main(arguments):
    """Make all notebooks, or those whose numbers are given; return an exit code."""
    from genai_course.authoring.make import main as make

    return make(find_notebooks(arguments))


def find_notebooks(numbers=(), root=ROOT, folders=FOLDERS):
    """Return the paths of the notebooks, in order of their numbers, each before its solutions.

    Args:
        numbers: Words such as "04", "4" or "04_gan"; none means all.
        root: The course's folder.
        folders: Where to look.

    Raises:
        Stop: If a number has no notebook.
    """
    found = [path for folder in folders for path in sorted(Path(root, folder).glob("*.ipynb"))]
    chosen = []
    for number in numbers:
        word = number.zfill(2) if number.isdigit() else Path(number).stem
        those = [path for path in found if path.stem == word or path.stem.startswith(word + "_")]
        if not those:
            names = ", ".join(sorted({path.stem for path in found})) or "none yet"
            raise Stop(f"There is no notebook {number!r}; there are: {names}.")
        chosen += [path for path in those if path not in chosen]
    return sorted(chosen if numbers else found, key=lambda path: (path.name, len(path.parts)))
