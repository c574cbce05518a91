"""Which notebooks there are, which of them a number means, and what all of them say of Python."""

from collections.abc import Sequence
from pathlib import Path

from genai_course.commands import Stop
from genai_course.commands.environment import ROOT

FOLDERS = ("notebooks", "notebooks/solutions")
METADATA = {  # of every notebook of the course
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def find_notebooks(
    numbers: Sequence[str] = (), root: Path = ROOT, folders: Sequence[str] = FOLDERS
) -> list[Path]:
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
