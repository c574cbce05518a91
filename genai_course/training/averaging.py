"""The average of a network over its training: its weights, and the statistics that belong to them.

An average draws steadier images than the last weights. Any family of models may keep one, so it
stands with the training loop.
"""

import torch
from torch import nn


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, decay: float = 0.998) -> None:
    """Move an averaged copy of a network a little towards the network itself.

    After t steps the average remembers about the last 1 / (1 - decay) of them.

    Args:
        average: A copy of the network, the same architecture; changed in place.
        network: The network being trained; left unchanged.
        decay: Share of the old average that is kept, in [0, 1).

    Source:
        Yazici et al. (2019), arXiv:1806.04498 (exponential moving average).
    Shown in: notebooks/04_gan.ipynb.
    """
    for mean, weight in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(weight, 1 - decay)


@torch.no_grad()
def renew_statistics(network: nn.Module, inputs: torch.Tensor) -> nn.Module:
    """Measure what batch normalisation uses in evaluation mode anew, from one large batch.

    An averaged network needs this: its weights are a mean over many steps, and the means and
    variances of its hidden units belong to none of them.

    Args:
        network: A network with batch normalisation, changed in place; left in evaluation mode.
        inputs: A batch of its inputs, shape (N, ...), the larger the better.

    Returns:
        The network.

    Raises:
        ValueError: If there are fewer than two inputs.

    Shown in: notebooks/05_dcgan.ipynb.
    """
    if len(inputs) < 2:
        raise ValueError(f"{len(inputs)} inputs, wanted at least 2 to measure a variance")
    layers = [m for m in network.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    usual = [layer.momentum for layer in layers]
    for layer in layers:
        layer.momentum = 1.0  # forget everything before this batch
    network.train()(inputs)
    for layer, momentum in zip(layers, usual, strict=True):
        layer.momentum = momentum
    return network.eval()
