"""All public functions of the package say their types, and a type checker finds these true.

Public is what can be had by a name without an underscore in front: functions of a module, and
methods of its classes. A function inside another one, as in the banks of exercises, is not.
"""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "genai_course").rglob("*.py"))
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
WRONG = """from genai_course.gan.losses import generator_loss

generator_loss(fake_logits="high")
generator_loss(1.0).backward()


def mean_loss(losses: list[float]) -> str:
    return sum(losses) / len(losses)
"""


def is_public(name):
    """Python's own names count: `__init__` and `__call__` are how a class is used."""
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def missing(body, owner=""):
    """Yield "function: parameter" and "function: result" for each that has no annotation."""
    for node in body:
        if isinstance(node, ast.ClassDef) and is_public(node.name):
            yield from missing(node.body, f"{owner}{node.name}.")
        elif isinstance(node, FUNCTIONS) and is_public(node.name):
            for parameter in parameters(node, bool(owner)):
                if parameter.annotation is None:
                    yield f"{owner}{node.name}: {parameter.arg}"
            if node.returns is None:
                yield f"{owner}{node.name}: result"


def parameters(node, is_method):
    """All parameters of a function; `self` and `cls` say what they are by their place."""
    given = node.args
    named = [*given.posonlyargs, *given.args]
    static = any(ast.unparse(decorator) == "staticmethod" for decorator in node.decorator_list)
    named = named[1:] if is_method and not static else named
    return [*named, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]


def test_every_public_function_says_the_types_of_its_parameters_and_its_result():
    found = [
        f"{path.relative_to(ROOT)}: {what}"
        for path in MODULES
        for what in missing(ast.parse(path.read_text(encoding="utf-8")).body)
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("def f(x): pass", ["f: x", "f: result"]),
        ("def f(x: int): pass", ["f: result"]),
        ("def f() -> int: pass", []),
        ("async def f(x) -> int: pass", ["f: x"]),
        ("def f(a, /, b=1, *c, d=2, **e) -> None: pass", [f"f: {x}" for x in "abdce"]),
        ("class A:\n    def g(self, x) -> int: pass", ["A.g: x"]),
        ("class A:\n    def __init__(self): pass", ["A.__init__: result"]),
        ("class A:\n    @staticmethod\n    def g(x) -> int: pass", ["A.g: x"]),
        ("class A:\n    class B:\n        def g(self): pass", ["A.B.g: result"]),
        ("def _f(x): pass\nclass _A:\n    def g(self, x): pass", []),
        ("def f() -> None:\n    def inner(x): pass", []),
    ],
)
def test_what_has_no_annotation_is_named(code, wanted):
    assert list(missing(ast.parse(code).body)) == wanted


@pytest.mark.skipif(not importlib.util.find_spec("mypy"), reason="mypy is not installed")
def test_the_package_has_no_fault_and_wrong_calls_of_it_have(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache")]
    done = subprocess.run(
        [*command, "genai_course", str(planted)], cwd=ROOT, capture_output=True, text=True
    )
    faults = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert len(faults) == 3 and all("planted.py:" in fault for fault in faults), done.stdout
    assert '"generator_loss" has incompatible type "str"; expected "Tensor"' in faults[0]
    assert '"generator_loss" has incompatible type "float"; expected "Tensor"' in faults[1]
    assert 'Incompatible return value type (got "float", expected "str")' in faults[2]
