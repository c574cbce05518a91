"""Faults that a teacher would plant in teaching code: the lists, and what they make of a source.

A mutant is an exchange of a few characters inside one function. The lists are in `lists`;
`import_hook` lets a module be imported with a fault in it, `forked_tests` lets the tests run.
"""

import ast
import functools
import re
from dataclasses import dataclass
from pathlib import Path

from genai_course.commands.environment import ROOT

PACKAGE = "genai_course"
DEFINITIONS = (ast.ClassDef, ast.FunctionDef)


@dataclass(frozen=True)
class Mutant:
    """One planted fault.

    Attributes:
        module: Name within the package, such as "gan.losses".
        function: Where: a function, a class, or "Class.method".
        before: Characters that occur exactly once in the source of the function.
        after: What stands there instead.
        kind: One word or two for the table, such as "sign".
        why: What a learner who wrote this would have got wrong, one sentence.
        equivalent: Why no test can notice it; empty where one must.
    """

    module: str
    function: str
    before: str
    after: str
    kind: str
    why: str
    equivalent: str = ""

    def __str__(self):
        return f"{self.module}.{self.function}: {self.before!r} to {self.after!r}"


class Stale(ValueError):
    """The code has moved on and this mutant no longer fits; the message says how."""


def load_mutants(folder=ROOT / "workbench" / "planted" / "lists"):
    """Read the lists of planted faults in teaching code, `*.txt`."""
    return [Mutant(*entry) for path in sorted(Path(folder).glob("*.txt")) for entry in read(path)]


def read(path):
    """Yield the entries of a list: heading, place, before, after, kind, why, remark.

    A list is a text of this form, where `-` or `+` may stand before several lines:

        # gan.losses
        generator_loss (sign): The generator wants to be found out.
          - F.softplus(-fake_logits)
          + F.softplus(fake_logits)
          = a remark; for a mutant the reason why no test can notice it
    """
    for block in re.split(r"^# ", Path(path).read_text(encoding="utf-8"), flags=re.M)[1:]:
        heading, _, rest = block.partition("\n")
        for entry in re.split(r"\n(?=\w)", f"\n{rest.strip()}")[1:]:
            yield heading.strip(), *_parts_of(entry.rstrip(), heading)


def _parts_of(entry, heading):
    head, *lines = entry.splitlines()
    match = re.fullmatch(r"([\w.-]+) \((.+?)\): (.+\.)", head)
    if match is None or any(not re.match(r"  [-+=]( |$)", line) for line in lines):
        raise Stale(f"{heading}: not an entry: {head}")
    place, kind, why = match.groups()
    parts = ("\n".join(line[4:] for line in lines if line[2] == sign) for sign in "-+=")
    before, after, remark = parts
    return place, before, after, kind, why, remark


def source_of(module, root=ROOT):
    """Return the path and the text of a module of the package."""
    place = Path(root, PACKAGE, *module.split("."))
    path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return path, path.read_text(encoding="utf-8")


def mutate(mutant, source):
    """Return the source of the module with the fault in it.

    Raises:
        Stale: If the text does not occur exactly once in the function, or the result is no
            Python, or it differs in docstrings and comments only.
    """
    changed = exchange(mutant, mutant.function, source)
    try:
        same = _code(changed) == _code(source)
    except SyntaxError as error:
        raise Stale(f"{mutant}: not Python: {error}") from error
    if same:
        raise Stale(f"{mutant}: the code is the same, apart from comments and docstrings")
    return changed


def exchange(fault, function, source):
    """Return the source with `fault.before` replaced by `fault.after` within one function.

    Raises:
        Stale: If there is no such function, or the text does not occur in it exactly once.
    """
    node = _tree(source)
    for name in function.split("."):
        inside = [n for n in node.body if isinstance(n, DEFINITIONS) and n.name == name]
        if not inside:
            raise Stale(f"{fault}: there is no such function")
        node = inside[0]
    lines = source.splitlines(keepends=True)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
    text = "".join(lines[first : node.end_lineno])
    lines[first : node.end_lineno] = once(fault, text)
    return "".join(lines)


def once(fault, text):
    """Replace `fault.before`, which must occur exactly once in the text, by `fault.after`."""
    if text.count(fault.before) != 1:
        raise Stale(f"{fault}: the text occurs {text.count(fault.before)} times, wanted once")
    return text.replace(fault.before, fault.after)


@functools.cache
def _tree(source):
    return ast.parse(source)


@functools.cache
def _code(source):
    """The syntax tree in one string, without docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (*DEFINITIONS, ast.Module)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)
