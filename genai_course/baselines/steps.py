"""One update of the masked autoregressive network."""

import torch

from genai_course.baselines.made import MADE
from genai_course.ranges import check_images


def made_step(
    made: MADE, optimizer: torch.optim.Optimizer, x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """Binarise a batch afresh, do one gradient step on the mean negative log-likelihood.

    Args:
        made: A `MADE`.
        optimizer: Over its parameters.
        x: Grey images in [0, 1], shape (N, 1, 28, 28), read as probabilities of white.

    Returns:
        Dict with "nll", the loss before the step in nats per image, detached.

    Raises:
        ValueError: If x are not images in [0, 1].

    Shown in: notebooks/01_generative_models.ipynb.
    """
    loss = -made.log_likelihood(torch.bernoulli(check_images(x, often=True))).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {"nll": loss.detach()}
