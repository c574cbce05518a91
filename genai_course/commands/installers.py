"""The two ways to fill .venv, uv and pip, behind the same three methods.

Size decides the details. For Linux the registry's default build of torch brings CUDA: 5.3 GB.
PyTorch's own indexes hold a small build for the CPU. uv finds the right one by itself
(`--torch-backend=auto`); pip has no such option, and an index written down here would be wrong
for everybody else, so with pip, or behind a wall, a person can name one: TORCH_INDEX=address.
Where there is no uv, pip therefore fetches one into .venv and is itself the last resort.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from genai_course.commands import pip_settings
from genai_course.commands.disk import require_space
from genai_course.commands.environment import venv_python
from genai_course.commands.install_errors import FULL, diagnose
from genai_course.commands.logged import LOG, read_log, run_logged

WHAT = ".[test]"
UV_WANTED = "uv>=0.9,<1"  # the one that is fetched; not a requirement: it lacks some platforms
GIGABYTES_CPU, GIGABYTES_REFRESH = 3, 1
CUDA_BUILD = "the build of torch with CUDA: 5.3 GB, over 6 GB with the rest"


class Installer:
    """What uv and pip have in common. `root` is the folder that holds pyproject.toml."""

    name = index_option = advice = ""
    gigabytes_cuda = 0
    pip: list[str]
    successor: "Installer | None" = None  # the installer that goes on where this one fails
    settings: dict | None = None

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self.log = self.root / LOG
        self.python = str(venv_python(root))

    def run(self, command: Sequence[str], label: str) -> int:
        """Run one command of the installer in the course's folder and return its exit code."""
        return run_logged(command, self.log, label, self.root, self.settings)

    def require_space(self) -> None:
        """Raise Stop where the disk is too small for what is going to be installed."""
        installed = has_torch(self.root)
        big = is_linux() and self.is_default_build() and not installed
        if big:
            print(f"This installs {CUDA_BUILD}.{self.advice}", flush=True)
        first = self.gigabytes_cuda if big else GIGABYTES_CPU
        require_space(self.root, GIGABYTES_REFRESH if installed else first, "the course")

    def is_default_build(self) -> bool:
        """Whether it takes the registry's build of torch; uv and pip differ in it."""
        raise NotImplementedError

    def install_all(self) -> int:
        """Install what is asked for; uv and pip differ in it."""
        raise NotImplementedError

    def install(self) -> int:
        """Install the course with everything it asks for; return an exit code."""
        index = os.environ.get("TORCH_INDEX")
        if index:
            words = ["--no-deps", self.index_option, index, "-c", "constraints.txt"]
            code = self.run([*self.pip, *words, "torch", "torchvision"], "installing torch")
            if code:
                return code
        return self.install_all()


class Uv(Installer):
    """Filling .venv with uv, which is fast and chooses the build of torch that fits."""

    name = "uv"
    index_option = "--default-index"  # `--index-url` would lose against UV_DEFAULT_INDEX
    gigabytes_cuda = 8
    advice = ""

    def __init__(self, root: Path, uv: Sequence[str]) -> None:
        super().__init__(root)
        self.uv = uv
        self.pip = [*uv, "pip", "install", "--python", self.python]

    def create(self, base_python: str) -> int:
        """Make an empty environment; return an exit code."""
        return self.run([*self.uv, "venv", "--python", base_python, ".venv"], "")

    def is_default_build(self) -> bool:
        """uv asks PyTorch's indexes first; only an NVIDIA card makes it a big build at once."""
        return has_nvidia() and not os.environ.get("TORCH_INDEX")

    def install_all(self) -> int:
        """Try the build that fits; where its index cannot be had, take the registry's."""
        # pip compiles what it installs, uv does not; and where Python is told to write no bytecode,
        # as in many containers, every kernel would compile all of torch again, for ten seconds.
        command = [*self.pip, "--compile-bytecode", "-c", "constraints.txt", "-e", WHAT]
        if not is_linux() or os.environ.get("TORCH_INDEX"):
            return self.run(command, "installing")
        backend = os.environ.get("UV_TORCH_BACKEND", "auto")
        code = self.run([*command, f"--torch-backend={backend}"], "installing")
        if code <= 0 or diagnose(read_log(self.root), str(self.log)).kind == FULL:
            return code  # done, killed or hopeless
        if not has_torch(self.root):
            because = "PyTorch's own index cannot be used from here; the registry's default is"
            print(f"{because} {CUDA_BUILD}.", flush=True)
            require_space(self.root, self.gigabytes_cuda, "the course")
        return self.run(command, "installing")


