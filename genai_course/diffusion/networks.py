"""Networks that are told the step of noise: a small one for the plane, a U-Net for images."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class TimeEmbedding(nn.Module):
    """Map times (N,) in [0, 1] to vectors (N, width): sines and cosines, then two layers.

    Args:
        width: Length of the vectors.
        num_rates: Number of frequencies, from 0.1 to 1,000 radians.

    Source:
        Vaswani et al. (2017), arXiv:1706.03762, Section 3.5; Ho, Jain and Abbeel (2020),
        arXiv:2006.11239, Appendix B.
    Shown in: notebooks/14_diffusion.ipynb.
    """

    def __init__(self, width: int = 64, num_rates: int = 16) -> None:
        super().__init__()
        self.register_buffer("rates", torch.logspace(3, -1, num_rates))
        self.layers = nn.Sequential(
            nn.Linear(2 * num_rates, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU()
        )

    def forward(self, time: Tensor) -> Tensor:
        angles = time.unsqueeze(1) * self.get_buffer("rates")
        return self.layers(torch.cat([angles.sin(), angles.cos()], dim=1))


class PointDenoiser(nn.Module):
    """Map points x_t (N, 2) and times (N,) in [0, 1] to predictions (N, 2).

    Args:
        width: Units of each of its three hidden layers.

    Shown in: notebooks/14_diffusion.ipynb.
    """

    def __init__(self, width: int = 128) -> None:
        super().__init__()
        self.time = TimeEmbedding(width)
        self.enter = nn.Linear(2, width)
        self.layers = nn.Sequential(
            nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(),
            nn.Linear(width, 2),
        )  # fmt: skip

    def forward(self, x_t: Tensor, time: Tensor) -> Tensor:
        return self.layers(self.enter(x_t) + self.time(time))


def zero_start(layer: nn.Module) -> nn.Module:
    """Set all weights of a layer to 0, in place, and return it: at first it adds nothing.

    Shown in: notebooks/14_diffusion.ipynb.
    """
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


class TimedBlock(nn.Module):
    """Add to maps (N, width, H, W) what two convolutions make of them, told the time (N, told).

    Args:
        width: Feature maps, a multiple of 4.
        told: Length of the time's vector.

    Shown in: notebooks/14_diffusion.ipynb.
    """

    def __init__(self, width: int, told: int = 64) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.GroupNorm(4, width), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1)
        )
        self.norm = nn.GroupNorm(4, width)
        self.scale_and_shift = nn.Linear(told, 2 * width)
        self.second = nn.Sequential(nn.SiLU(), zero_start(nn.Conv2d(width, width, 3, padding=1)))

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        scale, shift = self.scale_and_shift(time)[:, :, None, None].chunk(2, dim=1)
        return x + self.second(self.norm(self.first(x)) * (1 + scale) + shift)


class WholeMap(nn.Module):
    """Let every place of small maps (N, width, 7, 7) see every other, told the time (N, told).

    Args:
        width: Feature maps.
        told: Length of the time's vector.
        hidden: Units between the two linear layers.

    Shown in: notebooks/14_diffusion.ipynb.
    """

    def __init__(self, width: int, told: int = 64, hidden: int = 256) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.SiLU(), nn.Conv2d(width, 8, 1), nn.Flatten(), nn.Linear(8 * 49, hidden)
        )
        self.scale_and_shift = nn.Linear(told, 2 * hidden)
        self.second = nn.Sequential(
            nn.SiLU(), nn.Linear(hidden, 8 * 49), nn.Unflatten(1, (8, 7, 7)),
            zero_start(nn.Conv2d(8, width, 1)),
        )  # fmt: skip

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        scale, shift = self.scale_and_shift(time).chunk(2, dim=1)
        return x + self.second(self.first(x) * (1 + scale) + shift)


class UNet(nn.Module):
    """Map noisy images x_t (N, 1, 28, 28) and times (N,) in [0, 1] to predictions like x_t.

    Args:
        narrow: Feature maps at 14 x 14.
        wide: Feature maps at 7 x 7.

    Source:
        Ronneberger et al. (2015), arXiv:1505.04597 (the U); Ho, Jain and Abbeel (2020),
        arXiv:2006.11239 (told the time).
    Shown in: notebooks/14_diffusion.ipynb.
    """

    def __init__(self, narrow: int = 16, wide: int = 32) -> None:
        super().__init__()
        self.time = TimeEmbedding()
        self.enter = nn.Conv2d(4, narrow, 3, padding=1)
        self.left = TimedBlock(narrow)
        self.down = nn.Conv2d(narrow, wide, 3, stride=2, padding=1)
        self.bottom = nn.ModuleList([TimedBlock(wide), WholeMap(wide), TimedBlock(wide)])
        self.up = nn.Sequential(nn.Conv2d(wide, 4 * narrow, 1), nn.PixelShuffle(2))
        self.join = nn.Conv2d(2 * narrow, narrow, 1)
        self.right = TimedBlock(narrow)
        self.leave = zero_start(nn.Conv2d(narrow, 4, 3, padding=1))

    def forward(self, x_t: Tensor, time: Tensor) -> Tensor:
        told = self.time(time)
        left = self.left(self.enter(F.pixel_unshuffle(x_t, 2)), told)  # (N, narrow, 14, 14)
        h = self.down(left)  # (N, wide, 7, 7)
        for part in self.bottom:
            h = part(h, told)
        h = self.join(torch.cat([self.up(h), left], dim=1))
        return F.pixel_shuffle(self.leave(self.right(h, told)), 2)
