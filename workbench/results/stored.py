"""Tables that commands keep for the README: JSON in workbench/results, without dates or paths."""

import json
import os
import platform

from genai_course.whole_files import write_atomically


def machine():
    """Return what a table says of the machine: system, processor's family, cores."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def store(path, table):
    """Write a table in one go: whoever reads the file finds the old or the new one, whole.

    Args:
        path: The file, a `Path`; its folder is made if need be.
        table: Dict of plain values.
    """
    replace_text(path, json.dumps(table, indent=1, ensure_ascii=False) + "\n")


def replace_text(path, text):
    """Put a text in the place of a file, whole: nobody ever finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode("utf-8"))
