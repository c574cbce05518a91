"""A copy of the course in another folder, in which things may be changed and broken."""

import shutil
import subprocess
from pathlib import Path

NO_GIT = (".git", ".venv", ".matrix", ".pretraining", ".check", "__pycache__")


def copy_course(root, folder, only=(".",)):
    """Copy what belongs to the course, changed and new files too, into a new folder.

    Args:
        root: The course's folder.
        folder: Where to; made if it is not there.
        only: The files and folders, relative to the root, that are wanted.

    Returns:
        The folder, a Path.
    """
    for name in course_files(Path(root)):
        if any(name.is_relative_to(place) for place in only):
            target = Path(folder, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(root, name), target)
    return Path(folder)


def course_files(root):
    """Return the paths, from the root, of all files that git does not ignore; sorted."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        said = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):  # no git here, or no checkout
        said = b""
    names = [Path(name) for name in said.decode("utf-8", "surrogateescape").split("\0") if name]
    if not names:  # nor has git a file in a copy within a folder that it ignores
        names = [path.relative_to(root) for path in root.rglob("*")]
        names = [name for name in names if not set(NO_GIT) & set(name.parts)]
    return sorted(name for name in names if Path(root, name).is_file())
