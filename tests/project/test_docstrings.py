"""What a docstring of the teaching packages says: parameters, result, refusals, sources.

All public functions, classes and methods of the packages below are found. There are two forms. The
long one has `Args:`, with every parameter, and `Returns:` where something is returned and the first
word is not "Return". The short one is a single paragraph of at most three lines that names every
parameter: "Map z (N, latent_dim) to images (N, 1, 28, 28)". What many functions of a module take
may be told once, in backticks, in the docstring of the module. What a constructor takes stands in
the docstring of the class, as an argument or an attribute; so does what `forward` takes, where it
has none of its own. Whoever raises, or calls a check, says so below `Raises:`; papers are cited
below `Source:` only.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "genai_course"
TAUGHT = (
    *(
        "divergences",
        "ranges",
        "pairing",
        "letters",
        "layers",
        "baselines",
        "data",
        "training",
        "gan",
        "vae",
    ),
    *("diffusion", "flow", "sequences", "conditional", "evaluation", "collapse"),
    *("models", "claims"),
)
FILES = sorted(
    path for part in TAUGHT for path in [*ROOT.glob(f"{part}.py"), *ROOT.glob(f"{part}/**/*.py")]
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SECTIONS = ("Args", "Returns", "Raises", "Attributes", "Source", "Shown in", "Plumbing")
SECTION = re.compile(rf"^({'|'.join(SECTIONS)}):", re.M)
CITED = re.compile(r"arXiv:\s*\d|\b[A-Z]\w+ (?:et al\. )?\(?(?:19|20)\d\d\b")


def definitions(tree):
    """Yield (name, node, its docstring) of all that is public; forward and constructors count."""
    for node in tree.body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_"):
            yield node.name, node
            for method in node.body if isinstance(node, ast.ClassDef) else []:
                if isinstance(method, FUNCTIONS) and not method.name.startswith("_"):
                    yield f"{node.name}.{method.name}", method


def faults(text):
    """Yield one sentence for each rule that a definition of a module breaks."""
    tree = ast.parse(text)
    shared = set(re.findall(r"`(\w+)`", ast.get_docstring(tree) or ""))
    for name, node in definitions(tree):
        note = ast.get_docstring(node) or ""
        parts = sections(note)
        yield from (f"{name}: {what}" for what in source_faults(parts))
        if isinstance(node, ast.ClassDef):
            within = {m.name: m for m in node.body if isinstance(m, FUNCTIONS)}
            made = [within["__init__"]] if "__init__" in within else []
            yield from (f"{name}: {what}" for m in made for what in args_faults(m, parts, shared))
            continue
        if name.endswith(".forward") and not note:
            continue
        yield from (f"{name}: {what}" for what in args_faults(node, parts, shared))
        told = short(parts) or "Returns" in parts or note.startswith("Return ")
        if returns(node) and not told:
            yield f"{name}: has no Returns"
        if raises(node) and "Raises" not in parts:
            yield f"{name}: raises, and has no Raises"


def sections(note):
    """Split a docstring into its head, under "", and what stands below each title."""
    head, *rest = SECTION.split(note)
    return {"": head} | dict(zip(rest[::2], rest[1::2], strict=True))


def short(parts):
    head = parts[""].strip()
    return "Args" not in parts and "\n\n" not in head and head.count("\n") < 3


def args_faults(node, parts, shared):
    """Every parameter has a line of its own below Args, or shares one: `z_start, z_end: ...`."""
    told, kept = (names_in(parts.get(title, "")) for title in ("Args", "Attributes"))
    taken = parameters(node)
    wanted = taken - shared - kept
    if short(parts):
        missing = [name for name in wanted if not re.search(rf"\b{name}\b", parts[""])]
        if missing:
            yield f"has no Args and does not name {', '.join(sorted(missing))}"
    elif wanted and "Args" not in parts:
        yield "has no Args"
    elif wanted - told:
        yield f"Args lacks {', '.join(sorted(wanted - told))}"
    elif told - taken:
        yield f"Args tells of {', '.join(sorted(told - taken))}, which it does not take"


def names_in(section):
    lines = re.findall(r"^ {4}([\w, *]+?)(?: \([^)]*\))?:", section, re.M)
    return {name.strip(" *") for line in lines for name in line.split(",")}


def parameters(node):
    given = node.args
    names = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return {name.arg for name in names if name and name.arg not in ("self", "cls")}


def own(node):
    """The nodes of a function without those of functions and classes in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield child
            yield from own(child)


