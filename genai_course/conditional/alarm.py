"""Does a trained conditional VAE use its condition? What it says of images with another's."""

import torch

from genai_course.conditional.networks import ConditionalVAE
from genai_course.ranges import check_batches
from genai_course.vae.losses import elbo


def own_and_permuted(vae: ConditionalVAE, x: torch.Tensor, c: torch.Tensor) -> torch.Tensor:
    """Return -ELBO of every image under its own condition, and under that of a random image.

    Permuted at the test, not in training. The difference is what a wrong condition costs; a model
    that does not use its condition pays nothing. By chance some keep their own.

    Args:
        vae: Trained network that maps x and c to (logits, mu, logvar).
        x: Images in [0, 1], shape (N, ...).
        c: Conditions, shape (N, condition_dim), row by row those of x.

    Returns:
        Nats, shape (2, N), without graph: own first.

    Raises:
        ValueError: If x are not images in [0, 1], or c is not one such condition for each.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    check_batches(f"({len(x)}, {vae.condition_dim})", c=c)
    tries = [vae(x, given) for given in (c, c[torch.randperm(len(c))])]
    return torch.stack([-elbo(logits, x, mu, logvar).detach() for logits, mu, logvar in tries])
