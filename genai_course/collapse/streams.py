"""Random numbers for S networks at once, each from its own stream: no run disturbs another."""

from collections.abc import Sequence

import torch

from genai_course.training.inputs import SEEDS, check_integer, told


class Streams:
    """One random generator for each seed; draws have shape (S, ...).

    What seed 3 sees is the same whether it is trained alone or beside others, and the same for
    every way to train, so that two ways can be compared seed by seed. All numbers are drawn on
    the CPU and then moved, so that a GPU plays the same game.

    Args:
        seeds: Integers, one for each network, S of them.
        device: Where the numbers are moved.

    Raises:
        TypeError: If seeds are no list of integers.
        ValueError: If there are none, or one is out of range.
    """

    def __init__(self, seeds: Sequence[int], device: torch.device | str = "cpu") -> None:
        if not hasattr(seeds, "__iter__"):
            raise TypeError(f"seeds are {told(seeds)}, wanted a list of integers")
        seeds = list(seeds)
        if not seeds:
            raise ValueError(f"seeds are {told(seeds)}, wanted a list of one integer or more")
        for seed in seeds:
            check_integer("seed", seed, *SEEDS)
        self.generators = [torch.Generator().manual_seed(int(seed)) for seed in seeds]
        self.device = device

    def __len__(self) -> int:
        return len(self.generators)

    def normal(self, *shape: int) -> torch.Tensor:
        """Draw from N(0, 1), shape (S, *shape)."""
        return self._stack(torch.randn(*shape, generator=g) for g in self.generators)

    def uniform(self, *shape: int) -> torch.Tensor:
        """Draw uniformly from [0, 1), shape (S, *shape)."""
        return self._stack(torch.rand(*shape, generator=g) for g in self.generators)

    def integers(self, end: int, *shape: int) -> torch.Tensor:
        """Draw integers from 0 to end - 1, shape (S, *shape)."""
        return self._stack(torch.randint(end, shape, generator=g) for g in self.generators)

    def _stack(self, parts):
        return torch.stack(list(parts)).to(self.device)