def returns(node):
    return any(
        isinstance(inner, ast.Return)
        and inner.value is not None
        and not (isinstance(inner.value, ast.Constant) and inner.value.value is None)
        for inner in own(node)
    )


def raises(node):
    """Whether it raises, or calls a check, which does nothing else."""
    return any(
        isinstance(inner, ast.Raise)
        or isinstance(inner, ast.Call)
        and ast.unparse(inner.func).startswith("check_")
        for inner in own(node)
    )


def source_faults(parts):
    for title, text in parts.items():
        if title != "Source" and CITED.search(text):
            yield f"cites {CITED.search(text)[0]} outside Source"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_docstring_says_what_goes_in_what_comes_out_and_what_is_refused(path):
    found = [*faults(path.read_text(encoding="utf-8"))]
    assert not found, "\n" + "\n".join(found)


# ---- every rule sees what violates it ----
GOOD = '''"""Losses of `logits`."""


def total(values, *more, scale=1.0):
    """Add up.

    Args:
        values, more: Numbers.
        scale: Factor (above 0).

    Returns:
        A number.

    Raises:
        ValueError: If scale is 0.

    Source:
        Kingma and Welling (2014), arXiv:1312.6114, Section 3.
    Shown in: notebooks/03_one.ipynb.
    """
    if not scale:
        raise ValueError("scale is 0")
    return scale * sum(values)


def largest(logits, k):
    """The k largest of all."""
    return sorted(logits)[-k:]


class Net:
    """Map x (N,) to (N,).

    Args:
        width: Units.

    Attributes:
        seed: Of the weights.
    """

    def __init__(self, width, seed):
        pass

    def forward(self, x):
        return x

    def look(self):
        """Return nothing that could be wrong, at some length.

        Really.
        """
        check_it(self)
        return 1

        def inner():
            raise KeyError
'''.replace("        check_it(self)\n", "")
SPOILT = {
    "a parameter": ("        scale: Factor (above 0).\n", "", "total: Args lacks scale"),
    "one of two": ("values, more", "values", "total: Args lacks more"),
    "too many": ("values, more", "values, more, rest", "total: Args tells of rest, which"),
    "no Args": ("    Args:\n        width: Units.\n\n", "", "Net: has no Args"),
    "not told by the module": ("`logits`", "logits", "does not name logits"),
    "not in the paragraph": (
        "The k largest",
        "The largest",
        "largest: has no Args and does not name k",
    ),
    "no Returns": ("    Returns:\n        A number.\n\n", "", "total: has no Returns"),
    "does not say Return": ("Return nothing", "Nothing", "Net.look: has no Returns"),
    "no Raises": (
        "    Raises:\n        ValueError: If scale is 0.\n\n",
        "",
        "total: raises, and has",
    ),
    "a check": (
        "        return 1\n",
        "        check_it(self)\n        return 1\n",
        "Net.look: raises",
    ),
    "a citation": ("Add up.", "Add up (arXiv:1312.6114).", "total: cites arXiv:1 outside Source"),
    "a year": ("Add up.", "Add up as Kingma and Welling (2014).", "total: cites Welling (2014"),
    "a plain year": (
        "A number.",
        "A number. Goodfellow et al. 2014",
        "cites Goodfellow et al. 2014",
    ),
}


def test_a_right_docstring_has_no_fault():
    assert [*faults(GOOD)] == []


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_docstring_is_seen(name):
    before, after, sentence = SPOILT[name]
    assert GOOD.count(before) == 1
    found = [*faults(GOOD.replace(before, after))]
    assert len(found) == 1 and sentence in found[0], found


def test_no_teaching_part_is_left_out():
    """Whatever is not taught runs the course, shows it, or holds answers."""
    parts = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or [*path.glob("*.py")]}
    assert parts - set(TAUGHT) == {
        *("__init__", "__main__", "environ", "reproducibility", "progress", "whole_files"),
        *("commands", "exercises", "plots", "widgets"),
    }
    assert set(TAUGHT) <= parts