class FetchedUv(Uv):
    """uv that pip has put into .venv. It is told what pip was told; where it fails, pip goes on."""

    def __init__(self, pip: "Pip", settings: dict) -> None:
        super().__init__(pip.root, [pip.python, "-m", "uv"])
        self.successor = pip
        self.settings = pip_settings.for_uv(settings)


class Pip(Installer):
    """Filling .venv with the standard library's venv, and pip."""

    name = "pip"
    index_option = "--index-url"
    gigabytes_cuda = 10  # it keeps all it has downloaded, 2.7 GB, until the end

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.pip = [self.python, "-m", "pip", "install", "--progress-bar", "off"]

    @property
    def advice(self) -> str:  # type: ignore[override]
        """Where no NVIDIA card is, say how to get the small build."""
        if has_nvidia():
            return ""
        return (
            "\nWith a uv that works here, set-up would get the small build for the CPU by itself;"
            " or give the address of PyTorch's index for the CPU: make setup TORCH_INDEX=address."
        )

    def create(self, base_python: str) -> int:
        """Make an environment with pip in it; return an exit code."""
        return self.run([base_python, "-m", "venv", ".venv"], "")

    def is_default_build(self) -> bool:
        """pip takes what the registry offers unless an index is named."""
        return not os.environ.get("TORCH_INDEX")

    def ensure_pip(self) -> int:
        """Give an environment that uv made its pip; return an exit code."""
        if self.run([self.python, "-m", "pip", "--version"], "") == 0:
            return 0
        return self.run([self.python, "-m", "ensurepip", "--upgrade"], "")

    def fetch_uv(self) -> FetchedUv | None:
        """Put uv into .venv; return the installer it makes, or None if it cannot be had or run."""
        settings = {} if self.ensure_pip() else pip_settings.read(self.python)
        if "no-index" in settings:  # whoever has a folder of packages means that folder, and pip
            return None
        command = [*self.pip, "--only-binary", ":all:", UV_WANTED]
        if self.run(command, "fetching uv") or self.run([self.python, "-m", "uv", "--version"], ""):
            return None
        return FetchedUv(self, settings)

    def install(self) -> int:
        """Make sure of pip, then go on."""
        return self.ensure_pip() or super().install()

    def install_all(self) -> int:
        """Install the course with everything it asks for; return an exit code."""
        return self.run([*self.pip, "-c", "constraints.txt", "-e", WHAT], "installing")


def find_uv(root: Path) -> str | None:
    """Return the path of this machine's uv, or None; one in .venv goes when .venv is emptied."""
    uv = shutil.which("uv")
    inside = uv and Path(root, ".venv").resolve() in Path(uv).resolve().parents
    return None if inside else uv


def is_linux() -> bool:
    """Only there are the registry's default builds of torch big."""
    return sys.platform == "linux"


def has_nvidia() -> bool:
    """Say whether this machine shows an NVIDIA card, without loading anything."""
    return shutil.which("nvidia-smi") is not None or os.path.exists("/dev/nvidia0")


def has_torch(root: Path) -> bool:
    """Say whether .venv holds some torch already, so that little is left to write."""
    return any(Path(root, ".venv").glob("**/site-packages/torch-*.dist-info"))
