"""One update of the masked autoregressive network."""

import torch


def made_step(made, optimizer, x):
    """Binarise a batch afresh, do one gradient step on the mean negative log-likelihood.

    Args:
        made: A `MADE`.
        optimizer: Over its parameters.
        x: Grey images in [0, 1], shape (N, 1, 28, 28), read as probabilities of white.

    Returns:
        Dict with "nll", the loss before the step in nats per image, detached.

    Shown in: notebooks/01_generative_models.ipynb.
    """
    loss = -made.log_likelihood(torch.bernoulli(x)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {"nll": loss.detach()}
