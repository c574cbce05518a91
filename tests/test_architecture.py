"""The tree is the map: who may import whom, how big things are, and that imports do nothing."""

import ast
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[1] / "genai_course"
FILES = sorted(BASE.rglob("*.py"))
MODULE_LINES, BANK_LINES, FUNCTION_LINES = 200, 450, 30  # banks are mostly sentences
CHECKING = tuple(f"exercises.{name}" for name in ("engine", "answers", "forms", "watching"))

# What each module or package may import from this package; the most specific entry counts.
STEPS = (
    "reproducibility",
    "data",
    "progress",
    "precision",
    "stopping",
    "training",
    "training_inputs",
)
ALLOWED = {
    "__init__": (),
    "__main__": ("commands",),
    "claims": ("comparisons", "recording"),
    "comparisons": (),
    "recording": (),
    "ranges": (),
    "variables": (),
    "reproducibility": ("variables",),
    "progress": (),
    "stopping": (),
    "training_inputs": (),
    "precision": (),
    "checkpoints": ("reproducibility",),
    "data": ("variables", "mnist_files", "mnist_download", "digits"),
    "mnist_download": ("variables", "mnist_files", "mnist_forms"),
    "mnist_files": ("variables", "mnist_forms"),
    "mnist_forms": (),
    "digits": (),
    "factors": ("ranges",),
    "faults": (),
    "parts": ("checkpoints",),
    "resuming": ("checkpoints", "faults", "parts", "training_inputs"),
    "training": (*("data", "faults", "progress", "resuming", "stopping", "training_inputs"),),
    "gan": ("gan", "precision", "ranges"),
    "vae": ("vae", "precision", "ranges"),
    "conditional": (
        "training",
        "training_inputs",
        "gan",
        "vae",
        "conditional",
        "precision",
        "ranges",
    ),
    "foundations": ("foundations", "precision", "ranges"),
    "foundations.scoreboard": ("evaluation",),
    "evaluation": (*STEPS, "checkpoints", "evaluation", "ranges"),
    "evaluation.judge_training": (*STEPS, "claims", "evaluation", "ranges"),
    "collapse": (*STEPS, "checkpoints", "gan", "vae", "evaluation", "collapse", "ranges"),
    "pretrained": ("data", "checkpoints", "reproducibility", "gan", "vae", "conditional"),
    "pretraining": (
        *(*STEPS, "claims", "checkpoints", "gan", "vae", "conditional", "evaluation"),
        *("pretrained", "pretraining"),
    ),
    "plots": ("foundations", "gan", "vae", "evaluation", "collapse", "data", "plots"),
    "widgets": (
        *("foundations", "gan", "vae", "evaluation", "collapse", "data", "plots", "widgets"),
    ),
    "exercises": (
        *("claims", *STEPS, "gan", "vae", "evaluation", "checkpoints", "collapse"),
        *("conditional", "foundations", "exercises.engine", "exercises.answers"),
    ),
    "exercises.engine": ("claims", "exercises.answers", "exercises.forms"),
    "exercises.answers": ("exercises.forms", "exercises.watching"),
    "exercises.forms": (),
    "exercises.watching": (),
    "exercises.gan": ("gan", "exercises.engine", "exercises.gan_players", "exercises.gan_samples"),
    "exercises.gan_samples": ("exercises.engine", "exercises.gan_players"),
    "exercises.mode_collapse": (
        *("data", "collapse", "exercises.engine", "exercises.mode_collapse_verdicts"),
    ),
    "exercises.gan_minimax": ("gan", "exercises.engine", "exercises.gan_minimax_losses"),
    "commands": (
        *(
            "commands",
            "variables",
            "data",
            "mnist_files",
            "reproducibility",
            "evaluation",
            "pretraining",
        ),
        *("authoring", "precision"),
    ),
    "authoring": ("authoring", "claims", "commands.words", "recording", "reproducibility"),
}
LAYERS = (
    "theory",
    "losses",
    "networks",
    "spectral",
    "convolutional",
    "toy",
    "linear",
    "sampling",
    "steps",
)
THIRD_PARTY = {
    "matplotlib": ("plots", "authoring.readme_picture"),
    "ipywidgets": ("widgets", "progress"),
    "IPython": ("plots", "widgets", "progress"),
    "torchvision": ("commands.checks",),
    "sklearn": ("digits", "foundations.mixture"),
    "scipy": ("collapse.paired",),
    "safetensors": ("evaluation", "pretrained", "pretraining.store"),
    "platformdirs": ("data", "mnist_files"),
    "filelock": ("mnist_files", "mnist_download", "commands"),
    "playwright": ("authoring.browser",),
    "pytest": ("authoring.strict", "authoring.spending", "authoring.trials"),
    "nbval": ("authoring.strict",),
    "nbclient": ("authoring", "commands.classroom"),
    "nbformat": ("authoring", "commands.classroom"),
    "jupytext": ("authoring",),
    "jupyter_client": ("commands", "authoring.lab_files"),
    "jupyter_server": ("authoring.lab_files",),
    "ipykernel": ("authoring.lab_files",),
    "packaging": ("commands",),
    "psutil": ("commands", "authoring.watching"),
    "numpy": None,  # None: everywhere
    "torch": None,
}
MAY_PRINT = (
    "claims",
    "exercises.engine",
    "data",
    "commands",
    "authoring",
    "evaluation.judge_training",
    "pretraining.make",
)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
HARMLESS_CALLS = (
    *("re.compile", "frozenset", "tuple", "dict", "zip", "range", "Path", "dataclass", "field"),
    *("TypeVar", "namedtuple", "plt.cycler", "torch.arange", "torch.linspace", "torch.tensor"),
    *("type", "str", "len", "map", "os.environ.get", "itertools.count"),
    *("whole", "one_of"),  # functions that read a word of commands.verbs
    *("Recipe", "replace", "with_fix"),  # frozen values of collapse.recipes
)


