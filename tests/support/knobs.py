"""Notebooks run cell by cell in this process on few images, to turn the numbers of their cells.

A cell tagged `parameters` holds the numbers that a reader may change. `Notebook` runs all cells
once, then, for another value of one number, only the cells that depend on it. Training is thinned:
most steps repeat what the last real one returned, so histories have their full length.
"""

import ast
import contextlib
import io
import itertools
from functools import wraps
from pathlib import Path

import matplotlib.pyplot as plt

from genai_course.data import load_images
from workbench.notebooks.canonical import read

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TAG = "parameters"
EVERY = 40  # of so many steps one is real
STEPS = 400  # at most, in one training by `fit`


def thinned(step):
    """A step of a training that does something only now and then, and says the same between."""
    calls, said = itertools.count(), []

    @wraps(step)
    def rarely(*arguments, **options):
        if next(calls) % EVERY == 0:
            said[:] = [step(*arguments, **options)]
        return said[0]

    rarely.brief = True
    return rarely


def thinned_fit(fit):
    """`training.fit`, or that of a notebook, with a thinned step."""

    @wraps(fit)
    def brief(step, images, *, num_epochs, batch_size=128, **options):
        if num_epochs > 0 and batch_size > 0:
            images = images[: max(1, STEPS // num_epochs) * batch_size]
        return fit(thinned(step), images, num_epochs=num_epochs, batch_size=batch_size, **options)

    brief.brief = True
    return brief


def few_images(name, split, *arguments):
    """What `data.load_images` returns, but few of them."""
    return tuple(part[: 1200 if split == "train" else 300] for part in load_images(name, split))


class Cell:
    """One code cell: what it reads, what it gives a value, and whether it holds the numbers."""

    def __init__(self, cell):
        self.id, self.tree = cell["id"], ast.parse(cell.source)
        self.is_parameters = TAG in cell.metadata.get("tags", [])
        names = [node for node in ast.walk(self.tree) if isinstance(node, ast.Name)]
        self.reads = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        functions = [node for node in self.tree.body if isinstance(node, ast.FunctionDef)]
        self.trainers = [f.name for f in functions if f.name == "fit" or _trains(f)]

    def code(self, knob=None):
        """The cell compiled; with a knob, its name gets the value after each of its assignments."""
        body = []
        for node in self.tree.body:
            body.append(node)
            targets = node.targets if isinstance(node, ast.Assign) else ()
            if knob in {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}:
                body.append(ast.parse(f"{knob} = __knob__").body[0])
        return compile(ast.Module(body, []), self.id, "exec")


def _trains(function):
    """Whether a function does one step of a training: a backward pass and an update."""
    called = {
        n.func.attr
        for n in ast.walk(function)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    }
    return {"backward", "step"} <= called and not any(
        isinstance(n, (ast.For, ast.FunctionDef)) for n in ast.walk(function) if n is not function
    )


def knobs_of(cell, values):
    """Names of a cell that plain numbers are assigned to, with the value they got."""
    found = {}
    for node in cell.tree.body:
        if isinstance(node, ast.Assign) and not any(map(_computes, ast.walk(node.value))):
            for name in (
                n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)
            ):
                if turned(values[name], zero) != values[name]:
                    found[name] = values[name]
    return found


def _computes(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func) != "range"


def turned(value, how):
    """The value with each number in it changed: a number, or a tuple, dict or range of such."""
    if isinstance(value, dict):
        return {key: turned(own, how) for key, own in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(turned(own, how) for own in value)
    if isinstance(value, range):
        return range(how(len(value)))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return how(value)
    return value


def one(number):
    """The smallest whole number that may make sense."""
    return type(number)(1)


def third(number):
    """A third, of a whole number the whole part, at least 1."""
    return max(1, number // 3) if isinstance(number, int) else number / 3


def double(number):
    """Twice as much."""
    return 2 * number


def zero(number):
    """Nothing of it."""
    return type(number)(0)


def few_rows(measure):
    """A function of (judge, images) that looks at some images and says the same of the others."""

    @wraps(measure)
    def few(judge, images):
        seen = measure(judge, images[:48])
        return seen.repeat(-(-len(images) // 48), *[1] * (seen.ndim - 1))[: len(images)]

    return few


class Notebook:
    """A notebook up to its exercises, run once on few images."""

    def __init__(self, path):
        cells = read(path).cells
        heads = [c.source.startswith("## Exercises") for c in cells]
        cells = cells[: heads.index(True)]
        self.cells = [Cell(cell) for cell in cells if cell.cell_type == "code"]
        self.names, self.before, self.failed = {"__name__": "__main__"}, [], {}
        for cell in self.cells:
            self.before.append(dict(self.names))
            error = self._run(cell)
            if error is not None:
                self.failed[cell.id] = error
        (self.parameters,) = [i for i, cell in enumerate(self.cells) if cell.is_parameters]
        after = (self.before + [dict(self.names)])[self.parameters + 1]
        self.knobs = knobs_of(self.cells[self.parameters], after)

    def turn(self, knob, value):
        """Run what depends on a knob with another value; return (id of the cell, error) or None."""
        changed, overlay = {knob}, {}
        for cell, before in list(zip(self.cells, self.before, strict=True))[self.parameters :]:
            if cell.id in self.failed or not (cell.is_parameters or cell.reads & changed):
                continue
            self.names.clear()
            self.names.update(before | overlay)
            self.names["__knob__"] = value
            error = self._run(cell, knob if cell.is_parameters else None)
            new = {k: v for k, v in self.names.items() if k not in before or before[k] is not v}
            overlay |= new
            if not cell.is_parameters:
                changed |= new.keys()
            else:
                overlay[knob] = value
                changed |= self._derived(cell, changed)
            if error is not None:
                return cell.id, error
        return None

    def _derived(self, cell, changed):
        """Names of the parameter cell that are computed from the knob."""
        found = set()
        for node in cell.tree.body:
            read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            if isinstance(node, (ast.Assign, ast.FunctionDef)) and read & (changed | found):
                found |= read if isinstance(node, ast.Assign) else {node.name}
        return found

    def _run(self, cell, knob=None):
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out):
                exec(cell.code(knob), self.names)
        except Exception as error:
            return error
        finally:
            plt.close("all")
        self._thin(cell)
        return None

    def _thin(self, cell):
        for name in cell.trainers:
            if not hasattr(self.names.get(name), "brief"):
                self.names[name] = (thinned_fit if name == "fit" else thinned)(self.names[name])
