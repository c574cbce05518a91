"""The stored tables on mode collapse: read, written whole, each list of numbers on one line."""

import copy
import json
import platform

import torch

from workbench.results.stored import replace_text

EMPTY = {"format": 1, "cells": {}, "timing": {}, "speed": {}}  # of the scoreboard


def read(path, empty=EMPTY):
    """Read what is stored, or start with nothing."""
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    return copy.deepcopy(empty)


def write(path, stored, sort_keys=True):
    """Write the file in one go: whoever reads it finds the old or the new one, whole."""
    replace_text(path, _short_lists(json.dumps(stored, indent=1, sort_keys=sort_keys)) + "\n")


def rounded(value):
    """A measured number as it is stored; None for NaN, which has no place in JSON."""
    if value != value:
        return None
    return value if isinstance(value, int) else float(f"{value:.5g}")


def _short_lists(text):
    """Put each list of numbers on one line."""
    lines, inside = [], False
    for line in text.splitlines():
        if inside:
            lines[-1] += line.strip() if line.strip().startswith("]") else line.strip() + " "
            lines[-1] = lines[-1].replace(" ]", "]")
        else:
            lines.append(line)
        inside = line.endswith("[") or (inside and not line.strip().startswith("]"))
    return "\n".join(lines)


def surroundings(device):
    """Versions and machine, stored beside each cell."""
    return {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "threads": torch.get_num_threads(),
        "device": str(device),
    }
