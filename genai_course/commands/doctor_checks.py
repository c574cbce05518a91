"""The single examinations of the doctor. Each gets the course's folder and returns a Finding."""

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from genai_course import environ
from genai_course.commands.disk import free_gigabytes
from genai_course.commands.environment import (
    installed_distribution,
    is_fresh,
    is_installed_here,
    same_folder,
    unmet_requirements,
)
from genai_course.commands.memory import available_gigabytes
from genai_course.commands.setup import MIXED, OLDEST_PYTHON, are_mixed
from genai_course.commands.writable_home import locked

OK, NOTE, FAULT = "ok", "note", "FAULT"
SETUP = "run `make setup` (or python -m genai_course setup)"
LITTLE_DISK, LITTLE_MEMORY = 0.5, 2.0
OFFLINE = environ.OFFLINE
CORRECT = "set that variable to what is wanted, or unset it"
GET_DATA = (
    "it is downloaded when first used; without a network put the four files, packed or not, in a"
    " folder and name it in GENAI_COURSE_DATA; else the notebooks use the digits of scikit-learn"
)
KERNEL_GIGABYTES = 1.6  # what one open notebook may need; `classroom` measures it


@dataclass(frozen=True)
class Finding:
    """One line of the report: level, what was examined, what was found, what mends it."""

    level: str
    subject: str
    text: str
    remedy: str = ""


def check_python(root: Path) -> Finding:
    """Is this Python new enough?"""
    text = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info < OLDEST_PYTHON:
        return Finding(FAULT, "Python", text, "install Python 3.10 or newer, then " + SETUP)
    return Finding(OK, "Python", text)


def check_environment(root: Path) -> Finding:
    """Is this an environment of the course, complete and up to date?"""
    if same_folder(sys.prefix, Path(root, ".venv")):
        if is_fresh(root):
            return Finding(OK, "environment", ".venv, set up from the present lists of packages")
        return Finding(NOTE, "environment", ".venv is older than the lists of packages", SETUP)
    if is_installed_here(root):
        return Finding(OK, "environment", f"your own, {sys.prefix}, used as it is")
    return Finding(FAULT, "environment", "none has been set up for the course yet", SETUP)


def check_packages(root: Path) -> Finding:
    """Do the installed packages meet what pyproject.toml asks for?"""
    distribution = installed_distribution()
    if distribution is None:
        return Finding(FAULT, "packages", "the course is not installed in this Python", SETUP)
    faults = unmet_requirements(distribution)
    if faults:
        return Finding(FAULT, "packages", "; ".join(faults), SETUP)
    return Finding(OK, "packages", "all there, in versions the course was written for")


def check_torch(root: Path) -> Finding:
    """Do torch and torchvision load, and together?"""
    if util.find_spec("torch") is None:
        return Finding(FAULT, "torch", "not installed", SETUP)
    found = f"torch {metadata.version('torch')}"
    try:
        import torch
        import torchvision

        torchvision.ops.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        mixed = are_mixed(f"torchvision: {error}")
        remedy = MIXED if mixed else "run `make clean`, then `make setup`"
        return Finding(FAULT, "torch", f"{found}; does not load: {error}", remedy)
    return Finding(OK, "torch", f"torch {torch.__version__}, torchvision {torchvision.__version__}")


def check_device(root: Path) -> Finding:
    """Which device would the notebooks use, and does it work?"""
    import torch

    from genai_course.reproducibility import choose_device

    device = choose_device()
    torch.ones(2, 2, device=device).matmul(torch.ones(2, 2, device=device)).sum().item()
    if device.type == "cuda":
        return Finding(OK, "device", f"cuda ({torch.cuda.get_device_name()})")
    if device.type == "cpu" and shutil.which("nvidia-smi"):
        text = "cpu, though an NVIDIA card seems to be here"
        remedy = "update its driver, or give torch's index for it: make setup TORCH_INDEX=address"
        return Finding(NOTE, "device", text, remedy)
    return Finding(OK, "device", f"{device.type}, {torch.get_num_threads()} threads")


