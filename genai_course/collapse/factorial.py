"""Rates crossed with methods on the ring of 8: is it the method that helps, or the rates?

The scoreboard changes one thing of a sick game, so its row "balanced rates" also gives one player
ten times its rate, and every other row keeps the sick ones. Here each method meets each pair of
rates, with the same seeds and steps: a factorial design.
"""

import json
from dataclasses import replace
from pathlib import Path

from genai_course.collapse.causes import EQUAL
from genai_course.collapse.fixes import TOO_FAST, TOO_SLOW, Recipe, with_fix
from genai_course.collapse.objectives import BINARY_LEAST_SQUARES
from genai_course.collapse.statistics import Summary, summarise

STORED = Path(__file__).parent / "results" / "factorial.json"
SEEDS, NUM_STEPS, NUM_SAMPLES = tuple(range(15)), 3000, 2500
METRICS = ("modes", "modes_kept", "quality", "kl")

# From the fast discriminator to the slow one; the rate between them is that of notebook 07.
RATES: dict[str, Recipe] = {
    "G 3e-4, D 3e-3": TOO_FAST,
    "both 1e-3": EQUAL,
    "G 1e-3, D 1e-4": TOO_SLOW,
}
# Rows of the scoreboard, not tuned here, and what else differs. 0, 1, 1 are the usual labels.
METHODS: dict[str, tuple[str, dict]] = {
    "none": ("none", {}),
    "R1": ("R1", {}),
    "WGAN-GP, 1 critic step": ("WGAN-GP", {}),
    "WGAN-GP, 5 critic steps": ("WGAN-GP", {"discriminator_steps": 5}),
    "PacGAN2": ("PacGAN2", {}),
    "LSGAN, labels -1, 1, 0": ("LSGAN", {}),
    "LSGAN, labels 0, 1, 1": ("LSGAN", {"losses": BINARY_LEAST_SQUARES}),
}


def recipe_of(method: str, rates: str) -> Recipe:
    """Return how a method of `METHODS` is trained at rates of `RATES`.

    Raises:
        ValueError: If there is no such method, or there are no such rates.
    """
    if method not in METHODS or rates not in RATES:
        wanted = f"one of {list(METHODS)} and one of {list(RATES)}"
        raise ValueError(f"there is no cell ({method!r}, {rates!r}), wanted {wanted}")
    row, more = METHODS[method]
    return replace(with_fix(RATES[rates], row), **more)


def load_factorial(path: Path | str | None = None) -> dict[tuple[str, str], dict[str, list]]:
    """Load what `workbench/collapse/factorial.py` stored: one value a seed, in the order of seeds.

    Args:
        path: The file; None for the one of the course.

    Returns:
        Dict from (method, rates), in the order of `METHODS`, to a dict from each of `METRICS` to
        its values. Cells that were not run are left out.
    """
    stored = json.loads(Path(path or STORED).read_text(encoding="utf-8"))["cells"]
    return {
        (method, rates): stored[method][rates]["metrics"]
        for method in METHODS
        for rates in RATES
        if rates in stored.get(method, {})
    }


def gain(cells: dict, method: str, rates: str, metric: str = "modes_kept") -> Summary:
    """Return the `Summary` of a method's lead over "none" at the same rates, seed by seed.

    Args:
        cells: From `load_factorial`.
        method: A key of `METHODS`.
        rates: A key of `RATES`.
        metric: One of `METRICS`.
    """
    ours, plain = cells[method, rates][metric], cells["none", rates][metric]
    return summarise([a - b for a, b in zip(ours, plain, strict=True)])
