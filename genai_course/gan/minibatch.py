"""Layers that let a discriminator compare the samples of a batch with each other."""

import torch
from torch import nn


class MinibatchStdDev(nn.Module):
    """Append one feature: how much the features vary within a group of samples.

    Args:
        group_size: Samples that are compared; the batch must be a multiple of it.

    Source:
        Karras, Aila, Laine and Lehtinen (2018), arXiv:1710.10196, Section 3.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """

    def __init__(self, group_size: int = 8) -> None:
        super().__init__()
        self.group_size = group_size

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Map features (S, N, width) to (S, N, width + 1)."""
        networks, count, width = features.shape
        groups = features.view(networks, count // self.group_size, self.group_size, width)
        deviation = (groups.var(dim=2, unbiased=False) + 1e-8).sqrt().mean(dim=-1)
        appended = deviation.repeat_interleave(self.group_size, dim=1)
        return torch.cat((features, appended.unsqueeze(-1)), dim=-1)


class MinibatchDiscrimination(nn.Module):
    """Append, for each of B learned projections, how close the other samples of the batch are.

    Args:
        num_networks: Number of networks, S.
        width: Features that come in.
        kernels: Numbers appended, B.
        dims: Dimension of each projection, C.

    Source:
        Salimans et al. (2016), arXiv:1606.03498, Section 3.2.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """

    def __init__(self, num_networks: int, width: int, kernels: int = 16, dims: int = 4) -> None:
        super().__init__()
        self.shape = (kernels, dims)
        scale = width**-0.5
        self.projection = nn.Parameter(scale * torch.randn(num_networks, width, kernels * dims))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Map features (S, N, width) to (S, N, width + B)."""
        projected = (features @ self.projection).unflatten(-1, self.shape)  # (S, N, B, C)
        projected = projected.transpose(1, 2).contiguous()  # (S, B, N, C)
        distance = torch.cdist(projected, projected, p=1)  # (S, B, N, N)
        closeness = torch.exp(-distance).sum(dim=-1) - 1  # a sample is not its own neighbour
        return torch.cat((features, closeness.transpose(1, 2)), dim=-1)
