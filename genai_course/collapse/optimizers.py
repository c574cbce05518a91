"""Optimisers by their settings: functions of (weights, learning rate)."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Adam:
    """Adam with these decay rates of its two moments."""

    beta1: float = 0.5
    beta2: float = 0.999

    def __call__(self, weights: Iterable[torch.Tensor], rate: float) -> torch.optim.Adam:
        return torch.optim.Adam(weights, rate, betas=(self.beta1, self.beta2), fused=True)


@dataclass(frozen=True)
class AdamW:
    """Adam that also shrinks the weights by a hundredth of the rate at each step."""

    beta1: float = 0.5
    beta2: float = 0.999

    def __call__(self, weights: Iterable[torch.Tensor], rate: float) -> torch.optim.AdamW:
        betas = self.beta1, self.beta2
        return torch.optim.AdamW(weights, rate, betas=betas, weight_decay=0.01, fused=True)


@dataclass(frozen=True)
class RMSprop:
    """RMSprop, which has no momentum."""

    def __call__(self, weights: Iterable[torch.Tensor], rate: float) -> torch.optim.RMSprop:
        return torch.optim.RMSprop(weights, rate, foreach=True)
