"""Import a module with a fault in it, which is never written to disk.

The changed source is compiled in memory when the module is imported. So a crash leaves nothing
behind, and a test that compares files does not see the fault: only what the code does is changed.
"""

import builtins
import dis
import importlib
import importlib.machinery
import sys
from types import CodeType

from workbench.planted.faults import PACKAGE, mutate, source_of


class Hook:
    """Finder for `sys.meta_path` that gives one module a source of our choice."""

    def __init__(self, module, source):
        self.name, self.source = f"{PACKAGE}.{module}", source

    def find_spec(self, name, path=None, target=None):
        """Answer for that module alone; all others are found as usual."""
        if name != self.name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        spec.loader = _Loader(name, spec.origin)
        spec.loader.source = self.source
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    """A module's usual loader, but for the source; compiled in memory, never cached on disk."""

    def get_code(self, name):
        return compile(self.source, self.path, "exec", dont_inherit=True)


def plant(mutant):
    """Let the package be imported anew, with this fault in it; without one (None) as it is.

    Only for a process of its own: what has been imported before is forgotten.

    Raises:
        NameError: If the fault uses a name that its module does not have. A test that catches all
            errors could take the one that this gives for something that it has noticed.
    """
    for name in [n for n in sys.modules if n.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
    if mutant is not None:
        hook = Hook(mutant.module, mutate(mutant, source_of(mutant.module)[1]))
        sys.meta_path.insert(0, hook)
        module = importlib.import_module(hook.name)
        code = compile(hook.source, hook.name, "exec", dont_inherit=True)
        unknown = set(_names_used(code)) - vars(module).keys() - vars(builtins).keys()
        if unknown:
            raise NameError(f"name {min(unknown)!r} is not defined")


def _names_used(code):
    """Yield the names from outside that functions use."""
    yield from (line.argval for line in dis.get_instructions(code) if line.opname == "LOAD_GLOBAL")
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names_used(inner)
