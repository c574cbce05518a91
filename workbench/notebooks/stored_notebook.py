"""A stored notebook as the form rules see it: cells, prose, code lines, outputs."""

import ast
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import nbformat

from workbench.notebooks.canonical import read

# How every notebook begins: with an import that, failing, says what to do. It keeps Python's own
# words, which name what is missing: the course, or a package that the course needs.
OPENING = """try:
    from genai_course.reproducibility import seed_everything
except ModuleNotFoundError as missing:
    missing.msg += (" in this Python. Run `make setup` in the course's folder and choose its .venv "
                    "as kernel (VS Code: Select Kernel); in Colab or on a hub `%pip install` that "
                    "folder. README.md, 'Kernels', has all steps.")
    raise"""


@dataclass(frozen=True)
class Page:
    """One notebook with the path it is stored at (`solutions` in the path makes it a solution)."""

    path: Path
    notebook: nbformat.NotebookNode

    @classmethod
    def load(cls, path):
        """Read a notebook file."""
        return cls(Path(path), read(path))

    @property
    def is_solution(self):
        """Whether this notebook holds worked answers."""
        return self.path.parent.name == "solutions"

    @property
    def number(self):
        """The two digits that its file name starts with."""
        return self.path.name[:2]

    @cached_property
    def code(self):
        """The code cells, in order."""
        return [c for c in self.notebook.cells if c.cell_type == "code"]

    @cached_property
    def markdown(self):
        """The markdown cells, in order."""
        return [c for c in self.notebook.cells if c.cell_type == "markdown"]

    @cached_property
    def headings(self):
        """All (cell, level, text) in order, lines within fenced code left out."""
        found = []
        for cell in self.markdown:
            for marks, text in re.findall(r"^(#+)\s+(.*?)\s*$", without_fences(cell.source), re.M):
                found.append((cell, len(marks), text))
        return found


def without_fences(text):
    """Markdown without its fenced code."""
    return re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.M | re.S)


def prose_words(text):
    """How many words of prose a markdown text has; code, formulas, tables and URLs do not count."""
    text = re.sub(r"\$\$.*?\$\$", " ", without_fences(text), flags=re.S)
    text = re.sub(r"\$[^$\n]*\$", " ", text)
    text = re.sub(r"^\s*\|.*$", " ", text, flags=re.M)
    text = re.sub(r"\]\([^)]*\)|<[^>]+>", " ", text)
    return sum(bool(re.search(r"[^\W\d_]", word)) for word in text.split())


def own_source(cell):
    """The source of a code cell without the lines that all notebooks begin with."""
    return cell.source.removeprefix(OPENING)


def code_lines(source):
    """How many lines of code there are; blank lines and lines of comment do not count."""
    lines = (line.strip() for line in source.splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)


def syntax(cell):
    """The syntax tree of a code cell, or None where it is not plain Python."""
    try:
        return _parsed(cell.source)
    except SyntaxError:
        return None


@lru_cache(maxsize=2048)  # all cells of the course, twice
def _parsed(source):
    """A tree that all rules share, so none may change it."""
    return ast.parse(source)


def printed(cell):
    """All text that a cell printed or displayed as text, in one string."""
    parts = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        parts += [output.get("text", ""), output.get("evalue", ""), data.get("text/plain", "")]
    return "\n".join(parts)


def pictures(cell):
    """The outputs of a cell that hold a PNG."""
    return [o for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
