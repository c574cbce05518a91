"""Training with the importance-weighted bound: its step, and what its gradient is worth."""

import torch

from genai_course.ranges import check_points
from genai_course.vae.importance import iwae_bound, log_weights
from genai_course.vae.networks import VAE


def iwae_step(
    vae: VAE,
    optimizer: torch.optim.Optimizer,
    x: torch.Tensor,
    k: int,
    num_samples: int,
) -> dict[str, torch.Tensor]:
    """Do one gradient step up the bound L_k, estimated with num_samples codes an image.

    With k = 1 this is a step up the ELBO at the same price, and with the same random numbers.

    Args:
        vae: Model with `encoder` (x to mu and logvar) and `decoder` (z to pixel logits).
        optimizer: Optimiser of the parameters of `vae`.
        x: Binary images, shape (N, 1, 28, 28), on the device of `vae`.
        k: Samples in one logarithm; must divide num_samples.
        num_samples: Samples of z for each image.

    Returns:
        Dict with a 0-d tensor without graph: "negative_bound", nats per image before the step.

    Raises:
        ValueError: If x are not images in [0, 1], or k does not divide num_samples.

    Source:
        Burda, Grosse and Salakhutdinov (2016), arXiv:1509.00519, Section 3.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    loss = -iwae_bound(log_weights(vae, x, num_samples), k).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {"negative_bound": loss.detach()}


def signal_to_noise(gradients: torch.Tensor) -> torch.Tensor:
    """Return the length of the mean gradient in units of its spread: |E g| / sqrt(tr Var g).

    Args:
        gradients: One gradient a row, of independent draws, shape (draws, parameters), draws at
            least 2.

    Returns:
        A 0-d tensor, not negative: below 1 a single draw says little of the direction.

    Raises:
        ValueError: If gradients are not finite rows of numbers.

    Source:
        Rainforth, Kosiorek, Le, Maddison, Igl, Wood and Teh (2018), arXiv:1802.04537, Theorem 1,
        there for each parameter alone.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    check_points(gradients, least=2)
    return gradients.mean(dim=0).norm() / gradients.var(dim=0).sum().sqrt()
