"""The tree is the map: who may import whom, how big things are, and that imports do nothing."""

import ast
import sys
from pathlib import Path

import pytest

from workbench.suite.budget import OF_NOTEBOOKS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = {path.stem[3:] for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")}
MODULE_LINES, BANK_LINES, FUNCTION_LINES = 200, 450, 30  # banks are mostly sentences

# Which part of a tree may import which other one; each may import itself. An arrow that nothing
# uses is an error, and so is a part that is missing here.
ALLOWED = {
    "genai_course": {
        "__init__": (),
        "__main__": ("commands",),
        "environ": (),
        "ranges": (),
        "pairing": ("ranges",),
        "letters": ("ranges",),
        "progress": (),
        "whole_files": (),
        "divergences": (),
        "layers": (),
        "claims": (),
        "reproducibility": ("environ",),
        "data": ("environ", "ranges"),
        "training": ("data", "progress", "whole_files", "reproducibility"),
        "gan": ("ranges", "pairing"),
        "vae": ("ranges", "pairing", "layers"),
        "diffusion": ("ranges", "training"),
        "flow": ("ranges", "training", "diffusion.networks", "diffusion.training"),
        "sequences": ("ranges", "letters", "training", "diffusion.training"),
        "conditional": ("ranges", "layers", "training", "gan", "vae"),
        "models": (
            *("data", "reproducibility", "training", "gan", "vae", "flow", "conditional"),
            "sequences",
        ),
        "evaluation": ("ranges", "reproducibility", "models.weights_file"),
        "baselines": ("ranges", "divergences", "evaluation"),
        "collapse": ("ranges", "progress", "data", "training", "gan", "vae", "evaluation"),
        "plots": ("divergences", "gan", "evaluation", "collapse"),
        "widgets": ("data", "diffusion", "flow", "sequences", "evaluation", "collapse", "plots"),
        "exercises": (
            *("claims", "data", "divergences", "gan", "vae", "baselines", "evaluation"),
            "collapse",
        ),
        "commands": ("environ", "whole_files", "reproducibility", "data", "training.precision"),
    },
    "workbench": {
        "__init__": (),
        "__main__": ("verbs",),
        "verbs": ("environments", "planted"),
        "results": (),
        "suite": ("results", "verbs"),
        "notebooks": ("suite", "verbs"),
        "planted": ("notebooks", "results", "suite"),
        "margins": ("notebooks", "results", "verbs"),
        "pretraining": (),
        "speed": ("results", "verbs"),
        "collapse": ("results", "speed"),
        "environments": ("notebooks", "results", "speed", "suite", "verbs"),
    },
}
SHARED = ("common", "plane", "sound", "engine", "answers", "forms", "forbidden_calls")
FAMILIES = ("gan", "vae", "diffusion", "flow", "sequences")
LAYERS = (  # within a family: who stands further down may import who stands further up
    *("theory", "schedules", "predictions", "paths", "mixtures", "losses", "bound"),
    *("solvers", "guidance", "transport", "straightness", "density"),
    *("text", "counting", "masked", "waves", "pitch", "attention", "transformer", "wavenet"),
    *(
        "networks",
        "spectral",
        "convolutional",
        "toy",
        "linear",
        "sampling",
        "walks",
        "steps",
        "training",
    ),
)
THIRD_PARTY = {
    "matplotlib": ("genai_course.plots", "workbench.notebooks.readme_picture"),
    "ipywidgets": ("genai_course.widgets", "genai_course.progress"),
    "IPython": ("genai_course.plots", "genai_course.widgets", "genai_course.progress"),
    "torchvision": ("genai_course.commands.doctor_checks", "workbench.speed"),
    "sklearn": ("genai_course.data.digits", "genai_course.baselines.mixture"),
    "scipy": ("genai_course.collapse.statistics", "genai_course.flow.transport"),
    "safetensors": ("genai_course.models", "workbench.pretraining"),
    "platformdirs": ("genai_course.data",),
    "filelock": ("genai_course.data", "genai_course.commands"),
    "playwright": ("workbench.notebooks.browser",),
    "pytest": ("workbench.suite", "workbench.planted"),
    "nbval": ("workbench.suite.strict",),
    "nbclient": ("workbench",),
    "nbformat": ("workbench",),
    "jupytext": ("workbench.notebooks",),
    "jupyter_client": ("genai_course.commands", "workbench"),
    "jupyter_server": ("genai_course.commands.lab_files",),
    "ipykernel": ("genai_course.commands.lab_files",),
    "packaging": ("genai_course.commands", "workbench.environments"),
    "psutil": ("genai_course.commands", "workbench"),
    "PIL": (
        *("genai_course.plots.common", "workbench.speed"),
        *("workbench.suite.drawn_pictures", "workbench.planted.figure_edits"),
    ),
    "accelerate": ("workbench.speed.frameworks",),
    "pytorch_lightning": ("workbench.speed.frameworks", "workbench.speed.lightning"),
    "numpy": None,  # None: everywhere
    "torch": None,
}
MAY_PRINT = (
    *("genai_course.claims", "genai_course.exercises.engine", "genai_course.data"),
    *("genai_course.commands", "workbench"),
)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
HARMLESS_CALLS = (
    *("re.compile", "frozenset", "tuple", "dict", "zip", "range", "Path", "dataclass", "field"),
    *("TypeVar", "namedtuple", "plt.cycler", "plt.get_cmap"),
    *("torch.arange", "torch.linspace", "torch.tensor"),
    *("type", "str", "len", "map", "os.environ.get", "itertools.count"),
    *("Program", "Verb", "word", "whole", "one_of"),  # what commands.verbs is made of
    "Metric",  # a frozen value of workbench.pretraining
    *("Recipe", "replace", "with_fix"),  # frozen values of collapse.fixes, here and below
    *("Adam", "AdamW", "RMSprop", "R1", "R2", "GradientPenalty", "Clip"),
    *("InstanceNoise", "Unrolled", "fisher"),
)


FILES = sorted(path for tree in ALLOWED for path in (ROOT / tree).rglob("*.py"))


def module_of(path, root=ROOT):
    """The dotted name of a module; a package's is its folder, a tree's ends in __init__."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


MODULES = {module_of(path) for path in FILES}


def within(module, places):
    return any(module == place or module.startswith(f"{place}.") for place in places)


def for_types(node):
    """Whether a statement imports for annotations only: it never runs."""
    return (
        isinstance(node, ast.If)
        and ast.unparse(node.test) == "TYPE_CHECKING"
        and not node.orelse
        and all(isinstance(inner, (ast.Import, ast.ImportFrom)) for inner in node.body)
    )


def that_run(tree):
    """All nodes of a module but imports for annotations only."""
    for child in ast.iter_child_nodes(tree):
        if not for_types(child):
            yield child
            yield from that_run(child)


def imported(tree, module):
    """Yield every module that is imported, anywhere, with relative imports made absolute.

    What annotations alone need is no arrow, and may even come back: it is never loaded.
    """
    for node in that_run(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                start = ".".join([*module.split(".")[: -node.level], *filter(None, [start])])
            for alias in node.names:
                name = f"{start}.{alias.name}"
                whole = start in ALLOWED or name in MODULES  # not a name that is defined in one
                yield name if whole else start


def import_faults(module, tree):
    top, part = module.split(".")[:2]
    for name in imported(tree, module):
        other, _, rest = name.partition(".")
        if other == top:
            if not within(rest, (part, *ALLOWED[top].get(part, ()))):
                yield f"may not import {name}"
            elif part in FAMILIES and _runs_backwards(module, rest):
                yield f"may not import {name}: it comes later"
            elif part in OF_NOTEBOOKS and not _of_one_notebook(module, rest):
                yield f"may not import {name}: it is another notebook's"
        elif other == "genai_course":
            pass  # the workbench knows the whole package
        elif other == "workbench":
            yield f"may not import {name}: the package stands without the workbench"
        elif other not in sys.stdlib_module_names:
            places = THIRD_PARTY.get(other, ())
            if places is not None and not within(module, places):
                yield f"may not import {other}"


def _runs_backwards(module, other):
    here, there = module.split(".")[-1], other.split(".")[-1]
    return here in LAYERS and there in LAYERS and LAYERS.index(there) > LAYERS.index(here)


def _of_one_notebook(module, other):
    here, (package, *names) = module.split(".")[-1], other.split(".")
    if package not in OF_NOTEBOOKS or not names or names[0] in SHARED:
        return True
    return any(here.startswith(stem) and names[0].startswith(stem) for stem in NOTEBOOKS)


def name_faults(module):
    """What belongs to a notebook has its name, and something after it where it has several."""
    parts = module.split(".")
    if len(parts) == 3 and parts[1] in OF_NOTEBOOKS and parts[2] not in SHARED:
        stems = [s for s in NOTEBOOKS if parts[2] == s or parts[2].startswith(f"{s}_")]
        if not stems:
            yield f"{parts[2]} is neither a notebook's name nor one of {SHARED}"


def size_faults(module, tree, text):
    bank = within(module, ("genai_course.exercises",)) and module.split(".")[-1] not in SHARED
    limit = BANK_LINES if bank else MODULE_LINES
    if text.count("\n") > limit:
        yield f"{text.count(chr(10))} lines, at most {limit}"
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = _code_lines(node, text.splitlines())
            if lines > FUNCTION_LINES:
                yield f"{node.name} has {lines} lines of code, at most {FUNCTION_LINES}"


def _code_lines(node, lines):
    """Lines of a function that are neither docstring, nor blank, nor comment."""
    notes = set()
    for inner in ast.walk(node):
        if isinstance(inner, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(inner):
            notes |= set(range(inner.body[0].lineno, inner.body[0].end_lineno + 1))
    body = [lines[i - 1].strip() for i in range(node.lineno, node.end_lineno + 1) if i not in notes]
    return sum(bool(line) and not line.startswith("#") for line in body)


def style_faults(module, tree):
    if within("utils", module.split(".")) or module.split(".")[-1] in ("utils", "helpers", "misc"):
        yield "a module is named after its idea, not utils"
    if ast.get_docstring(tree) is None:
        yield "the module has no docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield f"star import of {node.module}"
        if isinstance(node, ast.ClassDef) and node.name.endswith("Trainer"):
            yield f"{node.name}: the loop is a function"
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
            if not within(module, MAY_PRINT):
                yield f"line {node.lineno} prints"
        if isinstance(node, (ast.Global,)):
            yield f"line {node.lineno} changes a global variable"


def docstring_faults(tree):
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            if ast.get_docstring(node) is None:
                yield f"{node.name} has no docstring"
            methods = node.body if isinstance(node, ast.ClassDef) else []
            for method in methods:
                public = isinstance(method, ast.FunctionDef) and not method.name.startswith("_")
                if public and method.name != "forward" and ast.get_docstring(method) is None:
                    yield f"{node.name}.{method.name} has no docstring"


def import_time_faults(module, tree):
    """Importing defines; it does not compute, read, seed or print."""
    if module.endswith(".__main__"):
        return
    own = {n.name for n in tree.body if isinstance(n, (ast.ClassDef, ast.FunctionDef))}
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom, *DEFINITIONS)):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'":
            continue
        if for_types(node):
            continue
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield f"line {node.lineno} runs at import time"
            continue
        for call in _calls_now(node):
            name = ast.unparse(call.func)
            known = name in HARMLESS_CALLS or name.startswith("Path(") or name in own
            if not known and not within(module, ("genai_course.exercises",)):
                yield f"line {node.lineno} calls {name} at import time"


def _calls_now(node):
    """The calls of a statement that run when it runs; the body of a lambda does not."""
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _calls_now(child)


def faults(module, text):
    tree = ast.parse(text)
    return [
        f"{module}: {fault}"
        for found in (
            import_faults(module, tree),
            name_faults(module),
            size_faults(module, tree, text),
            style_faults(module, tree),
            docstring_faults(tree),
            import_time_faults(module, tree),
        )
        for fault in found
    ]


@pytest.mark.parametrize("path", FILES, ids=[module_of(path) for path in FILES])
def test_a_module_keeps_to_the_map(path):
    found = faults(module_of(path), path.read_text(encoding="utf-8"))
    assert not found, "\n" + "\n".join(found)


def test_importing_a_teaching_module_is_silent_and_seeds_nothing(capsys):
    import importlib

    import torch

    before = torch.random.get_rng_state()
    for path in FILES:
        if within(module_of(path), ("genai_course",)) and path.stem != "__main__":
            importlib.import_module(module_of(path).removesuffix(".__init__"))
    assert capsys.readouterr() == ("", "")
    assert torch.equal(torch.random.get_rng_state(), before)


def arrows(root=ROOT):
    """All pairs (module, module of the same tree) of which the one imports the other."""
    for path in sorted(path for tree in ALLOWED for path in (root / tree).rglob("*.py")):
        module = module_of(path, root)
        top, _, here = module.partition(".")
        for name in imported(ast.parse(path.read_text(encoding="utf-8")), module):
            if name.startswith(f"{top}."):
                yield top, here, name.partition(".")[2]


@pytest.mark.parametrize("tree", ALLOWED)
def test_the_table_names_every_part_of_a_tree_and_nothing_else(tree):
    parts = {module.split(".")[1] for module in MODULES if module.startswith(f"{tree}.")}
    assert set(ALLOWED[tree]) == parts


@pytest.mark.parametrize("tree", ALLOWED)
def test_every_arrow_of_the_table_is_used(tree):
    used = [(here, there) for top, here, there in arrows() if top == tree]
    idle = [
        f"{part} -> {place}"
        for part, places in ALLOWED[tree].items()
        for place in places
        if not any(within(here, (part,)) and within(there, (place,)) for here, there in used)
    ]
    assert not idle


def test_imports_run_one_way():
    """The table has no circles: read from top to bottom, every part imports what stands above."""
    for tree in ALLOWED:
        above = set()
        for part, places in ALLOWED[tree].items():
            if part in ("__init__", "__main__", "verbs"):  # doors, which open what they lead to
                continue
            tops = {place.split(".")[0] for place in places} - {"verbs"}
            assert tops <= above, f"{tree}.{part} imports what stands below it: {tops - above}"
            above.add(part)


def circles(pairs):
    """Names that lead back to themselves, where each pair leads from its first to its second."""
    leads = {}
    for here, there in pairs:
        leads.setdefault(here, set()).add(there)
    for start in sorted(leads):
        seen, ahead = set(), {start}
        while ahead:
            seen |= ahead
            ahead = set().union(*(leads.get(name, set()) for name in ahead))
            if start in ahead:
                yield start
                break
            ahead -= seen


def test_no_module_imports_itself_by_way_of_others():
    pairs = [(f"{top}.{here}", f"{top}.{there}") for top, here, there in arrows()]
    assert list(circles(pairs)) == []
    back = ("genai_course.commands.environment", "genai_course.commands.setup")
    assert set(back) <= set(circles([*pairs, back]))


# ---- every rule sees what violates it ----
GOOD = '"""Losses."""\n\nimport torch\nfrom torch import nn\n\nLIMIT = 3\n'
BIG = GOOD + 'def f():\n    """D."""\n' + "    x = 1\n" * 30
SPOILT = {
    "gan imports vae": (
        "genai_course.gan.losses",
        "from genai_course.vae.losses import elbo",
        "may not import genai",
    ),
    "data imports training": (
        "genai_course.data",
        "from genai_course.training import fit",
        "may not import genai",
    ),
    "gan imports plots": (
        "genai_course.gan.steps",
        "import genai_course.plots.common",
        "may not import genai",
    ),
    "from the package": (
        "genai_course.gan.steps",
        "from genai_course import plots",
        "may not import genai_course.p",
    ),
    "relative": (
        "genai_course.gan.steps",
        "from ..plots import common",
        "may not import genai_course.plots",
    ),
    "inside a function": (
        "genai_course.claims",
        "def _f():\n    import genai_course.data",
        "may not import genai",
    ),
    "losses import networks": (
        "genai_course.vae.losses",
        "from genai_course.vae.networks import x",
        "comes later",
    ),
    "losses import steps": (
        "genai_course.gan.losses",
        "from genai_course.gan.steps import x",
        "it comes later",
    ),
    "diffusion imports vae": (
        "genai_course.diffusion.steps",
        "from genai_course.vae.losses import elbo",
        "may not import genai",
    ),
    "flow imports the samplers of diffusion": (
        "genai_course.flow.solvers",
        "from genai_course.diffusion.sampling import x",
        "may not import genai",
    ),
    "diffusion imports flow": (
        "genai_course.diffusion.networks",
        "from genai_course.flow.networks import x",
        "may not import genai",
    ),
    "solvers import guidance": (
        "genai_course.flow.solvers",
        "from genai_course.flow.guidance import x",
        "it comes later",
    ),
    "schedules import predictions": (
        "genai_course.diffusion.schedules",
        "from genai_course.diffusion.predictions import x",
        "it comes later",
    ),
    "sibling exercises": (
        "genai_course.exercises.gan",
        "from genai_course.exercises.vae import x",
        "may not import",
    ),
    "matplotlib in gan": (
        "genai_course.gan.steps",
        "import matplotlib.pyplot as plt",
        "may not import matplotlib",
    ),
    "ipywidgets in plots": (
        "genai_course.plots.gan",
        "from ipywidgets import Image",
        "may not import ipywidgets",
    ),
    "torchvision in data": (
        "genai_course.data",
        "from torchvision.datasets import MNIST",
        "may not import torchv",
    ),
    "sklearn in evaluation": (
        "genai_course.evaluation.judge",
        "import sklearn",
        "may not import sklearn",
    ),
    "playwright": ("genai_course.commands.lab", "import playwright", "may not import playwright"),
    "unknown package": ("genai_course.gan.steps", "import lightning", "may not import lightning"),
    "unknown module": (
        "genai_course.nowhere",
        "import genai_course.data",
        "may not import genai_course.data",
    ),
    "star": ("genai_course.gan.steps", "from torch import *", "star import of torch"),
    "utils": ("genai_course.gan.utils", "", "named after its idea"),
    "Trainer": (
        "genai_course.training",
        'class GanTrainer:\n    """D."""',
        "the loop is a function",
    ),
    "print": ("genai_course.gan.steps", 'def f():\n    """D."""\n    print(1)', "prints"),
    "global": (
        "genai_course.training",
        'def f():\n    """D."""\n    global LIMIT',
        "changes a global",
    ),
    "no docstring": ("genai_course.gan.steps", "def f():\n    pass", "f has no docstring"),
    "class without": ("genai_course.gan.networks", "class A:\n    pass", "A has no docstring"),
    "method without": (
        "genai_course.gan.networks",
        'class A:\n    """D."""\n    def sample(self):\n        pass',
        "A.sample has no docstring",
    ),
    "seed at import": ("genai_course.gan.steps", "torch.manual_seed(0)", "runs at import time"),
    "a call for annotations": (
        "genai_course.gan.steps",
        "if TYPE_CHECKING:\n    torch.manual_seed(0)",
        "runs at import time",
    ),
    "an import for both": (
        "genai_course.gan.steps",
        "if TYPE_CHECKING:\n    import numpy\nelse:\n    import numpy",
        "runs at import time",
    ),
    "loop at import": (
        "genai_course.gan.steps",
        "for i in range(3):\n    pass",
        "runs at import time",
    ),
    "network at import": (
        "genai_course.gan.networks",
        "NET = nn.Linear(2, 2)",
        "calls nn.Linear at import time",
    ),
    "data at import": (
        "genai_course.data",
        "X = [load_images()]",
        "calls load_images at import time",
    ),
    "long module": ("genai_course.gan.steps", "# more\n" * 200, "lines, at most 200"),
    "long bank": ("genai_course.exercises.gan", "# more\n" * 450, "lines, at most 450"),
}


def test_a_right_module_has_no_fault():
    assert faults("genai_course.gan.losses", GOOD) == []
    assert (
        faults(
            "genai_course.plots.gan",
            '"""P."""\nimport matplotlib\nfrom genai_course.gan import losses\n',
        )
        == []
    )
    assert faults("genai_course.gan.steps", BIG[: BIG.rindex("    x")]) == []
    for_annotations = "if TYPE_CHECKING:\n    from genai_course.plots.gan import x\n"
    assert faults("genai_course.gan.steps", GOOD + for_annotations) == []


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoiled_module_is_seen(name):
    module, more, sentence = SPOILT[name]
    found = faults(module, GOOD + more + "\n")
    assert len(found) == 1 and sentence in found[0], found


def test_a_long_function_and_a_missing_module_docstring_are_seen():
    assert faults("genai_course.gan.steps", BIG) == [
        "genai_course.gan.steps: f has 31 lines of code, at most 30"
    ]
    assert faults("genai_course.gan.steps", "import torch\n") == [
        "genai_course.gan.steps: the module has no docstring"
    ]
