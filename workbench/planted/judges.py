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
BY_DERIVATION = (  # tests that find by themselves all that is public
    *(
        f"genai_course/test_{name}.py"
        for name in ("defaults", "arguments", "inputs", "edges", "doors", "put_back", "devices")
    ),
    "genai_course/plots/test_every_figure.py",
)
ALSO = {  # modules that are judged through another one
    "evaluation.judge_batches": ("genai_course/evaluation/test_judge.py",),
    "collapse.causes": ("workbench/collapse/test_causes.py",),
    "exercises.answers": ("genai_course/exercises/test_engine.py",),
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


def stages_of(module, seconds=(), root=ROOT):
    """Return lists of test files; each is asked where nobody in those before notices anything.

    First the module's own tests; then what the tests that find all that is public say of it; then
    the others that import it, by their `seconds` where these are known; the rest of its package.
    """
    tests, package = Path(root, "tests"), module.partition(".")[0]
    derived = [tests / name for name in BY_DERIVATION if (tests / name).exists()]
    own, *others = [path for path in judges_of(module, root) if path not in derived]
    known = {own, *others, *derived, *(tests / name for name in LEFT_OUT)}
    rest = [path for path in Path(tests, PACKAGE, package).glob("test_*.py") if path not in known]
    cost = dict(seconds)
    return [
        [own],
        derived,
        *([path] for path in sorted(others, key=lambda p: cost.get(p, 0))),
        sorted(rest),
    ]


def about(module, path, test):
    """Whether a test, by its node id, is about a module; of those of all that is public, some."""
    if not any(path.match(name) for name in BY_DERIVATION) or "[" not in test:
        return True
    return f"{module.removeprefix('plots.')}." in test.partition("[")[2]


@functools.cache
def _imports(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names
