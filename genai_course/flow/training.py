"""Train a network that predicts velocities, with any choice of partners for the samples."""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from genai_course.diffusion.training import rate_at
from genai_course.flow.steps import flow_step
from genai_course.training import fit
from genai_course.training.averaging import update_average


def fresh_noise(x: Tensor, chosen: Tensor) -> Tensor:
    """Return new noise for samples x (N, ...); chosen (N,), their places, do not matter.

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    return torch.randn_like(x)


def train_flow(
    network: nn.Module, x: Tensor, num_epochs: int, batch_size: int, lr: float,
    labels: Tensor | None = None, dropped: float = 0.1,
    noise_for: Callable[[Tensor, Tensor], Tensor] = fresh_noise,
) -> tuple[nn.Module, dict[str, Tensor]]:  # fmt: skip
    """Train a network to predict velocities and return the average of its weights, with the losses.

    Args:
        network: As `flow_step` takes it; changed in place.
        x: Clean samples, shape (N, ...), on the network's device; images in [-1, 1].
        num_epochs: Passes over x.
        batch_size: Samples in a batch.
        lr: The full learning rate of AdamW.
        labels: Integers, shape (N,), or None.
        dropped: Share of labels that is replaced by the label that says nothing.
        noise_for: From a batch (n, ...) and its places in x (n,) to its noise: fresh, paired, or,
            for a second training on a flow's own pairs, kept.

    Returns:
        average: A copy of the network, in evaluation mode; history: what `fit` returns.

    Raises:
        TypeError, ValueError: If `fit` refuses what it is given.

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    average = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(network.parameters(), lr=lr, betas=(0.9, 0.99), weight_decay=0)
    num_steps = num_epochs * (len(x) // batch_size)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: rate_at(k, num_steps))

    def step(chosen):
        some, asked = x[chosen], None if labels is None else labels[chosen]
        loss = flow_step(network, optimizer, some, noise_for(some, chosen), asked, dropped)
        rate.step()
        update_average(average, network, decay=0.995)
        return {"loss": loss}

    places = torch.arange(len(x), device=x.device)
    return average, fit(step, places, num_epochs=num_epochs, batch_size=batch_size)
