"""One update of each player. What the loop repeats is here, and nothing else."""

import torch

from genai_course.gan.convolutional import ConvGenerator
from genai_course.gan.losses import discriminator_loss, generator_loss
from genai_course.gan.networks import Generator
from genai_course.ranges import check_batches, check_signed


def discriminator_step(
    generator: Generator | ConvGenerator,
    discriminator: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    x_real: torch.Tensor,
) -> dict[str, torch.Tensor]:
    """Do one update of the discriminator on a batch of real and as many generated images.

    Args:
        generator: Maps z (N, latent_dim) to images (N, 1, 28, 28) in [-1, 1]; left unchanged.
        discriminator: Maps images to logits (N, 1).
        optimizer: Optimiser of the discriminator's parameters only.
        x_real: Real images in [-1, 1], shape (N, 1, 28, 28).

    Returns:
        Dict of detached 0-d tensors: the loss in nats, and the mean probability "real" that the
        discriminator gave to the real and to the generated images before this update.

    Raises:
        ValueError: If x_real are not images in [-1, 1] of the generator's shape.

    Source:
        Goodfellow et al. (2014), arXiv:1406.2661, Algorithm 1.
    Shown in: notebooks/04_gan.ipynb.
    """
    check_signed(x_real, often=True)
    z = generator.sample_prior(len(x_real))
    x_fake = generator(z).detach()
    check_batches("(N, ...)", same=True, x_fake=x_fake, x_real=x_real)
    logits = discriminator(torch.cat((x_real, x_fake)))
    real_logits, fake_logits = logits.chunk(2)
    loss = discriminator_loss(real_logits, fake_logits)

    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {
        "discriminator_loss": loss.detach(),
        "mean_d_real": real_logits.detach().sigmoid().mean(),
        "mean_d_fake": fake_logits.detach().sigmoid().mean(),
    }


def generator_step(
    generator: Generator | ConvGenerator,
    discriminator: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    batch_size: int,
) -> dict[str, torch.Tensor]:
    """Do one update of the generator with fresh images, judged by the updated discriminator.

    Args:
        generator: Maps z (N, latent_dim) to images (N, 1, 28, 28) in [-1, 1].
        discriminator: Maps images to logits (N, 1); its weights and gradients are left unchanged.
        optimizer: Optimiser of the generator's parameters only.
        batch_size: Number of images to generate, N.

    Returns:
        Dict with the non-saturating loss in nats, a detached 0-d tensor.

    Source:
        Goodfellow et al. (2014), arXiv:1406.2661, Algorithm 1 and Section 3 (the loss).
    Shown in: notebooks/04_gan.ipynb.
    """
    z = generator.sample_prior(batch_size)
    fake_logits = discriminator(generator(z))
    loss = generator_loss(fake_logits)

    optimizer.zero_grad()
    loss.backward(inputs=list(generator.parameters()))
    optimizer.step()
    return {"generator_loss": loss.detach()}
