"""Rules on what cells and outputs hold: nothing volatile, nothing unsafe, nothing lost."""

import ast
import re

from genai_course.claims import ABOUT, CROSS, TICK
from workbench.notebooks.stored_notebook import (
    own_source,
    printed,
    syntax,
    without_fences,
)

NOTEBOOK_BYTES = 400_000
CROSS_TAG = "shows-a-cross"
BANNED_CODE = (
    (r"^\s*[%!]", "`%` and `!` lines are not plain Python"),
    (r"pip install", "nothing is installed from a notebook"),
    (r"\bclear_output\b", "`clear_output` breaks the comparison of outputs"),
    (r"\btqdm\b", "use `track` from genai_course.progress instead of tqdm"),
    (r"\b__version__\b", "versions change every month; do not print them"),
    (r"\bmatplotlib\b|\bplt\.", "figures are built in genai_course/plots and shown with `show`"),
    (r"#\s*(NBVAL|PYTEST_VALIDATE)_", "nbval markers hide differences"),
    (r"\binput\(", "a notebook cannot ask for input"),
)
ABSOLUTE_PATH = re.compile(r"(?<![\w.:/<)\]])(/[\w.-]+){2,}|(?<!\w)~/\w|\b[A-Z]:\\")
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)|\b(?:src|href)=\"([^\"]+)\"")


def was_executed(page):
    """Every code cell has something in it and was executed."""
    for cell in page.code:
        if not cell.source.strip():
            yield cell, "empty code cell; remove it"
        elif cell.execution_count is None:
            yield cell, "never executed; run `make notebooks`"


def has_only_plain_safe_code(page):
    """No magics, no markers, no star imports, no unsafe loading, no absolute paths."""
    for cell in page.code:
        for pattern, why in BANNED_CODE:
            if re.search(pattern, own_source(cell), re.M):
                yield cell, why
        tree = syntax(cell)
        if tree is None:
            yield cell, "not plain Python"
            continue
        for node in ast.walk(tree):
            yield from ((cell, why) for why in _unsafe(node))


def _unsafe(node):
    if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
        yield f"import names from {node.module} one by one, not with a star"
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "torch.load":
        options = {k.arg: ast.unparse(k.value) for k in node.keywords}
        if options.get("weights_only") != "True":
            yield "`torch.load` needs `weights_only=True`"
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if ABSOLUTE_PATH.match(node.value):
            yield f"absolute path {node.value!r}"


def has_no_hiding_tags(page):
    """No cell is exempt from the comparison."""
    for cell in page.notebook.cells:
        for tag in cell.metadata.get("tags", []):
            if tag.startswith("nbval-"):
                yield cell, f"the tag {tag} hides differences; remove it"


def has_clean_outputs(page):
    """Outputs hold no stderr, no addresses, no paths of one machine."""
    for cell in page.code:
        text = printed(cell)
        if any(output.get("name") == "stderr" for output in cell.outputs):
            yield cell, "wrote to stderr; mend the cause of the warning"
        if ADDRESS.search(text):
            yield cell, f"the output shows an object's address {ADDRESS.search(text)[0]}"
        if ABSOLUTE_PATH.search(text):
            yield cell, f"the output shows a path of one machine {ABSOLUTE_PATH.search(text)[0]!r}"
        if any("image/svg+xml" in o.get("data", {}) for o in cell.outputs):
            yield cell, "SVG differs at every run; show a PNG"
        if any("\n" in o.data.get("text/plain", "") for o in cell.outputs if "data" in o):
            yield cell, "the last line shows an object at length; assign it, or print what matters"


def keeps_its_claims(page):
    """Stored lines hold ticks; a cross is stored only where it is meant to be seen."""
    for cell in page.code:
        tagged = CROSS_TAG in cell.metadata.get("tags", [])
        lines = printed(cell).splitlines()
        crossed = [line for line in lines if line.startswith(CROSS)]
        if crossed and not tagged:
            yield cell, f"a claim does not hold: {crossed[0]}"
        if tagged and not crossed:
            yield cell, f"tagged {CROSS_TAG}, but shows none; remove the tag"
        for line in lines:
            if re.search(f"{ABOUT}.*[{TICK}{CROSS}]", line):
                yield (
                    cell,
                    f"what stands behind {ABOUT} is not compared, so no {TICK} belongs there",
                )


def is_small(page):
    """The file stays within its budget."""
    size = page.path.stat().st_size
    if size > NOTEBOOK_BYTES:
        yield None, f"{size // 1000} KB, at most {NOTEBOOK_BYTES // 1000}"


def has_working_links(page):
    """Links to files lead to files; text names no path of one machine."""
    for cell in page.markdown:
        text = without_fences(cell.source)
        for target in (a or b for a, b in LINK.findall(text)):
            local = not re.match(r"[a-z]+:|#", target)
            if local and not (page.path.parent / target.partition("#")[0]).exists():
                yield cell, f"the link {target} leads nowhere"
        path = re.search(r"(?<![\w.:/])/(home|root|Users|tmp|mnt|content)/\w", text)
        if path:
            yield cell, f"a path of one machine: {path[0]}"


def gives_a_name_one_meaning(page):
    """A cell that ran before can run again: no later cell gives its functions another meaning."""
    meanings = {}
    for cell in page.code:
        for name, meaning in _bound(syntax(cell) or ast.parse("")):
            known = meanings.setdefault(name, meaning)
            if known != meaning and (known or meaning):
                yield cell, f"`{name}` means something else in a cell before; rename one of them"


def _bound(tree):
    """Names that a cell gives to a function, class or import, and its syntax; "" for a variable."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name, ast.dump(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            source = getattr(node, "module", "")
            for alias in node.names:
                yield alias.asname or alias.name.split(".")[0], f"{source}.{alias.name}"
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.For, ast.With)):
            bound = getattr(node, "targets", None) or [getattr(node, "target", node)]
            stored = (part for target in bound for part in ast.walk(target))
            for part in stored:
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    yield part.id, ""


CONTENT_RULES = (
    was_executed,
    has_only_plain_safe_code,
    has_no_hiding_tags,
    has_clean_outputs,
    keeps_its_claims,
    is_small,
    has_working_links,
    gives_a_name_one_meaning,
)
