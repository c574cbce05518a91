"""Copies of the course with environments of their own, to be used once and thrown away."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from genai_course.commands.environment import venv_python, version_of
from genai_course.commands.logged import read_log

SCRATCH = ".matrix"  # beside .venv, so that uv can link packages instead of copying them
MISLEADING = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "CONDA_PREFIX", "MAKEFLAGS", "MAKELEVEL")
LOWER_BOUND = re.compile(r'"([\w.-]+)>=([\w.]+)[^"]*"')


def choose_versions(course, pins):
    """Rewrite the copy's constraints.txt.

    Args:
        course: The copy.
        pins: "tried" keeps the file; "lowest" admits only the oldest version of whatever
            pyproject.toml lists with a lower bound; "newest" admits everything.
    """
    if pins == "tried":
        return
    bounds = lower_bounds(Path(course, "pyproject.toml").read_text(encoding="utf-8"))
    lines = [f"{name}=={version}\n" for name, version in bounds] if pins == "lowest" else []
    Path(course, "constraints.txt").write_text("".join(lines), encoding="ascii")


def lower_bounds(text):
    """Return the (name, version) pairs of the packages that a project file bounds from below."""
    lists = text.partition("[project]")[2].partition("[tool.")[0]
    return LOWER_BOUND.findall(lists)


def set_up(course, python):
    """Run the course's own set-up in a copy, under the interpreter given.

    Returns:
        The path of the new interpreter, and a sentence if the set-up failed.
    """
    command = [str(python), "-m", "genai_course", "setup"]
    done = subprocess.run(command, cwd=course, env=clean_environ(), capture_output=True)
    if done.returncode == 0:
        return venv_python(course), ""
    said = done.stderr.decode("utf-8", "replace").strip()
    return None, f"{said}\n{read_log(course)[-2000:]}"


def clean_environ(more=(), without=()):
    """Return the environment variables of this process less those of one environment."""
    left = {k: v for k, v in os.environ.items() if k not in (*MISLEADING, *without)}
    return {**left, **dict(more)}


def find_python(version):
    """Return the interpreter of a version such as "3.12", or None.

    It is looked for on the PATH, and among those of uv and pyenv.
    """
    wanted = tuple(map(int, version.split(".")))
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    found = [shutil.which(f"python{version}"), _ask_uv(version)]
    found += sorted(pyenv.glob(f"{version}.*/bin/python"))
    if sys.version_info[:2] == wanted:
        found.insert(0, getattr(sys, "_base_executable", None) or sys.executable)
    for python in filter(None, found):
        if (version_of(python) or ())[:2] == wanted:
            return python
    return None


def _ask_uv(version):
    if shutil.which("uv") is None:
        return None
    command = ["uv", "python", "find", "--no-python-downloads", version]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def remove(folder):
    """Delete a copy with its environment."""
    shutil.rmtree(folder, ignore_errors=True)
