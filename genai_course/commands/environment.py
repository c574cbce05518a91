"""Which environment a verb runs in, and whether that environment is as it should be.

An interpreter in which this folder is installed together with everything it asks for (a conda
environment, a container, an environment of your own) is used as it is. Any other one, the bare
Python of the system for example, only makes or refreshes .venv and hands the verb over to it.
"""

import hashlib
import json
import os
import site
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlparse
from urllib.request import url2pathname

from genai_course.whole_files import write_atomically

PACKAGE = "genai_course"
ROOT = Path(__file__).resolve().parents[2]
STAMP = "genai_course.stamp"
SOURCES = ("pyproject.toml", "constraints.txt")


def run_again(python: Path | str, argv: Sequence[str], program: str = PACKAGE) -> NoReturn:
    """Replace this process by a verb of a program under an interpreter; does not return."""
    command = [str(python), "-m", program, *argv]
    misleading = ("PYTHONHOME", "__PYVENV_LAUNCHER__")
    environ = {name: text for name, text in os.environ.items() if name not in misleading}
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environ)
    child = subprocess.Popen(command, env=environ)
    while True:
        try:
            sys.exit(child.wait())
        except KeyboardInterrupt:  # the child hears it too and ends by itself
            continue


def venv_python(root: Path = ROOT) -> Path:
    """Return the path of .venv's interpreter, which need not exist."""
    inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return Path(root, ".venv", *inside)


def version_of(python: Path | str) -> tuple[int, ...] | None:
    """Ask an interpreter for its version; return it as a tuple of three numbers, or None."""
    code = "import sys; print(*sys.version_info[:3])"
    try:
        done = subprocess.run([str(python), "-c", code], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    numbers = done.stdout.split()
    return tuple(map(int, numbers)) if done.returncode == 0 and len(numbers) == 3 else None


def fingerprint(root: Path, version: tuple[int, ...] | None) -> str:
    """Return a hash of all that a finished set-up depends on: lists, interpreter, place."""
    whole = hashlib.sha256(repr((version, os.fsencode(root))).encode())
    for name in SOURCES:
        whole.update(Path(root, name).read_bytes())
    return whole.hexdigest()


def is_fresh(root: Path = ROOT) -> bool:
    """Say whether .venv was set up to its end from the present lists, by its present Python."""
    try:
        stamp = Path(root, ".venv", STAMP).read_text(encoding="ascii")
    except (OSError, ValueError):
        return False
    version = version_of(venv_python(root))
    return version is not None and stamp == fingerprint(root, version)


def write_stamp(root: Path, version: tuple[int, ...] | None) -> None:
    """Record, in one stroke, that the set-up has succeeded."""
    write_atomically(Path(root, ".venv", STAMP), fingerprint(root, version).encode("ascii"))


def installed_distribution() -> metadata.Distribution | None:
    """Return what this interpreter's own folders say about the installed course, or None."""
    folders = {sysconfig.get_paths()[name] for name in ("purelib", "platlib")}
    if site.ENABLE_USER_SITE:
        folders.add(site.getusersitepackages())
    return next(iter(metadata.distributions(name=PACKAGE, path=sorted(folders))), None)


def is_installed_here(root: Path = ROOT) -> bool:
    """Say whether this interpreter has the course from this folder and all its requirements."""
    distribution = installed_distribution()
    if distribution is None:
        return False
    address = json.loads(distribution.read_text("direct_url.json") or "{}").get("url", "")
    folder = url2pathname(urlparse(address).path)
    return bool(folder) and same_folder(folder, root) and not unmet_requirements(distribution)


def unmet_requirements(distribution: metadata.Distribution) -> list[str]:
    """List, in words, the requirements that this interpreter's packages do not meet."""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return ["packaging is missing"]
    faults = []
    for text in distribution.requires or ():
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            faults.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            faults.append(f"{wanted.name} is {version}, wanted {wanted.specifier}")
    return faults


def same_folder(one: Path | str, other: Path | str) -> bool:
    """Say whether two paths lead to one existing folder."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
