"""What the code costs: the KL as a rate, its weight beta, free nats, and which dimensions live."""

import torch

from genai_course.ranges import check_batches, check_images, check_points
from genai_course.vae.losses import reconstruction_loss


def kl_per_dimension(mu: torch.Tensor, logvar: torch.Tensor) -> torch.Tensor:
    """Return the KL of each latent dimension to N(0, 1), averaged over the images.

    Args:
        mu: Posterior means, shape (N, latent_dim).
        logvar: Log variances, log sigma^2, same shape.

    Returns:
        Nats, shape (latent_dim,). The sum is the rate: the mean KL of an image.

    Raises:
        ValueError: If mu and logvar are not both (N, latent_dim).

    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    check_batches("(N, d)", same=True, mu=mu, logvar=logvar)
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(dim=0)


def active_units(mu: torch.Tensor, threshold: float = 0.01) -> int:
    """Count the latent dimensions whose posterior mean moves with the image.

    Args:
        mu: Posterior means of many images, shape (N, latent_dim).
        threshold: A dimension is active when the variance of its mean exceeds this.

    Returns:
        An int between 0 and latent_dim.

    Raises:
        ValueError: If there are fewer than two images, or a mean is not finite.

    Source:
        Burda, Grosse and Salakhutdinov (2016), arXiv:1509.00519, Section 5.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    check_points(mu, least=2)
    return int((mu.var(dim=0) > threshold).sum())


def rated_step(
    vae: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    x: torch.Tensor,
    beta: float = 1.0,
    free_nats: float = 0.0,
) -> dict[str, torch.Tensor]:
    """Do one gradient step on distortion + beta * rate, with a free allowance a dimension.

    Args:
        vae: Network that maps x to (logits, mu, logvar).
        optimizer: Optimiser of the parameters of `vae`.
        x: Images in [0, 1], shape (N, 1, 28, 28).
        beta: Weight of the KL; 1 is the ELBO.
        free_nats: A dimension whose mean KL is below this pays this and feels no pull to zero.

    Returns:
        Dict of 0-d tensors without graph: "distortion" and "rate", nats per image.

    Raises:
        ValueError: If x are not images in [0, 1].

    Source:
        Higgins et al. (2017), beta-VAE; Kingma et al. (2016), arXiv:1606.04934, for free bits.
    Shown in: notebooks/11_vae_tradeoffs.ipynb.
    """
    logits, mu, logvar = vae(check_images(x, often=True))
    distortion = reconstruction_loss(logits, x).mean()
    price = kl_per_dimension(mu, logvar)
    loss = distortion + beta * price.clamp(min=free_nats).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {"distortion": distortion.detach(), "rate": price.sum().detach()}
