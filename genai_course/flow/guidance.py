"""Ask for a label more loudly than the data do: classifier-free guidance."""

import torch
from torch import Tensor, nn

from genai_course.flow.solvers import Velocity
from genai_course.ranges import check_batches


def drop_labels(labels: Tensor, none: int, dropped: float = 0.1) -> Tensor:
    """Return labels of which a share, drawn at random, is replaced by the label "none".

    Args:
        labels: Integers, shape (N,).
        none: The label that says nothing, usually the number of classes.
        dropped: Probability of each label to be replaced, 0 to 1.

    Source:
        Ho and Salimans (2022), arXiv:2207.12598, Algorithm 1.
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    gone = torch.rand(len(labels), device=labels.device) < dropped
    return labels.masked_fill(gone, none)


def guide(v_with: Tensor, v_without: Tensor, w: float) -> Tensor:
    """Return the velocity without a label, plus 1 + w times what the label changes in it.

    w = -1 ignores the label, w = 0 is the plain conditional velocity, more exaggerates. Others
    call 1 + w the guidance scale.

    Args:
        v_with: Velocity that was told the label, shape (N, ...).
        v_without: Velocity that was told none, the same shape.
        w: Guidance.

    Raises:
        ValueError: If the two differ in shape, are none or no floats.

    Source:
        Ho and Salimans (2022), arXiv:2207.12598, Equation 6.
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, ...)", same=True, v_with=v_with, v_without=v_without)
    return v_without + (1 + w) * (v_with - v_without)


def guided_velocity(network: nn.Module, labels: Tensor, w: float = 0.0) -> Velocity:
    """Return what a solver calls: from x_t and a time to the guided velocity of these labels.

    Args:
        network: Maps x_t, times (N,) and labels (N,) to velocities; knows its `num_classes`, the
            label that says nothing.
        labels: What is asked for, integers, shape (N,).
        w: Guidance; at 0 the network is called once a time, else twice.

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    none = torch.full_like(labels, network.num_classes)  # type: ignore[arg-type]

    def velocity(x_t, t):
        time = torch.full((len(x_t),), t, device=x_t.device, dtype=x_t.dtype)
        v_with = network(x_t, time, labels)
        return guide(v_with, network(x_t, time, none), w) if w else v_with

    return velocity


def plain_velocity(network: nn.Module) -> Velocity:
    """Return what a solver calls, of a network that takes no labels.

    Args:
        network: Maps x_t and times (N,) to velocities like x_t.

    Shown in: notebooks/15_flow_matching.ipynb.
    """

    def velocity(x_t, t):
        return network(x_t, torch.full((len(x_t),), t, device=x_t.device, dtype=x_t.dtype))

    return velocity
