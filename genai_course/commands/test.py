"""`test [NN]`: set everything up, then let the workbench run the course as a regression suite.

The suite is of use only in the course's own folder, where the tests and the workbench lie; there it
takes the place of this process, so what it says and how it ends is what this verb says.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from genai_course.commands import Stop
from genai_course.commands.environment import ROOT, run_again


def main(arguments: Sequence[str], root: Path = ROOT) -> NoReturn:
    """Run and compare everything, or the notebooks named; does not return.

    Raises:
        Stop: If the course is installed here without its tests.
    """
    if not (root / "workbench" / "suite" / "test.py").is_file():
        raise Stop(f"{root} holds no tests: run this in the folder of the whole course.")
    os.chdir(root)
    run_again(sys.executable, ["test", *arguments], "workbench")
