"""One update of flow matching: guess the velocity of one point of each line."""

import torch
from torch import Tensor, nn

from genai_course.flow.guidance import drop_labels
from genai_course.flow.paths import line_velocity, straight_path
from genai_course.ranges import check_batches


def flow_step(
    network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, noise: Tensor,
    labels: Tensor | None = None, dropped: float = 0.1,
) -> Tensor:  # fmt: skip
    """Do one gradient step on the mean squared error of the velocity.

    Args:
        network: Maps x_t, times (N,) in [0, 1] and, where there are labels, these to velocities
            like x_t; with labels it knows its `num_classes`.
        optimizer: Optimiser of the network's weights.
        x: Clean samples, shape (N, ...); images in [-1, 1].
        noise: The other end of each line, the shape of x.
        labels: Integers, shape (N,), or None for a network that takes none.
        dropped: Share of labels that is replaced by the label that says nothing.

    Returns:
        The error before the step, a 0-d tensor without a graph.

    Raises:
        ValueError: If x and noise differ in shape, are none or no floats.

    Source:
        Lipman et al. (2023), arXiv:2210.02747, Equation 23; Ho and Salimans (2022),
        arXiv:2207.12598, Algorithm 1 (the labels).
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, ...)", same=True, x=x, noise=noise)
    t = torch.rand(len(x), device=x.device, dtype=x.dtype)  # another time for each sample
    told = [] if labels is None else [drop_labels(labels, network.num_classes, dropped)]  # type: ignore
    v = network(straight_path(x, noise, t), t, *told)
    loss = (v - line_velocity(x, noise)).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
