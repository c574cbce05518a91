"""What pip was told about its registry, told to a uv that set-up has fetched.

uv reads neither pip.conf nor pip's variables. Behind a company's mirror pip knows the way and a
fresh uv does not; a uv that was set up by hand keeps to what it was told itself.
"""

import ast
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

REGISTRY = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS")
OWN = (*REGISTRY, "UV_CONFIG_FILE")
SINGLE = {
    "index-url": "UV_DEFAULT_INDEX",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}
LISTS = {  # pip separates by spaces
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
}
SECTIONS = ("global", "install", ":env:")  # the later ones win, as in pip
LINE = re.compile(r"^(global|install|:env:)\.([\w-]+)=(.+)$", re.MULTILINE)


def read(python: str) -> dict:
    """Ask the pip of an interpreter for its settings.

    Args:
        python: Path of the interpreter.

    Returns:
        Dictionary from the names of pip's options to their texts; empty without a pip.
    """
    command = [str(python), "-m", "pip", "config", "list"]
    done = subprocess.run(command, capture_output=True)
    lines = LINE.findall(done.stdout.decode("utf-8", "replace"))
    lines.sort(key=lambda line: SECTIONS.index(line[0]))
    return {name: ast.literal_eval(text) for _, name, text in lines}


def for_uv(settings: Mapping) -> dict[str, str]:
    """Return the environment variables that tell uv what pip was told.

    Args:
        settings: What `read` returns.

    Returns:
        Dictionary; empty if uv has a registry of its own. What is set already is left out.
    """
    if any(name in os.environ for name in OWN) or any(map(os.path.exists, _files_of_uv())):
        return {}
    said = {uv: settings[pip] for pip, uv in SINGLE.items() if settings.get(pip)}
    for pip, (uv, separator) in LISTS.items():
        if settings.get(pip):
            said[uv] = separator.join(settings[pip].split())
    if "UV_INDEX" in said:  # pip takes the best version of all its indexes, uv the first index
        said["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: text for name, text in said.items() if name not in os.environ}


def _files_of_uv():
    home = os.environ.get("APPDATA") or os.environ.get("XDG_CONFIG_HOME")
    return (
        Path(home or os.path.expanduser("~/.config"), "uv", "uv.toml"),
        Path("/etc/uv/uv.toml"),
    )
