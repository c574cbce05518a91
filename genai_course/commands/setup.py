"""`setup`: make or refresh .venv, with uv; where there is none, pip fetches it into .venv first.

The stamp is written last, so whatever was interrupted is repeated. While packages are being
written a marker lies in .venv; when a later set-up finds it, it starts from an empty folder,
because a half-written package can look like a whole one.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from genai_course.commands import Stop
from genai_course.commands.disk import require_space
from genai_course.commands.environment import (
    ROOT,
    SOURCES,
    STAMP,
    is_fresh,
    venv_python,
    version_of,
    write_stamp,
)
from genai_course.commands.install_errors import FULL, diagnose
from genai_course.commands.installers import Pip, Uv, find_uv
from genai_course.commands.lock import exclusive
from genai_course.commands.logged import LOG, read_log, run_logged

OLDEST_PYTHON = (3, 10)
MARKER = "genai_course.unfinished"
NO_UV = "uv cannot be had or does not run here, so pip installs everything."
BUSY = "Another set-up is running in this folder; waiting for it to end."
CHECK = (
    "import torch, torchvision;"
    " torchvision.ops.nms(torch.zeros(1, 4), torch.zeros(1), 0.5);"
    " import genai_course, jupyterlab, nbval"
)
MIXED = (
    "torch and torchvision come from different kinds of build (one for the CPU, one for CUDA), so"
    " torchvision does not load: run `make clean` and `make setup`, and if you name an index or a"
    " folder of packages yourself, let it hold both."
)


def main(arguments: Sequence[str]) -> int:
    """Set up and say where; return 0."""
    python, refreshed = ensure(ROOT)
    print(f"{'Set up' if refreshed else 'Already set up'}: {python}")
    return 0


def ensure(root: Path = ROOT) -> tuple[Path, bool]:
    """Make sure that .venv is complete and up to date.

    Returns:
        The path of its interpreter, and whether anything had to be done.

    Raises:
        Stop: With the sentence that says why it cannot be done.
    """
    missing = [name for name in SOURCES if not Path(root, name).exists()]
    if missing:
        raise Stop(f"{root} holds no {missing[0]}: run this in the course's own folder.")
    if is_fresh(root):
        return venv_python(root), False
    with exclusive(Path(root, ".setup.lock"), BUSY):
        if is_fresh(root):  # somebody else has just done it
            return venv_python(root), False
        install(root)
    return venv_python(root), True


def install(root: Path) -> None:
    """Create .venv where it is missing or broken, install everything, check it, stamp it."""
    venv, uv = Path(root, ".venv"), find_uv(root)
    installer = Uv(root, [uv]) if uv else Pip(root)
    how = "uv" if uv else "uv, which pip fetches first"
    print(f"Setting up .venv with {how}; this is needed once.", flush=True)
    if not _is_usable(venv, root):
        _make(installer, root)
    Path(venv, STAMP).unlink(missing_ok=True)
    if not uv:
        installer = _fetch_uv(installer, venv)
    _fill(installer, root)
    check_builds(root)
    write_stamp(root, version_of(venv_python(root)))
    Path(venv, MARKER).unlink()


def _make(installer, root):
    """Make .venv anew and empty."""
    _empty(Path(root, ".venv"))
    require_space(root, 1, "an environment")
    if installer.create(_base_python()):
        raise Stop(diagnose(read_log(root), LOG).sentence)
    if version_of(venv_python(root)) is None:
        raise Stop(f"{installer.name} has left no working Python in .venv: run `make clean`.")


def _fetch_uv(pip, venv):
    Path(venv, MARKER).touch()
    uv = pip.fetch_uv()
    Path(venv, MARKER).unlink()
    if uv is None:
        print(NO_UV, flush=True)
    return uv or pip


def _fill(installer, root):
    """Install everything. Where a fetched uv fails, let pip go on, if need be from nothing."""
    marker = Path(root, ".venv", MARKER)
    installer.require_space()
    marker.touch()
    code = installer.install()
    if code == 0:
        return
    diagnosis = diagnose(read_log(root), LOG)
    if diagnosis.harmless:
        marker.unlink(missing_ok=True)
    if code < 0 or diagnosis.kind == FULL or installer.successor is None:
        raise Stop(diagnosis.sentence)
    last = read_log(root).strip().rpartition("\n")[2].strip()
    print(f"uv could not install the course ({last}), so pip does it.", flush=True)
    if not diagnosis.harmless:
        _make(installer.successor, root)
    _fill(installer.successor, root)


def check_builds(root: Path) -> None:
    """Import what matters; torch and torchvision of different kinds of build do not load.

    Raises:
        Stop: If something does not load, with the remedy.
    """
    command = [str(venv_python(root)), "-c", CHECK]
    if run_logged(command, Path(root, LOG), "checking", Path(root, ".venv")) == 0:
        return
    text = read_log(root)
    if are_mixed(text):
        raise Stop(MIXED)
    raise Stop(diagnose(text, LOG).sentence)


def are_mixed(text: str) -> bool:
    """Say whether an error message is that of torch and torchvision from different builds."""
    return "torchvision" in text and ("nms does not exist" in text or "undefined symbol" in text)


def _is_usable(venv, root):
    if not Path(venv, "pyvenv.cfg").exists() or Path(venv, MARKER).exists():
        return False
    version = version_of(venv_python(root))
    return version is not None and version >= OLDEST_PYTHON


def _empty(venv):
    """Empty a folder that is an environment or nothing yet; leave anybody else's folder alone."""
    if not os.path.lexists(venv):
        return
    if not venv.is_dir() or (any(venv.iterdir()) and not Path(venv, "pyvenv.cfg").exists()):
        raise Stop(f"{venv} is there but is no Python environment: move it away and repeat.")
    config = venv / "pyvenv.cfg"
    for child in sorted(venv.iterdir(), key=lambda path: path == config):  # the sign goes last
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()


def _base_python():
    """The interpreter outside any environment, so that .venv does not stand on another one."""
    return getattr(sys, "_base_executable", None) or sys.executable
