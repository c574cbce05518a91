"""Rules on exercises: a stub is empty and meets its own check, a worked answer is its own work."""

import ast
import re
from functools import lru_cache

from genai_course.commands.environment import ROOT
from workbench.notebooks.stored_notebook import syntax

BANKS = "genai_course.exercises"
SECRETS = ("reference", "mistakes", "wrong", "also_right", "EXERCISES")
NUMBER = re.compile(r"^#+ +(?:Exercise +)?(\d+\.\d+)\b", re.M)


def checks_each_exercise_below_its_heading(page):
    """The check below a heading is that of the exercise which the heading names."""
    checked = set()
    for cell, number, asked, call in _checks(page):
        checked.add(asked)
        if asked != number:
            yield cell, f"`{ast.unparse(call.func)}` is of exercise {asked}, the heading {number}"
    for cell, _, text in page.headings:
        number = NUMBER.match(f"# {text}")
        if checked and number and number[1] not in checked:
            yield cell, f"exercise {number[1]} is checked nowhere below its heading"


def leaves_its_stubs_empty(page):
    """In a notebook the learner finds functions that return None and do nothing else."""
    for cell, number, _, call in () if page.is_solution else _checks(page):
        function = _function(cell, call)
        if isinstance(call.args[0], ast.Lambda) and page.number == "00":
            continue  # the exercise that is solved live
        body = [] if function is None else function.body
        body = body[1:] if len(body) > 1 and isinstance(body[0], ast.Expr) else body
        if [ast.unparse(part) for part in body] != ["return None"]:
            yield cell, f"the stub of exercise {number} is a function that only returns None"


def answers_in_its_own_words(page):
    """A worked answer does not call the package for the whole of it, nor ask the exercise."""
    for cell, number, _, call in _checks(page) if page.is_solution else ():
        function = _function(cell, call)
        if "shows-a-cross" in cell.metadata.get("tags", []):
            continue
        if function is None:
            yield cell, f"the answer to exercise {number} is a function of this cell"
        elif whole := _delegated(function, _imported(page)):
            yield cell, f"`{whole}` is the answer itself; write it out"
    for cell in page.code:
        for node in ast.walk(syntax(cell) or ast.parse("")):
            named = {a.name for a in node.names} if isinstance(node, ast.ImportFrom) else set()
            if getattr(node, "attr", "") in SECRETS or named & set(SECRETS):
                yield cell, "the answers of an exercise are not for notebooks"


def _checks(page):
    """Yield (cell, number in the heading above, its own number, call) for each check."""
    number, asked = None, _asked(page)
    for cell in page.notebook.cells:
        if cell.cell_type == "markdown":
            number = (NUMBER.findall(cell.source) or [number])[-1]
            continue
        for node in ast.walk(syntax(cell) or ast.parse("")):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name in asked and node.args:
                yield cell, number, asked[name], node


def _asked(page):
    """Return {how a cell calls it: number} for all checks that the page imports."""
    found = {}
    for cell in page.code:
        for node in (syntax(cell) or ast.parse("")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(BANKS):
                for alias in node.names:
                    here = alias.asname or alias.name
                    if node.module == BANKS:
                        numbers = numbers_of(alias.name)
                        found |= {f"{here}.{check}": numbers[check] for check in numbers}
                    else:
                        own = numbers_of(node.module.rpartition(".")[2])
                        found[here] = own.get(alias.name)
    return found


@lru_cache
def numbers_of(bank):
    """Return {check: number} for a module of `exercises`, read from its text."""
    tree = ast.parse((ROOT / BANKS.replace(".", "/") / f"{bank}.py").read_text("utf-8"))
    known, found = {}, {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(BANKS):
            if any(alias.name.isupper() for alias in node.names):
                known |= numbers_of(node.module.rpartition(".")[2])
        elif isinstance(node, ast.Assign):
            for target, value in _pairs(node):
                if isinstance(value, ast.Call) and ast.unparse(value.func) == "Exercise":
                    numbers = [k.value for k in value.keywords if k.arg == "number"]
                    known[target] = (numbers or value.args)[0].value
                elif isinstance(value, ast.Attribute) and value.attr == "check":
                    found[target] = known.get(ast.unparse(value.value))
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("check_"):
            own = [n for n in ast.walk(node) if getattr(n, "attr", "") == "check"]
            found[node.name] = known.get(ast.unparse(own[0].value)) if own else None
    return known | found


def _pairs(node):
    """The names of an assignment with their values."""
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [(ast.unparse(t), v) for t, v in zip(target.elts, value.elts, strict=True)]
    return [(ast.unparse(target), value)]


def _function(cell, call):
    """The function of the cell that a check is given, or None."""
    name = ast.unparse(call.args[0])
    functions = (node for node in syntax(cell).body if isinstance(node, ast.FunctionDef))
    return next((function for function in functions if function.name == name), None)


def _imported(page):
    """Names that the page imports from the package, its exercises apart."""
    nodes = (node for cell in page.code for node in ast.walk(syntax(cell) or ast.parse("")))
    ours = (n for n in nodes if isinstance(n, ast.ImportFrom) and n.module and n.module != BANKS)
    ours = (node for node in ours if node.module.startswith("genai_course"))
    return {alias.asname or alias.name for node in ours for alias in node.names}


def _delegated(function, imported):
    """The first call of the package that is handed all parameters of a function, as text."""
    taken = {argument.arg for argument in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] in imported:
            parts = [*node.args, *(word.value for word in node.keywords)]
            names = {n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)}
            if taken <= names:
                return ast.unparse(node)
    return None


EXERCISE_RULES = (
    checks_each_exercise_below_its_heading,
    leaves_its_stubs_empty,
    answers_in_its_own_words,
)
