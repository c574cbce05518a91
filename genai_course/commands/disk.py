"""Is there room on the disk before anything is written?"""

import shutil
from pathlib import Path

from genai_course.commands import Stop

GIGABYTE = 1e9


def free_gigabytes(folder: Path) -> float:
    """Return the free space, in GB, of the disk that holds `folder`."""
    return shutil.disk_usage(folder).free / GIGABYTE


def require_space(folder: Path, gigabytes: float, what: str) -> None:
    """Raise Stop with one sentence unless `gigabytes` are free where `folder` is."""
    free = free_gigabytes(folder)
    if free < gigabytes:
        raise Stop(
            f"Setting up {what} needs {gigabytes} GB of free disk and there are {free:.1f} GB:"
            " free some, or move the course to a larger disk."
        )
