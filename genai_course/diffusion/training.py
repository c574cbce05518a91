"""Train a network that predicts v: a rate that rises and falls, and an average of the weights."""

import copy
import math

import torch
from torch import Tensor, nn

from genai_course.diffusion.steps import diffusion_step
from genai_course.training import fit
from genai_course.training.averaging import update_average


def rate_at(k: int, num_steps: int, rise: int = 50) -> float:
    """Return the share of the full learning rate at step k: a rise, then half a cosine down to 0.

    Args:
        k: Step, 0 or more; from num_steps on the share is 0.
        num_steps: Steps of the whole training.
        rise: Steps until the full rate.

    Source:
        Loshchilov and Hutter (2017), arXiv:1608.03983, Equation 5 (the cosine).
    Shown in: notebooks/14_diffusion.ipynb.
    """
    return min(1, (k + 1) / rise) * (1 + math.cos(math.pi * min(1, k / num_steps))) / 2


def train_denoiser(
    network: nn.Module, x: Tensor, alpha_bar: Tensor, num_epochs: int, batch_size: int, lr: float
) -> tuple[nn.Module, dict[str, Tensor]]:
    """Train a network to predict v and return the average of its weights, with the losses.

    Args:
        network: Maps x_t and times (N,) in (0, 1] to predictions like x_t; changed in place.
        x: Clean samples, shape (N, ...), on the network's device; images in [-1, 1].
        alpha_bar: The schedule, shape (T + 1,).
        num_epochs: Passes over x.
        batch_size: Samples in a batch.
        lr: The full learning rate of AdamW.

    Returns:
        average: A copy of the network, in evaluation mode; history: what `fit` returns.

    Raises:
        TypeError, ValueError: If `fit` refuses what it is given.

    Shown in: notebooks/14_diffusion.ipynb.
    """
    average = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(network.parameters(), lr=lr, betas=(0.9, 0.99), weight_decay=0)
    num_steps = num_epochs * (len(x) // batch_size)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: rate_at(k, num_steps))

    def step(x):
        loss = diffusion_step(network, optimizer, x, alpha_bar)
        rate.step()
        update_average(average, network, decay=0.995)
        return {"loss": loss}

    return average, fit(step, x, num_epochs=num_epochs, batch_size=batch_size)
