"""Code that a notebook shows is the code that the package holds: compared as syntax trees.

    python -m workbench.notebooks.mirror                          lists what differs
    python -m workbench.notebooks.mirror notebooks/04_gan.ipynb   writes the package's code there

Docstrings and comments may differ. Teaching code, the public classes and functions of the modules
below, is shown whole in exactly one notebook, its home, which its docstring names.
"""

import ast
import re
import sys
from dataclasses import dataclass

from genai_course.commands.environment import ROOT
from genai_course.commands.words import CommandLine, existing
from workbench.notebooks.canonical import write
from workbench.notebooks.stored_notebook import Page, syntax

TEACHING = (
    *("divergences.py", "layers.py", "baselines/*.py", "gan/*.py", "vae/*.py", "conditional/*.py"),
    *("evaluation/*.py", "training/__init__.py", "training/averaging.py"),
)
# Names in here are free for notebooks.
NEVER_SHOWN = ("exercises/", "commands/", "models/")
PLUMBING = {  # a module, or `module: name`, that no notebook shows, and why
    "conditional/training.py": "the loops of notebooks 05 and 10 once more, with a condition",
    "evaluation/apply.py": "checks and batches around the judge; no idea of its own",
    "evaluation/judge.py: load_judge": "reads the weights from a file",
    "gan/compact.py": "the generator of notebook 04 with other widths, so that it is small to ship",
    "evaluation/negatives.py": "what the judge learns to refuse; belongs to its training",
}
DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
SHOWN_IN = re.compile(r"^\s*Shown in: notebooks/([\w.]+?\.ipynb)\.\s*$", re.M)


@dataclass(frozen=True)
class Shown:
    """One definition of the package: where it stands, its code, whether it is taught, its home."""

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
        page = Page.load(path)
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
                continue
            if name not in home:
                yield f"{where} is shown in no notebook"
            elif shown.home != home[name]:
                yield f"{where} needs the line `Shown in: notebooks/{home[name]}.` in its docstring"


def _package(root):
    """Map each name that the package defines at top level to the places that define it."""
    base, package = root / "genai_course", {}
    taught = {path for pattern in TEACHING for path in base.glob(pattern)}
    for path in sorted(base.rglob("*.py")):
        if path.relative_to(base).as_posix().startswith(NEVER_SHOWN):
            continue
        source = path.read_text(encoding="utf-8")
        for name, node in _definitions(ast.parse(source)).items():
            note = SHOWN_IN.search(ast.get_docstring(node) or "")
            module = path.relative_to(base).as_posix()
            plumbing = name.startswith("_") or {module, f"{module}: {name}"} & PLUMBING.keys()
            package.setdefault(name, []).append(
                Shown(
                    module=module,
                    code=_code(node),
                    text=_text(node, source),
                    taught=path in taught and not plumbing,
                    home=note and note[1],
                )
            )
    return package


def _taught(package, name):
    return any(shown.taught for shown in package.get(name, []))


def _definitions(tree):
    return {node.name: node for node in tree.body if isinstance(node, DEFINITIONS)}


def _code(node):
    """The code of a definition without docstrings; comments and line breaks are gone as well."""
    tree = ast.parse(ast.unparse(node))
    for inner in ast.walk(tree):
        if isinstance(inner, DEFINITIONS) and ast.get_docstring(inner) is not None:
            inner.body = inner.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def _text(node, source):
    """The source of a definition, each docstring cut down to its first line."""
    lines = source.splitlines()
    for inner in sorted(ast.walk(node), key=lambda n: -getattr(n, "lineno", 0)):
        if isinstance(inner, DEFINITIONS) and ast.get_docstring(inner) is not None:
            note = inner.body[0]
            first = ast.get_docstring(inner).splitlines()[0]
            cut = note.end_lineno - note.lineno
            lines[note.lineno - 1 : note.end_lineno] = [f'{" " * note.col_offset}"""{first}"""']
            node.end_lineno -= cut
    return "\n".join(lines[_first_line(node) - 1 : node.end_lineno])


def _first_line(node):
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


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
            lines[_first_line(node) - 1 : node.end_lineno] = known[0].text.splitlines()
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
