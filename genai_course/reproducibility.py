"""Seeds and devices: the same seed gives the same bits on one machine with one thread count.

Plumbing: seeds and devices, called in the first cell of every notebook.
"""

import random

import numpy as np
import torch

from genai_course import environ


def seed_everything(seed: int = 0) -> None:
    """Seed the random number generators of Python, NumPy and PyTorch (every device).

    The environment variable GENAI_COURSE_SEED_SHIFT is added to every seed.

    Args:
        seed: A non-negative integer.

    Raises:
        ValueError: If the variable is not a non-negative integer.
    """
    seed += seed_shift()
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def seed_shift() -> int:
    """Return what GENAI_COURSE_SEED_SHIFT adds to seeds: 0 where it is not set.

    Raises:
        ValueError: If it is not a non-negative integer.
    """
    shift = environ.given("GENAI_COURSE_SEED_SHIFT") or "0"
    if not shift.isdecimal():
        raise ValueError(f"GENAI_COURSE_SEED_SHIFT is {shift!r}, wanted an integer such as 1000")
    return int(shift)


def choose_device() -> torch.device:
    """Return the device to train on: a CUDA GPU where there is one, else the CPU.

    The environment variable GENAI_COURSE_DEVICE overrides the choice ("cpu", "cuda", "cuda:1").

    Raises:
        WrongVariable: If the variable names a device that PyTorch does not know or cannot use here.
    """
    wanted = environ.given(environ.DEVICE)
    if wanted:
        try:
            device = torch.device(wanted.lower())
            torch.ones(1, device=device).item()
        except (RuntimeError, AssertionError, ImportError) as error:
            raise environ.WrongVariable(
                f"{environ.DEVICE} is {wanted!r}, wanted 'cpu' or a device that PyTorch can use "
                f"here: {str(error).strip().splitlines()[0]}"
            ) from error
        return device
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def check_device(device: torch.device | str | None) -> None:
    """Refuse a device that is not there, whatever PyTorch would say of it.

    Args:
        device: A device, its name, or None for the one in use.

    Raises:
        ValueError: If no tensor can be put there; the sentence names the devices that are there.
    """
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, TypeError) as error:
        there = ["cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
        there += ["mps"] * torch.backends.mps.is_available()
        given = repr(str(device)) if isinstance(device, (str, torch.device)) else repr(device)
        wanted = " or ".join(map(repr, there))
        raise ValueError(f"there is no device {given} here, wanted {wanted}") from error