def check_bfloat16(root: Path) -> Finding:
    """Does half precision pay on the device that the notebooks would use?"""
    from genai_course.reproducibility import choose_device
    from genai_course.training.precision import NO_UNITS, bfloat16_units

    try:
        units = bfloat16_units(choose_device())
    except environ.WrongVariable:
        return Finding(NOTE, "bfloat16", "not examined, for want of a device", CORRECT)
    if units:
        return Finding(OK, "bfloat16", f"pays here: {' and '.join(units)}")
    return Finding(OK, "bfloat16", f"{NO_UNITS}: leave use_bfloat16 at False")


def check_kernel(root: Path) -> Finding:
    """Would a notebook run in this Python, or in another one that a home folder names?"""
    from jupyter_client.kernelspec import KernelSpecManager

    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # as `lab` and `test` do
    command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    program = shutil.which(command) or command
    by_name = command in ("python", "python3")  # replaced by the server's own interpreter
    if by_name or same_folder(Path(program).parent, Path(sys.executable).parent):
        return Finding(OK, "kernel", "notebooks run in this Python")
    text = f"the kernel 'python3' is another Python: {program}"
    return Finding(FAULT, "kernel", text, "remove it: jupyter kernelspec remove python3")


def check_data(root: Path) -> Finding:
    """Can the data be had that the variables ask for; is MNIST here, whole, and where?"""
    from genai_course.data import mnist_files

    wrong, choice = [], {}
    for name, read in ((environ.DATASET, environ.dataset), (OFFLINE, environ.is_offline)):
        try:
            choice[name] = read()
        except environ.WrongVariable as error:
            wrong.append(str(error))
    found = mnist_files.locate()
    if found.broken:
        wrong.append(found.tried[-1])
    elif found.raw is None and choice == {environ.DATASET: "mnist", OFFLINE: True}:
        wrong.append(
            f"{environ.DATASET} wants MNIST, which is not on this machine, and {OFFLINE} forbids "
            "to download it"
        )
    if wrong:
        return Finding(FAULT, "data", "; ".join(wrong), CORRECT)
    if choice[environ.DATASET] == "digits":
        return Finding(OK, "data", f"the digits of scikit-learn, as {environ.DATASET} chooses")
    if found.raw is not None:
        return Finding(OK, "data", f"MNIST, every byte checked, in {found.raw} ({found.place})")
    text = f"MNIST is not on this machine ({'; '.join(found.tried)})"
    return Finding(NOTE, "data", text, GET_DATA)


def check_disk(root: Path) -> Finding:
    """Is there room for data, checkpoints and caches?"""
    free = free_gigabytes(root)
    if free < LITTLE_DISK:
        return Finding(FAULT, "disk", f"{free:.1f} GB free", "free at least half a gigabyte")
    return Finding(OK, "disk", f"{free:.1f} GB free")


def check_memory(root: Path) -> Finding:
    """Is there memory for a notebook that holds all of MNIST and trains?"""
    available = available_gigabytes()
    if available is None:
        return Finding(NOTE, "memory", "this system does not tell")
    if available < LITTLE_MEMORY:
        remedy = "close other programs and the kernels of notebooks that you no longer need"
        return Finding(NOTE, "memory", f"{available:.1f} GB available", remedy)
    count = int(available / KERNEL_GIGABYTES)
    room = f"room for {count} open notebook{'s' * (count > 1)}"
    return Finding(OK, "memory", f"{available:.1f} GB available, {room}")


def check_home(root: Path) -> Finding:
    """Can Jupyter keep its settings and start kernels?"""
    names = locked()
    if not names:
        return Finding(OK, "home", "settings of Jupyter and matplotlib can be written")
    text = "the home folder cannot be written, so Jupyter and matplotlib use a temporary folder"
    remedy = "nothing to do, but settings are lost at the end; to keep them, set "
    return Finding(NOTE, "home", text, remedy + ", ".join(names))
