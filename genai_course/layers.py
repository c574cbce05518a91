"""What networks of several families are made of: a block, and weights to begin with.

A family (gan, vae, diffusion, conditional) borrows from here and not from another one, unless it is
built on that one, as conditional is on gan and vae.
"""

from typing import TypeVar

import torch
from torch import nn
from torch.nn.utils.parametrize import is_parametrized

Network = TypeVar("Network", bound=nn.Module)


class ResidualBlock(nn.Module):
    """Add to a stack of feature maps what two 3 x 3 convolutions make of it; sizes stay.

    Maps (N, width, H, W) to the same shape. At the start of training the sum lets signal and
    gradient pass unchanged.

    Args:
        width: Feature maps.

    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.SiLU(),
            nn.Conv2d(width, width, kernel_size=3, padding=1),
            nn.SiLU(),
            nn.Conv2d(width, width, kernel_size=3, padding=1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.body(x)


@torch.no_grad()
def initialise_weights(network: Network, std: float = 0.02) -> Network:
    """Give a network the DCGAN paper's initial weights, in place, and return it.

    Weights of linear and convolutional layers are drawn from N(0, std^2), scales of batch
    normalisation from N(1, std^2), biases are 0. Layers with spectral normalisation keep their
    weights, since only the direction of these weights matters.

    Args:
        network: Any module.
        std: Standard deviation of the weights.

    Returns:
        The network.

    Source:
        Radford et al. (2016), arXiv:1511.06434, Section 4, for the weights; the scales of batch
        normalisation are those of its authors' code, not of its text.
    Shown in: notebooks/05_dcgan.ipynb.
    """
    for layer in network.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            if not is_parametrized(layer, "weight"):
                nn.init.normal_(layer.weight, 0.0, std)
        elif isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.normal_(layer.weight, 1.0, std)
        else:
            continue
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    return network
