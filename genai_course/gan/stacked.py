"""Several small networks of one shape, trained side by side as one: an answer about many seeds.

A tiny network keeps a processor waiting: most of a step is the overhead of the calls, not the
arithmetic. Stack the weights of S networks in one tensor, and one call serves all of them. Nothing
is shared: each has its own weights, data and noise, and its gradient does not see the others.
Data of S networks have shape (S, N, d): network, sample, coordinate.
"""

from collections.abc import Sequence

import torch
from torch import nn


class StackedLinear(nn.Module):
    """S linear layers side by side: network s maps its own x[s] by its own weight[s].

    Args:
        num_networks: Number of networks, S.
        inputs: Numbers that go in.
        outputs: Numbers that come out.

    Shown in: notebooks/07_mode_collapse.ipynb.
    """

    def __init__(self, num_networks: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(num_networks, inputs, outputs))
        self.bias = nn.Parameter(torch.empty(num_networks, 1, outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map x, shape (S, N, inputs), to (S, N, outputs): one batched matrix product."""
        return torch.baddbmm(self.bias, x, self.weight)


def stacked_mlp(
    num_networks: int, sizes: Sequence[int], activation: type[nn.Module] = nn.ReLU
) -> nn.Sequential:
    """Build S multilayer perceptrons side by side, without an activation at the end.

    Args:
        num_networks: Number of networks, S.
        sizes: Widths from input to output, for example [2, 64, 64, 2].
        activation: Class of the activation between the layers.

    Returns:
        A Sequential from (S, N, first size) to (S, N, last size).

    Shown in: notebooks/07_mode_collapse.ipynb.
    """
    layers = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [StackedLinear(num_networks, inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


@torch.no_grad()
def draw_weights(network: nn.Module, generators: Sequence[torch.Generator]) -> None:
    """Give network s of a stack the weights that random generator s draws.

    Uniform in plus or minus 1 / sqrt(inputs), as `nn.Linear` does, biases too. So a network is the
    same whether it is trained alone or beside others.

    Args:
        network: Module that holds `StackedLinear` layers; changed in place.
        generators: One `torch.Generator` for each network.

    Shown in: notebooks/07_mode_collapse.ipynb.
    """
    for layer in network.modules():
        if isinstance(layer, StackedLinear):
            bound = layer.weight.shape[1] ** -0.5
            for parameter in (layer.weight, layer.bias):
                for own, generator in zip(parameter, generators, strict=True):
                    own.uniform_(-bound, bound, generator=generator)


def pack_samples(x: torch.Tensor, pack: int) -> torch.Tensor:
    """Glue `pack` samples of a network together: (..., N, d) becomes (..., N / pack, pack * d).

    Args:
        x: Samples, shape (..., N, d), N a multiple of pack.
        pack: Samples that a discriminator sees at once, at least 1.

    Returns:
        Packs, shape (..., N / pack, pack * d).

    Raises:
        ValueError: If N is not a multiple of pack.

    Source:
        Lin, Khetan, Fanti and Oh (2018), PacGAN, arXiv:1712.04086.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    if x.shape[-2] % pack:
        raise ValueError(f"{x.shape[-2]} samples do not make packs of {pack}")
    return x.reshape(*x.shape[:-2], -1, pack * x.shape[-1])


class StackedDiscriminator(nn.Module):
    """S discriminators side by side: hidden layers, a layer that may look at the batch, a head.

    Args:
        num_networks: Number of networks, S.
        inputs: Numbers in one sample.
        width: Units in each hidden layer.
        depth: Hidden layers.
        pack: Samples judged together.
        batch_layer: Module from (S, N, width) to (S, N, width + extra), or None.
        extra: Features that the batch layer adds.
        activation: Class of the activation.

    Shown in: notebooks/07_mode_collapse.ipynb.
    """

    def __init__(
        self,
        num_networks: int,
        inputs: int,
        width: int = 64,
        depth: int = 3,
        pack: int = 1,
        batch_layer: nn.Module | None = None,
        extra: int = 0,
        activation: type[nn.Module] = nn.ReLU,
    ) -> None:
        super().__init__()
        self.pack = pack
        sizes = [inputs * pack] + [width] * depth
        self.body = nn.Sequential(stacked_mlp(num_networks, sizes, activation), activation())
        self.batch_layer = batch_layer or nn.Identity()
        self.head = StackedLinear(num_networks, width + extra, 1)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """Map samples x (S, N, inputs) to the last hidden layer, shape (S, N / pack, width)."""
        return self.body(pack_samples(x, self.pack))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map samples x (S, N, inputs) to logits (S, N / pack, 1)."""
        return self.head(self.batch_layer(self.features(x)))
