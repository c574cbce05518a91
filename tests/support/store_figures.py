"""Store anew what every figure looks like: `PYTHONPATH=. python tests/support/store_figures.py`."""

import json
from pathlib import Path

import matplotlib.pyplot as plt
from figure_examples import EXAMPLES
from figure_told import lines_of

STORED = Path(__file__).parents[1] / "genai_course" / "plots" / "figures.json"

if __name__ == "__main__":
    plt.rcParams["figure.max_open_warning"] = 0
    content = {name: lines_of(EXAMPLES[name]()) for name in sorted(EXAMPLES)}
    STORED.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
