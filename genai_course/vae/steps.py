"""One update of a variational autoencoder: a step up the ELBO, averaged over the batch."""

import torch

from genai_course.ranges import check_images
from genai_course.vae.losses import elbo, kl_divergence


def vae_step(
    vae: torch.nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor
) -> dict[str, torch.Tensor]:
    """Do one gradient step on -ELBO and return what it was before the step.

    Args:
        vae: Network that maps x to (logits, mu, logvar).
        optimizer: Optimiser of the parameters of `vae`.
        x: Images in [0, 1], shape (N, 1, 28, 28), on the device of `vae`.

    Returns:
        Dict of 0-d tensors without graph, in nats per image, averaged over the batch:
        "negative_elbo" and its two parts, "reconstruction" and "kl".

    Raises:
        ValueError: If x are not images in [0, 1].

    Shown in: notebooks/10_vae.ipynb.
    """
    check_images(x, often=True)
    logits, mu, logvar = vae(x)
    loss = -elbo(logits, x, mu, logvar).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    kl = kl_divergence(mu, logvar).mean().detach()
    loss = loss.detach()
    return {"negative_elbo": loss, "reconstruction": loss - kl, "kl": kl}
