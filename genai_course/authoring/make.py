"""Execute notebooks in a fresh kernel and write them in canonical form.

    python -m genai_course.authoring.make notebooks/04_gan.ipynb ...
"""

import os
import sys
import time
from pathlib import Path

from genai_course.authoring.canonical import canonical, execute, read


def make(path):
    """Execute one notebook and store it; the file is replaced only after a whole run."""
    path = Path(path)
    start = time.monotonic()
    notebook = execute(read(path), path.parent)
    part = path.with_suffix(".part")
    part.write_text(canonical(notebook), encoding="utf-8", newline="\n")
    os.replace(part, path)
    print(f"{path.name}: {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        make(name)
