"""All exercises of the course, derived from its modules, and the banks of learners' answers."""

import importlib
from pathlib import Path

from genai_course.exercises import engine

PLACES = Path(engine.__file__).parent.glob("[a-z]*.py")
MODULES = {
    path.stem: importlib.import_module(f"genai_course.exercises.{path.stem}")
    for path in sorted(PLACES)
}
EXERCISES = [item for module in MODULES.values() for item in getattr(module, "EXERCISES", ())]
BY_NUMBER = {item.number: item for item in EXERCISES}
# of a notebook: the modules that others are split into have their exercises in it
OF_NOTEBOOK = {stem: module for stem, module in MODULES.items() if hasattr(module, "EXERCISES")}

LEARNERS = sorted(Path(__file__).with_name("learners").glob("*.py"))
ANSWERS = {path.stem: importlib.import_module(f"learners.{path.stem}") for path in LEARNERS}
RIGHT = {number: typed for bank in ANSWERS.values() for number, typed in bank.RIGHT.items()}
WRONG = {number: typed for bank in ANSWERS.values() for number, typed in bank.WRONG.items()}
