"""A home folder that cannot be written: Jupyter, IPython and matplotlib get another place.

Without one, no kernel starts (its connection file goes to the home folder) and matplotlib complains
in every notebook. What is written there, settings of JupyterLab for example, is lost at the end.
"""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, MutableMapping
from pathlib import Path

LINUX = {
    "IPYTHONDIR": ".ipython",
    "JUPYTER_CONFIG_DIR": ".jupyter",
    "JUPYTER_DATA_DIR": ".local/share/jupyter",
    "MPLCONFIGDIR": ".config/matplotlib",
}
MAC = {**LINUX, "JUPYTER_DATA_DIR": "Library/Jupyter", "MPLCONFIGDIR": ".matplotlib"}


def make_room(environ: MutableMapping[str, str] = os.environ) -> list[str]:
    """Set the variables of whatever cannot be written; return their names."""
    names = locked(environ)
    if names:
        folder = tempfile.mkdtemp(prefix="genai_course_")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        for name in names:
            environ[name] = str(Path(folder, name.lower()))
            os.mkdir(environ[name], 0o700)
    return names


def locked(environ: Mapping[str, str] = os.environ) -> list[str]:
    """List the variables, not set by anybody, whose usual folder in the home cannot be written."""
    if os.name == "nt":
        return []
    try:
        home = Path.home() if environ is os.environ else Path(environ["HOME"])
    except (RuntimeError, KeyError):
        home = None
    usual = MAC if sys.platform == "darwin" else LINUX
    return [
        name
        for name, place in usual.items()
        if not environ.get(name) and not (home and home.is_dir() and can_be_written(home / place))
    ]


def can_be_written(path: Path) -> bool:
    """Say whether a folder can be written, or made where it is not there yet."""
    for folder in (path, *path.parents):
        if folder.exists():
            return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return False