def module_of(path, base=BASE):
    parts = path.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def within(module, places):
    return any(module == place or module.startswith(f"{place}.") for place in places)


def allowed_for(module):
    fitting = [name for name in ALLOWED if within(module, (name,))]
    return ALLOWED[max(fitting, key=len)] if fitting else ()


def imported(tree, package):
    """Yield every module that is imported, anywhere, with relative imports made absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                parts = ["genai_course", *package.split(".")][: -node.level or None]
                start = ".".join([*parts, start]).rstrip(".")
            if (
                start == "genai_course"
                or start.count(".") == 1
                and start.startswith("genai_course.")
            ):
                yield from (f"{start}.{alias.name}" for alias in node.names)
            else:
                yield start


def import_faults(module, tree):
    for name in imported(tree, module):
        top, _, rest = name.partition(".")
        if top == "genai_course":
            if not rest or not within(rest, allowed_for(module)):
                yield f"may not import {name}"
            elif module.split(".")[0] in ("gan", "vae") and _runs_backwards(module, rest):
                yield f"may not import {name}: it comes later"
        elif top not in sys.stdlib_module_names:
            places = THIRD_PARTY.get(top, ())
            if places is not None and not within(module, places):
                yield f"may not import {top}"


def _runs_backwards(module, other):
    here, there = module.split(".")[-1], other.split(".")[1]
    return here in LAYERS and there in LAYERS and LAYERS.index(there) > LAYERS.index(here)


def size_faults(module, tree, text):
    limit = (
        BANK_LINES if module.startswith("exercises.") and module not in CHECKING else MODULE_LINES
    )
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
    if module != "__main__" and ast.get_docstring(tree) is None:
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
    if module == "__main__":
        return
    own = {n.name for n in tree.body if isinstance(n, (ast.ClassDef, ast.FunctionDef))}
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom, *DEFINITIONS)):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'":
            continue
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield f"line {node.lineno} runs at import time"
            continue
        for call in _calls_now(node):
            name = ast.unparse(call.func)
            known = name in HARMLESS_CALLS or name.startswith("Path(") or name in own
            if not known and not within(module, ("exercises",)):
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
        if module_of(path).split(".")[0] in (
            "gan",
            "vae",
            "plots",
            "exercises",
            "data",
            "training",
        ):
            importlib.import_module(f"genai_course.{module_of(path)}")
    assert capsys.readouterr() == ("", "")
    assert torch.equal(torch.random.get_rng_state(), before)


def test_every_entry_of_the_table_stands_for_something_that_may_exist():
    named = {place for places in ALLOWED.values() for place in places} | set(ALLOWED)
    tops = {module_of(path).split(".")[0] for path in FILES} | {"checkpoints", "precision"}
    assert {name.split(".")[0] for name in named} <= tops


# ---- every rule sees what violates it ----
GOOD = '"""Losses."""\n\nimport torch\nfrom torch import nn\n\nLIMIT = 3\n'
BIG = GOOD + 'def f():\n    """D."""\n' + "    x = 1\n" * 30
SPOILT = {
    "gan imports vae": (
        "gan.losses",
        "from genai_course.vae.losses import elbo",
        "may not import genai",
    ),
    "data imports training": (
        "data",
        "from genai_course.training import fit",
        "may not import genai",
    ),
    "gan imports plots": ("gan.steps", "import genai_course.plots.common", "may not import genai"),
    "from the package": (
        "gan.steps",
        "from genai_course import plots",
        "may not import genai_course.p",
    ),
    "relative": ("gan.steps", "from ..plots import common", "may not import genai_course.plots"),
    "inside a function": (
        "claims",
        "def _f():\n    import genai_course.data",
        "may not import genai",
    ),
    "losses import networks": (
        "vae.losses",
        "from genai_course.vae.networks import x",
        "comes later",
    ),
    "losses import steps": ("gan.losses", "from genai_course.gan.steps import x", "it comes later"),
    "sibling exercises": (
        "exercises.gan",
        "from genai_course.exercises.vae import x",
        "may not import",
    ),
    "matplotlib in gan": (
        "gan.steps",
        "import matplotlib.pyplot as plt",
        "may not import matplotlib",
    ),
    "ipywidgets in plots": (
        "plots.gan",
        "from ipywidgets import Image",
        "may not import ipywidgets",
    ),
    "torchvision in data": (
        "data",
        "from torchvision.datasets import MNIST",
        "may not import torchv",
    ),
    "sklearn in evaluation": ("evaluation.judge", "import sklearn", "may not import sklearn"),
    "playwright": ("commands.lab", "import playwright", "may not import playwright"),
    "unknown package": ("gan.steps", "import lightning", "may not import lightning"),
    "unknown module": ("nowhere", "import genai_course.data", "may not import genai_course.data"),
    "star": ("gan.steps", "from torch import *", "star import of torch"),
    "utils": ("gan.utils", "", "named after its idea"),
    "Trainer": ("training", 'class GanTrainer:\n    """D."""', "the loop is a function"),
    "print": ("gan.steps", 'def f():\n    """D."""\n    print(1)', "prints"),
    "global": ("training", 'def f():\n    """D."""\n    global LIMIT', "changes a global"),
    "no docstring": ("gan.steps", "def f():\n    pass", "f has no docstring"),
    "class without": ("gan.networks", "class A:\n    pass", "A has no docstring"),
    "method without": (
        "gan.networks",
        'class A:\n    """D."""\n    def sample(self):\n        pass',
        "A.sample has no docstring",
    ),
    "seed at import": ("gan.steps", "torch.manual_seed(0)", "runs at import time"),
    "loop at import": ("gan.steps", "for i in range(3):\n    pass", "runs at import time"),
    "network at import": (
        "gan.networks",
        "NET = nn.Linear(2, 2)",
        "calls nn.Linear at import time",
    ),
    "data at import": ("data", "X = [load_images()]", "calls load_images at import time"),
    "long module": ("gan.steps", "# more\n" * 200, "lines, at most 200"),
    "long bank": ("exercises.gan", "# more\n" * 450, "lines, at most 450"),
}


def test_a_right_module_has_no_fault():
    assert faults("gan.losses", GOOD) == []
    assert (
        faults("plots.gan", '"""P."""\nimport matplotlib\nfrom genai_course.gan import losses\n')
        == []
    )
    assert faults("gan.steps", BIG[: BIG.rindex("    x")]) == []


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoiled_module_is_seen(name):
    module, more, sentence = SPOILT[name]
    found = faults(module, GOOD + more + "\n")
    assert len(found) == 1 and sentence in found[0], found


def test_a_long_function_and_a_missing_module_docstring_are_seen():
    assert faults("gan.steps", BIG) == ["gan.steps: f has 31 lines of code, at most 30"]
    assert faults("gan.steps", "import torch\n") == ["gan.steps: the module has no docstring"]
