"""Importing the course costs next to nothing once torch is there: no heavy package comes along."""

import json
import subprocess
import sys

import pytest

# What takes tenths of a second or more to import. Whoever needs one imports it when it is used, or
# is itself only imported by those who do (plots, widgets).
HEAVY = (
    *("torchvision", "matplotlib", "scipy", "sklearn", "ipywidgets", "IPython", "PIL", "pandas"),
    *("torch._dynamo", "torch._inductor", "sympy", "nbformat", "jupyter_client"),
    "filelock",
)
LIGHT = (
    *("genai_course", "genai_course.claims", "genai_course.data", "genai_course.training"),
    *(
        "genai_course.training.checkpoints",
        "genai_course.training.precision",
        "genai_course.progress",
    ),
    *(
        "genai_course.reproducibility",
        "genai_course.models.pretrained",
        "genai_course.data.factors",
    ),
    *("genai_course.gan.steps", "genai_course.gan.convolutional", "genai_course.gan.stacked"),
    *("genai_course.vae.steps", "genai_course.vae.convolutional", "genai_course.conditional.steps"),
    *("genai_course.diffusion.steps", "genai_course.diffusion.networks"),
    *("genai_course.sequences.training", "genai_course.sequences.wavenet"),
    *("genai_course.flow.steps", "genai_course.flow.density", "genai_course.flow.training"),
    *("genai_course.evaluation.judge", "genai_course.evaluation.diversity"),
    *("genai_course.evaluation.frechet", "genai_course.collapse.game"),
    *("genai_course.exercises.gan", "genai_course.exercises.vae"),
)
LIST_NEW = """
import json, sys, torch
before = set(sys.modules)
import {}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def brought_along(modules):
    """What is imported besides when these modules are, in an interpreter that has torch."""
    command = [sys.executable, "-c", LIST_NEW.format(", ".join(modules))]
    return json.loads(subprocess.check_output(command, text=True))


def heavy(names):
    return [h for h in HEAVY for name in names if name == h or name.startswith(f"{h}.")]


@pytest.fixture(scope="module")
def imported():
    """All of LIGHT in one interpreter: if anything heavy came along, it is there."""
    return brought_along(LIGHT)


def test_the_course_brings_no_heavy_package(imported):
    assert set(LIGHT) <= set(imported)
    assert heavy(imported) == []


def test_the_course_brings_few_modules(imported):
    foreign = [name for name in imported if not name.startswith("genai_course")]
    assert len(foreign) < 60, foreign


def test_a_heavy_package_is_seen():
    assert heavy(["sklearn.mixture", "genai_course.data.digits"]) == ["sklearn"]
    assert heavy(["scipyx", "PILLOW"]) == []
