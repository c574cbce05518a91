"""Code that a notebook shows is the code that the package holds: compared as syntax trees.

    python -m workbench.notebooks.mirror                          lists what differs
    python -m workbench.notebooks.mirror notebooks/04_gan.ipynb   writes the package's code there

Docstrings, comments and annotations may differ. Every public class and function of the package is
teaching code, shown whole in exactly one notebook, its home, which its docstring names by `Shown
in: ...`. What is no teaching code says so, with its reason, by a line `Plumbing: reason.` in a
docstring: its own, its module's, or that of the package around it. `Plumbing, its names free:
reason.` lets notebooks give another meaning to its names as well.
"""

import ast
import functools
import re
import sys
from dataclasses import dataclass

from genai_course.commands.command_line import CommandLine, existing
from genai_course.commands.environment import ROOT
from workbench.notebooks.canonical import write
from workbench.notebooks.shown_text import DEFINITIONS, first_line, shown_text
from workbench.notebooks.stored_notebook import Page, syntax

SHOWN_IN = re.compile(r"^\s*Shown in: notebooks/([\w.]+?\.ipynb)\.\s*$", re.M)
PLUMBING = re.compile(r"^\s*Plumbing(, its names free)?: \S+ \S+", re.M)  # with a reason


@dataclass(frozen=True)
class Shown:
    """One definition of the package: where it stands, its code, whether it is taught, its home.

    A definition with a home is taught, whatever its module says of all others.
    """

    module: str
    code: str
    text: str
    taught: bool
    home: str | None


def faults(root=ROOT):
    """Return one sentence for each way in which notebooks and package disagree."""
    package = _package(root)
    home, found = {}, []
    for path in sorted((root / "notebooks").rglob("[0-9]*.ipynb")):
        page = _page(path, path.read_bytes())
        label = str(path.relative_to(root / "notebooks"))
        for cell in page.code:
            where = f"{label}, cell {cell['id']}"
            tree = syntax(cell) or ast.Module([], [])
            found += [f"{where}: {what}" for what in _differences(tree, package)]
            for name in () if page.is_solution else _definitions(tree):
                if name in home and _taught(package, name):
                    found.append(f"{where}: {name} is already shown in {home[name]}; import it")
                home.setdefault(name, label)
    return found + list(_homeless(package, home))


@functools.lru_cache(maxsize=64)
def _page(path, content):
    """The notebook at a path, read anew where the file's content has changed; nobody changes it."""
    return Page.load(path)


def _differences(tree, package):
    """What a cell defines otherwise than the package does."""
    for name, node in _definitions(tree).items():
        known = package.get(name, [])
        if known and all(_code(node) != shown.code for shown in known):
            yield f"{name} differs from genai_course/{known[0].module}"
    for node in tree.body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        for target in targets:
            if isinstance(target, ast.Name) and _taught(package, target.id):
                yield f"{target.id} is a name of the package; call the variable something else"


def _homeless(package, home):
    for name, places in package.items():
        for shown in places:
            where = f"genai_course/{shown.module}: {name}"
            if not shown.taught:
                if name in home and not _taught(package, name):
                    yield f"{where} is called plumbing, yet {home[name]} shows it"
            elif name not in home:
                yield f"{where} is shown in no notebook"
            elif shown.home != home[name]:
                yield f"{where} needs the line `Shown in: notebooks/{home[name]}.` in its docstring"


def taught_modules(root=ROOT):
    """Return the dotted names, within the package, of the modules that hold teaching code."""
    places = {shown.module for found in _package(root).values() for shown in found if shown.taught}
    return {re.sub(r"(/__init__)?\.py$", "", place).replace("/", ".") for place in places}


def _package(root):
    """Map each name that the package defines at top level to the places that define it."""
    base, package = root / "genai_course", {}
    for path in sorted(base.rglob("*.py")):
        plumbing = plumbing_of(path)
        if plumbing and plumbing[1]:
            continue
        for name, note, code, text in _contents(path.read_text(encoding="utf-8")):
            home = SHOWN_IN.search(note)
            hidden = name.startswith("_") or PLUMBING.search(note) or plumbing and not home
            module = path.relative_to(base).as_posix()
            shown = Shown(module, code, text, taught=not hidden, home=home and home[1])
            package.setdefault(name, []).append(shown)
    return package


@functools.cache
def _contents(source):
    """What a module defines: a tuple of name, docstring, code and text each."""
    return [
        (name, ast.get_docstring(node) or "", _code(node), shown_text(node, source))
        for name, node in _definitions(ast.parse(source)).items()
    ]


def plumbing_of(path):
    """Return how the docstring of a module, or of its package, calls it plumbing; None if not."""
    for place in (path, path.with_name("__init__.py")):
        found = place.exists() and PLUMBING.search(_docstring(place.read_text(encoding="utf-8")))
        if found:
            return found
    return None


@functools.cache
def _docstring(source):
    return ast.get_docstring(ast.parse(source)) or ""


def _taught(package, name):
    return any(shown.taught for shown in package.get(name, []))


def _definitions(tree):
    return {node.name: node for node in tree.body if isinstance(node, DEFINITIONS)}


@functools.lru_cache(maxsize=4096)  # by the node itself: trees of cells are kept, see `syntax`
def _code(node):
    """The code of a definition without docstrings, annotations, comments and line breaks."""
    tree = ast.parse(ast.unparse(node))
    for inner in ast.walk(tree):
        if isinstance(inner, DEFINITIONS) and ast.get_docstring(inner) is not None:
            inner.body = inner.body[1:] or [ast.Pass()]
        if isinstance(inner, ast.arg):
            inner.annotation = None
        elif hasattr(inner, "returns"):
            inner.returns = None
    return ast.unparse(tree)


def write_homes(path, root=ROOT):
    """Write the package's code over each differing definition of a notebook; return their names."""
    package, page, written = _package(root), Page.load(path), []
    for cell in page.code:
        lines = cell.source.splitlines()
        found = _definitions(syntax(cell) or ast.Module([], []))
        for name, node in sorted(found.items(), key=lambda item: -item[1].lineno):  # last one first
            known = [shown for shown in package.get(name, []) if shown.taught]
            if not known or any(_code(node) == shown.code for shown in known):
                continue
            lines[first_line(node) - 1 : node.end_lineno] = known[0].text.splitlines()
            cell.source, cell.outputs, cell.execution_count = "\n".join(lines), [], None
            written.append(name)
    if written:
        write(page.notebook, path)
    return written


if __name__ == "__main__":
    line = CommandLine(description=__doc__.splitlines()[0])
    line.add_argument("notebooks", nargs="*", type=existing, help="none: only list what differs")
    names = line.parse_args().notebooks
    for name in names:
        print(f"{name}: wrote {', '.join(write_homes(name)) or 'nothing'}")
    found = [] if names else faults()
    print("\n".join(found))
    sys.exit(bool(found))
