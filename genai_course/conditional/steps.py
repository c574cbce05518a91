"""One update of each conditional model: as without a condition, with the condition handed on."""

import torch

from genai_course.conditional.networks import ConditionalGenerator, ConditionalVAE
from genai_course.gan.losses import discriminator_loss, generator_loss
from genai_course.ranges import check_batches, check_images, check_signed
from genai_course.vae.losses import elbo, kl_divergence


def conditional_vae_step(
    vae: ConditionalVAE, optimizer: torch.optim.Optimizer, x: torch.Tensor, c: torch.Tensor
) -> dict[str, torch.Tensor]:
    """Do one gradient step on the negative conditional ELBO; return what it was before the step.

    Args:
        vae: Network that maps x and c to (logits, mu, logvar) and knows its `condition_dim`.
        optimizer: Optimiser of the parameters of `vae`.
        x: Images in [0, 1], shape (N, ...).
        c: Conditions, floats of shape (N, condition_dim), row by row those of x.

    Returns:
        Dict of 0-d tensors without graph, in nats per image, averaged over the batch:
        "negative_elbo" and its two parts, "reconstruction" and "kl".

    Raises:
        ValueError: If x are not images in [0, 1], or c is not one such condition for each.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    check_images(x, often=True)
    check_batches(f"({len(x)}, {vae.condition_dim})", c=c)
    logits, mu, logvar = vae(x, c)
    loss = -elbo(logits, x, mu, logvar).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    loss, kl = loss.detach(), kl_divergence(mu, logvar).mean().detach()
    return {"negative_elbo": loss, "reconstruction": loss - kl, "kl": kl}


def conditional_discriminator_step(
    generator: ConditionalGenerator,
    discriminator: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    x_real: torch.Tensor,
    labels: torch.Tensor,
) -> dict[str, torch.Tensor]:
    """Do one update of the discriminator on real pairs and on images generated for their labels.

    Args:
        generator: Maps z and labels to images (N, 1, 28, 28) in [-1, 1]; left unchanged.
        discriminator: Maps images and labels to logits (N, 1).
        optimizer: Optimiser of the discriminator's parameters only.
        x_real: Real images in [-1, 1], shape (N, 1, 28, 28).
        labels: Their labels, shape (N,).

    Returns:
        Dict with the loss in nats, a detached 0-d tensor.

    Raises:
        ValueError: If x_real are not images in [-1, 1].

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    check_signed(x_real, often=True, wanted="(N, C, H, W)")
    x_fake = generator(generator.sample_prior(len(labels)), labels).detach()
    logits = discriminator(torch.cat((x_real, x_fake)), labels.repeat(2))
    loss = discriminator_loss(*logits.chunk(2))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {"discriminator_loss": loss.detach()}


def conditional_generator_step(
    generator: ConditionalGenerator,
    discriminator: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    labels: torch.Tensor,
) -> dict[str, torch.Tensor]:
    """Do one update of the generator: its images must pass as real ones of the given labels.

    Args:
        generator: Maps z and labels to images (N, 1, 28, 28) in [-1, 1].
        discriminator: Maps images and labels to logits (N, 1); left unchanged.
        optimizer: Optimiser of the generator's parameters only.
        labels: What to draw, shape (N,).

    Returns:
        Dict with the non-saturating loss in nats, a detached 0-d tensor.

    Shown in: notebooks/12_conditional_generation.ipynb.
    """
    x_fake = generator(generator.sample_prior(len(labels)), labels)
    loss = generator_loss(discriminator(x_fake, labels))
    optimizer.zero_grad()
    loss.backward(inputs=list(generator.parameters()))
    optimizer.step()
    return {"generator_loss": loss.detach()}
