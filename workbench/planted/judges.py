"""Which test files judge a fault: those that import its module, then the rest of its package."""

import ast
import functools
from pathlib import Path

from workbench.planted.faults import PACKAGE, ROOT

LEFT_OUT = (  # slow, or of something else
    *("genai_course/plots", "genai_course/widgets", "genai_course/exercises"),
    *("genai_course/models", "workbench"),
    *(f"genai_course/training/test_{name}.py" for name in ("interruptions", "spoilt_weights")),
    "genai_course/data/test_spoilt_caches.py",
)
BY_DERIVATION = tuple(  # tests that find by themselves all that is public
    f"genai_course/test_{name}.py" for name in ("defaults", "arguments", "doors")
)
ALSO = {  # modules that are judged through another one
    "evaluation.judge_batches": ("genai_course/evaluation/test_judge.py",),
    "collapse.causes": ("workbench/collapse/test_causes.py",),
}


def judges_of(module, root=ROOT):
    """Return the test files that judge a module: those that import it, its own first.

    Tests of plots, widgets, exercises and the workbench are left out: they are slow, and the point
    is that the unit tests of the code itself notice.
    """
    name, own = f"{PACKAGE}.{module}", Path(*module.split("."))
    tests, also = Path(root, "tests"), [Path(path) for path in ALSO.get(module, ())]
    files = []
    for path in sorted(tests.rglob("test_*.py")):
        place = path.relative_to(tests)
        left_out = any(
            place.is_relative_to(folder) and not Path(PACKAGE, own).is_relative_to(folder)
            for folder in LEFT_OUT
        )
        if place in also or not left_out and name in _imports(path):
            files.append(path)
    folder = own if Path(root, PACKAGE, own).is_dir() else own.parent
    home = Path(tests, PACKAGE, folder, f"test_{own.name}.py")
    return sorted(files, key=lambda path: path != home)


def last_judges_of(module, root=ROOT):
    """Return the test files that are asked where those of `judges_of` notice nothing.

    Those are the other tests of its package, and the tests that find all that is public.
    """
    tests, package = Path(root, "tests"), module.partition(".")[0]
    own = sorted(Path(tests, PACKAGE, package).glob("test_*.py"))
    everywhere = [tests / name for name in BY_DERIVATION if (tests / name).exists()]
    left_out = {tests / name for name in LEFT_OUT}
    first = judges_of(module, root)
    return [path for path in (*own, *everywhere) if path not in left_out and path not in first]


@functools.cache
def _imports(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names
