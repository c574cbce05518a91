"""All exercises of the course, derived from its banks."""

import importlib
from pathlib import Path

from genai_course.exercises import engine

BANKS = Path(engine.__file__).parent.glob("[a-z]*.py")
MODULES = [importlib.import_module(f"genai_course.exercises.{path.stem}") for path in sorted(BANKS)]
EXERCISES = [item for module in MODULES for item in getattr(module, "EXERCISES", ())]
BY_NUMBER = {item.number: item for item in EXERCISES}
