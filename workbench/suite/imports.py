"""Which modules of the course code needs: those that it imports, and those that these import."""

import ast
import functools
from pathlib import Path

PACKAGE = "genai_course"
TREES = (PACKAGE, "workbench")


def needed(text, root):
    """Return the files of the course in `root` that code needs, directly or not, in order.

    Code that is no Python needs all of them.
    """
    found, waiting = set(), [*_direct(text, PACKAGE, root)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _of_module(path, root, path.stat().st_mtime_ns)
    return sorted(found)


@functools.cache
def _of_module(path, root, changed):
    parts = path.relative_to(root).with_suffix("").parts
    package = parts[:-1]  # of a module and of an __init__ alike
    return _direct(path.read_text(encoding="utf-8"), ".".join(package), root)


def _direct(text, package, root):
    """The files that code of a package imports, with the __init__ of each package on the way."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return tuple(Path(root, PACKAGE).rglob("*.py"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(start if node.level else []), *filter(None, [node.module])])
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return tuple(path for name in names for path in _files(name, root))


def _files(name, root):
    parts = name.split(".")
    if parts[0] not in TREES:
        return
    for length in range(1, len(parts) + 1):
        place = Path(root, *parts[:length])
        for path in (place / "__init__.py", place.with_suffix(".py")):
            if path.is_file():
                yield path
