"""Run an installer with all that it says going to a file, and a sign of life on the screen."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from genai_course.commands.disk import GIGABYTE

LOG = ".setup.log"
QUIET = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_USER": "0",
    "UV_NO_PROGRESS": "1",
}


def run_logged(
    command: Sequence[str],
    log: Path,
    label: str,
    folder: Path,
    settings: Mapping[str, str] | None = None,
) -> int:
    """Run a command, all it says going to a file, with a sign of life; return its exit code.

    Args:
        command: List of strings.
        log: File that gets the output; begun anew.
        label: Word for the sign of life; empty for none.
        folder: Where to run it.
        settings: Environment variables for it, above those of this process.
    """
    environ = {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}
    environ = {**environ, **QUIET, **(settings or {})}
    with log.open("wb") as sink:
        streams: dict = {"stdin": subprocess.DEVNULL, "stdout": sink, "stderr": subprocess.STDOUT}
        child = subprocess.Popen(command, cwd=folder, env=environ, **streams)
        try:
            _watch(child, label, folder)
        except BaseException:
            child.terminate()
            child.wait()
            raise
    return child.returncode


def _watch(child, label, folder):
    start, free = time.monotonic(), shutil.disk_usage(folder).free
    live = sys.stdout.isatty()
    pause = 1 if live else 30
    while True:
        try:
            child.wait(pause)
            break
        except subprocess.TimeoutExpired:
            if label:
                written = max(0.0, (free - shutil.disk_usage(folder).free) / GIGABYTE)
                text = f"  {label}: {time.monotonic() - start:.0f} s, {written:.1f} GB written"
                print("\r" + text if live else text, end="" if live else "\n", flush=True)
    if label and live:
        print("\r" + " " * 60 + "\r", end="", flush=True)


def read_log(root: Path) -> str:
    """Return what the last command of an installer said."""
    log = Path(root, LOG)
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
