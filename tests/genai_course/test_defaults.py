"""What an argument is where nobody gives it: stored once, and as the docstring says.

All public functions, classes and methods of the teaching packages are found. A default that is
changed on purpose is changed in `defaults.json` as well; the message says to what.
"""

import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path

import genai_course

ELSEWHERE = ("commands", "exercises", "plots", "widgets", "whole_files", "__main__")
STORED = Path(__file__).with_name("defaults.json")


def public():
    """Yield (name, callable) for all that is public, methods and constructors too."""
    for found in pkgutil.walk_packages(genai_course.__path__, "genai_course."):
        short = found.name.removeprefix("genai_course.")
        if short.split(".")[0] in ELSEWHERE:
            continue
        for name, thing in vars(importlib.import_module(found.name)).items():
            if name.startswith("_") or getattr(thing, "__module__", "") != found.name:
                continue
            if inspect.isclass(thing) and not issubclass(thing, BaseException):
                yield f"{short}.{name}", thing
                for key, method in vars(thing).items():
                    if inspect.isfunction(method) and not key.startswith("_"):
                        yield f"{short}.{name}.{key}", method
            elif inspect.isfunction(thing):
                yield f"{short}.{name}", thing


def optional(call):
    """Return {name: default} of what need not be given."""
    parameters = inspect.signature(call).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def spelt(value):
    """A default as text without addresses: numbers and texts as in Python, others by their name."""
    if hasattr(value, "__qualname__"):
        return f"{value.__module__.removeprefix('genai_course.')}.{value.__qualname__}"
    return re.sub(r" at 0x\w+", "", repr(value))


def test_a_default_is_what_it_was():
    now = {name: {key: spelt(value) for key, value in optional(call).items()}
           for name, call in public()}  # fmt: skip
    now = {name: given for name, given in sorted(now.items()) if given}
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    changed = [
        f"{name}: {key} is {now.get(name, {}).get(key)}, stored is {stored.get(name, {}).get(key)}"
        for name in now | stored
        for key in now.get(name, {}) | stored.get(name, {})
        if now.get(name, {}).get(key) != stored.get(name, {}).get(key)
    ]
    assert not changed, f"if this is meant, change {STORED.name}:\n" + "\n".join(changed)


def test_a_default_is_what_the_docstring_says():
    """Of forms such as "fake_label, a = -1" and "num_steps = 10"; most docstrings name no value."""
    told, wrong = 0, []
    for name, call in public():
        text = inspect.getdoc(call) or ""
        for key, value in optional(call).items():
            for said in re.findall(rf"\b{key}`?(?:, \w)? = (-?[\d.]*\d)", text):
                told += 1
                if not isinstance(value, (int, float)) or float(said) != value:
                    wrong.append(f"{name}: {key} is {value}, its docstring says {said}")
    assert not wrong, "\n".join(wrong)
    assert told >= 3
