"""`clean`: remove what set-up and runs have made. Notebooks, data and your own files stay."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from genai_course.commands import Stop
from genai_course.commands.environment import ROOT
from genai_course.commands.lock import exclusive

LEFTOVERS = (
    ".pytest_cache",
    ".ruff_cache",
    "genai_course.egg-info",
    "notebooks/.ipynb_checkpoints",
    "notebooks/solutions/.ipynb_checkpoints",
    ".setup.log",
    ".matrix",
    ".margins",
    ".check",
)
BUSY = "A set-up is running in this folder; waiting for it to end."


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Remove .venv and the leftovers; return 0."""
    with exclusive(Path(root, ".setup.lock"), BUSY):
        venv = Path(root, ".venv")
        if venv.is_symlink():
            raise Stop(f".venv is a link to {venv.resolve()}: remove that folder yourself.")
        empty = venv.is_dir() and not any(venv.iterdir())
        if venv.exists() and not empty and not Path(venv, "pyvenv.cfg").exists():
            raise Stop(f"{venv} is no Python environment: look into it and remove it yourself.")
        code = [Path(root, name) for name in ("genai_course", "workbench", "tests")]
        caches = [p for folder in code for p in folder.rglob("__pycache__") if p.is_dir()]
        for path in [venv, *(Path(root, name) for name in LEFTOVERS), *caches]:
            _remove(path)
    Path(root, ".setup.lock").unlink(missing_ok=True)
    print("Removed .venv, caches and logs.")
    return 0


def _remove(path):
    try:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise Stop(f"{path} cannot be removed ({error.strerror}): is it in use?") from error
