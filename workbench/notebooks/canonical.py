"""The one form in which a notebook is stored: executed, and the same bytes on every run.

`canonical(notebook)` gives the text, `write` stores it.
"""

import json
import re

import nbformat

from genai_course.commands.notebooks import METADATA
from genai_course.whole_files import write_atomically

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ONE_STRING = ("image/png", "image/jpeg")
WORDS = re.compile(r"^[a-z]+[0-9]*(-[a-z0-9]+)*$")
RANDOM = re.compile(r"^[0-9a-f]{8}(-|$)")


def canonical(notebook):
    """Return the canonical text of a notebook; outputs are kept, everything volatile is dropped.

    Code cells are counted 1..N; one that was never executed keeps no count, so that it is seen.
    """
    cells = []
    count = 0
    names = _stable_names(notebook.cells)
    for cell, name in zip(notebook.cells, names, strict=True):
        tags = sorted(cell.metadata.get("tags", []))
        kept = {
            "cell_type": cell.cell_type,
            "id": name,
            "metadata": {"tags": tags} if tags else {},
            "source": _lines(cell.source.strip("\n")),
        }
        if cell.cell_type == "code":
            count += 1
            kept |= _run_of(cell, count)
        cells.append(kept)
    whole = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read(path):
    """Read a notebook file as nbformat 4."""
    return nbformat.read(path, as_version=4)


def write(notebook, path):
    """Write a notebook canonically; the old file stays until the new one is whole."""
    write_atomically(path, canonical(notebook).encode("utf-8"), mode=0o644)


def _lines(text):
    return text.replace("\r\n", "\n").splitlines(keepends=True)


def _run_of(cell, count):
    """What an execution left in a cell: its count and its outputs."""
    executed = cell.get("execution_count") is not None
    outputs = [_plain_output(o) for o in _merge_streams(filter(_shows_something, cell.outputs))]
    for output in outputs:
        if output["output_type"] == "execute_result":
            output["execution_count"] = count if executed else None
    return {"execution_count": count if executed else None, "outputs": outputs}


def _shows_something(output):
    """Whether anything is left of an output without its widget view."""
    return "data" not in output or bool(output.data.keys() - {WIDGET_VIEW})


def _merge_streams(outputs):
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if output.output_type == "stream" and last and last.get("name") == output.name:
            last["text"] += output.text
        else:
            merged.append(nbformat.from_dict(dict(output)))
    return merged


def _plain_output(output):
    kind = output.output_type
    if kind == "stream":
        return {"name": output.name, "output_type": kind, "text": _lines(output.text)}
    if kind == "error":
        trace = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in output.traceback]
        return {
            "ename": output.ename,
            "evalue": output.evalue,
            "output_type": kind,
            "traceback": trace[-1:],
        }
    data = {
        mime: _lines(value) if isinstance(value, str) and mime not in ONE_STRING else value
        for mime, value in output.data.items()
        if mime != WIDGET_VIEW
    }
    alt = output.metadata.get("image/png", {}).get("alt")
    return {
        "data": data,
        "metadata": {"image/png": {"alt": alt}} if alt else {},
        "output_type": kind,
    }


def _stable_names(cells):
    """Word-like ids: good ones stay, random ones become `section-3` after the heading above."""
    taken = {c.id for c in cells if _is_word_like(c.get("id", ""))}
    names, used, section = [], set(), "top"
    for cell in cells:
        heading = cell.cell_type == "markdown" and re.search(r"^#+\s+(.*)$", cell.source, re.M)
        if heading:
            words = re.sub(r"[^a-z0-9]+", "-", heading.group(1).lower()).strip("-")
            section = re.sub(r"^[^a-z]+", "", words)[:40].strip("-") or "section"
        name = cell.get("id", "")
        if not _is_word_like(name) or name in used:
            number = 1
            name = section
            while name in taken or name in used:
                number += 1
                name = f"{section}-{number}"
        used.add(name)
        names.append(name)
    return names


def _is_word_like(name):
    return bool(WORDS.match(name)) and not RANDOM.match(name)
