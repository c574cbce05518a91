"""How every notebook begins, run where the course or a package it needs is not installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from workbench.notebooks.stored_notebook import OPENING

REPOSITORY = Path(__file__).parents[3]


def opened(course_on_the_path):
    """Run the opening in a Python without installed packages; return what ends it, last line."""
    paths = [str(REPOSITORY)] if course_on_the_path else []
    code = f"import sys\nsys.path += {paths}\n{OPENING}"
    command = [sys.executable, "-I", "-S", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize("there, missing", [(False, "genai_course"), (True, "numpy")])
def test_what_is_missing_is_named_with_the_remedy(there, missing):
    sentence = opened(course_on_the_path=there)
    start = f"ModuleNotFoundError: No module named '{missing}' in this Python. Run `make setup`"
    assert sentence.startswith(start)
    for word in ("kernel", "VS Code", "Colab", "hub", "README.md, 'Kernels'"):
        assert word in sentence


def test_the_opening_is_silent_where_all_is_there():
    names = {}
    exec(OPENING, names)
    assert callable(names["seed_everything"])


def test_the_readme_has_a_row_for_each_place():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    rows = readme.partition("### Kernels\n")[2].partition("\n#")[0]
    for place in ("your own JupyterLab", "VS Code", "Colab", "a hub", "another kernel"):
        assert f"\n| {place}" in rows, place
