"""The seeds of a whole notebook moved: those that it writes down itself, too.

GENAI_COURSE_SEED_SHIFT reaches what calls `seed_everything`. Notebooks and the package also seed
through `torch.manual_seed` and generators of their own. `shift_torch_seeds`, called in a kernel
before the first cell, adds the shift there as well. It leaves alone what makes the data or must be
the same for two sides: the offline digits and their split, the checks of the exercises. It does not
reach seeds given to NumPy, Python or scikit-learn directly.
"""

import sys

import torch

from genai_course.reproducibility import seed_shift

KEPT = (
    "genai_course.data.digits",
    "genai_course.exercises",
    "genai_course.reproducibility",  # shifts by itself
)


def shift_torch_seeds():
    """Let `torch.manual_seed` and new generators of this process add the shift to their seeds."""
    plain = torch.manual_seed

    def manual_seed(seed):
        """As in PyTorch, shifted."""
        return plain(int(seed) + _shift_for(sys._getframe(1)))

    class Generator(torch.Generator):
        """As in PyTorch, its seed shifted."""

        def manual_seed(self, seed):
            return super().manual_seed(int(seed) + _shift_for(sys._getframe(1)))

    torch.manual_seed = manual_seed
    torch.Generator = Generator


def _shift_for(frame):
    name = frame.f_globals.get("__name__", "")
    kept = any(name == module or name.startswith(f"{module}.") for module in KEPT)
    return 0 if kept else seed_shift()
