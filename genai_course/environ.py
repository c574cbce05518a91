"""The environment variables by which the course is told what to use: what they may be.

One that is set to what cannot be is an error, never passed over; set to nothing it counts as unset.

Plumbing: what environment variables may be; nothing about models.
"""

import os

DATA = "GENAI_COURSE_DATA"  # a folder that holds MNIST, see mnist_files
DATASET = "GENAI_COURSE_DATASET"
OFFLINE = "GENAI_COURSE_OFFLINE"
DEVICE = "GENAI_COURSE_DEVICE"  # see reproducibility
YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


class WrongVariable(ValueError):
    """A variable is set to what cannot be; the message names it, what it is and what is wanted."""


def given(name: str) -> str:
    """Return what a variable is set to, without blanks around it; "" where it is not set."""
    return os.environ.get(name, "").strip()


def dataset() -> str:
    """Return the data set that GENAI_COURSE_DATASET chooses: "mnist", "digits" or "auto".

    Raises:
        WrongVariable: If it is anything else.
    """
    wanted = given(DATASET).lower() or "auto"
    if wanted not in ("mnist", "digits", "auto"):
        raise WrongVariable(f"{DATASET} is {given(DATASET)!r}, wanted 'mnist', 'digits' or 'auto'")
    return wanted


def is_offline() -> bool:
    """Return whether GENAI_COURSE_OFFLINE forbids a download.

    Raises:
        WrongVariable: If it is neither a yes nor a no.
    """
    wanted = given(OFFLINE).lower()
    if wanted not in YES + NO:
        raise WrongVariable(f"{OFFLINE} is {given(OFFLINE)!r}, wanted '1' (no download) or '0'")
    return wanted in YES
